"""What every answer carries: a request id and the headers that bind browsers."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

_GIVEN_ID: Final = re.compile(rb"[A-Za-z0-9_-]{1,64}")
_SLASHES: Final = re.compile(r"/{2,}")
_POLICY: Final = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS: Final = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
    (b"cache-control", b"no-store"),
)


class Headers:
    """Adds the request id and, where the route set none of its own, the headers."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.state = app.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the answer's headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _completed(message.get("headers", []), request_id)
            await send(message)

        await self.app(scope, receive, completed)


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
        for name, value in _HEADERS
        if name not in present and not (framed and name == b"x-frame-options")
    ]
    return [*headers, *missing, (b"x-request-id", request_id.encode())]


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN_ID.fullmatch(value):
            return str(value.decode())
    return token_hex(8)
