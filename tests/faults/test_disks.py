"""A disk below a server that is full for a while: R10."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from linlog import LinLogClient
from linlog.server import admin
from tests.faults.counts import tries
from tests.faults.scenarios import Forker
from tests.faults.servers import House
from tests.faults.sessions import Session, check_disk
from tests.ports import free_port
from tests.serving import OWNER, PASSWORD

CLIENTS = 3
STEPS = 200
"""Steps after which a full disk must have refused something: what a log has left is used first."""
SIZE = "256m"
OWN_DISK = ("unshare", "-rm", "sh", "-c")
"""A command that runs another one where it may mount, and nobody else sees what."""
MOUNT = 'mount -t tmpfs -o size="$1",mode=700 tmpfs "$2"'
COPY = ' && cp -a "$3"/. "$2" && shift 3 && exec "$@"'
pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture(scope="module")
def tokens() -> list[str]:
    """Tokens that nobody has used yet."""
    return []


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, tokens: list[str]) -> Iterator[House]:
    """A data folder on a disk of its own, which servers see, and this process through them."""
    source, data = (tmp_path_factory.mktemp("small") / name for name in ("source", "data"))
    data.mkdir()
    tried = [*OWN_DISK, MOUNT, "sh", SIZE, data]
    if shutil.which(OWN_DISK[0]) is None or subprocess.run(tried, check=False).returncode:
        pytest.skip("a user of this machine may not mount a disk of memory")
    admin.create_user(source, OWNER, "owner", PASSWORD)
    tokens += [admin.create_token(source, f"token {seed}") for seed in tries(200)]
    token = admin.create_token(source, "tests")
    within = (*OWN_DISK, MOUNT + COPY, "sh", SIZE, str(data), str(source))
    forker = Forker("tests.faults.servers", *within)
    house = House(forker, Path(f"/proc/{forker.process}/root{data}"), token, free_port())
    yield house
    if house.started is not None:
        house.started.kill()
    forker.close()


@pytest.mark.parametrize("seed", tries(200))
def test_r10_a_disk_without_room(
    small: House, tokens: list[str], tmp_path: Path, seed: int
) -> None:
    """Writes are refused with 507, reads go on, and all is as before when there is room again."""
    chance, house = random.Random(seed), small
    server = house.answering()
    with ExitStack() as stack:
        clients = [stack.enter_context(house.client()) for _ in range(CLIENTS)]
        stranger = stack.enter_context(LinLogClient(server.url, tokens[seed]))
        sessions = [Session(client, seed * CLIENTS + at) for at, client in enumerate(clients)]
        for session in sessions:
            assert all(session.step() for _ in range(chance.randint(0, 10)))
        with full(house, chance.choice([0, 4096, chance.randint(0, 100_000)])):
            for _ in range(STEPS):
                done = [session.step() for session in sessions]
                if not any(done):
                    break
            refused = [error for session in sessions for error in session.failures]
            assert refused, "the disk was full, and nobody was told"
            assert all("no room left" in str(error) for error in refused), refused
            for session in sessions:
                session.check(session.client)
            # Whoever was not seen for a minute is noted, which must not keep them from reading.
            assert stranger.tasks.get(sessions[0].task_id).id == sessions[0].task_id
        assert not server.dead
        assert house.running is server
        for session in sessions:
            assert all(session.step() for _ in range(3))
            session.check(session.client)
        for session in sessions:
            session.delete(session.client)
    # SQLite follows the way to the server's disk out of it again.
    shutil.copytree(house.data, tmp_path / "seen")
    check_disk(tmp_path / "seen")


@contextmanager
def full(house: House, left_bytes: int) -> Iterator[None]:
    """While a disk has so much room and no more."""
    filler = house.data / "filler"
    with filler.open("wb") as file:
        disk = os.statvfs(house.data)
        os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - left_bytes)
    try:
        yield
    finally:
        filler.unlink()
