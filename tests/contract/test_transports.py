"""Every transport gives the same answers for the same requests."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from linlog import errors
from linlog.client import transports
from linlog.client.transports import Request, Response, Transport
from tests.patience import PATIENCE_S

Open = Callable[[], Any]


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Say what was asked; wait where the path asks for it."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    if scope["path"] == "/slow":
        await asyncio.sleep(1.0)
    said = dict(scope["headers"]).get(b"x-said", b"")
    lines = [scope["method"].encode(), scope["raw_path"], scope["query_string"], said, body]
    await send(
        {
            "type": "http.response.start",
            "status": 302 if scope["path"] == "/away" else 200,
            "headers": [(b"X-Answer", b"yes"), (b"location", b"/elsewhere")],
        }
    )
    await send({"type": "http.response.body", "body": lines[0], "more_body": True})
    await send({"type": "http.response.body", "body": b"|" + b"|".join(lines[1:])})


@contextmanager
def app_transport() -> Iterator[tuple[Transport, str]]:
    """The app in this process."""
    yield transports.get("app")(echo), "http://app.example"


@contextmanager
def network_transport() -> Iterator[tuple[Transport, str]]:
    """The same app behind a socket."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(echo, log_level="critical", loop="asyncio"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield transports.get("network")(), f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@contextmanager
def recorded_transport() -> Iterator[tuple[Transport, str]]:
    """What the app said, from a table."""

    def answer(request: Request) -> Response:
        path, _, query = request.url.removeprefix("http://recorded.example").partition("?")
        if path == "/slow":
            raise errors.Timeout("no answer within 0.2 seconds")
        said = request.headers.get("X-Said", "")
        lines = [request.method, path, query, said]
        return Response(
            302 if path == "/away" else 200,
            {"x-answer": "yes", "location": "/elsewhere"},
            "|".join(lines).encode() + b"|" + request.body,
        )

    asked = [f"{method} {path}" for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
             for path in ("/a%20b", "/away", "/slow")]  # fmt: skip
    yield transports.get("recorded")(dict.fromkeys(asked, answer)), "http://recorded.example"


OPENED: dict[str, Open] = {
    "app": app_transport,
    "network": network_transport,
    "recorded": recorded_transport,
}


def test_every_line_of_the_table_is_here() -> None:
    assert OPENED.keys() == transports.TABLE.keys()
    with pytest.raises(KeyError, match="app"):
        transports.get("pigeon")


@pytest.fixture(params=transports.TABLE)
def opened(request: pytest.FixtureRequest) -> Iterator[tuple[Transport, str]]:
    """A transport and an address it reaches."""
    with OPENED[request.param]() as (transport, address):
        yield transport, address
        transport.close()
        transport.close()


def test_the_request_arrives_whole(opened: tuple[Transport, str]) -> None:
    transport, address = opened
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        body = b"" if method == "GET" else b"\x00\xffbytes" * 1000
        sent = Request(method, f"{address}/a%20b?x=%2B1&y=", {"X-Said": "hello"}, body)
        answer = transport.send(sent)
        assert answer.status == 200
        assert answer.body == b"|".join([method.encode(), b"/a%20b", b"x=%2B1&y=", b"hello", body])
        assert answer.headers["x-answer"] == "yes"


def test_redirects_come_back(opened: tuple[Transport, str]) -> None:
    transport, address = opened
    answer = transport.send(Request("GET", f"{address}/away"))
    assert (answer.status, answer.headers["location"]) == (302, "/elsewhere")


def test_no_answer_in_time_is_a_timeout(opened: tuple[Transport, str]) -> None:
    transport, address = opened
    with pytest.raises(errors.Timeout):
        transport.send(Request("GET", f"{address}/slow", timeout_s=0.2))


FORKS = """
import os, signal, sys, threading
from linlog.client.transports import Request
from linlog.client.transports.recorded import RecordedTransport
class Slow(dict):
    def get(self, key):
        if threading.current_thread() is not threading.main_thread():
            asked.set()
            ended.wait()
        return super().get(key)
asked, ended, sent = threading.Event(), threading.Event(), Request("GET", "http://a/x")
transport = RecordedTransport()
transport.answers = Slow({"GET /x": {}})
other = threading.Thread(target=transport.send, args=[sent])
other.start()
asked.wait()
child = os.fork()
if child == 0:
    signal.alarm(60)
    os._exit(transport.send(sent).status != 200)
_, status = os.waitpid(child, 0)
ended.set()
other.join()
sys.exit(status != 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_that_is_forked_while_another_thread_sends_waits_for_nobody() -> None:
    command = [sys.executable, "-W", "ignore", "-c", FORKS]
    assert subprocess.run(command, check=False, timeout=PATIENCE_S).returncode == 0


def test_threads_share_it(opened: tuple[Transport, str]) -> None:
    transport, address = opened
    answers: list[bytes] = []

    def ask(place: int) -> None:
        for at in range(5):
            sent = Request("POST", f"{address}/a%20b", {}, f"{place}-{at}".encode())
            answers.append(transport.send(sent).body.rpartition(b"|")[2])

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == sorted(f"{p}-{at}".encode() for p in range(4) for at in range(5))
