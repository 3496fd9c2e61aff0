"""Audit entries, in the database: added at the end of an organisation's chain, never changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from linlog import ids
from linlog.server.store import paging
from linlog.server.store.tables import audit_entries, organisations
from linlog.server.store.values import Scope, from_json, micros, moment, to_json
from linlog.wire.audit_entries import AuditEntry, hash_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from linlog.wire.paging import Page

_AT_ONCE: Final = 1000


def append(conn: Connection, scope: Scope, entry: AuditEntry) -> AuditEntry:
    """Add an entry and set its number and hashes; whoever else appends waits for the commit."""
    raised = (
        organisations.update()
        .where(organisations.c.id == scope)
        .values(audit_number=organisations.c.audit_number + 1)
        .returning(organisations.c.audit_number, organisations.c.audit_hash)
    )
    number, previous = conn.execute(raised).one()
    placed = replace(entry, id=ids.new("audit entry"), number=number, previous=previous)
    chained = replace(placed, hash=hash_of(placed))
    values = {**dict(chained.items()), "details": to_json(chained.details)}
    created = micros(values.pop("created_date"))
    conn.execute(audit_entries.insert().values(organisation_id=scope, created=created, **values))
    conn.execute(
        organisations.update().where(organisations.c.id == scope).values(audit_hash=chained.hash)
    )
    return chained


def head(conn: Connection, scope: Scope) -> tuple[int, str]:
    """The number and the hash of the last entry."""
    query = sa.select(organisations.c.audit_number, organisations.c.audit_hash)
    number, last = conn.execute(query.where(organisations.c.id == scope)).one()
    return number, last


def list_page(
    conn: Connection, scope: Scope, wanted: dict[str, str | None], window: paging.Window
) -> Page[AuditEntry]:
    """The entries that have the `wanted` values, newest first; None is any value."""
    query = _within(scope)
    for name, value in wanted.items():
        if value is not None:
            query = query.where(audit_entries.c[name] == value)
    order = paging.Order(audit_entries.c.number, audit_entries.c.id, newest_first=True)
    return paging.page(conn, query, order, window, _read)


def some_after(conn: Connection, scope: Scope, number: int) -> list[AuditEntry]:
    """The next entries after a number, oldest first; empty at the end of the log."""
    query = _within(scope).where(audit_entries.c.number > number)
    rows = conn.execute(query.order_by(audit_entries.c.number).limit(_AT_ONCE)).all()
    return [_read(row) for row in rows]


def walk(conn: Connection, scope: Scope) -> Iterator[AuditEntry]:
    """Every entry, oldest first, without holding them all."""
    last = -1
    while some := some_after(conn, scope, last):
        yield from some
        last = some[-1].number


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(audit_entries).where(audit_entries.c.organisation_id == scope)


def _read(row: Any) -> AuditEntry:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
    del values["organisation_id"]
    values["details"] = from_json(values["details"])
    return AuditEntry(created_date=moment(values.pop("created")), **values)
