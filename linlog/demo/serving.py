"""The server of the demo: a process of its own, started, watched and stopped."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from linlog.errors import ConfigError

LOG: Final = "server.log"
START_S: Final = 120.0
"""Seconds that the server may take to answer for the first time, on a busy machine too."""
STOP_S: Final = 10.0
"""Seconds that the server may take to end what it is doing."""
_PROGRAM: Final = """
import json, sys
from linlog.errors import ConfigError
from linlog.server import serve
try:
    serve.run(**json.loads(sys.argv[1]))
except ConfigError as error:
    sys.exit(str(error))
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    address: str
    """Where it is."""
    process: subprocess.Popen[bytes]
    """The process that serves."""

    def wait(self) -> int:
        """Wait until the process ends; its exit code."""
        return self.process.wait()


@contextmanager
def server(data: Path, host: str, port: int) -> Iterator[Server]:
    """Start a server on a folder, wait until it answers, and stop it at the end.

    It does not hear Ctrl-C itself, so that what is under way can be delivered first.
    """
    options = json.dumps({"data": str(data), "host": host, "port": port, "log_level": "warning"})
    descriptor = os.open(data / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as log:
        process = subprocess.Popen(  # noqa: S603 - this very Python, with words of our own
            [sys.executable, "-c", _PROGRAM, options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _await_answer(process, data / LOG, host, port)
        shown = f"[{host}]" if ":" in host else host
        yield Server(f"http://{shown}:{port}", process)
    finally:
        _stop(process)


def free_port(host: str, wanted: int) -> int:
    """The wanted port where it is free, else another that is."""
    for port in (wanted, 0):
        with socket.socket(_family(host)) as listener, suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            return int(listener.getsockname()[1])
    raise ConfigError(f"nothing can listen on {host}; try 127.0.0.1")


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM, and the end of the terminal, stop the demo as Ctrl-C does."""
    numbers = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {number: signal.signal(number, _interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Stop what is being done."""
    raise KeyboardInterrupt


def _family(host: str) -> socket.AddressFamily:
    """IPv6 for an address with colons, IPv4 otherwise."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _await_answer(process: subprocess.Popen[bytes], log: Path, host: str, port: int) -> None:
    """Wait for the first answer. Raises ConfigError with the end of the log where none comes."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(host, port):
            return
        time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
    raise ConfigError("\n".join(["the server did not start:", *said, f"All of it is in {log}."]))


def _answers(host: str, port: int) -> bool:
    """Whether a server is there and well."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, and end it where it does not or nobody has the patience."""
    process.terminate()
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)
    finally:
        process.kill()
        process.wait()
