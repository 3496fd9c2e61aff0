"""A server that attacks whoever asks it: with true answers made evil, or answers that are none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.factories import organisations, worlds
from tests.factories.organisations import Home

NAMES = (
    *("..", "../../.ssh/authorized_keys", "/etc/cron.d/x", "C:\\Windows\\x", "a\x00b", "-rf"),
    *("\x1b]0;owned\x07\x1b[2J", "a\r\nb: c", "~/.bashrc", "$(touch owned)", "\u202egnp.exe"),
)
SAID = {
    *("name", "title", "filename", "label", "text", "failure", "display_name", "model_name"),
    *("dataset_name", "model_version_name", "project_title", "detail", "note", "headline"),
}
"""Fields of a server's answers that hold any text."""
Say = Callable[[str, str], tuple[int, bytes]]
"""Gives status and body for a method and a path."""


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    # A connection that is kept open must not keep the test from ending.
    block_on_close = False


@dataclass
class Evil:
    """A running evil server, and what was asked of it."""

    port: int
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def server(say: Say, **headers: str) -> Iterator[Evil]:
    """An evil server on loopback that answers everything with what `say` gives."""
    found = Evil(0)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            found.asked.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = say(self.command, self.path)
            with suppress(OSError):
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    for method in ("GET", "POST", "PATCH", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.answer)
    with _Listening(("127.0.0.1", 0), Handler) as listening:
        found.port = listening.server_port
        thread = Thread(target=listening.serve_forever, args=[0.02], daemon=True)
        thread.start()
        try:
            yield found
        finally:
            listening.shutdown()
            thread.join()


@dataclass(frozen=True)
class World:
    """A true server's organisation, whose answers are made evil."""

    home: Home
    ids: dict[str, str]

    def answers(self, method: str, path: str) -> tuple[int, bytes]:
        """What the true server says, with every name an evil one."""
        reply = self.home.call(method, path, {} if method == "POST" else None, role="admin")
        try:
            return reply.status, json.dumps(worse(reply.data)).encode()
        except ValueError:
            return reply.status, reply.body


def world(server: Any) -> World:
    """One of everything on a server in this process."""
    home = organisations.create(server)
    return World(home, worlds.create(home))


def worse(data: Any, at: int = 0) -> Any:
    """The same data with evil names, each place with another one."""
    if isinstance(data, list):
        return [worse(one, at + place) for place, one in enumerate(data)]
    if isinstance(data, dict):
        return {
            key: NAMES[(at + place) % len(NAMES)]
            if key in SAID and isinstance(one, str)
            else worse(one, at + place)
            for place, (key, one) in enumerate(data.items())
        }
    return data
