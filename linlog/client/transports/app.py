"""Requests to an ASGI app in this process: no socket, no other package, the same answers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent import futures
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from linlog import errors
from linlog.client.transports._protocol import Request, Response

App = Callable[[Any, Any, Any], Awaitable[None]]
Message = MutableMapping[str, Any]

_START_TIMEOUT_S: Final = 60.0


class AppTransport:
    """Drives an ASGI app on an event loop of its own, from any thread.

    The app's lifespan begins with the first request and ends with `close`.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lifespan: _Lifespan | None = None

    def send(self, request: Request) -> Response:
        """Hand one request to the app and wait for its response."""
        loop = self._running_loop()
        answer = asyncio.run_coroutine_threadsafe(_call(self._app, request), loop)
        try:
            return answer.result(request.timeout_s)
        except futures.TimeoutError:
            answer.cancel()
            raise errors.Timeout(f"no answer within {request.timeout_s:g} seconds") from None

    def close(self) -> None:
        """End the app's lifespan and the loop."""
        with self._lock:
            loop, thread, lifespan = self._loop, self._thread, self._lifespan
            self._loop = self._thread = self._lifespan = None
        if loop is None or thread is None:
            return
        if lifespan is not None:
            asyncio.run_coroutine_threadsafe(lifespan.end(), loop).result(_START_TIMEOUT_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                loop = asyncio.new_event_loop()
                thread = threading.Thread(target=loop.run_forever, name="linlog-app", daemon=True)
                thread.start()
                self._loop, self._thread = loop, thread
                lifespan = _Lifespan(self._app)
                asyncio.run_coroutine_threadsafe(lifespan.begin(), loop).result(_START_TIMEOUT_S)
                self._lifespan = lifespan
            return self._loop


class _Lifespan:
    """The app's start and end, as ASGI tells them."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._sent: asyncio.Queue[Message] = asyncio.Queue()
        self._received: asyncio.Queue[Message] = asyncio.Queue()
        self._running: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Wait until the app has started. Apps that know no lifespan are taken as started."""
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        call = self._app(scope, self._sent.get, self._received.put)
        self._running = asyncio.ensure_future(_awaited(call))
        await self._tell("lifespan.startup")

    async def end(self) -> None:
        """Wait until the app has stopped."""
        await self._tell("lifespan.shutdown")
        if self._running is not None:
            await asyncio.gather(self._running, return_exceptions=True)

    async def _tell(self, what: str) -> None:
        assert self._running is not None, "the lifespan begins before it is told anything"
        await self._sent.put({"type": what})
        answer = asyncio.ensure_future(self._received.get())
        await asyncio.wait({answer, self._running}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            return
        message = answer.result()
        if message["type"].endswith(".failed"):
            raise errors.TransportError(f"the app did not start: {message.get('message', '')}")


async def _awaited(call: Awaitable[None]) -> None:
    await call


async def _call(app: App, request: Request) -> Response:
    status, headers, parts = 500, {}, []
    unread = [request.body]
    gone = asyncio.Event()

    async def receive() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {
                key.decode("latin-1").lower(): value.decode("latin-1")
                for key, value in message.get("headers", ())
            }
        elif message["type"] == "http.response.body":
            parts.append(bytes(message.get("body", b"")))
            if not message.get("more_body", False):
                gone.set()

    await app(_scope(request), receive, send)
    gone.set()
    return Response(status, headers, b"".join(parts))


def _scope(request: Request) -> dict[str, Any]:
    parts = urlsplit(request.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    sent = {"host": parts.netloc, **{key.lower(): value for key, value in request.headers.items()}}
    if request.body:
        sent["content-length"] = str(len(request.body))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": parts.scheme,
        "path": unquote(parts.path),
        "raw_path": parts.path.encode("ascii"),
        "query_string": parts.query.encode("ascii"),
        "root_path": "",
        "headers": [
            (key.encode("latin-1"), value.encode("latin-1")) for key, value in sent.items()
        ],
        "client": ("127.0.0.1", 0),
        "server": (parts.hostname or "", port),
        "state": {},
    }
