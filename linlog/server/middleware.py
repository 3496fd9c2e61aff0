"""What holds for every request: whom it is for, its id, and the headers that bind browsers."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from linlog.wire import codec
from linlog.wire.errors import CONTENT_TYPE, ErrorBody

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

_GIVEN_ID: Final = re.compile(rb"[A-Za-z0-9_-]{1,64}")
_SLASHES: Final = re.compile(r"/{2,}")
_POLICY: Final = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS: Final = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
    (b"cache-control", b"no-store"),
)


_TLS_ALONE: Final = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_PORTS: Final = {"http": 80, "https": 443}


class Headers:
    """Adds the request id and, where the route set none of its own, the headers.

    Where people come by https, browsers are told never to come otherwise.
    """

    def __init__(self, app: Any, *, origin: str = "") -> None:
        self.app = app
        self.state = app.state
        self._more = (_TLS_ALONE,) if urlsplit(origin).scheme == "https" else ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the answer's headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = [*message.get("headers", []), *self._more]
                message["headers"] = _completed(said, request_id)
            await send(message)

        await self.app(scope, receive, completed)


class Hosts:
    """Refuses requests for other hosts.

    A page of another site can let its own name lead to this machine, and its scripts would then
    count as ours: what they send still has that name in it.
    """

    def __init__(self, app: Any, *, origin: str, hosts: str) -> None:
        self.app = app
        self.state = app.state
        named = [one.strip().lower() for one in hosts.split(",")]
        self._named = frozenset({_host_of(origin), *named} - {""})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 421."""
        if scope["type"] != "http" or scope["path"] == "/healthz" or self._is_ours(scope):
            await self.app(scope, receive, send)
            return
        message = (
            "this server is not called so; if it should be, set LINLOG_ORIGIN to its address, "
            "or LINLOG_HOSTS to further names"
        )
        request_id = scope["state"]["request_id"]
        said = ErrorBody(detail=message, code="invalid", field=None, request_id=request_id)
        body = codec.encode(said)
        headers = [
            (b"content-type", CONTENT_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 421, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _is_ours(self, scope: Scope) -> bool:
        said = [value for name, value in scope["headers"] if name == b"host"]
        if len(said) != 1:
            return False
        host = said[0].decode("latin-1").lower()
        name, _, port = host.rpartition(":") if _ends_in_port(host) else (host, "", "80")
        ours = name in _LOOPBACK and port == str(scope["server"][1])
        return ours or host in self._named or f"{name}:*" in self._named


class SingleSlashes:
    """Reads `//projects` as `/projects`: clients join addresses that end in a slash."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.state = app.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a tidy path; `models//init` keeps its empty id."""
        if scope["type"] == "http" and "//" in scope["path"] and "models//" not in scope["path"]:
            scope["path"] = _SLASHES.sub("/", scope["path"])
        await self.app(scope, receive, send)


def _completed(headers: list[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    present = {name.lower() for name, _ in headers}
    framed = any(
        name.lower() == b"content-security-policy" and b"frame-ancestors 'self'" in value
        for name, value in headers
    )
    missing = [
        (name, value)
        for name, value in HEADERS
        if name not in present and not (framed and name == b"x-frame-options")
    ]
    return [*headers, *missing, (b"x-request-id", request_id.encode())]


def _host_of(origin: str) -> str:
    """The host that browsers name when they come to an origin: without a port that is usual."""
    parts = urlsplit(origin.lower())
    usual = parts.port is None or parts.port == _PORTS.get(parts.scheme)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if usual else f"{host}:{parts.port}"


def _ends_in_port(host: str) -> bool:
    return host.rpartition(":")[2].isdigit() and not host.endswith("]")


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN_ID.fullmatch(value):
            return str(value.decode())
    return token_hex(8)
