"""Commits: who waits for one, how many there were, and one that the database refuses."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from linlog.server.databases._protocol import Database
from linlog.server.store import tables
from tests.factories.processes import until


def is_postgresql(database: Database) -> bool:
    """Whether it is PostgreSQL."""
    return database.url.startswith("postgresql")


def line(database: Any, turn: str) -> Any:
    """Where the writers of a turn wait; None where nobody does."""
    return database._lines.get(turn) if is_postgresql(database) else database._line


def wait_for(database: Database, waiting: int, turn: str) -> None:
    """Wait until so many writers of a turn wait in this process."""

    def there() -> bool:
        found = line(database, turn)
        return found is not None and len(found._waiting) == waiting

    until(there, "writers that wait")


@contextmanager
def counted(database: Any) -> Iterator[Counter[str]]:
    """The commits in a block, as this process asks for them."""
    found: Counter[str] = Counter()

    def count(_: object) -> None:
        found["commits"] += 1

    sa.event.listen(database.engine, "commit", count)
    yield found
    sa.event.remove(database.engine, "commit", count)


def of_sqlite(place: Path) -> int:
    """Transactions that a SQLite file has been committed so far, by the index of its log."""
    index = place.with_name(f"{place.name}-shm").read_bytes()
    return int.from_bytes(index[8:12], sys.byteorder)


def spoil(conn: sa.Connection) -> None:
    """See to it that the database refuses to commit."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(
            "CREATE TEMP TABLE planted (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)"
        )
        conn.exec_driver_sql("INSERT INTO planted VALUES (1), (1)")
    else:
        conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        values = {"id": "b", "organisation_id": "o", "project_id": "none", "name": "x"}
        conn.execute(tables.batches.insert().values(**values, created=1))
