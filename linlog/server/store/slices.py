"""Slices, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import paging
from linlog.server.store.tables import slices
from linlog.server.store.values import Scope, from_json, micros, moment, to_json
from linlog.wire.slices import Slice

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.wire.paging import Page

Owner = tuple[str, str]
"""The column that names whose a slice is, and the id in it."""


def insert(conn: Connection, scope: Scope, new: Slice) -> None:
    """Add a slice."""
    conn.execute(
        slices.insert().values(
            id=new.id,
            organisation_id=scope,
            dataset_id=new.dataset_id,
            project_id=new.project_id,
            name=new.name,
            query=to_json(new.query),
            created=micros(new.created_date),
        )
    )


def get(conn: Connection, scope: Scope, slice_id: str) -> Slice | None:
    """One slice."""
    row = conn.execute(_within(scope).where(slices.c.id == slice_id)).first()
    return None if row is None else _read(row)


def list_page(conn: Connection, scope: Scope, owner: Owner, window: paging.Window) -> Page[Slice]:
    """The slices of a dataset or a project, oldest first."""
    query = _within(scope).where(*_of(owner))
    return paging.page(conn, query, paging.Order(slices.c.created, slices.c.id), window, _read)


def update(conn: Connection, scope: Scope, changed: Slice) -> None:
    """Store what a slice is now."""
    conn.execute(
        slices.update()
        .where(slices.c.organisation_id == scope, slices.c.id == changed.id)
        .values(name=changed.name, query=to_json(changed.query))
    )


def delete(conn: Connection, scope: Scope, slice_id: str) -> int:
    """Remove a slice."""
    return conn.execute(
        slices.delete().where(slices.c.organisation_id == scope, slices.c.id == slice_id)
    ).rowcount


def _of(owner: Owner) -> tuple[sa.ColumnElement[bool], ...]:
    column, identity = owner
    return (slices.c[column] == identity,)


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(slices).where(slices.c.organisation_id == scope)


def _read(row: Any) -> Slice:
    return Slice(
        id=row.id,
        dataset_id=row.dataset_id,
        project_id=row.project_id,
        name=row.name,
        query=from_json(row.query),
        created_date=moment(row.created),
    )
