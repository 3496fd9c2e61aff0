"""Log entries: appended once each, read in order, and drawn as series."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from linlog.errors import Conflict
from linlog.server.services import access
from linlog.server.store import log_entries
from linlog.wire import codec
from linlog.wire.log_entries import LogReceipt, LogSeries, LogSeriesList

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.log_entries import LogEntriesCreate, LogEntry, LogEntryCreate
    from linlog.wire.model_versions import ModelVersion
    from linlog.wire.paging import Page

DEEPEST: Final = 8
"""Levels of nested data that series are drawn of."""


def list_page(ctx: Context, version_id: str, window: Window) -> Page[LogEntry]:
    """A version's log, in order."""
    access.model_version(ctx, version_id)
    return log_entries.list_page(ctx.conn, ctx.scope, version_id, window)


def append(ctx: Context, version_id: str, new: LogEntriesCreate) -> LogReceipt:
    """Append entries that are not there yet. Raises Conflict for new ones after the finish.

    Late ones were logged before it, by a process that ended before they were delivered.
    """
    version = access.model_version(ctx, version_id)
    if version.state == "finished" and not new.late:
        numbers = [entry.number for entry in new.entries]
        held = log_entries.held(ctx.conn, ctx.scope, version_id, new.client_id, numbers)
        if len(held) < len({*numbers}):
            raise _finished(version)
    accepted = log_entries.append(
        ctx.conn, ctx.scope, version_id, new.client_id, new.entries, now=ctx.now
    )
    return LogReceipt(accepted=accepted, repeated=len(new.entries) - accepted)


def merge(ctx: Context, version_id: str, client_id: str, entry: LogEntryCreate) -> dict[str, Any]:
    """Append an entry, or add it to the client's entry of that number, where later values win.

    Gives what the entry holds now. Raises Conflict after the finish.
    """
    version = access.model_version(ctx, version_id)
    if version.state == "finished":
        raise _finished(version)
    place = (version_id, client_id, entry.number)
    held = log_entries.find(ctx.conn, ctx.scope, *place)
    if held is None:
        log_entries.append(ctx.conn, ctx.scope, version_id, client_id, [entry], now=ctx.now)
        return entry.data
    merged = {**held, **entry.data}
    log_entries.update(ctx.conn, ctx.scope, *place, data=merged)
    return merged


def series(ctx: Context, version_id: str, *, points: int) -> LogSeriesList:
    """Every numeric key over the steps, in at most about `points` points each."""
    version = access.model_version(ctx, version_id)
    found: dict[str, tuple[list[int], list[float | None]]] = {}
    for entry in log_entries.walk(ctx.conn, ctx.scope, version_id):
        for key, value in numbers_of(codec.unmark_numbers(entry.data)):
            steps, values = found.setdefault(key, ([], []))
            steps.append(entry.step)
            values.append(value if isfinite(value) else None)
    return LogSeriesList(
        series=tuple(_thinned(key, *pair, points) for key, pair in found.items()),
        log_entry_count=version.log_entry_count,
    )


def numbers_of(data: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, float]]:
    """The numbers in logged data with dotted keys."""
    if isinstance(data, bool) or depth > DEEPEST:
        return
    if isinstance(data, (int, float)):
        yield path, float(data)
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from numbers_of(value, f"{path}.{key}" if path else str(key), depth + 1)


def _finished(version: ModelVersion) -> Conflict:
    return Conflict(f"version {version.name!r} is finished, so nothing can be logged to it")


def _thinned(
    key: str, steps: Sequence[int], values: Sequence[float | None], points: int
) -> LogSeries:
    places = _extremes(values, points) if len(values) > points else range(len(values))
    return LogSeries(
        key=key,
        steps=tuple(steps[place] for place in places),
        values=tuple(values[place] for place in places),
        total=len(values),
    )


def _extremes(values: Sequence[float | None], points: int) -> list[int]:
    """First, last, lowest and highest of each bucket, so that no spike is lost."""
    buckets = max(1, points // 4)
    chosen: set[int] = set()
    for bucket in range(buckets):
        start = bucket * len(values) // buckets
        stop = (bucket + 1) * len(values) // buckets
        known = [place for place in range(start, stop) if values[place] is not None]
        chosen.update((start, stop - 1))
        if known:
            chosen.add(min(known, key=lambda place: values[place] or 0.0))
            chosen.add(max(known, key=lambda place: values[place] or 0.0))
    return sorted(chosen)
