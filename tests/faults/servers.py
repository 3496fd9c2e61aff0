"""Servers that are killed: run as a program, it forks one for each line it reads.

A fork begins with everything imported. It may be held until a tracer has it, which then ends it at
one of its calls of the system, lets a call fail, or writes down their order.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from linlog import LinLogClient, errors, limits
from linlog.server.services import contents
from tests.faults import scenarios
from tests.faults.scenarios import Forker, History, kill, wait
from tests.patience import PATIENCE_S

STRACE: Final = shutil.which("strace")
WRITES: Final = "pwrite64,write,writev,ftruncate,rename,sendto,sendmsg"
SYNCS: Final = "fdatasync,fsync"
USUAL: Final[dict[str, float]] = {
    "workers": 0,
    "shared_ms": limits.SHARED_COMMIT_MS,
    "collected_after_s": contents.COLLECTED_AFTER_S,
}
"""What a server is told unless a test says otherwise."""


def serve(given: dict[str, Any], history: History) -> None:
    """Serve a data folder until killed, or note why not."""
    from linlog.server.serve import run

    limits.SHARED_COMMIT_MS = given["shared_ms"]
    contents.COLLECTED_AFTER_S = given["collected_after_s"]  # type: ignore[misc]

    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.environ["LINLOG_WORKERS"] = str(given["workers"])
    # What breaks the line to it listens on a port of its own.
    os.environ["LINLOG_HOSTS"] = "127.0.0.1:*"
    if given["held"]:
        os.kill(os.getpid(), signal.SIGSTOP)
    try:
        run(port=given["port"], data=Path(given["data"]))
    except errors.ConfigError as error:
        history.note("refused", error)


def work(given: dict[str, Any], _: History) -> None:
    """Work on the jobs of a data folder until killed."""
    from linlog.server.jobs import worker
    from linlog.server.serve import run_worker

    worker.LEASE_S = given["lease_s"]  # type: ignore[misc]
    worker.HEARTBEAT_S = given["lease_s"] / 4  # type: ignore[misc]
    run_worker(data=Path(given["data"]))


class Running:
    """A server that was forked, and what traces it."""

    def __init__(
        self,
        forker: Forker,
        data: Path,
        port: int,
        *trace: str,
        history: Path = Path(os.devnull),
        **changed: float,
    ) -> None:
        self.url = f"http://127.0.0.1:{port}"
        given = {"data": str(data), "port": port, "held": bool(trace), **USUAL, **changed}
        self.process = forker.start("serve", history, history, **given)
        self._began = _began(self.process)
        self._tracer: subprocess.Popen[bytes] | None = None
        if trace:
            self._trace(trace)

    def _trace(self, words: tuple[str, ...]) -> None:
        assert STRACE is not None
        _until(lambda: _state(self.process, "State").startswith("T"))
        command = [STRACE, "-f", "-qq", "-p", str(self.process), *words]
        self._tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        _until(lambda: _state(self.process, "TracerPid") not in {"", "0"})
        os.kill(self.process, signal.SIGCONT)

    @property
    def dead(self) -> bool:
        """Whether it has ended; another process or thread may have its number since."""
        gone = _state(self.process, "State")[:1] in {"", "Z", "X"}
        return gone or _began(self.process) != self._began

    def wait(self, token: str) -> bool:
        """Wait until it answers; False where it ended before."""
        ends = time.monotonic() + PATIENCE_S
        while not self.dead:
            with LinLogClient(self.url, token) as client:
                try:
                    client.organisations.get()
                except (errors.TransportError, errors.ServerFailed):
                    assert time.monotonic() < ends, "the server does not answer"
                    time.sleep(0.01)
                else:
                    return True
        return False

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        os.kill(self.process, signal.SIGTERM)
        wait(self.process)

    def kill(self) -> None:
        """End it, and what traces it; where it has ended, wait until all of it is gone."""
        if _began(self.process) == self._began:
            kill(self.process)
        self._untraced()

    def let_go(self) -> None:
        """Trace it no more, where it lives: what the tracer held goes on."""
        if self._tracer is not None and not self.dead:
            self._tracer.terminate()
            self._untraced()

    def _untraced(self) -> None:
        if self._tracer is not None:
            self._tracer.wait(PATIENCE_S)
            self._tracer = None


@dataclass
class House:
    """A data folder, and servers on it one after the other."""

    forker: Forker
    data: Path
    token: str
    port: int
    running: Running | None = None
    """What the last test left, so that the next need not start one."""
    started: Running | None = None
    """The last that was started, in whatever way."""

    def start(self, *trace: str, **changed: float) -> Running:
        """Start a server, which may be traced; what a test that failed left is ended."""
        if self.started is not None:
            self.started.kill()
        self.started = Running(self.forker, self.data, self.port, *trace, **changed)
        return self.started

    def answering(self) -> Running:
        """A server that answers, and is not traced."""
        if self.running is None or self.running.dead:
            self.running = self.start()
        assert self.running.wait(self.token)
        return self.running

    @property
    def database(self) -> Path:
        """The file of the database."""
        return next(self.data.glob("*.sqlite3"))

    def client(self) -> LinLogClient:
        """A client of whichever server is there."""
        return LinLogClient(f"http://127.0.0.1:{self.port}", self.token)


def _state(process: int, key: str) -> str:
    """A line of what the system knows of a process; nothing where it is gone."""
    try:
        text = Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    lines = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    return lines.get(key, "").strip()


def _began(process: int) -> str:
    """When a process began, in ticks since the machine did; nothing where it is gone."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    # The name before may hold spaces and brackets.
    return text.rpartition(")")[2].split()[19]


def _until(done: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < ends, "it does not happen"
        time.sleep(0.001)


if __name__ == "__main__":
    import linlog.server.app
    import linlog.server.serve  # noqa: F401 - so that forks have it

    sys.exit(scenarios.main({"serve": serve, "work": work}))
