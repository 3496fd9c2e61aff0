"""Jobs: queued in the transaction that asks for them, seen when it commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog import ids
from linlog.server.services import access
from linlog.server.store import jobs

if TYPE_CHECKING:
    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.jobs import Job
    from linlog.wire.paging import Page


def list_page(ctx: Context, window: Window, **equal: str | None) -> Page[Job]:
    """The organisation's jobs, newest first."""
    return jobs.list_page(ctx.conn, ctx.scope, window, **equal)


def get(ctx: Context, job_id: str) -> Job:
    """One job."""
    return access.job(ctx, job_id)


def delete(ctx: Context, job_id: str) -> int:
    """Forget a job and what hangs on it; a worker that runs it stops at its next sign of life."""
    return jobs.delete(ctx.conn, ctx.scope, job_id)


def enqueue(
    ctx: Context,
    name: str,
    *,
    subject_id: str,
    payload: dict[str, Any],
    job_id: str | None = None,
) -> str:
    """Queue a job and give its id; one that must know its own brings it."""
    job_id = job_id or ids.new("job")
    jobs.insert(
        ctx.conn,
        ctx.scope,
        job_id=job_id,
        name=name,
        subject_id=subject_id,
        payload=payload,
        created=ctx.now,
    )
    return job_id


def enqueue_once(
    ctx: Context, name: str, *, subject_id: str, payload: dict[str, Any], after_s: float
) -> None:
    """Queue a job of a subject for later, unless one waits already and will see what there is.

    One that waits for longer waits no longer than this.
    """
    jobs.insert_unless_queued(
        ctx.conn,
        ctx.scope,
        job_id=ids.new("job"),
        name=name,
        subject_id=subject_id,
        payload=payload,
        created=ctx.now,
        due=ctx.now + int(after_s * 1_000_000),
    )


def hasten(ctx: Context, name: str, *, subject_id: str) -> None:
    """Let a job of a subject begin now, if one waits."""
    jobs.hasten(ctx.conn, ctx.scope, name, subject_id, due=ctx.now)
