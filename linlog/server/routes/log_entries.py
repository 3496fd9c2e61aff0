"""Log entries over HTTP."""

from __future__ import annotations

from linlog.errors import Invalid
from linlog.server import hot
from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import log_entries
from linlog.wire.log_entries import LogEntriesCreate, LogEntry, LogReceipt, LogSeriesList
from linlog.wire.paging import Page

router = Router("log_entries")

MOST_POINTS = 10_000


@router.get("/model-versions/{version_id}/log-entries", policy="viewer")
def list_(ctx: Context, version_id: str, page: Paging) -> Page[LogEntry]:
    """A version's log, in order."""
    return log_entries.list_page(ctx, version_id, page)


@router.post(
    "/model-versions/{version_id}/log-entries",
    policy="manager",
    status=200,
    hot=hot.read_entries,
)
def create(ctx: Context, version_id: str, body: LogEntriesCreate) -> LogReceipt:
    """Append entries to a version's log; those that are there already change nothing."""
    return log_entries.append(ctx, version_id, body)


@router.get("/model-versions/{version_id}/series", policy="viewer")
def series(ctx: Context, version_id: str, points: int = 500) -> LogSeriesList:
    """Every numeric key over the steps, thinned so that every extreme stays."""
    if not 4 <= points <= MOST_POINTS:
        message = f"points must be from 4 to {MOST_POINTS}, but is {points}"
        raise Invalid(message, field="points")
    return log_entries.series(ctx, version_id, points=points)
