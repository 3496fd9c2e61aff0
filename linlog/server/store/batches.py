"""Batches, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import paging, task_counts
from linlog.server.store.tables import batches
from linlog.server.store.values import Scope, moment
from linlog.wire.batches import Batch
from linlog.wire.paging import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


def insert(
    conn: Connection, scope: Scope, *, batch_id: str, project_id: str, name: str, created: int
) -> None:
    """Add a batch."""
    conn.execute(
        batches.insert().values(
            id=batch_id, organisation_id=scope, project_id=project_id, name=name, created=created
        )
    )


def get(conn: Connection, scope: Scope, batch_id: str) -> Batch | None:
    """One batch with its counts."""
    rows = conn.execute(_within(scope).where(batches.c.id == batch_id)).all()
    return next(iter(_read_all(conn, scope, rows)), None)


def ids_by_name(conn: Connection, scope: Scope, project_id: str) -> dict[str, str]:
    """The ids of a project's batches by their names."""
    query = sa.select(batches.c.name, batches.c.id).where(
        batches.c.organisation_id == scope, batches.c.project_id == project_id
    )
    return {row.name: row.id for row in conn.execute(query)}


def list_page(
    conn: Connection, scope: Scope, project_id: str, window: paging.Window
) -> Page[Batch]:
    """A project's batches with their counts, oldest first."""
    query = _within(scope).where(batches.c.project_id == project_id)
    order = paging.Order(batches.c.created, batches.c.id)
    rows, count, cursor = paging.fetch(conn, query, order, window)
    return Page(results=tuple(_read_all(conn, scope, rows)), count=count, next=cursor)


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(batches).where(batches.c.organisation_id == scope)


def _read_all(conn: Connection, scope: Scope, rows: Sequence[Any]) -> list[Batch]:
    counts = task_counts.of_owners(conn, scope, "batch_id", [row.id for row in rows])
    return [
        Batch(
            id=row.id,
            project_id=row.project_id,
            name=row.name,
            created_date=moment(row.created),
            task_count=counts[row.id].total,
            completed_count=counts[row.id].complete,
            in_review_count=counts[row.id].in_review,
            rejected_count=counts[row.id].rejected,
        )
        for row in rows
    ]
