"""Log entries over HTTP."""

from __future__ import annotations

from math import isfinite

import msgspec

from linlog import limits
from linlog.errors import Invalid
from linlog.server import hot
from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import log_entries
from linlog.server.services.log_series import Wanted
from linlog.wire.log_entries import (
    LogEntriesCreate,
    LogEntry,
    LogNumbersList,
    LogReceipt,
    LogSeriesList,
    Value,
)
from linlog.wire.paging import Page

router = Router("log_entries")

MOST_POINTS = limits.SERIES_POINTS


@router.get("/model-versions/{version_id}/log-entries", policy="viewer")
def list_(ctx: Context, version_id: str, page: Paging) -> Page[LogEntry]:
    """A version's log, in order."""
    return log_entries.list_page(ctx, version_id, page)


@router.post(
    "/model-versions/{version_id}/log-entries",
    policy="manager",
    status=200,
    verbatim=True,
    hot=hot.read_entries,
    small=True,
)
def create(ctx: Context, version_id: str, body: LogEntriesCreate) -> LogReceipt:
    """Append entries to a version's log; those that are there already change nothing."""
    return log_entries.append(ctx, version_id, body)


@router.get("/model-versions/{version_id}/series", policy="viewer")
def series(
    ctx: Context,
    version_id: str,
    points: int = 500,
    keys: str | None = None,
    x: str = "step",
    low: float | None = None,
    high: float | None = None,
) -> LogSeriesList:
    """The numeric keys, or those that are asked for, thinned so that every extreme stays.

    `keys` is a JSON list. They lie over the step, the time or a logged key, which stands in quotes
    where it is called step or time itself; `low` and `high` bound the part that is drawn.
    """
    if not 4 <= points <= MOST_POINTS:
        message = f"points must be from 4 to {MOST_POINTS}, but is {points}"
        raise Invalid(message, field="points")
    for name, bound in (("low", low), ("high", high)):
        if bound is not None and not isfinite(bound):
            raise Invalid(f"{name} must be a finite number, but is {bound}", field=name)
    return log_entries.series(ctx, version_id, Wanted(points, _keys(keys), x, low, high))


@router.get("/log-entries/numbers", policy="viewer")
def numbers(ctx: Context, model_id: str | None = None, value: Value = "last") -> LogNumbersList:
    """The last, lowest or highest number by key of every version that logged, in one answer."""
    return log_entries.numbers(ctx, model_id=model_id, value=value)


def _keys(text: str | None) -> list[str] | None:
    """The keys that a JSON list names, each once. Raises Invalid for anything else."""
    if text is None:
        return None
    try:
        return [*dict.fromkeys(msgspec.json.decode(text, type=list[str]))]
    except ValueError:
        message = f'keys must be a JSON list of keys, such as ["loss"], but is {text[:40]!r}'
        raise Invalid(message, field="keys") from None
