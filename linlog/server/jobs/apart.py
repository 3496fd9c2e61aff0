"""Jobs that nobody waits for, in a process of their own that gives way to every other.

Matching keeps a processor busy for as long as predictions come. In the server's own process it
would take turns with the requests that bring them; so a process beside it works on what is left
over, and ends when there is nothing more to do.

Two pipes join them. The process asks for the queue of those that write, which SQLite does not keep
across processes, and gives it back; it is told when there is work; and each sees by its end that
the other has gone.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from contextlib import suppress
from threading import Event, Lock, Semaphore, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from linlog.server.jobs import APART, make_ready
from linlog.server.jobs.worker import POLL_S, Worker
from linlog.server.log import log, set_level
from linlog.server.machine import open_machine
from linlog.server.settings import environment, load

if TYPE_CHECKING:
    from linlog.server.machine import Machine

NICENESS: Final = 10
"""How much it gives way: a tenth of a processor where others want all of it.

More would let a transaction that it has begun wait for long, and SQLite's other writers with it.
"""
IDLE_S: Final = 20.0
"""Seconds without a job after which it ends."""
AGAIN_S: Final = 60.0
"""Seconds until it is started again after it failed."""
STOP_S: Final = 5.0
ASKED: Final = b"q"
GRANTED: Final = b"g"
WAKE: Final = b"w"
GRACE_S: Final = 1.0
"""Seconds that it has to end the job at hand; whatever is not committed by then is not done."""


class Apart:
    """The process, started when there is work for it."""

    def __init__(self, machine: Machine) -> None:
        self._settings = machine.settings
        self._turn = machine.database.lend
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0

    def wake(self) -> None:
        """See to it that the process runs, and looks for work."""
        with self._lock:
            if self._process is not None:
                code = self._process.poll()
                if code is None:
                    _send(self._process, WAKE)
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
        _let_go(process)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "linlog.server.jobs.apart"],
            env=environment(self._settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        Thread(target=self._lend, args=[process], name="queue-lender", daemon=True).start()
        return process

    def _lend(self, process: subprocess.Popen[bytes]) -> None:
        """Give the process the turn to write whenever it asks, until it ends."""
        assert process.stdin is not None, "it was started with pipes"
        assert process.stdout is not None, "it was started with pipes"
        with process.stdout as asked, suppress(OSError, ValueError):
            while asked.read(1):
                with self._turn():
                    process.stdin.write(GRANTED)
                    asked.read(1)

    def _forget(self, code: int) -> None:
        process, self._process = self._process, None
        if process is not None:
            _let_go(process)
        if code:
            self._not_before = monotonic() + AGAIN_S
            log("warning", "the process for jobs nobody waits for ended", code=code)


class _Borrowed:
    """The queue of the process that started us, as `Database.queue`."""

    def __init__(self) -> None:
        self.waking = Event()
        # Whatever prints must not be taken for a question.
        self._out = os.dup(1)
        os.dup2(2, 1)
        self._ours = Lock()
        self._granted = Semaphore(0)
        self.gone = Event()

    def __enter__(self) -> None:
        self._ours.acquire()
        self._say()
        self._granted.acquire()

    def __exit__(self, *_: object) -> None:
        self._say()
        self._ours.release()

    def _say(self) -> None:
        try:
            os.write(self._out, ASKED)
        except BrokenPipeError:
            # Who started us was killed; between two transactions there is nothing to lose.
            os._exit(0)

    def listen(self) -> None:
        """Hear what is granted and that there is work, until nobody is there any more."""
        # Not through sys.stdin, whose lock would be held when the interpreter ends.
        while heard := os.read(0, 1):
            if heard == WAKE:
                self.waking.set()
            else:
                self._granted.release()
        self.gone.set()


def main() -> None:
    """Work on such jobs until there are none for a while, or whoever started us is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    settings = load()
    set_level(settings.log_level)
    borrowed = _Borrowed()
    Thread(target=borrowed.listen, name="listener", daemon=True).start()
    machine = open_machine(settings)
    machine.database.queue = borrowed
    machine.job_waiting = borrowed.waking
    worker = Worker(machine, names=APART)
    make_ready()
    # What there is now stays: no later collection has to look at it.
    gc.freeze()
    worker.start()
    while not borrowed.gone.wait(POLL_S) and worker.idle_s() < IDLE_S:
        pass
    worker.stop(GRACE_S)
    machine.close()


def _send(process: subprocess.Popen[bytes], word: bytes) -> None:
    assert process.stdin is not None, "it was started with pipes"
    with suppress(OSError, ValueError):
        process.stdin.write(word)


def _let_go(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None, "it was started with pipes"
    with suppress(OSError):
        process.stdin.close()


if __name__ == "__main__":
    main()
