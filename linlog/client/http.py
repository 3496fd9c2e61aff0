"""Calls of the native API: credentials, retries of what is safe to repeat, errors as exceptions."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode, urljoin, urlsplit

from linlog import errors, ids, limits
from linlog.client.settings import Settings
from linlog.client.transports import Request, Response, Transport
from linlog.wire import codec
from linlog.wire.errors import ErrorBody

T = TypeVar("T")

API: Final = "/api/v2"
TIMEOUT_S: Final = 60.0
DELIVERY_TIMEOUT_S: Final = 25.0
"""For batches sent in the background, so that the end of a program is not held up for long."""
ATTEMPTS: Final = 4
"""How often a call that is safe to repeat is sent at most."""
FIRST_PAUSE_S: Final = 0.25
LONGEST_PAUSE_S: Final = 20.0
_RETRIED: Final = frozenset({429, 502, 503, 504})
_SAFE: Final = frozenset({"GET", "PUT", "DELETE"})
_SAID: Final = 300
"""Characters quoted of an answer that is no error of ours."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of an answer, for what is not JSON."""

    content: bytes
    media_type: str


class Http:
    """Calls one server with one set of credentials; threads may share it."""

    def __init__(
        self, settings: Settings, transport: Transport, *, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._timeout_s = timeout_s

    def __repr__(self) -> str:
        return f"Http({self.base_url!r})"

    @property
    def base_url(self) -> str:
        """The server's address."""
        return self._settings.base_url

    def get(self, path: str, kind: type[T], /, **query: Any) -> T:
        """Fetch and read JSON."""
        return self._read(self._call("GET", path, query=query), kind)

    def post(self, path: str, kind: type[T], body: Any = None, /, **query: Any) -> T:
        """Create, once: the call carries a key, and the server answers a repeat with the first."""
        answer = self._call(
            "POST",
            path,
            query=query,
            content=b"" if body is None else codec.encode(body),
            headers={"Idempotency-Key": _new_key()},
            repeatable=True,
        )
        return self._read(answer, kind)

    def deliver(self, path: str, kind: type[T], content: bytes) -> T:
        """Send one batch, a single time.

        What is in it has numbers of its own, so that sending it again changes nothing; the
        sender decides when to.
        """
        return self._read(
            self._call("POST", path, content=content, timeout_s=DELIVERY_TIMEOUT_S), kind
        )

    def upload(self, path: str, kind: type[T], content: bytes, /, **query: Any) -> T:
        """Create from raw bytes, once."""
        headers = {"Idempotency-Key": _new_key(), "Content-Type": "application/octet-stream"}
        answer = self._call(
            "POST", path, query=query, content=content, headers=headers, repeatable=True
        )
        return self._read(answer, kind)

    def patch(self, path: str, kind: type[T], body: Any) -> T:
        """Change a part; sent once only."""
        return self._read(self._call("PATCH", path, content=codec.encode(body)), kind)

    def put(self, path: str, kind: type[T], body: Any) -> T:
        """Replace the whole."""
        return self._read(self._call("PUT", path, content=codec.encode(body)), kind)

    def delete(self, path: str, kind: type[T]) -> T:
        """Delete, once: a repeat, where the answer was lost, is given the first answer."""
        answer = self._call("DELETE", path, headers={"Idempotency-Key": _new_key()})
        return self._read(answer, kind)

    def content(self, path: str, **query: Any) -> Answer:
        """Fetch bytes as they are."""
        answer = self._call("GET", path, query=query)
        return Answer(answer.body, answer.headers.get("content-type", ""))

    def close(self) -> None:
        """Close the transport."""
        self._transport.close()

    # ------------------------------------------------------------------------ inside

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
        timeout_s: float | None = None,
    ) -> Response:
        request = Request(
            method,
            self._url(path, query or {}),
            {**self._headers(content), **(headers or {})},
            content,
            timeout_s or self._timeout_s,
        )
        attempts = ATTEMPTS if repeatable or method in _SAFE else 1
        for attempt in range(1, attempts + 1):
            last = attempt == attempts
            try:
                answer = self._transport.send(request)
            except errors.TransportError:
                if last:
                    raise
                time.sleep(pause_s(attempt))
                continue
            if answer.status in _RETRIED and not last:
                time.sleep(pause_s(attempt, answer.headers.get("retry-after")))
                continue
            return self._checked(answer)
        raise AssertionError("the last attempt returns or raises")

    def _headers(self, content: bytes) -> dict[str, str]:
        headers = {"Accept": "application/json", "User-Agent": "linlog-python"}
        if content:
            headers["Content-Type"] = "application/json"
        if self._settings.credentials is not None:
            headers["Authorization"] = self._settings.credentials.authorization
        return headers

    def _url(self, path: str, query: Mapping[str, Any]) -> str:
        pairs = {key: _written(value) for key, value in query.items() if value is not None}
        joint = "&" if "?" in path else "?"
        where = path if path.startswith(f"{API}/") else f"{API}{path}"
        return f"{self.base_url}{where}{joint + urlencode(pairs) if pairs else ''}"

    def _checked(self, answer: Response) -> Response:
        if 200 <= answer.status < 300:
            return answer
        if 300 <= answer.status < 400:
            target = urlsplit(urljoin(self.base_url, answer.headers.get("location", "")))
            raise errors.ConfigError(
                f"{self.base_url} sends requests on to {target.scheme}://{target.netloc}, which is "
                "not followed: if that is your server, give its address as base_url"
            )
        raise _error_of(answer)

    def _read(self, answer: Response, kind: type[T]) -> T:
        try:
            return codec.decode(answer.body, kind)
        except (ValueError, RecursionError) as error:
            raise errors.ServerFailed(
                f"the answer of {self.base_url} is not what a linlog server says ({error}); "
                "is the address right, and is the server as new as this SDK?",
                request_id=answer.headers.get("x-request-id"),
            ) from None


