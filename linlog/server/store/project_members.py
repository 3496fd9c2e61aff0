"""Who sees the projects that are for their members, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from linlog.server.store import paging
from linlog.server.store.tables import project_members, projects, users
from linlog.server.store.values import Scope, moment
from linlog.wire.projects import ProjectMember

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Connection

    from linlog.wire.paging import Page


def insert(
    conn: Connection, scope: Scope, *, project_id: str, user_id: str, created: int
) -> ProjectMember:
    """Add a member, or give back who is one already."""
    known = get(conn, scope, project_id, user_id)
    if known is not None:
        return known
    row = {"project_id": project_id, "user_id": user_id, "organisation_id": scope}
    conn.execute(project_members.insert().values(**row, created=created))
    added = get(conn, scope, project_id, user_id)
    assert added is not None, "it was added a moment ago"
    return added


def get(conn: Connection, scope: Scope, project_id: str, user_id: str) -> ProjectMember | None:
    """One member of a project."""
    query = _of_project(scope, project_id).where(project_members.c.user_id == user_id)
    row = conn.execute(query).first()
    return None if row is None else _read(row)


def list_page(
    conn: Connection, scope: Scope, project_id: str, window: paging.Window
) -> Page[ProjectMember]:
    """The members of a project, in the order in which they came."""
    order = paging.Order(project_members.c.created, project_members.c.user_id)
    return paging.page(conn, _of_project(scope, project_id), order, window, _read)


def delete(conn: Connection, scope: Scope, project_id: str, user_id: str) -> int:
    """Take a member out of a project."""
    query = project_members.delete().where(
        project_members.c.organisation_id == scope,
        project_members.c.project_id == project_id,
        project_members.c.user_id == user_id,
    )
    return conn.execute(query).rowcount


def seen(conn: Connection, scope: Scope, user_id: str | None) -> frozenset[str] | None:
    """The projects that somebody sees who does not see all; None where none is hidden from them.

    Nobody's membership is that of a program, whose `user_id` is None.
    """
    member = sa.exists().where(
        project_members.c.project_id == projects.c.id, project_members.c.user_id == user_id
    )
    visible = sa.or_(projects.c.visibility == "organisation", member)
    within = sa.select(projects.c.id).where(projects.c.organisation_id == scope)
    if conn.execute(within.where(sa.not_(visible)).limit(1)).first() is None:
        return None
    return frozenset(conn.execute(within.where(visible)).scalars())


def _of_project(scope: Scope, project_id: str) -> sa.Select[Any]:
    return (
        sa.select(project_members, users.c.email, users.c.name, users.c.role)
        .join(users, users.c.id == project_members.c.user_id)
        .where(
            project_members.c.organisation_id == scope, project_members.c.project_id == project_id
        )
    )


def _read(row: Any) -> ProjectMember:
    return ProjectMember(
        user_id=row.user_id,
        email=row.email,
        name=row.name,
        role=row.role,
        created_date=moment(row.created),
    )
