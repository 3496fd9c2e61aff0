"""Websites on loopback that images are fetched from, well-behaved and not."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any

from tests.patience import PATIENCE_S

Answer = Callable[[socket.socket], None]
"""Writes an answer, or whatever else, to a connection whose request was read."""


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


@dataclass
class Website:
    """A running website: what it answers by path, and the requests that came."""

    port: int
    answers: dict[str, Answer]
    requests: list[str] = field(default_factory=list)
    ending: Event = field(default_factory=Event)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a page."""
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for."""
        return [path_of(request) for request in self.requests]


def path_of(request: str) -> str:
    """The path that a request asks for."""
    return request.split(" ")[1]


@contextmanager
def website(
    answers: Mapping[str, Answer] | None = None,
    *,
    at_once: Answer | None = None,
    certificate: Path | None = None,
) -> Iterator[Website]:
    """A website that answers `answers`, and 404 to all else; by TLS with a certificate.

    With `at_once`, it does that with every connection instead, and reads nothing.
    """
    found = Website(0, dict(answers or {}))

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                self.answer()

        def answer(self) -> None:
            if at_once is not None:
                at_once(self.request)
                return
            said = b""
            while b"\r\n\r\n" not in said and (part := self.request.recv(65536)):
                said += part
            if not said:
                return
            request = said.decode("latin-1")
            found.requests.append(request)
            # Not what came last: others are asked for at the same moment.
            reply = found.answers.get(path_of(request), page(b"", status=404))
            reply(self.request)

    with _Server(("127.0.0.1", 0), Handler) as server:
        found.port = int(server.server_address[1])
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = Thread(target=server.serve_forever, args=[0.02], daemon=True)
        thread.start()
        try:
            yield found
        finally:
            found.ending.set()
            server.shutdown()
            thread.join()


def page(body: bytes, *, status: int = 200, **headers: Any) -> Answer:
    """An answer with a body, and a length unless another is said."""
    said = {"Content_Length": len(body), "Connection": "close", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in said.items()]
    head = "\r\n".join([f"HTTP/1.1 {status} Said", *lines, "", ""])
    return raw(head.encode() + body)


def raw(data: bytes) -> Answer:
    """Exactly these bytes."""
    return lambda connection: connection.sendall(data)


def endless(head: bytes, part: bytes, *, pause_s: float = 0.0) -> Answer:
    """A head, and then a part again and again until the other side is gone."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(part)
            Event().wait(pause_s)

    return answer


def held(until: Event, then: Answer, began: Event | None = None) -> Answer:
    """An answer that waits for an event; `began` is set when the request is there."""

    def answer(connection: socket.socket) -> None:
        if began is not None:
            began.set()
        until.wait(PATIENCE_S)
        then(connection)

    return answer
