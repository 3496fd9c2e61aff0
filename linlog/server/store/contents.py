"""Frozen content by its hash, deflated, in the database; equal content is kept once."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from linlog.server.store import many
from linlog.server.store.tables import contents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from linlog.server.store.values import Scope

_CHUNK: Final = 500
_EFFORT: Final = 6
_SHORT: Final = 512
"""Bytes below which deflating costs more time than it saves space."""
_DEFLATED: Final = b"x"
"""What everything deflated begins with, and no JSON."""


def deflated(found: Mapping[str, bytes]) -> dict[str, bytes]:
    """Contents as they are kept: made before a transaction that keeps others from writing."""
    return {
        name: data if len(data) < _SHORT else zlib.compress(data, _EFFORT)
        for name, data in found.items()
    }


def insert_new(conn: Connection, scope: Scope, found: Mapping[str, bytes]) -> None:
    """Keep deflated contents; those that are kept already are passed over."""
    rows = [(scope, name, data) for name, data in found.items()]
    many.insert(conn, contents, ("organisation_id", "hash", "data"), rows, known="passed over")


def get_many(conn: Connection, scope: Scope, hashes: Iterable[str]) -> dict[str, bytes]:
    """Those of some contents that are kept, by hash."""
    found: dict[str, bytes] = {}
    for query in _queries(scope, hashes, contents.c.hash, contents.c.data):
        found.update((row.hash, _inflated(row.data)) for row in conn.execute(query))
    return found


def present(conn: Connection, scope: Scope, hashes: Iterable[str]) -> set[str]:
    """Which of some contents are kept."""
    found: set[str] = set()
    for query in _queries(scope, hashes, contents.c.hash):
        found.update(conn.execute(query).scalars())
    return found


def hashes(conn: Connection, scope: Scope) -> set[str]:
    """The hashes of all contents that are kept."""
    query = sa.select(contents.c.hash).where(contents.c.organisation_id == scope)
    return {*conn.execute(query).scalars()}


def delete(conn: Connection, scope: Scope, hashes: Iterable[str]) -> None:
    """Forget contents."""
    wanted = sorted(hashes)
    for start in range(0, len(wanted), _CHUNK):
        conn.execute(
            contents.delete().where(
                contents.c.organisation_id == scope,
                contents.c.hash.in_(wanted[start : start + _CHUNK]),
            )
        )


def size_bytes(conn: Connection, scope: Scope) -> int:
    """What all contents of an organisation take up, deflated."""
    query = sa.select(sa.func.coalesce(sa.func.sum(sa.func.length(contents.c.data)), 0)).where(
        contents.c.organisation_id == scope
    )
    found: int = conn.execute(query).scalar_one()
    return found


def _inflated(data: bytes) -> bytes:
    return zlib.decompress(data) if data.startswith(_DEFLATED) else data


def _queries(
    scope: Scope, hashes: Iterable[str], *columns: sa.ColumnElement[Any]
) -> Iterable[sa.Select[Any]]:
    wanted = sorted({*hashes})
    for start in range(0, len(wanted), _CHUNK):
        yield sa.select(*columns).where(
            contents.c.organisation_id == scope,
            contents.c.hash.in_(wanted[start : start + _CHUNK]),
        )
