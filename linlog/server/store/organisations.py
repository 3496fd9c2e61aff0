"""Organisations, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store.tables import organisations
from linlog.server.store.values import Scope, moment
from linlog.wire.organisations import Organisation

if TYPE_CHECKING:
    from sqlalchemy import Connection


def insert(conn: Connection, scope: Scope, *, name: str, created: int) -> None:
    """Add the organisation whose id is `scope`."""
    conn.execute(organisations.insert().values(id=scope, name=name, created=created))


def get(conn: Connection, scope: Scope) -> Organisation:
    """The organisation itself."""
    return _read(conn.execute(sa.select(organisations).where(organisations.c.id == scope)).one())


def any_exists(conn: Connection) -> bool:
    """Whether the server was set up."""
    return conn.execute(sa.select(organisations.c.id).limit(1)).first() is not None


def first(conn: Connection) -> Organisation | None:
    """The oldest organisation, which command lines on the data folder mean."""
    row = conn.execute(sa.select(organisations).order_by(organisations.c.created).limit(1)).first()
    return None if row is None else _read(row)


def every(conn: Connection) -> list[Organisation]:
    """All of them, oldest first."""
    query = sa.select(organisations).order_by(organisations.c.created, organisations.c.id)
    return [_read(row) for row in conn.execute(query)]


def _read(row: Any) -> Organisation:
    return Organisation(id=row.id, name=row.name, created_date=moment(row.created))
