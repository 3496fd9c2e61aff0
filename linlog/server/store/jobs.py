"""Jobs, in the database: claimed with a lease, so that a dead worker's job is taken up again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from linlog.server.store import paging
from linlog.server.store.tables import jobs
from linlog.server.store.values import (
    Scope,
    from_json,
    moment,
    moment_or_none,
    not_before,
    to_json,
)
from linlog.wire.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from linlog.wire.paging import Page


_FARTHEST: Final = 600 * 1_000_000
"""Microseconds that no worker takes a job for, and clocks of workers do not differ by."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker took up."""

    id: str
    organisation_id: str
    name: str
    payload: dict[str, Any]
    attempts: int


def insert(
    conn: Connection,
    scope: Scope,
    *,
    job_id: str,
    name: str,
    subject_id: str | None,
    payload: dict[str, Any],
    created: int,
    due: int | None = None,
) -> None:
    """Queue a job; it can be seen when the transaction commits, and is taken up when it is due."""
    conn.execute(
        jobs.insert().values(
            id=job_id,
            organisation_id=scope,
            name=name,
            subject_id=subject_id,
            payload=to_json(payload),
            state="queued",
            created=created,
            lease=due,
        )
    )


def insert_unless_queued(
    conn: Connection,
    scope: Scope,
    *,
    job_id: str,
    name: str,
    subject_id: str,
    payload: dict[str, Any],
    created: int,
    due: int,
) -> None:
    """Queue a job of a subject, unless one waits; one that has ended is queued anew.

    One that waits for longer is due then, too.
    """
    same = sa.and_(
        jobs.c.organisation_id == scope, jobs.c.name == name, jobs.c.subject_id == subject_id
    )
    query = sa.select(jobs.c.id, jobs.c.state, jobs.c.lease).where(same)
    states = {row.state: row for row in conn.execute(query)}
    waiting = states.get("queued")
    if waiting is not None:
        if waiting.lease is not None and waiting.lease > due:
            conn.execute(jobs.update().where(jobs.c.id == waiting.id).values(lease=due))
        return
    ended = states.get("finished") or states.get("failed")
    if ended is None:
        insert(
            conn,
            scope,
            job_id=job_id,
            name=name,
            subject_id=subject_id,
            payload=payload,
            created=created,
            due=due,
        )
        return
    again = {"state": "queued", "created": created, "attempts": 0, "progress": 0.0, "lease": due}
    cleared = dict.fromkeys(("failure", "result", "worker", "started", "finished"))
    conn.execute(
        jobs.update()
        .where(jobs.c.organisation_id == scope, jobs.c.id == ended.id)
        .values(payload=to_json(payload), **again, **cleared)
    )


def hasten(conn: Connection, scope: Scope, name: str, subject_id: str, *, due: int) -> None:
    """Let a job of a subject that waits be due already."""
    conn.execute(
        jobs.update()
        .where(
            jobs.c.organisation_id == scope,
            jobs.c.subject_id == subject_id,
            jobs.c.name == name,
            jobs.c.state == "queued",
            jobs.c.lease > due,
        )
        .values(lease=due)
    )


def any_running(conn: Connection, scope: Scope, names: Collection[str]) -> bool:
    """Whether a job of one of those names is worked on."""
    query = sa.select(jobs.c.id).where(
        jobs.c.organisation_id == scope, jobs.c.name.in_(names), jobs.c.state == "running"
    )
    return conn.execute(query.limit(1)).first() is not None


def get(conn: Connection, scope: Scope, job_id: str) -> Job | None:
    """One job."""
    row = conn.execute(_within(scope).where(jobs.c.id == job_id)).first()
    return None if row is None else _read(row)


def list_page(
    conn: Connection, scope: Scope, window: paging.Window, **equal: str | None
) -> Page[Job]:
    """Jobs, newest first; `equal` may give state and name."""
    query = _within(scope)
    for name, value in equal.items():
        if value is not None:
            query = query.where(jobs.c[name] == value)
    order = paging.Order(jobs.c.created, jobs.c.id, newest_first=True)
    return paging.page(conn, query, order, window, _read)


def claim(
    conn: Connection,
    *,
    worker: str,
    now: int,
    lease: int,
    names: Collection[str] | None = None,
    of: Scope | None = None,
) -> Claim | None:
    """Take up the oldest job that waits or whose worker let its lease end.

    With `names`, only a job that is called so; without `of`, that of any organisation.
    """
    query = sa.select(jobs).where(_waiting(now, names)).order_by(jobs.c.created, jobs.c.id)
    if of is not None:
        query = query.where(jobs.c.organisation_id == of)
    row = conn.execute(query.limit(1)).first()
    if row is None:
        return None
    conn.execute(
        jobs.update()
        .where(jobs.c.id == row.id)
        .values(
            state="running",
            worker=worker,
            lease=lease,
            started=not_before(jobs.c.created, now),
            attempts=row.attempts + 1,
            failure=None,
        )
    )
    return Claim(row.id, row.organisation_id, row.name, from_json(row.payload), row.attempts + 1)


