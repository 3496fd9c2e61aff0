"""A server in a process of its own, on a data folder with an owner and a token."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from linlog import LinLogClient, errors
from linlog.server import admin
from tests.ports import free_port

OWNER = "owner@example.org"
PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    url: str
    token: str
    data: Path
    process: int

    def memory_bytes(self) -> int:
        """The memory that the server has now."""
        return memory_bytes(self.process)

    def cpu_s(self) -> float:
        """The seconds of processors that the server has used."""
        return cpu_s(self.process)

    def database_bytes(self) -> int:
        """The size of its database, the log that is ahead of it included."""
        return sum(path.stat().st_size for path in self.data.glob("*.sqlite3*"))


def memory_bytes(process: int) -> int:
    """The memory that a process has now."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def cpu_s(process: int) -> float:
    """The seconds of processors that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serve(data: Path, **settings: object) -> Iterator[Served]:
    """Serve a new data folder; settings are those of the environment, in lower case."""
    given = {f"LINLOG_{name.upper()}": str(value) for name, value in settings.items()}
    with patch.dict(os.environ, given):
        admin.create_user(data, OWNER, "owner", PASSWORD)
        token = admin.create_token(data, "tests")
    port = free_port()
    command = [sys.executable, "-m", "linlog.cli.main", "serve", "--port", str(port)]
    environment = {**os.environ, "LINLOG_WORKERS": "0", **given}
    with subprocess.Popen(
        [*command, "--data", str(data)], stdout=subprocess.DEVNULL, env=environment
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_it_answers(url, token)
            yield Served(url, token, data, process.pid)
        finally:
            process.terminate()


def wait_until_it_answers(url: str, token: str) -> None:
    """Wait up to five minutes: a machine with much other work starts nothing at once."""
    ends = time.monotonic() + 300
    with LinLogClient(url, token) as client:
        while True:
            try:
                client.organisations.get()
            except errors.TransportError:
                assert time.monotonic() < ends, "the server does not answer"
                time.sleep(0.05)
            else:
                return
