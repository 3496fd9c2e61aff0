"""A server in a process of its own, started as its users start it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from linlog import LinLogClient
from linlog.server import admin
from tests.patience import PATIENCE_S
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EMAIL, PASSWORD = "ada@example.org", "correct horse battery staple"
READY = "linlog serves "


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    url: str
    said: tuple[str, ...]
    """What it printed when it started."""


@contextmanager
def serving(data: Path, *, lines: int = 1) -> Iterator[Running]:
    """Serve a data folder until the end of the block, having read so many lines of what it says."""
    port = free_port()
    words = ("-c", "from linlog.cli.main import main; main()", "serve")
    process = subprocess.Popen(
        [sys.executable, *words, "--data", str(data), "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("LINLOG_")},
    )
    assert process.stdout is not None
    try:
        said = heard(process.stdout, lines)
        wait(port, process)
        yield Running(f"http://127.0.0.1:{port}", said)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        process.stdout.close()


@contextmanager
def serving_client(data: Path) -> Iterator[LinLogClient]:
    """A client of a new server, which is there until the end of the block."""
    token = owned(data)
    with serving(data) as server, LinLogClient.init_from_token(token, server.url) as made:
        yield made


def heard(stream: IO[str], lines: int) -> tuple[str, ...]:
    """The first lines that the server prints."""
    said = tuple(stream.readline().strip() for _ in range(lines))
    assert said[0].startswith(READY), f"the server said {said!r}"
    return said


def wait(port: int, process: subprocess.Popen[str]) -> None:
    """Wait until the port takes connections; it does as soon as the server answers."""
    while process.poll() is None:
        with socket.socket() as tried:
            tried.settimeout(0.1)
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"the server ended with {process.returncode}")


def owned(data: Path) -> str:
    """Give a data folder its owner, and a token."""
    admin.create_user(data, EMAIL, "owner", PASSWORD, "Ada Lovelace")
    return admin.create_token(data, "e2e")
