"""What every database of the table must do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linlog.errors import ConfigError
from linlog.server import databases, migrations
from linlog.server.databases import TABLE
from linlog.server.store import organisations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from linlog.server.databases.sqlite import Database


@pytest.fixture(params=sorted(TABLE))
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = {"sqlite": f"sqlite:///{tmp_path}/linlog.sqlite3"}[request.param]
    opened = databases.open_database(url, threads=2)
    migrations.migrate(opened)
    yield opened
    opened.close()


def test_a_commit_is_seen_and_keeps_its_text_and_numbers(database: Database) -> None:
    with database.write() as conn:
        organisations.insert(conn, "o_1", name="Ünïcode 🐈", created=2**53)
    with database.read() as conn:
        assert organisations.get(conn, "o_1").name == "Ünïcode 🐈"


def fail_after_writing(database: Database) -> None:
    with database.write() as conn:
        organisations.insert(conn, "o_1", name="gone", created=0)
        raise ZeroDivisionError


def test_a_failure_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after_writing(database)
    with database.read() as conn:
        assert not organisations.any_exists(conn)


def test_a_reader_sees_one_snapshot(database: Database) -> None:
    with database.read() as conn:
        assert not organisations.any_exists(conn)
        with database.write() as other:
            organisations.insert(other, "o_1", name="later", created=0)
        assert not organisations.any_exists(conn)


def test_migrating_again_changes_nothing(database: Database) -> None:
    with database.write() as conn:
        organisations.insert(conn, "o_1", name="kept", created=0)
    migrations.migrate(database)
    with database.read() as conn:
        assert organisations.get(conn, "o_1").name == "kept"


def test_sqlite_writes_ahead_and_syncs_every_commit(tmp_path: Path) -> None:
    opened = databases.open_database(f"sqlite:///{tmp_path}/x.sqlite3", threads=1)
    with opened.read() as conn:
        found = [
            conn.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    opened.close()
    assert found == ["wal", 2, 1]


def test_an_unknown_database_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="known are: sqlite"):
        databases.open_database("oracle://x", threads=1)
