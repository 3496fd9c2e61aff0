"""Servers that get no more files, memory or threads for a while: R12."""

from __future__ import annotations

import os
import random
import resource
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.factories import processes
from tests.faults.counts import tries
from tests.faults.servers import STRACE, House, Running
from tests.faults.sessions import Session, check_disk
from tests.patience import PATIENCE_S

CLIENTS = 4
STEPS = 10
IDLE = 40
"""Connections that are held and never used."""
SPARE = 12
"""Open files that a server may have more afterwards: connections that are not closed yet."""
FILES_EACH = 8
"""Open files for each client more that is served at once, those of the database among them."""
pytestmark = pytest.mark.usefixtures("impatient")


@pytest.mark.parametrize("what", ["files", "memory"])
@pytest.mark.parametrize("seed", tries(34))
def test_r12_a_server_gets_no_more(house: House, what: str, seed: int) -> None:
    """It answers that it cannot, loses nothing, and works as before when it gets more again."""
    hinder = {"files": no_more_files, "memory": no_more_memory}[what]
    hindered(house, hinder, seed, random.Random(f"{what} {seed}"))


@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
@pytest.mark.parametrize("seed", tries(34))
def test_r12_a_server_gets_no_more_threads(house: House, tmp_path: Path, seed: int) -> None:
    """So does one that was just started, and has hardly any yet."""
    met = tmp_path / "met"
    house.answering().kill()

    def hinder(server: Running, _: random.Random) -> AbstractContextManager[None]:
        return no_more_threads(server, met)

    def was_met() -> bool:
        return "INJECTED" in met.read_text()

    hindered(house, hinder, seed, random.Random(seed), at_once=1, was_met=was_met)


Hinder = Callable[[Running, random.Random], AbstractContextManager[None]]


def hindered(
    house: House,
    hinder: Hinder,
    seed: int,
    chance: random.Random,
    *,
    at_once: int = CLIENTS,
    was_met: Callable[[], bool] = lambda: True,
) -> None:
    """Some clients work before, and several while something is missing and afterwards."""
    server = house.answering()
    with ExitStack() as stack:
        clients = [stack.enter_context(house.client()) for _ in range(CLIENTS)]
        sessions = [Session(client, seed * CLIENTS + at) for at, client in enumerate(clients)]
        work(sessions[:at_once])
        before = open_files(server) + FILES_EACH * (CLIENTS - at_once)

        def is_hindered() -> bool:
            work(sessions)
            # A busy machine may have served them one after the other.
            return was_met()

        with hinder(server, chance):
            processes.until(is_hindered, "what was to be missing")
        assert not server.dead
        ends = time.monotonic() + PATIENCE_S
        while not all(session.step() for session in sessions):
            assert time.monotonic() < ends, "it does not recover"
            time.sleep(0.1)
        assert all(session.step() for session in sessions for _ in range(STEPS))
        for session in sessions:
            session.check(session.client)
        while open_files(server) > before + SPARE:
            assert time.monotonic() < ends, "files stay open"
            time.sleep(0.1)
    check_disk(house.data)


def work(sessions: list[Session]) -> None:
    """All at once do some steps, or try to."""
    with ThreadPoolExecutor(len(sessions)) as pool:
        for each in [pool.submit(several, session) for session in sessions]:
            each.result()


def several(session: Session) -> None:
    """Some steps, whatever comes of them."""
    for _ in range(STEPS):
        session.step()


def open_files(server: Running) -> int:
    """How many files and connections a server has open."""
    return len([*Path(f"/proc/{server.process}/fd").iterdir()])


@contextmanager
def no_more_files(server: Running, chance: random.Random) -> Iterator[None]:
    """Let a server open no more than a few files, while others hold connections to it."""
    most = open_files(server) + chance.randint(0, 10)
    with ExitStack() as stack, bounded(server, resource.RLIMIT_NOFILE, most):
        address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
        for _ in range(IDLE):
            stack.enter_context(socket.create_connection(address))
        yield


@contextmanager
def no_more_memory(server: Running, chance: random.Random) -> Iterator[None]:
    """Let a server have little more memory than it has."""
    pages = int(Path(f"/proc/{server.process}/statm").read_text().split()[0])
    most = pages * os.sysconf("SC_PAGE_SIZE") + chance.randint(0, 4_000_000)
    with bounded(server, resource.RLIMIT_AS, most):
        yield


@contextmanager
def no_more_threads(server: Running, met: Path) -> Iterator[None]:
    """Let a server start no thread, and note each that it asks for."""
    assert STRACE is not None
    fault = ("-e", "trace=clone,clone3", "-e", "inject=clone,clone3:error=EAGAIN", "-o", met)
    tracer = subprocess.Popen([STRACE, "-f", "-qq", "-p", str(server.process), *fault])
    status = Path(f"/proc/{server.process}/status")
    processes.until(lambda: "TracerPid:\t0" not in status.read_text(), "a tracer")
    try:
        yield
    finally:
        # It lets go of what it traces.
        tracer.terminate()
        tracer.wait(PATIENCE_S)


@contextmanager
def bounded(server: Running, kind: int, most: int) -> Iterator[None]:
    """Give a process a limit, and take it back."""
    usual = resource.prlimit(server.process, kind)
    resource.prlimit(server.process, kind, (most, usual[1]))
    try:
        yield
    finally:
        resource.prlimit(server.process, kind, usual)
