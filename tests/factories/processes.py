"""Real `linlog` processes: commands that end, servers and workers that run until they are told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

from tests.conftest import OWNER, PASSWORD
from tests.patience import PATIENCE_S
from tests.ports import free_port

LINLOG = (sys.executable, "-m", "linlog.cli.main")
ROOT = Path(__file__).resolve().parents[2]


def environment(**variables: str) -> dict[str, str]:
    """The environment with no LINLOG_ variable but those that are given."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LINLOG_")}
    return {**kept, "PYTHONPATH": str(ROOT), **variables}


def answers(port: int) -> bool:
    """Whether a server says that it reaches its database."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def command(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """Run `linlog` to its end, with `said` on its standard input."""
    return subprocess.run(
        [*LINLOG, *arguments],
        input=said,
        capture_output=True,
        text=True,
        env=environment(),
        timeout=PATIENCE_S,
        check=False,
    )


def owner_and_token(data: Path) -> str:
    """Make the owner and a token by the commands that do so; the token."""
    made = command(
        *("users", "create", OWNER, "--role", "owner", "--password-stdin", "--data", str(data)),
        said=f"{PASSWORD}\n",
    )
    assert made.returncode == 0, made.stderr
    return command("tokens", "create", "tests", "--data", str(data)).stdout.strip()


def until(done: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait until `done()` is true."""
    ends = time.monotonic() + patience_s
    while not done():
        assert time.monotonic() < ends, f"{what} did not happen within {patience_s:g} seconds"
        time.sleep(0.02)


class Running:
    """A process of `linlog` that runs until it is told to stop, and what it said so far."""

    def __init__(self, *arguments: str, **variables: str) -> None:
        self.out: list[str] = []
        self.err: list[str] = []
        self.process = subprocess.Popen(
            [*LINLOG, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            env=environment(**variables),
        )
        self._readers = [
            Thread(target=kept.extend, args=[stream], daemon=True)
            for kept, stream in (
                (self.out, self.process.stdout),
                (self.err, self.process.stderr),
            )
        ]
        for reader in self._readers:
            reader.start()

    def said(self, part: str) -> bool:
        """Whether a line holds `part`. Fails where the process ended without it."""
        ended = self.process.poll() is not None
        if ended:
            self._read_to_the_end()
        found = any(part in line for line in [*self.out, *self.err])
        assert found or not ended, f"it ended: {self.out}, {self.err}"
        return found

    def _read_to_the_end(self) -> None:
        """What a process said last is read a moment after it has ended."""
        for reader in self._readers:
            reader.join(PATIENCE_S)

    def kill(self) -> None:
        """End it as a power failure would."""
        self._end(signal.SIGKILL)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; the code that it ends with."""
        return self._end(number)

    def _end(self, number: signal.Signals) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        self._read_to_the_end()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return code


class Serving(Running):
    """A running server."""

    def __init__(self, data: Path, *arguments: str, port: int | None = None, **settings: str):
        self.port = port or free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        super().__init__(
            *("serve", "--data", str(data), "--port", str(self.port), *arguments), **settings
        )

    def wait(self) -> None:
        """Until it answers."""
        until(self._answers, "an answer")

    def _answers(self) -> bool:
        assert self.process.poll() is None, f"it ended: {self.out}, {self.err}"
        return answers(self.port)


@contextmanager
def serving(data: Path, *arguments: str, **settings: str) -> Iterator[Serving]:
    """A server that answers, ended afterwards."""
    found = Serving(data, *arguments, **settings)
    try:
        found.wait()
        yield found
    finally:
        found.stop()
