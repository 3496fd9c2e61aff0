"""Comments, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog import shapes
from linlog.server.store import paging
from linlog.server.store.tables import annotations as annotation_table
from linlog.server.store.tables import comments
from linlog.server.store.values import Scope, from_json, micros, moment, moment_or_none, to_json
from linlog.wire.comments import Comment

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.wire.paging import Page


def insert(conn: Connection, scope: Scope, new: Comment) -> None:
    """Add a comment."""
    conn.execute(
        comments.insert().values(
            id=new.id,
            organisation_id=scope,
            task_id=new.task_id,
            annotation_id=new.annotation_id,
            place=None if new.place is None else to_json(new.place),
            reply_to=new.reply_to,
            text=new.text,
            author_id=new.author_id,
            author=new.author,
            created=micros(new.created_date),
        )
    )


def get(conn: Connection, scope: Scope, comment_id: str) -> Comment | None:
    """One comment."""
    row = conn.execute(_within(scope).where(comments.c.id == comment_id)).first()
    return None if row is None else _read(row)


def list_page(conn: Connection, scope: Scope, task_id: str, window: paging.Window) -> Page[Comment]:
    """A task's comments, oldest first."""
    query = _within(scope).where(comments.c.task_id == task_id)
    return paging.page(conn, query, paging.Order(comments.c.created, comments.c.id), window, _read)


def number(conn: Connection, scope: Scope, task_id: str) -> int:
    """How many comments a task has."""
    query = sa.select(comments.c.id).where(
        comments.c.organisation_id == scope, comments.c.task_id == task_id
    )
    return paging.number(conn, query)


def update(conn: Connection, scope: Scope, comment_id: str, values: dict[str, Any]) -> None:
    """Change columns of a comment."""
    conn.execute(
        comments.update()
        .where(comments.c.organisation_id == scope, comments.c.id == comment_id)
        .values(**values)
    )


def delete(conn: Connection, scope: Scope, comment_id: str) -> int:
    """Remove a comment and the answers to it."""
    those = sa.or_(comments.c.id == comment_id, comments.c.reply_to == comment_id)
    return conn.execute(
        comments.delete().where(comments.c.organisation_id == scope, those)
    ).rowcount


def _within(scope: Scope) -> sa.Select[Any]:
    """Comments, each with whether the annotation that it means is on its task."""
    there = (
        sa.select(annotation_table.c.id)
        .where(
            annotation_table.c.id == comments.c.annotation_id,
            annotation_table.c.task_id == comments.c.task_id,
        )
        .exists()
    )
    return sa.select(comments, there.label("there")).where(comments.c.organisation_id == scope)


def _read(row: Any) -> Comment:
    return Comment(
        id=row.id,
        task_id=row.task_id,
        text=row.text,
        author=row.author,
        author_id=row.author_id,
        created_date=moment(row.created),
        annotation_id=row.annotation_id,
        annotation_deleted=row.annotation_id is not None and not row.there,
        place=None if row.place is None else shapes.from_json(from_json(row.place)),
        reply_to=row.reply_to,
        resolved=row.resolved is not None,
        resolved_by=row.resolved_by,
        resolved_date=moment_or_none(row.resolved),
    )
