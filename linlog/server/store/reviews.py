"""Reviews, in the database, with what was submitted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import _kept, paging
from linlog.server.store import annotations as annotation_rows
from linlog.server.store.tables import reviews
from linlog.server.store.values import Scope, micros, moment, moment_or_none
from linlog.wire.reviews import Review

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from linlog.wire.paging import Page
    from linlog.wire.tasks import Task

_BARE = tuple(column for column in reviews.c if column.name != "annotations")


def insert(conn: Connection, scope: Scope, some: Sequence[Review]) -> None:
    """Add rounds, decided or not, in which nothing was corrected yet."""
    conn.execute(reviews.insert(), [_row(scope, new) for new in some])


def _row(scope: Scope, new: Review) -> dict[str, Any]:
    return {
        "id": new.id,
        "organisation_id": scope,
        "task_id": new.task_id,
        "state": new.state,
        "reason": new.reason,
        "version": new.version,
        "annotation_count": new.annotation_count,
        "author_id": new.author_id,
        "author": new.author,
        "created": micros(new.created_date),
        "reviewer_id": new.reviewer_id,
        "reviewer": new.reviewer,
        "decided": None if new.decided_date is None else micros(new.decided_date),
        "decided_version": new.decided_version,
        "annotations": _kept.packed(new.annotations),
    }


def get(conn: Connection, scope: Scope, review_id: str) -> Review | None:
    """One round, with what was submitted."""
    query = sa.select(reviews).where(reviews.c.organisation_id == scope, reviews.c.id == review_id)
    row = conn.execute(query).first()
    return None if row is None else _named(conn, scope, _read(row))


def waiting(conn: Connection, scope: Scope, task_id: str) -> Review | None:
    """The round of a task that waits for a decision, with what was submitted."""
    query = sa.select(reviews).where(
        reviews.c.organisation_id == scope,
        reviews.c.task_id == task_id,
        reviews.c.state == "waiting",
    )
    row = conn.execute(query.order_by(reviews.c.created.desc(), reviews.c.id.desc())).first()
    return None if row is None else _named(conn, scope, _read(row))


def waiting_among(
    conn: Connection, scope: Scope, task_ids: Sequence[str]
) -> dict[str, dict[str, int]]:
    """The rounds of a few hundred tasks that wait for a decision, by task: id and version."""
    query = sa.select(reviews.c.task_id, reviews.c.id, reviews.c.version).where(
        reviews.c.organisation_id == scope,
        reviews.c.task_id.in_(task_ids),
        reviews.c.state == "waiting",
    )
    found: dict[str, dict[str, int]] = {}
    for task_id, review_id, version in conn.execute(query):
        found.setdefault(task_id, {})[review_id] = version
    return found


def decide_unchanged(
    conn: Connection, scope: Scope, review_ids: Sequence[str], values: dict[str, Any]
) -> None:
    """Decide a few hundred rounds whose tasks hold what was submitted."""
    conn.execute(
        reviews.update()
        .where(reviews.c.organisation_id == scope, reviews.c.id.in_(review_ids))
        .values(decided_version=reviews.c.version, added=0, changed=0, removed=0, **values)
    )


def list_page(
    conn: Connection, scope: Scope, task_id: str, window: paging.Window, *, with_annotations: bool
) -> Page[Review]:
    """A task's rounds, newest first."""
    query = sa.select(*(reviews.c if with_annotations else _BARE)).where(
        reviews.c.organisation_id == scope, reviews.c.task_id == task_id
    )
    order = paging.Order(reviews.c.created, reviews.c.id, newest_first=True)
    return annotation_rows.with_names(conn, scope, paging.page(conn, query, order, window, _read))


def update(conn: Connection, scope: Scope, review_id: str, values: dict[str, Any]) -> None:
    """Change columns of a round."""
    conn.execute(
        reviews.update()
        .where(reviews.c.organisation_id == scope, reviews.c.id == review_id)
        .values(**values)
    )


def submit_again(conn: Connection, scope: Scope, review_id: str, task: Task) -> None:
    """Let a round be of what its task holds now."""
    values = {
        "version": task.version,
        "annotation_count": len(task.annotations),
        "annotations": _kept.packed(task.annotations),
    }
    update(conn, scope, review_id, values)


def _named(conn: Connection, scope: Scope, found: Review) -> Review:
    return replace(found, annotations=annotation_rows.named(conn, scope, found.annotations))


def _read(row: Any) -> Review:
    packed = getattr(row, "annotations", None)
    return Review(
        id=row.id,
        task_id=row.task_id,
        state=row.state,
        reason=row.reason,
        version=row.version,
        annotation_count=row.annotation_count,
        author=row.author,
        author_id=row.author_id,
        created_date=moment(row.created),
        reviewer=row.reviewer,
        reviewer_id=row.reviewer_id,
        decided_date=moment_or_none(row.decided),
        decided_version=row.decided_version,
        added=row.added,
        changed=row.changed,
        removed=row.removed,
        annotations=() if packed is None else _kept.unpacked(packed),
    )
