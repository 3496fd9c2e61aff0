"""The documented filters of task lists, as query parameters."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from linlog import limits
from linlog.errors import Invalid
from linlog.server.request import of_query
from linlog.server.store.tasks import Filters
from linlog.wire.tasks import STATUSES

MOST_IDS = limits.FILTER_IDS


def filters(
    *,
    status: str | None = None,
    created_date: datetime | None = None,
    created_date__gte: datetime | None = None,
    created_date__lte: datetime | None = None,
    created_date__gt: datetime | None = None,
    created_date__lt: datetime | None = None,
    complete: bool | None = None,
    rejected: bool | None = None,
    work_started: bool | None = None,
    batch_id: str | None = None,
    unique_id: str | None = None,
    label: str | None = None,
    tag: str | None = None,
    ids: str | None = None,
) -> Filters:
    """The tasks that the query asks for; conditions combine with AND."""
    return Filters(
        status=None if status is None else _read_statuses(status),
        created_date=created_date,
        created_date__gte=created_date__gte,
        created_date__lte=created_date__lte,
        created_date__gt=created_date__gt,
        created_date__lt=created_date__lt,
        complete=complete,
        rejected=rejected,
        work_started=work_started,
        batch_id=batch_id,
        unique_id=unique_id,
        label=label,
        tag=tag,
        ids=None if ids is None else _read_ids(ids),
    )


def _read_statuses(text: str) -> tuple[str, ...]:
    wanted = tuple(part.strip() for part in text.split(","))
    for word in wanted:
        if word not in STATUSES:
            message = f"status is one or more of {', '.join(STATUSES)}, not {word[:40]!r}"
            raise Invalid(message, field="status")
    return tuple(dict.fromkeys(wanted))


def _read_ids(text: str) -> tuple[str, ...]:
    wanted = tuple(part.strip() for part in text.split(",") if part.strip())
    if len(wanted) > MOST_IDS:
        message = f"ids takes at most {MOST_IDS} ids at a time, but has {len(wanted)}"
        raise Invalid(message, field="ids")
    return wanted


TaskFilters = Annotated[Filters, of_query(filters)]
