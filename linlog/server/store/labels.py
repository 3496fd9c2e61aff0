"""Labels of projects' taxonomies, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import paging, revisions, task_marks
from linlog.server.store.tables import annotations as annotation_table
from linlog.server.store.tables import labels, tasks
from linlog.server.store.values import Scope
from linlog.wire.labels import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from linlog.wire.paging import Page


def insert(conn: Connection, scope: Scope, label: Label, *, created: int) -> None:
    """Add a label."""
    conn.execute(
        labels.insert().values(
            id=label.id,
            organisation_id=scope,
            project_id=label.project_id,
            name=label.name,
            display_name=label.display_name,
            shape=label.shape,
            colour=label.colour,
            created=created,
        )
    )


def get(conn: Connection, scope: Scope, label_id: str) -> Label | None:
    """One label."""
    row = conn.execute(_within(scope).where(labels.c.id == label_id)).first()
    return None if row is None else _read(row)


def list_page(
    conn: Connection, scope: Scope, project_id: str, window: paging.Window
) -> Page[Label]:
    """A project's labels, oldest first."""
    query = _within(scope).where(labels.c.project_id == project_id)
    return paging.page(conn, query, paging.Order(labels.c.created, labels.c.id), window, _read)


def of_projects(conn: Connection, project_ids: Sequence[str]) -> dict[str, list[Label]]:
    """The labels of several projects, whose ids come from rows that were scoped already."""
    query = (
        sa.select(labels)
        .where(labels.c.project_id.in_(project_ids))
        .order_by(labels.c.created, labels.c.id)
    )
    found: dict[str, list[Label]] = {}
    for row in conn.execute(query):
        found.setdefault(row.project_id, []).append(_read(row))
    return found


def update(conn: Connection, scope: Scope, label_id: str, values: dict[str, Any]) -> None:
    """Change columns of a label."""
    conn.execute(
        labels.update()
        .where(labels.c.organisation_id == scope, labels.c.id == label_id)
        .values(**values)
    )


def rename_annotations(conn: Connection, scope: Scope, label: Label, name: str) -> int:
    """Let the annotations of a label follow its new name."""
    revisions.note_renamed(conn, scope, label)
    theirs = sa.select(tasks.c.id).where(tasks.c.project_id == label.project_id)
    renamed = conn.execute(
        annotation_table.update()
        .where(
            annotation_table.c.organisation_id == scope,
            annotation_table.c.label == label.name,
            annotation_table.c.shape_name == label.shape,
            annotation_table.c.task_id.in_(theirs),
        )
        .values(label=name)
    ).rowcount
    task_marks.note_renamed(conn, scope, label.project_id, label.name, name)
    return renamed


def delete(conn: Connection, scope: Scope, label_id: str) -> int:
    """Remove a label from its taxonomy; annotations keep the name."""
    return conn.execute(
        labels.delete().where(labels.c.organisation_id == scope, labels.c.id == label_id)
    ).rowcount


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(labels).where(labels.c.organisation_id == scope)


def _read(row: Any) -> Label:
    return Label(
        id=row.id,
        project_id=row.project_id,
        name=row.name,
        display_name=row.display_name,
        shape=row.shape,
        colour=row.colour,
    )
