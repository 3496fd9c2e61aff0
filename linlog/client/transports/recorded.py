"""Requests that are kept, and answered from a table: for tests of what the SDK sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from linlog.client.transports._protocol import Request, Response
from linlog.wire import codec

Answer = Callable[[Request], Any]


class RecordedTransport:
    """Answers `METHOD /path` from a table and keeps every request in `requests`.

    An entry of the table is the answer's data, a `Response`, an exception to raise, or a
    function that makes one of these from the request.
    """

    def __init__(self, answers: Mapping[str, Any] | None = None) -> None:
        self.answers: dict[str, Any] = dict(answers or {})
        self.requests: list[Request] = []
        self.closed = False

    def send(self, request: Request) -> Response:
        """Keep the request and answer it; what the table lacks is 404."""
        # Without a lock: a child that was forked while another thread had it would wait for ever.
        self.requests.append(request)
        answer = self.answers.get(f"{request.method} {urlsplit(request.url).path}")
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Response):
            return answer
        if answer is None:
            return refusal(404, "not_found", "the table has no such request")
        return Response(200, {"content-type": "application/json"}, codec.encode(answer))

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


def refusal(status: int, code: str, detail: str, **headers: str) -> Response:
    """An error as the server sends it."""
    body = {"detail": detail, "code": code, "field": None, "request_id": "recorded"}
    return Response(status, headers, codec.encode(body))
