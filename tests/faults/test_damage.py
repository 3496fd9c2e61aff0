"""Databases that were damaged, cut or lost: R27."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from linlog import LinLogClient, errors
from linlog.server import admin
from linlog.wire import codec
from tests.faults.counts import tries
from tests.faults.sessions import Session, opened
from tests.serving import OWNER, PASSWORD

PAGE = 4096
STEPS = 150
_TREES = frozenset({2, 5, 10, 13})
"""The first byte of a page that is a part of a tree; of others SQLite checks nothing."""
DATABASE = "linlog.sqlite3"


@dataclass
class Whole:
    """A data folder, what it gives, and the pages of its database that SQLite can check."""

    data: Path
    token: str
    session: Session
    told: dict[str, bytes]
    pages: list[int]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """A folder with something of everything."""
    data = tmp_path_factory.mktemp("whole") / "data"
    admin.create_user(data, OWNER, "owner", PASSWORD)
    token = admin.create_token(data, "tests")
    with opened(data, token) as client:
        session = Session(client, 0)
        assert all(session.step() for _ in range(STEPS))
        told = {name: ask() for name, ask in asked(client, session).items()}
    content = (data / DATABASE).read_bytes()
    pages = [at for at in range(PAGE, len(content), PAGE) if content[at] in _TREES]
    return Whole(data, token, session, told, pages)


def asked(client: LinLogClient, session: Session) -> dict[str, Callable[[], bytes]]:
    """What is read, by its name."""
    file_id, _ = next(iter(session.files.values()))
    found: dict[str, Callable[[], object]] = {
        "tasks": lambda: client.tasks.list(session.project_id, limit=1000).everything(),
        "of a label": lambda: client.tasks.list(session.project_id, label="0").everything(),
        "task": lambda: client.tasks.get(session.task_id),
        "projects": lambda: client.projects.list().everything(),
        "entries": lambda: client.log_entries.everything(session.version_id),
        "predictions": lambda: client.predictions.list(session.run_id, limit=1000).everything(),
        "run": lambda: client.model_runs.get(session.run_id),
        "file": lambda: client.files.content(file_id),
    }
    return {name: lambda ask=ask: codec.encode(ask()) for name, ask in found.items()}  # type: ignore[misc]


@pytest.mark.parametrize("seed", tries(200))
def test_r27_a_page_is_damaged(whole: Whole, tmp_path: Path, seed: int) -> None:
    """No answer is wrong: it is as before, or the server says that it failed."""
    chance, data = random.Random(seed), tmp_path / "data"
    shutil.copytree(whole.data, data)
    at, size = chance.choice(whole.pages), chance.choice([1, 8, PAGE])
    with (data / DATABASE).open("r+b") as file:
        file.seek(at)
        file.write(chance.choice([bytes(size), b"\xff" * size]))
    try:
        with opened(data, whole.token) as client:
            for name, ask in asked(client, whole.session).items():
                try:
                    found = ask()
                except errors.ServerFailed:
                    continue
                assert found == whole.told[name], name
    except errors.ConfigError as error:
        assert "restore a backup" in str(error)  # noqa: PT017 - it may be whole enough to start


def test_r27_a_database_that_is_none_or_gone_is_refused(whole: Whole, tmp_path: Path) -> None:
    for number, damage in enumerate((emptied, gone, headless, halved)):
        data = tmp_path / str(number)
        shutil.copytree(whole.data, data)
        damage(data / DATABASE)
        with pytest.raises(errors.ConfigError, match="restore a backup"), opened(data, "t"):
            pass


def emptied(path: Path) -> None:
    """Cut it to nothing."""
    path.write_bytes(b"")


def gone(path: Path) -> None:
    """Remove it."""
    path.unlink()


def headless(path: Path) -> None:
    """Let it begin with something else."""
    path.write_bytes(b"x" * PAGE + path.read_bytes()[PAGE:])


def halved(path: Path) -> None:
    """Leave its first two pages."""
    path.write_bytes(path.read_bytes()[: 2 * PAGE])


def test_r27_a_log_that_is_damaged_is_left_alone(whole: Whole, tmp_path: Path) -> None:
    """Of the log beside a database nothing is taken whose checksum is wrong."""
    other, data = tmp_path / "other", tmp_path / "data"
    admin.create_user(other, OWNER, "owner", PASSWORD)
    with opened(other, admin.create_token(other, "tests")) as client:
        client.create_project("Not ours")
        log = bytearray((other / f"{DATABASE}-wal").read_bytes())
    assert len(log) > PAGE
    log[24] ^= 1
    shutil.copytree(whole.data, data)
    path = data / f"{DATABASE}-wal"
    path.touch(0o600)
    path.write_bytes(log)
    with opened(data, whole.token) as client:
        assert {name: ask() for name, ask in asked(client, whole.session).items()} == whole.told
