"""Every row of one database in another, and what tells that two hold the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa

from linlog.server.store.tables import files, metadata, organisations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_ROWS_AT_ONCE: Final = 2000
_encode: Final = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a table holds: how many rows, and the SHA-256 of all their values in order of key."""

    rows: int
    sha256: str


def is_empty(conn: Connection) -> bool:
    """Whether nothing was ever stored here."""
    return conn.execute(sa.select(organisations.c.id).limit(1)).first() is None


def copy(source: Connection, target: Connection) -> None:
    """Add every row of `source` to `target`, parents before children."""
    for table in metadata.sorted_tables:
        for rows in _walk(source, table):
            target.execute(table.insert(), [dict(row._mapping) for row in rows])  # noqa: SLF001


def fingerprints(conn: Connection) -> dict[str, Fingerprint]:
    """What every table holds, by name."""
    return {table.name: _fingerprint(conn, table) for table in metadata.sorted_tables}


def file_hashes(conn: Connection) -> list[str]:
    """The keys of all blobs that a file's row names."""
    return [*conn.execute(sa.select(files.c.sha256).distinct().order_by(files.c.sha256)).scalars()]


def _fingerprint(conn: Connection, table: sa.Table) -> Fingerprint:
    number, found = 0, hashlib.sha256()
    for rows in _walk(conn, table):
        number += len(rows)
        for row in rows:
            found.update(_encode(tuple(row)))
    return Fingerprint(number, found.hexdigest())


def _walk(conn: Connection, table: sa.Table) -> Iterator[list[Any]]:
    """All rows by key, some at a time and each once, without holding them all."""
    keys = [*table.primary_key]
    query = sa.select(table).order_by(*keys).limit(_ROWS_AT_ONCE)
    rows = [*conn.execute(query)]
    while rows:
        yield rows
        last = sa.tuple_(*(sa.literal(rows[-1]._mapping[key], key.type) for key in keys))  # noqa: SLF001
        rows = [*conn.execute(query.where(sa.tuple_(*keys) > last))]
