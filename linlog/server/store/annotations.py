"""Annotations, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog import shapes
from linlog.server.store import paging
from linlog.server.store.tables import annotations as annotation_table
from linlog.server.store.values import Scope, from_json, moment, to_json
from linlog.wire.annotations import Annotation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from linlog.wire.paging import Page

_CHUNK = 500
_ORDER = (annotation_table.c.task_id, annotation_table.c.position, annotation_table.c.id)


def insert(conn: Connection, scope: Scope, rows: Iterable[tuple[Annotation, int, int]]) -> None:
    """Add annotations, each with its position on its task and the time."""
    values = [
        {
            "id": annotation.id,
            "organisation_id": scope,
            "task_id": annotation.task_id,
            "position": position,
            "label": annotation.label,
            "shape_name": annotation.shape.name,
            "shape": to_json(annotation.shape),
            "attributes": to_json(annotation.attributes),
            "source": annotation.source,
            "created": created,
        }
        for annotation, position, created in rows
    ]
    if values:
        conn.execute(annotation_table.insert(), values)


def get(conn: Connection, scope: Scope, annotation_id: str) -> Annotation | None:
    """One annotation."""
    row = conn.execute(_within(scope).where(annotation_table.c.id == annotation_id)).first()
    return None if row is None else _read(row)


def list_page(
    conn: Connection, scope: Scope, task_id: str, window: paging.Window
) -> Page[Annotation]:
    """A task's annotations, in order."""
    query = _within(scope).where(annotation_table.c.task_id == task_id)
    order = paging.Order(annotation_table.c.position, annotation_table.c.id)
    return paging.page(conn, query, order, window, _read)


def of_tasks(
    conn: Connection, scope: Scope, task_ids: Sequence[str]
) -> dict[str, list[Annotation]]:
    """The annotations of several tasks, in order, by task."""
    found: dict[str, list[Annotation]] = {}
    for start in range(0, len(task_ids), _CHUNK):
        query = (
            _within(scope)
            .where(annotation_table.c.task_id.in_(task_ids[start : start + _CHUNK]))
            .order_by(
                annotation_table.c.task_id, annotation_table.c.position, annotation_table.c.id
            )
        )
        for row in conn.execute(query):
            found.setdefault(row.task_id, []).append(_read(row))
    return found


def taken(conn: Connection, annotation_ids: Sequence[str]) -> set[str]:
    """Which of some ids are in use, in whichever organisation: ids are global."""
    found: set[str] = set()
    for start in range(0, len(annotation_ids), _CHUNK):
        some = annotation_ids[start : start + _CHUNK]
        query = sa.select(annotation_table.c.id).where(annotation_table.c.id.in_(some))
        found.update(conn.execute(query).scalars())
    return found


def next_position(conn: Connection, scope: Scope, task_id: str) -> int:
    """The position after a task's last annotation."""
    query = sa.select(sa.func.coalesce(sa.func.max(annotation_table.c.position) + 1, 0)).where(
        annotation_table.c.organisation_id == scope, annotation_table.c.task_id == task_id
    )
    found: int = conn.execute(query).scalar_one()
    return found


def update(conn: Connection, scope: Scope, annotation: Annotation) -> None:
    """Store what an annotation is now."""
    conn.execute(
        annotation_table.update()
        .where(annotation_table.c.organisation_id == scope, annotation_table.c.id == annotation.id)
        .values(
            label=annotation.label,
            shape_name=annotation.shape.name,
            shape=to_json(annotation.shape),
            attributes=to_json(annotation.attributes),
        )
    )


def delete(conn: Connection, scope: Scope, annotation_id: str) -> int:
    """Remove one annotation."""
    return conn.execute(
        annotation_table.delete().where(
            annotation_table.c.organisation_id == scope, annotation_table.c.id == annotation_id
        )
    ).rowcount


def delete_of_task(conn: Connection, scope: Scope, task_id: str) -> int:
    """Remove all annotations of a task."""
    return conn.execute(
        annotation_table.delete().where(
            annotation_table.c.organisation_id == scope, annotation_table.c.task_id == task_id
        )
    ).rowcount


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(annotation_table).where(annotation_table.c.organisation_id == scope)


def _read(row: Any) -> Annotation:
    return Annotation(
        id=row.id,
        task_id=row.task_id,
        label=row.label,
        shape=shapes.from_json(from_json(row.shape)),
        attributes=from_json(row.attributes),
        source=row.source,
        created_date=moment(row.created),
    )