def path(*parts: str) -> str:
    """A path of the API out of its parts, each quoted."""
    return "/" + "/".join(quote(part, safe="") for part in parts)


def checked_id(noun: str, value: object) -> str:
    """The id of a `noun`, or of a record that has one. Raises ValueError that says what it is."""
    found = getattr(value, "id", value)
    if not ids.is_id(noun, found):
        raise ValueError(ids.explain(noun, found))
    return str(found)


def pause_s(attempt: int, retry_after: str | None = None) -> float:
    """Seconds to wait after the `attempt`-th failure: longer each time, and never in step.

    Where the server said when to come back, at least that long, within `LONGEST_PAUSE_S`.
    """
    bound = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(attempt - 1, 16))
    pause = random.uniform(bound / 2, bound)  # noqa: S311 - spreads retries, guards nothing
    if retry_after is not None and retry_after.strip().isdigit():
        pause += min(float(retry_after), LONGEST_PAUSE_S)
    return pause


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def _written(value: Any) -> str:
    """A value as a query carries it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00+00:00"
    return str(value)


def _error_of(answer: Response) -> errors.ApiError:
    error = _refusal_of(answer)
    error.retry_after = answer.headers.get("retry-after")
    return error


def _refusal_of(answer: Response) -> errors.ApiError:
    request_id = answer.headers.get("x-request-id")
    try:
        body = codec.decode(answer.body, ErrorBody)
    except (ValueError, RecursionError):
        said = answer.body[:_SAID].decode("utf-8", "replace").strip()
        return errors.api_error(
            answer.status,
            f"the server answered with status {answer.status}: {said or 'nothing'}",
            request_id=request_id,
        )
    return errors.api_error(
        answer.status,
        body.detail[: limits.SAID_CHARACTERS],
        code=body.code,
        field=body.field,
        request_id=body.request_id or request_id,
    )