def waiting_organisations(
    conn: Connection, now: int, names: Collection[str], *, most_each: int | None = None
) -> list[str]:
    """Whose jobs wait to be taken up, the oldest first; without those who have enough at work."""
    oldest = sa.func.min(jobs.c.created)
    query = sa.select(jobs.c.organisation_id).where(_waiting(now, names))
    found = conn.execute(query.group_by(jobs.c.organisation_id).order_by(oldest)).scalars()
    if most_each is None:
        return [*found]
    running = sa.and_(jobs.c.state == "running", jobs.c.lease >= now, jobs.c.name.in_(names))
    busy = sa.select(jobs.c.organisation_id).where(running).group_by(jobs.c.organisation_id)
    enough = {*conn.execute(busy.having(sa.func.count() >= most_each)).scalars()}
    return [scope for scope in found if scope not in enough]


def names_waiting(conn: Connection, now: int) -> set[str]:
    """What the jobs to take up are called, asked without the right to write."""
    return {*conn.execute(sa.select(jobs.c.name).where(_waiting(now)).distinct()).scalars()}


def extend(
    conn: Connection, job_id: str, *, worker: str, lease: int, progress: float | None = None
) -> bool:
    """Keep a job for longer; whether this worker still has it. Progress never goes back."""
    held = sa.and_(jobs.c.id == job_id, jobs.c.worker == worker, jobs.c.state == "running")
    values: dict[str, Any] = {"lease": lease}
    if progress is not None:
        ahead = jobs.c.progress < progress
        values["progress"] = sa.case((ahead, progress), else_=jobs.c.progress)
    return conn.execute(jobs.update().where(held).values(**values)).rowcount == 1


def finish(
    conn: Connection,
    job_id: str,
    *,
    worker: str,
    state: str,
    now: int,
    failure: str | None = None,
) -> bool:
    """End a job; whether this worker still had it."""
    held = sa.and_(jobs.c.id == job_id, jobs.c.worker == worker, jobs.c.state == "running")
    finished = not_before(jobs.c.started, now)
    values: dict[str, Any] = {
        "state": state,
        "finished": finished,
        "failure": failure,
        "lease": None,
    }
    if state == "finished":
        values["progress"] = 1.0
    return conn.execute(jobs.update().where(held).values(**values)).rowcount == 1


def set_result(conn: Connection, scope: Scope, job_id: str, result: Any) -> None:
    """Note what came of a job, or has so far."""
    conn.execute(
        jobs.update()
        .where(jobs.c.organisation_id == scope, jobs.c.id == job_id)
        .values(result=to_json(result))
    )


def requeue(conn: Connection, job_id: str, *, worker: str) -> bool:
    """Give a job back so that another worker takes it up."""
    held = sa.and_(jobs.c.id == job_id, jobs.c.worker == worker, jobs.c.state == "running")
    values = {"state": "queued", "lease": None, "worker": None}
    return conn.execute(jobs.update().where(held).values(**values)).rowcount == 1


def delete(conn: Connection, scope: Scope, job_id: str) -> int:
    """Forget a job and what hangs on it."""
    return conn.execute(
        jobs.delete().where(jobs.c.organisation_id == scope, jobs.c.id == job_id)
    ).rowcount


def _waiting(now: int, names: Collection[str] | None = None) -> sa.ColumnElement[bool]:
    """Queued and due, or left by a worker: a lease is when a job can be taken up, in both."""
    set_back = sa.and_(jobs.c.state == "running", jobs.c.lease > now + _FARTHEST)
    due = sa.or_(jobs.c.lease.is_(None), jobs.c.lease < now, set_back)
    waiting = sa.and_(jobs.c.state.in_(("queued", "running")), due)
    return waiting if names is None else sa.and_(waiting, jobs.c.name.in_(names))


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(jobs).where(jobs.c.organisation_id == scope)


def _read(row: Any) -> Job:
    return Job(
        id=row.id,
        name=row.name,
        state=row.state,
        progress=row.progress,
        failure=row.failure,
        result=None if row.result is None else from_json(row.result),
        attempts=row.attempts,
        subject_id=row.subject_id,
        created_date=moment(row.created),
        started_date=moment_or_none(row.started),
        finished_date=moment_or_none(row.finished),
    )
