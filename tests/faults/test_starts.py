"""Servers that must not start: on what cannot be written, or is another's: R13, R25."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from linlog.server import admin
from tests.faults.counts import tries
from tests.faults.scenarios import Forker, notes, wait
from tests.faults.servers import STRACE, House, Running
from tests.faults.sessions import Session, opened
from tests.ports import free_port
from tests.serving import OWNER, PASSWORD

DATABASE = "linlog.sqlite3"


def sealed(data: Path) -> Path:
    """Take the right to write in a folder."""
    data.chmod(0o500)
    return data


def read_only(data: Path) -> Path:
    """Take the right to write a database."""
    for path in data.glob("*.sqlite3*"):
        path.chmod(0o400)
    return data


def unreadable(data: Path) -> Path:
    """Take every right to a database."""
    (data / DATABASE).chmod(0)
    return data


def shut(data: Path) -> Path:
    """Take the right to the files."""
    (data / "blobs").chmod(0)
    return data


def keyless(data: Path) -> Path:
    """Take the right to the secret."""
    (data / "secret").chmod(0)
    return data


def nowhere(data: Path) -> Path:
    """A folder that cannot be made."""
    data.chmod(0o500)
    return data / "new"


def a_file(data: Path) -> Path:
    """A file where the folder should be."""
    return data / DATABASE


SEALS: tuple[Callable[[Path], Path], ...] = (
    *(sealed, read_only, unreadable, shut, keyless, nowhere, a_file),
)


@pytest.mark.parametrize("seed", tries(60))
def test_r13_a_folder_that_cannot_be_written(
    plain_server: Forker, tmp_path: Path, seed: int
) -> None:
    """A server refuses it in one line that names it, and works when it can be written again."""
    seal = SEALS[seed % len(SEALS)]
    data, history, port = tmp_path / "data", tmp_path / "history", free_port()
    admin.create_user(data, OWNER, "owner", PASSWORD)
    token = admin.create_token(data, "tests")
    with opened(data, token) as client:
        session = Session(client, seed)
        assert all(session.step() for _ in range(10))
    modes = {path: path.stat().st_mode for path in [data, *data.rglob("*")]}
    wait(Running(plain_server, seal(data), port, history=history).process)
    refused = [" ".join(words) for words in notes(history, "refused")]
    assert len(refused) == 1, "it started, or failed without a word"
    assert "backup" not in refused[0], "nothing is lost, but cannot be written"
    assert str(data) in refused[0]
    for path, mode in modes.items():
        path.chmod(mode)
    server = Running(plain_server, data, port)
    assert server.wait(token)
    server.kill()
    with opened(data, token) as client:
        session.check(client)


@pytest.mark.parametrize("seed", tries(50))
def test_r25_two_servers_on_one_folder(own_house: House, tmp_path: Path, seed: int) -> None:
    """The second refuses in one line; the first works on, and however it ends another may start."""
    chance, house, history = random.Random(seed), own_house, tmp_path / "history"
    first = house.answering()
    with house.client() as client:
        session = Session(client, seed)
        second = Running(house.forker, house.data, free_port(), history=history)
        assert all(session.step() for _ in range(10))
        wait(second.process)
        refused = [" ".join(words) for words in notes(history, "refused")]
        assert len(refused) == 1, "it started, or failed without a word"
        assert "another server works on" in refused[0]
        assert not first.dead
        chance.choice([first.kill, first.stop])()
        assert house.answering() is not first
        session.check(client)


@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
@pytest.mark.parametrize("seed", tries(10))
def test_r25_a_file_system_without_locks(own_house: House, tmp_path: Path, seed: int) -> None:
    """As some that are far away: a server refuses it in one line."""
    house, history = own_house, tmp_path / "history"
    if house.running is not None:
        house.running.kill()
    error = random.Random(seed).choice(["ENOLCK", "ENOSYS", "EOPNOTSUPP", "EIO"])
    fault = ("-e", "trace=flock", "-e", f"inject=flock:error={error}", "-o", "/dev/null")
    server = Running(house.forker, house.data, free_port(), *fault, history=history)
    assert not server.wait(house.token)
    server.kill()
    (refused,) = (" ".join(words) for words in notes(history, "refused"))
    assert "keeps no locks" in refused
    assert str(house.data) in refused
