"""Every database: durable, isolated, exact, and migrated whole or not at all."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from linlog.errors import ConfigError, Invalid
from linlog.server import databases, migrations
from linlog.server.databases._protocol import Database
from linlog.server.store import tables
from tests.patience import PATIENCE_S
from tests.postgresql import Postgresql


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite file."""
    opened = databases.open_database(f"sqlite:///{tmp_path}/linlog.sqlite3", threads=4)
    migrations.migrate(opened)
    yield opened
    opened.close()


def add(conn: sa.Connection, name: str, created: int = 1) -> None:
    """A row."""
    conn.execute(tables.organisations.insert().values(id=f"o_{name}", name=name, created=created))


def names(conn: sa.Connection) -> list[str]:
    """The rows that a transaction sees."""
    query = sa.select(tables.organisations.c.name).order_by(tables.organisations.c.id)
    return [*conn.execute(query).scalars()]


# ---------------------------------------------------------------------------- transactions


def test_what_is_written_is_there_and_what_failed_is_not(database: Database) -> None:
    with database.write("o") as conn:
        add(conn, "kept")

    def fail_after_writing() -> None:
        with database.write("o") as conn:
            add(conn, "lost")
            message = "planted"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="planted"):
        fail_after_writing()
    with database.read() as conn:
        assert names(conn) == ["kept"]


def test_a_read_sees_one_snapshot(database: Database) -> None:
    with database.write("o") as conn:
        add(conn, "a")
    with database.read() as reading:
        assert names(reading) == ["a"]
        with database.write("o") as conn:
            add(conn, "b")
            assert names(reading) == ["a"]
        assert names(reading) == ["a"]
    with database.read() as reading:
        assert names(reading) == ["a", "b"]


def test_a_read_changes_nothing(database: Database) -> None:
    with database.read() as conn:
        add(conn, "a")
        assert names(conn) == ["a"]
    with database.read() as conn:
        assert names(conn) == []


