"""Servers that get no more files or memory for a while: R12."""

from __future__ import annotations

import os
import random
import resource
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.faults.counts import tries
from tests.faults.servers import House, Running
from tests.faults.sessions import Session, check_disk

CLIENTS = 4
STEPS = 10
IDLE = 40
"""Connections that are held and never used."""
SPARE = 12
"""Open files that a server may have more afterwards: connections that are not closed yet."""
PATIENCE_S = 300
pytestmark = pytest.mark.usefixtures("impatient")


@pytest.mark.parametrize("what", ["files", "memory"])
@pytest.mark.parametrize("seed", tries(50))
def test_r12_a_server_gets_no_more(house: House, what: str, seed: int) -> None:
    """It answers that it cannot, loses nothing, and works as before when it gets more again."""
    chance, server = random.Random(f"{what} {seed}"), house.answering()
    with ExitStack() as stack:
        clients = [stack.enter_context(house.client()) for _ in range(CLIENTS)]
        sessions = [Session(client, seed * CLIENTS + at) for at, client in enumerate(clients)]
        work(sessions)
        before = open_files(server)
        with (no_more_files if what == "files" else no_more_memory)(server, chance):
            work(sessions)
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
def bounded(server: Running, kind: int, most: int) -> Iterator[None]:
    """Give a process a limit, and take it back."""
    usual = resource.prlimit(server.process, kind)
    resource.prlimit(server.process, kind, (most, usual[1]))
    try:
        yield
    finally:
        resource.prlimit(server.process, kind, usual)
