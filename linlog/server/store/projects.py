"""Projects, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import labels as label_rows
from linlog.server.store import paging
from linlog.server.store.tables import projects, tasks
from linlog.server.store.values import Scope, from_json, moment, to_json
from linlog.wire.paging import Page
from linlog.wire.projects import Project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


def insert(
    conn: Connection,
    scope: Scope,
    *,
    project_id: str,
    title: str,
    type_: str,
    attributes: Sequence[dict[str, Any]],
    created: int,
) -> None:
    """Add a project."""
    conn.execute(
        projects.insert().values(
            id=project_id,
            organisation_id=scope,
            title=title,
            type=type_,
            attributes=to_json(attributes),
            created=created,
        )
    )


def get(conn: Connection, scope: Scope, project_id: str) -> Project | None:
    """One project with its labels and counts."""
    rows = conn.execute(_within(scope).where(projects.c.id == project_id)).all()
    return next(iter(_read_all(conn, rows)), None)


def list_page(
    conn: Connection, scope: Scope, window: paging.Window, *, title: str | None = None
) -> Page[Project]:
    """Projects with their labels and counts, oldest first."""
    query = _within(scope)
    if title is not None:
        query = query.where(projects.c.title == title)
    order = paging.Order(projects.c.created, projects.c.id)
    rows, count, cursor = paging.fetch(conn, query, order, window)
    return Page(results=tuple(_read_all(conn, rows)), count=count, next=cursor)


def update(conn: Connection, scope: Scope, project_id: str, values: dict[str, Any]) -> None:
    """Change columns of a project."""
    if "attributes" in values:
        values = {**values, "attributes": to_json(values["attributes"])}
    conn.execute(
        projects.update()
        .where(projects.c.organisation_id == scope, projects.c.id == project_id)
        .values(**values)
    )


def workflow(conn: Connection, scope: Scope, project_id: str) -> list[Any]:
    """The project's workflow, as it was sent."""
    query = sa.select(projects.c.workflow).where(
        projects.c.organisation_id == scope, projects.c.id == project_id
    )
    stored: list[Any] = from_json(conn.execute(query).scalar_one())
    return stored


def delete(conn: Connection, scope: Scope, project_id: str) -> int:
    """Remove a project and all that hangs on it."""
    return conn.execute(
        projects.delete().where(projects.c.organisation_id == scope, projects.c.id == project_id)
    ).rowcount


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(projects).where(projects.c.organisation_id == scope)


def _read_all(conn: Connection, rows: Sequence[Any]) -> list[Project]:
    wanted = [row.id for row in rows]
    counts = _counts(conn, wanted)
    taxonomy = label_rows.of_projects(conn, wanted)
    return [
        Project(
            id=row.id,
            created_date=moment(row.created),
            title=row.title,
            type=row.type,
            labels=tuple(taxonomy.get(row.id, ())),
            attributes=tuple(from_json(row.attributes)),
            task_count=counts.get(row.id, (0, 0, 0))[0],
            completed_count=counts.get(row.id, (0, 0, 0))[1],
            rejected_count=counts.get(row.id, (0, 0, 0))[2],
        )
        for row in rows
    ]


def _counts(conn: Connection, project_ids: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    query = (
        sa.select(tasks.c.project_id, tasks.c.status, sa.func.count())
        .where(tasks.c.project_id.in_(project_ids))
        .group_by(tasks.c.project_id, tasks.c.status)
    )
    found: dict[str, tuple[int, int, int]] = {}
    for project_id, status, number in conn.execute(query):
        total, completed, rejected = found.get(project_id, (0, 0, 0))
        found[project_id] = (
            total + number,
            completed + number * (status == "completed"),
            rejected + number * (status == "rejected"),
        )
    return found