def test_writers_take_turns_and_none_is_lost(database: Database) -> None:
    with database.write("o") as conn:
        add(conn, "counter", created=0)
    counter = tables.organisations.c

    def count(_: int) -> None:
        for _again in range(5):
            with database.write("o") as conn:
                found = conn.execute(sa.select(counter.created)).scalar_one()
                conn.execute(tables.organisations.update().values(created=found + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    with database.read() as conn:
        assert conn.execute(sa.select(counter.created)).scalar_one() == 40


def test_a_writer_waits_for_the_one_before_and_a_reader_for_none(database: Database) -> None:
    began, finish, wrote = Event(), Event(), Event()

    def first() -> None:
        with database.write("o") as conn:
            add(conn, "first")
            began.set()
            assert finish.wait(PATIENCE_S)

    def second() -> None:
        with database.write("o") as conn:
            assert names(conn) == ["first"]
            add(conn, "second")
        wrote.set()

    threads = [Thread(target=first), Thread(target=second)]
    threads[0].start()
    assert began.wait(PATIENCE_S)
    threads[1].start()
    with database.read() as conn:
        assert names(conn) == []
    assert not wrote.wait(0.1)
    finish.set()
    assert wrote.wait(PATIENCE_S)
    for thread in threads:
        thread.join(PATIENCE_S)


def test_two_processes_that_write_take_turns(database: Database) -> None:
    with closing(databases.open_database(database.url, threads=1)) as other:
        with database.write("o") as conn:
            add(conn, "a")
        with other.write("o") as conn:
            assert names(conn) == ["a"]
            add(conn, "b")
        with database.read() as conn:
            assert names(conn) == ["a", "b"]


# ---------------------------------------------------------------------------- values


@pytest.mark.parametrize("text", ["", "ä🌍\u202e\u0301", "'; DROP TABLE x;--", "x" * 10**6])
def test_texts_come_back_as_they_were(database: Database, text: str) -> None:
    with database.write("o") as conn:
        row = {"id": "o_1", "name": text, "created": 1}
        conn.execute(tables.organisations.insert().values(**row))
    with database.read() as conn:
        assert names(conn) == [text]


@pytest.mark.parametrize("number", [0, -1, 2**53 + 1, 2**63 - 1, -(2**63)])
def test_whole_numbers_are_exact(database: Database, number: int) -> None:
    with database.write("o") as conn:
        add(conn, "a", created=number)
    with database.read() as conn:
        assert conn.execute(sa.select(tables.organisations.c.created)).scalar_one() == number


def test_texts_are_told_apart_by_case_and_sorted_by_bytes(database: Database) -> None:
    with database.write("o") as conn:
        for name in ("b", "a", "B", "ä", "A"):
            add(conn, name)
    with database.read() as conn:
        assert names(conn) == ["A", "B", "a", "b", "ä"]
        found = sa.select(sa.func.count()).where(tables.organisations.c.name == "A")
        assert conn.execute(found).scalar_one() == 1


def test_a_row_needs_its_parent_and_goes_with_it(database: Database) -> None:
    batch = {"id": "b_1", "organisation_id": "o_a", "project_id": "p_1", "name": "x", "created": 1}
    with pytest.raises(sa.exc.IntegrityError), database.write("o") as conn:
        conn.execute(tables.batches.insert().values(**batch))
    project = {"id": "p_1", "organisation_id": "o_a", "title": "x", "type": "x", "created": 1}
    with database.write("o") as conn:
        add(conn, "a")
        conn.execute(tables.projects.insert().values(**project))
        conn.execute(tables.batches.insert().values(**batch))
    with database.write("o") as conn:
        conn.execute(tables.organisations.delete())
    with database.read() as conn:
        for table in tables.metadata.sorted_tables:
            assert conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0


# ---------------------------------------------------------------------------- migrations


def test_what_hangs_on_a_row_is_found_by_an_index() -> None:
    """Whatever is deleted, else the whole table is walked for each row; of few rows that is quick.

    Organisations are never deleted while others wait.
    """
    few = {"datasets.project_id", "evaluations.job_id", "evaluations.dataset_version_id"}
    walked = set()
    for table in tables.metadata.sorted_tables:
        unique = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
        keys = [table.primary_key, *table.indexes, *unique]
        first = {next(iter(one.columns)).name for one in keys}
        walked |= {str(key.parent) for key in table.foreign_keys if key.parent.name not in first}
    organisations = {f"{name}.organisation_id" for name in tables.metadata.tables}
    assert walked - organisations == few


def test_the_migrations_make_the_schema_of_the_tables(database: Database) -> None:
    with database.read() as conn:
        found = compare_metadata(MigrationContext.configure(conn), tables.metadata)
        made = sa.inspect(conn)
        for table in tables.metadata.sorted_tables:
            columns = {one["name"]: one for one in made.get_columns(table.name)}
            assert {*columns} == {*table.c.keys()}
            for column in table.c:
                assert (column.name, columns[column.name]["nullable"]) == (
                    *(column.name, column.nullable),
                )
            kept = {
                (one["name"], *one["column_names"])
                for one in made.get_indexes(table.name)
                if "duplicates_constraint" not in one
            }
            assert kept == {
                (one.name, *(each.name for each in one.columns)) for one in table.indexes
            }
            unique = {tuple(one["column_names"]) for one in made.get_unique_constraints(table.name)}
            assert unique == {
                tuple(each.name for each in one.columns)
                for one in table.constraints
                if isinstance(one, sa.UniqueConstraint)
            }
            keys = made.get_foreign_keys(table.name)
            actions = {(one["constrained_columns"][0], one["options"]["ondelete"]) for one in keys}
            assert actions == {(one.parent.name, one.ondelete) for one in table.foreign_keys}
    assert found == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    with database.write("o") as conn:
        add(conn, "kept")
    migrations.migrate(database)
    with database.read() as conn:
        assert names(conn) == ["kept"]


@pytest.fixture
def with_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations to which a test adds one."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    own = Path(migrations.__file__).parent
    for path in [*(own / "versions").glob("*.py"), *own.glob("*.py")]:
        (folder / path.relative_to(own)).write_text(path.read_text())
    config = migrations.config()
    config.set_main_option("script_location", str(folder))
    monkeypatch.setattr(migrations, "config", lambda: config)
    monkeypatch.setattr(
        migrations,
        "newest",
        lambda: max(path.stem[:4] for path in folder.glob("versions/[0-9]*.py")),
    )
    return folder / "versions" / "9999_planted.py"


def plant(place: Path, body: str) -> None:
    """Add a migration after the last, in place of one that was planted before."""
    place.unlink(missing_ok=True)
    last = ScriptDirectory.from_config(migrations.config()).get_current_head()
    place.write_text(
        "from alembic import op\nimport sqlalchemy as sa\n"
        f"revision = '9999'\ndown_revision = {last!r}\n"
        f"def upgrade():\n    op.add_column('organisations', sa.Column('extra', sa.Text()))\n{body}"
    )


def schema(database: Database) -> list[tuple]:
    """All that the database says of its schema, and at which version it is."""
    with database.read() as conn:
        made = sa.inspect(conn)
        columns = [
            (table, column["name"], str(column["type"]), column["nullable"], column["default"])
            for table in sorted(made.get_table_names())
            for column in made.get_columns(table)
        ]
        version = conn.exec_driver_sql("SELECT version_num FROM alembic_version").all()
    return [*columns, *(tuple(row) for row in version)]


def test_a_migration_that_fails_leaves_the_old_schema(
    database: Database, with_a_second: Path
) -> None:
    with database.write("o") as conn:
        add(conn, "kept")
    before = schema(database)
    plant(with_a_second, "    op.execute('SELECT planted failure')\n")
    with pytest.raises(sa.exc.DBAPIError, match="planted"):
        migrations.migrate(database)
    assert schema(database) == before
    plant(with_a_second, "")
    migrations.migrate(database)
    assert schema(database) != before
    with database.read() as conn:
        assert names(conn) == ["kept"]


def test_a_newer_schema_is_refused_in_a_sentence(database: Database, with_a_second: Path) -> None:
    plant(with_a_second, "")
    migrations.migrate(database)
    before = schema(database)
    with_a_second.unlink()
    with pytest.raises(ConfigError, match="was made by a newer linlog") as caught:
        migrations.migrate(database)
    assert "install that version or restore a backup" in str(caught.value)
    assert schema(database) == before


@pytest.mark.parametrize("url", ["mysql://x", "", "x", "file:///tmp/x"])
def test_an_unknown_database_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(ConfigError, match="known are: sqlite, postgresql"):
        databases.open_database(url, threads=1)


# ---------------------------------------------------------------------------- PostgreSQL alone


def test_postgresql_is_durable_on_every_connection(postgresql: Postgresql) -> None:
    """Even where the database is told to answer before what it commits is on disk."""
    name = postgresql.create()
    with closing(psycopg.connect(postgresql.url(name), autocommit=True)) as conn:
        conn.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    opened = databases.open_database(postgresql.url(name), threads=4)
    with opened.read() as first, opened.read() as second, opened.write("o") as third:
        for each in (first, second, third):
            assert each.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
    opened.close()


# ---------------------------------------------------------------------------- SQLite alone


def test_sqlite_is_durable_on_every_connection(embedded: Database) -> None:
    with embedded.read() as first, embedded.read() as second, embedded.write("o") as third:
        for conn in (first, second, third):
            found = {
                name: conn.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert found["journal_mode"] == "wal"
            assert (found["synchronous"], found["foreign_keys"]) == (2, 1)
            assert found["busy_timeout"] >= 5000


def test_sqlite_writers_lock_from_their_beginning(embedded: Database) -> None:
    place = embedded.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(place, timeout=0, isolation_level=None)) as other:
        with embedded.write("o"), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        with embedded.read():
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")


@pytest.mark.skipif(os.name == "nt", reason="no such modes")
def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with closing(
            databases.open_database(f"sqlite:///{tmp_path}/new/a.sqlite3", threads=1)
        ) as made:
            migrations.migrate(made)
            modes = {
                path.name: stat.S_IMODE(path.stat().st_mode)
                for path in (tmp_path / "new").iterdir()
            }
            folder = stat.S_IMODE((tmp_path / "new").stat().st_mode)
    finally:
        os.umask(before)
    assert folder == 0o700
    assert {*modes.values()} == {0o600}
    assert "a.sqlite3-wal" in modes


COSTLY = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"
"""A question without an end."""


@pytest.mark.attack("G12")
def test_a_question_that_costs_too_much_is_given_up(database: Database) -> None:
    for _ in range(2):
        with pytest.raises(Invalid, match="ask for less"), database.read(within_s=0.2) as conn:
            conn.execute(sa.text(COSTLY))
    # The connection that it came by is as good as ever.
    with database.read() as conn:
        assert conn.execute(sa.text("SELECT count(*) FROM projects")).scalar_one() == 0
    with database.read(within_s=30) as conn:
        assert conn.execute(sa.text("SELECT 1")).scalar_one() == 1
    with database.write("o_1") as conn:
        assert conn.execute(sa.text("SELECT 1")).scalar_one() == 1
