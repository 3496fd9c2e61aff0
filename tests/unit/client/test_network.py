"""The network transport against a small real server on loopback."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from linlog import errors
from linlog.client.transports import Request
from linlog.client.transports.network import NetworkTransport


class Handler(BaseHTTPRequestHandler):
    """Answers by the path, and notes which connection asked."""

    protocol_version = "HTTP/1.1"
    connections: set[Any] = set()  # noqa: RUF012 - shared on purpose

    def do_GET(self) -> None:
        self.connections.add(self.client_address)
        if self.path == "/slow":
            time.sleep(1.0)
        if self.path == "/break":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
            self.close_connection = True
            return
        body = b"x" * 5000 if self.path == "/large" else self.path.encode()
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    """Where the small server answers."""
    Handler.connections = set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def transport() -> Iterator[NetworkTransport]:
    """The transport."""
    made = NetworkTransport(largest_response=4000)
    yield made
    made.close()
    made.close()


def test_connections_are_kept(url: str, transport: NetworkTransport) -> None:
    for _ in range(5):
        answer = transport.send(Request("GET", f"{url}/x"))
        assert (answer.status, answer.body) == (200, b"/x")
    assert len(Handler.connections) == 1
    assert transport.send(Request("POST", url, {}, b"\0bytes")).body == b"\0bytes"


def test_redirects_are_not_followed(url: str, transport: NetworkTransport) -> None:
    answer = transport.send(Request("GET", f"{url}/away"))
    assert (answer.status, answer.headers["location"]) == (302, "/elsewhere")


def test_a_slow_server_is_a_timeout(url: str, transport: NetworkTransport) -> None:
    with pytest.raises(errors.Timeout, match=r"within 0\.2 seconds"):
        transport.send(Request("GET", f"{url}/slow", timeout_s=0.2))


def test_a_broken_answer_is_a_lost_connection(url: str, transport: NetworkTransport) -> None:
    with pytest.raises(errors.ConnectionLost):
        transport.send(Request("GET", f"{url}/break"))


def test_nobody_there_is_said_in_a_sentence(transport: NetworkTransport) -> None:
    with pytest.raises(errors.ConnectionLost, match="cannot reach http://127.0.0.1:1: Connection"):
        transport.send(Request("GET", "http://127.0.0.1:1/x"))


def test_an_answer_too_large_is_not_read(url: str, transport: NetworkTransport) -> None:
    with pytest.raises(errors.TransportError, match="larger than 4,000 bytes"):
        transport.send(Request("GET", f"{url}/large"))
