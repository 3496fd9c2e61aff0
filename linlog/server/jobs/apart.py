"""Jobs that nobody waits for, in a process of their own that gives way to every other.

Matching keeps a processor busy for as long as predictions come. In the server's own process it
would take turns with the requests that bring them; so a process beside it works on what is left
over, and ends when there is nothing more to do.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from linlog.server.jobs import APART
from linlog.server.jobs.worker import POLL_S, Worker
from linlog.server.log import log, set_level
from linlog.server.machine import open_machine
from linlog.server.settings import environment, load

if TYPE_CHECKING:
    from linlog.server.settings import Settings

NICENESS: Final = 10
"""How much it gives way: a tenth of a processor where others want all of it.

More would let a transaction that it has begun wait for long, and SQLite's other writers with it.
"""
IDLE_S: Final = 20.0
"""Seconds without a job after which it ends."""
AGAIN_S: Final = 60.0
"""Seconds until it is started again after it failed."""
STOP_S: Final = 5.0
GRACE_S: Final = 1.0
"""Seconds that it has to end the job at hand; whatever is not committed by then is not done."""


class Apart:
    """The process, started when there is work for it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0

    def wake(self) -> None:
        """See to it that the process runs."""
        with self._lock:
            if self._process is not None:
                code = self._process.poll()
                if code is None:
                    return
                self._forget(code)
            if monotonic() >= self._not_before:
                self._process = self._started()

    def stop(self) -> None:
        """End the process; the job at hand is taken up again later."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None, "it was started with a pipe"
        process.stdin.close()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        # Its standard input is a pipe from us: it ends when we do, however we end.
        return subprocess.Popen(
            [sys.executable, "-m", "linlog.server.jobs.apart"],
            env=environment(self._settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )

    def _forget(self, code: int) -> None:
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
        if code:
            self._not_before = monotonic() + AGAIN_S
            log("warning", "the process for jobs nobody waits for ended", code=code)


def main() -> None:
    """Work on such jobs until there are none for a while, or whoever started us is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    settings = load()
    set_level(settings.log_level)
    machine = open_machine(settings)
    worker, gone = Worker(machine, names=APART), Event()

    def listen() -> None:
        # Not through sys.stdin, whose lock would be held when the interpreter ends.
        while os.read(0, 1):
            pass
        gone.set()

    Thread(target=listen, name="listener", daemon=True).start()
    worker.start()
    while not gone.wait(POLL_S) and worker.idle_s() < IDLE_S:
        pass
    worker.stop(GRACE_S)
    machine.close()


if __name__ == "__main__":
    main()
