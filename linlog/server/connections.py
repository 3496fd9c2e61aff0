"""One connection as the server holds it: heads are small and come in time, answers are taken.

Uvicorn's fast protocol bounds none of that. A head may not grow or trickle for ever, what stands
behind a chunked body is no header of the request, and whoever stops reading is left.
"""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from linlog import limits
from linlog.server.middleware import HEADERS
from linlog.wire import codec
from linlog.wire.errors import CONTENT_TYPE, ErrorBody

if TYPE_CHECKING:
    import asyncio

LARGEST_HEAD: Final = limits.HEAD_BYTES
HEAD_S: Final = limits.HEAD_S
READER_WAIT_S: Final = limits.READER_WAIT_S
READER_BYTES_PER_S: Final = limits.READER_BYTES_PER_S
_FRAMING: Final = 8
"""Bytes of framing that are taken for each byte of a body: chunks of one byte have six."""
_TOO_LARGE: Final = f"the head of the request has more than {LARGEST_HEAD:,} bytes"
_TOO_MANY: Final = f"the head of the request has more than {limits.HEADERS} headers"


class Connection(HttpToolsProtocol):
    """Refuses a head that is too large with 431 and one that is too slow with 408."""

    _refusal: tuple[int, str] | None = None
    _timer: asyncio.TimerHandle | None = None
    _reader: asyncio.TimerHandle | None = None
    _untaken = 0
    _in_head = False
    _in_body = False
    _received = 0
    _body = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_waiting()
        self._stop_waiting_for_reader()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait for the reader, who has more to take than is sent ahead."""
        super().pause_writing()
        self._wait_for_reader()

    def resume_writing(self) -> None:
        """Go on: the reader has taken most of it."""
        self._stop_waiting_for_reader()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Count what comes beside bodies."""
        self._received += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._received - self._body > LARGEST_HEAD + _FRAMING * self._body:
            self._refuse(431, _TOO_LARGE)
        elif self._timer is None and self._is_idle():
            # Blank lines begin no request, and end uvicorn's own waiting for one.
            self._expect_head()

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._received = self._body = 0
        self._in_head, self._in_body = True, False
        self._expect_head()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, but none that follows the body."""
        if not self._in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin the request, or refuse a head that is too large or says two hosts."""
        self._stop_waiting()
        self._refusal = self._wrong_with_head()
        if self._refusal is not None:
            message = "the parser ends and has it answered by send_400_response"
            raise ValueError(message)
        self._in_head, self._in_body = False, True
        super().on_headers_complete()

    def _wrong_with_head(self) -> tuple[int, str] | None:
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        hosts = sum(name == b"host" for name, _ in self.headers)
        if size > LARGEST_HEAD:
            return 431, _TOO_LARGE
        if len(self.headers) > limits.HEADERS:
            return 431, _TOO_MANY
        if not self.url.startswith(b"/") and self.url != b"*":
            return 400, "the address of the request must begin with a slash"
        if hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):
            return 400, "the request needs one Host header"
        return None

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole; another may follow."""
        self._in_body = False
        self._received = self._body = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own words
        """The answer to what is no request of HTTP."""
        status, detail = self._refusal or (400, "the request is no valid HTTP")
        self._refuse(status, detail)

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: what asks for an upgrade is answered without one."""

    def _expect_head(self) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(HEAD_S, self._head_is_late)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait_for_reader(self) -> None:
        self._stop_waiting_for_reader()
        self._untaken = self.transport.get_write_buffer_size()
        self._reader = self.loop.call_later(READER_WAIT_S, self._look_at_reader)

    def _look_at_reader(self) -> None:
        taken = self._untaken - self.transport.get_write_buffer_size()
        if taken < READER_BYTES_PER_S * READER_WAIT_S:
            self.transport.abort()
        else:
            self._wait_for_reader()

    def _stop_waiting_for_reader(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None

    def _head_is_late(self) -> None:
        self._timer = None
        if not self._is_idle():
            # The next head waits behind a request that is still worked on.
            self._expect_head()
        elif self._in_head:
            self._refuse(408, f"the head of the request took more than {HEAD_S:g} seconds")
        else:
            # Browsers open connections in advance; an answer to no request would confuse them.
            self.transport.close()

    def _is_idle(self) -> bool:
        current: RequestResponseCycle | None = self.cycle
        return current is None or current.response_complete

    def _refuse(self, status: int, detail: str) -> None:
        if self.transport.is_closing():
            return
        request_id = token_hex(8)
        said = ErrorBody(detail=detail, code="invalid", field=None, request_id=request_id)
        body = codec.encode(said)
        headers = (
            (b"content-type", CONTENT_TYPE.encode()),
            *HEADERS,
            (b"x-request-id", request_id.encode()),
            (b"connection", b"close"),
            (b"content-length", b"%d" % len(body)),
        )
        lines = [b"%s: %s" % header for header in headers]
        head = b"HTTP/1.1 %d %s" % (status, _REASONS[status])
        self.transport.write(b"\r\n".join([head, *lines, b"", body]))
        self.transport.close()


_REASONS: Final[dict[int, bytes]] = {
    400: b"Bad Request",
    408: b"Request Timeout",
    431: b"Request Header Fields Too Large",
}
