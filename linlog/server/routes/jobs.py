"""Jobs over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import jobs
from linlog.wire.jobs import Job, State
from linlog.wire.paging import Page

router = Router("jobs")


@router.get("/jobs", policy="viewer")
def list_(
    ctx: Context, page: Paging, state: State | None = None, name: str | None = None
) -> Page[Job]:
    """The organisation's jobs, newest first."""
    return jobs.list_page(ctx, page, state=state, name=name)


@router.get("/jobs/{job_id}", policy="viewer")
def get(ctx: Context, job_id: str) -> Job:
    """One job."""
    return jobs.get(ctx, job_id)
