"""A copied installation holds the same, on whatever databases and stores, or nothing at all."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

import pytest

from linlog import LinLogClient
from linlog.client.transports.app import AppTransport
from linlog.errors import ConfigError, Conflict, LinLogError
from linlog.server import admin, app
from linlog.server.databases import open_database
from linlog.server.machine import open_machine
from linlog.server.settings import Settings
from linlog.server.store import copies
from tests.conftest import ORIGIN, Server
from tests.factories import evaluations, files, tasks
from tests.postgresql import Postgresql

PLACES = ("sqlite", "postgresql")


@pytest.fixture
def filled(server: Server) -> Server:
    """A server with an evaluation and all that it stands on, and a file."""
    with server.client() as client:
        evaluations.finished(client, server)
        files.create(client)
    return server


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The address of an empty database; empty for one in the new folder."""
    if request.param == "sqlite":
        return ""
    server: Postgresql = request.getfixturevalue("postgresql")
    return server.url(server.create())


def held(url: str) -> dict[str, copies.Fingerprint]:
    """What every table of a database holds."""
    database = open_database(url, threads=1)
    try:
        with database.read() as conn:
            return copies.fingerprints(conn)
    finally:
        database.close()


@pytest.mark.parametrize("database", PLACES, indirect=True)
def test_a_copy_holds_every_row_and_file(filled: Server, database: str, tmp_path: Path) -> None:
    settings, target = filled.machine.settings, tmp_path / "copy"
    made = admin.copy(settings.data, target, database=database)
    moved = Settings(data=target, database=database)
    assert held(moved.database_url) == held(settings.database_url)
    assert made.rows == sum(one.rows for one in held(settings.database_url).values()) > 20
    assert (made.files, made.missing) == (1, ())
    assert (target / "secret").read_bytes() == (settings.data / "secret").read_bytes()


@pytest.mark.parametrize("database", PLACES, indirect=True)
def test_a_copy_serves_as_its_source_did(filled: Server, database: str, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    admin.copy(filled.machine.settings.data, target, database=database)
    machine = open_machine(Settings(data=target, database=database, workers=0))
    transport = AppTransport(app.build(machine))
    with (
        filled.client() as before,
        LinLogClient(ORIGIN, filled.token, transport=transport) as after,
    ):
        evaluation = before.get_evaluations()[0]
        assert after.get_report(evaluation.id) == before.get_report(evaluation.id)
        assert after.get_projects() == before.get_projects()
        made = tasks.create(after)
        assert made.id in {task.id for task in after.get_project_tasks(made.project_id)}
    machine.close()


def test_there_and_back_changes_nothing(
    filled: Server, postgresql: Postgresql, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgresql.url(postgresql.create())
    admin.copy(filled.machine.settings.data, tmp_path / "there", database=url)
    monkeypatch.setenv("LINLOG_DATABASE", url)
    admin.copy(tmp_path / "there", tmp_path / "back")
    back = Settings(data=tmp_path / "back")
    assert held(back.database_url) == held(filled.machine.settings.database_url)


def test_a_copy_is_of_one_moment_while_others_write(server: Server, tmp_path: Path) -> None:
    stop = Event()

    def write() -> None:
        with server.client() as client:
            while not stop.is_set():
                tasks.create(client)

    writer = Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            target = tmp_path / f"copy{number}"
            admin.copy(server.machine.settings.data, target)
            found = held(Settings(data=target).database_url)
            # Each writer's transaction makes a project with its first batch, then a task.
            assert found["projects"].rows == found["batches"].rows
            assert found["projects"].rows - found["tasks"].rows in {0, 1}
    finally:
        stop.set()
        writer.join()


def test_nothing_is_overwritten(filled: Server, postgresql: Postgresql, tmp_path: Path) -> None:
    data = filled.machine.settings.data
    full = tmp_path / "full"
    full.mkdir()
    (full / "x").write_text("mine")
    with pytest.raises(ConfigError, match="is not empty"):
        admin.copy(data, full)
    url = postgresql.url(postgresql.create())
    admin.copy(data, tmp_path / "first", database=url)
    before = held(url)
    with pytest.raises(Conflict, match="holds data already"):
        admin.copy(data, tmp_path / "second", database=url)
    assert held(url) == before


def test_a_copy_that_differs_is_taken_back(
    filled: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = copies.copy

    def lose_one(source: object, target: object) -> None:
        real(source, target)
        target.exec_driver_sql(
            "UPDATE tasks SET text = 'other' WHERE id = (SELECT min(id) FROM tasks)"
        )

    monkeypatch.setattr(copies, "copy", lose_one)
    with pytest.raises(LinLogError, match="differs from its source in tasks; nothing was kept"):
        admin.copy(filled.machine.settings.data, tmp_path / "copy")
    found = held(Settings(data=tmp_path / "copy").database_url)
    assert {one.rows for one in found.values()} == {0}


def test_damaged_and_missing_files_are_told(filled: Server, tmp_path: Path) -> None:
    data = filled.machine.settings.data
    (blob,) = [path for path in (data / "blobs").rglob("*") if path.is_file()]
    content = blob.read_bytes()
    blob.write_bytes(content[:-1])
    with pytest.raises(LinLogError, match="are damaged at their source"):
        admin.copy(data, tmp_path / "damaged")
    blob.unlink()
    made = admin.copy(data, tmp_path / "missing")
    assert (made.files, len(made.missing)) == (0, 1)
    with pytest.raises(ConfigError, match="there is no data folder"):
        admin.copy(tmp_path / "nowhere", tmp_path / "other")
