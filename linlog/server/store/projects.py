"""Projects, in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from linlog.server.store import labels as label_rows
from linlog.server.store import paging, revisions, task_counts
from linlog.server.store.tables import project_changes, projects
from linlog.server.store.values import Scope, from_json, moment, to_json
from linlog.wire import codec
from linlog.wire.labels import Label
from linlog.wire.paging import Page
from linlog.wire.projects import Project

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_CHUNK: Final = 500
MOST_CHANGES: Final = 100
"""How many of a project's latest changes are given."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one title or label of a project was, and what it became; None for what was not."""

    before: str | Label | None
    after: str | Label | None


@dataclass(frozen=True, slots=True)
class DatedChange:
    """A change and when it was made."""

    created_date: datetime
    change: Change


def insert(
    conn: Connection,
    scope: Scope,
    *,
    project_id: str,
    title: str,
    type_: str,
    attributes: Sequence[dict[str, Any]],
    reviewed: bool,
    one_label: bool,
    visibility: str,
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
            reviewed=reviewed,
            one_label=one_label,
            visibility=visibility,
            created=created,
        )
    )


def get(conn: Connection, scope: Scope, project_id: str) -> Project | None:
    """One project with its labels and counts."""
    rows = conn.execute(_within(scope).where(projects.c.id == project_id)).all()
    return next(iter(_read_all(conn, scope, rows)), None)


def list_page(
    conn: Connection,
    scope: Scope,
    window: paging.Window,
    *,
    title: str | None = None,
    seen: Collection[str] | None = None,
    newest_first: bool = False,
) -> Page[Project]:
    """Projects with their labels and counts; of those that are `seen`, if given."""
    query = _within(scope)
    if seen is not None:
        query = query.where(projects.c.id.in_(seen))
    if title is not None:
        query = query.where(projects.c.title == title)
    order = paging.Order(projects.c.created, projects.c.id, newest_first=newest_first)
    rows, count, cursor = paging.fetch(conn, query, order, window)
    return Page(results=tuple(_read_all(conn, scope, rows)), count=count, next=cursor)


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


def note_changes(
    conn: Connection, scope: Scope, project_id: str, changes: Sequence[Change], *, created: int
) -> None:
    """Append to what is known of a project's past."""
    highest = sa.select(sa.func.coalesce(sa.func.max(project_changes.c.sequence), 0)).where(
        project_changes.c.organisation_id == scope, project_changes.c.project_id == project_id
    )
    last: int = conn.execute(highest).scalar_one()
    rows = [
        {
            "project_id": project_id,
            "sequence": sequence,
            "organisation_id": scope,
            "change": to_json({"before": change.before, "after": change.after}),
            "created": created,
        }
        for sequence, change in enumerate(changes, start=last + 1)
    ]
    if rows:
        conn.execute(project_changes.insert(), rows)


def changes(
    conn: Connection, scope: Scope, project_ids: Sequence[str]
) -> dict[str, list[DatedChange]]:
    """The latest changes of some projects, newest last, by project."""
    found: dict[str, list[DatedChange]] = {}
    for start in range(0, len(project_ids), _CHUNK):
        some = project_ids[start : start + _CHUNK]
        age = sa.func.row_number().over(
            partition_by=project_changes.c.project_id, order_by=project_changes.c.sequence.desc()
        )
        aged = (
            sa.select(project_changes, age.label("age"))
            .where(
                project_changes.c.organisation_id == scope, project_changes.c.project_id.in_(some)
            )
            .subquery()
        )
        query = sa.select(aged).where(aged.c.age <= MOST_CHANGES)
        for row in conn.execute(query.order_by(aged.c.project_id, aged.c.sequence)):
            found.setdefault(row.project_id, []).append(_read_change(row))
    return found


def delete(conn: Connection, scope: Scope, project_id: str) -> int:
    """Remove a project and all that hangs on it."""
    revisions.note_project_removal(conn, scope, project_id)
    return conn.execute(
        projects.delete().where(projects.c.organisation_id == scope, projects.c.id == project_id)
    ).rowcount


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(projects).where(projects.c.organisation_id == scope)


def _read_all(conn: Connection, scope: Scope, rows: Sequence[Any]) -> list[Project]:
    wanted = [row.id for row in rows]
    counts = task_counts.of_owners(conn, scope, "project_id", wanted)
    taxonomy = label_rows.of_projects(conn, wanted)
    return [
        Project(
            id=row.id,
            created_date=moment(row.created),
            title=row.title,
            type=row.type,
            labels=tuple(taxonomy.get(row.id, ())),
            attributes=tuple(from_json(row.attributes)),
            task_count=counts[row.id].total,
            completed_count=counts[row.id].complete,
            rejected_count=counts[row.id].rejected,
            in_review_count=counts[row.id].in_review,
            reviewed=row.reviewed,
            one_label=row.one_label,
            visibility=row.visibility,
        )
        for row in rows
    ]


def _read_change(row: Any) -> DatedChange:
    said = from_json(row.change)
    before, after = (
        codec.convert(one, Label) if isinstance(one, dict) else one
        for one in (said["before"], said["after"])
    )
    return DatedChange(moment(row.created), Change(before, after))
