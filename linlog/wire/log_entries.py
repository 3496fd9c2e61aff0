"""Log entries: what one call of `log` stored, and the series that they make up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from linlog import limits
from linlog.wire.constraints import Between, Checked, Length, Moment
from linlog.wire.record import Record

Value = Literal["last", "lowest", "highest"]

LARGEST_BATCH: Final = limits.LOG_ENTRIES
LARGEST_STEP: Final = limits.WHOLE_NUMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry(Record):
    """What one call of `log` stored."""

    sequence: int
    """Place in the version's log, from 1."""
    step: int
    """Position in training."""
    logged_date: datetime
    """When it was logged, by the client's clock, in UTC."""
    data: dict[str, Any]
    """The values by key; NaN and infinities are kept."""
    segment: int = 0
    """Part of the log: 0 at first, one more after each resume; its steps may begin anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntryCreate(Checked, Record):
    """An entry to append to a version's log."""

    number: Annotated[int, Between(0, LARGEST_STEP)]
    """The entry's number with this client, from 0; sent again it changes nothing."""
    step: Annotated[int, Between(-LARGEST_STEP, LARGEST_STEP)]
    """Position in training; steps may repeat and go back."""
    data: Annotated[dict[str, Any], Length(0, limits.LOG_KEYS)]
    """The values by key; any JSON."""
    logged_date: Annotated[datetime | None, Moment()] = None
    """When it was logged; the server's time where absent."""
    segment: Annotated[int, Between(0, LARGEST_STEP)] = 0
    """The segment that the version had when the process began to log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntriesCreate(Checked, Record):
    """Entries to append to a version's log, all or none."""

    client_id: Annotated[str, Length(1, 64)]
    """Names the process that logs, so that numbers of two do not clash."""
    late: bool = False
    """Whether they were logged by a process that ended: then a finished version takes them too."""
    entries: Annotated[tuple[LogEntryCreate, ...], Length(1, LARGEST_BATCH)]
    """What to append, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReceipt(Record):
    """What became of a request: accepted + repeated = sent."""

    accepted: int
    """Newly stored."""
    repeated: int
    """Already there, by client and number."""
    highest: int | None = None
    """The highest number of this client in the log; null where the server does not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSeries(Record):
    """One key over the steps of training."""

    key: str
    """The key, with dots between the levels of nested data."""
    steps: tuple[int, ...]
    """Positions in training, in the order they were logged."""
    values: tuple[float | None, ...]
    """One number a step; null for NaN and infinities."""
    total: int
    """How many points there are; `steps` may hold fewer, but every extreme."""
    x: tuple[float, ...] = ()
    """Where the points lie on an axis that is not the step: seconds since 1970, or a logged key."""
    segments: tuple[int, ...] = ()
    """The segment of each point; empty where training was never resumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSeriesList(Record):
    """The numeric series of a version's log."""

    series: tuple[LogSeries, ...]
    """One a key, in the order the keys first appeared."""
    log_entry_count: int
    """How many entries the log has; rises while training goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogNumbers(Record):
    """One number by key of a version's log."""

    model_version_id: str
    """The version."""
    values: tuple[float | None, ...]
    """One a key of the list; null where the version has no finite one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogNumbersList(Record):
    """The last, lowest or highest number by key of many versions."""

    logged_keys: tuple[str, ...]
    """The keys that any of them logged, with dots between the levels of nested data."""
    model_versions: tuple[LogNumbers, ...]
    """Those that logged, newest first."""
