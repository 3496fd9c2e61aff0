"""Log entries: appended once each, read in order, and drawn as series."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from linlog.errors import Conflict
from linlog.server.services import access, log_series
from linlog.server.store import log_columns, log_entries, log_packs
from linlog.server.store.log_packs import Part
from linlog.wire.log_entries import LogNumbers, LogNumbersList, LogReceipt, LogSeriesList

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linlog.server.context import Context
    from linlog.server.services.log_series import Wanted
    from linlog.server.store.log_packs import LogNumbers as Numbers
    from linlog.server.store.paging import Window
    from linlog.wire.log_entries import LogEntriesCreate, LogEntry, LogEntryCreate
    from linlog.wire.model_versions import ModelVersion
    from linlog.wire.paging import Page

_HELD_NUMBERS: Final = 2**20
"""A log of no more is read once for a curve; a longer one twice, and never held."""


def list_page(ctx: Context, version_id: str, window: Window) -> Page[LogEntry]:
    """A version's log, in order."""
    known = access.model_version(ctx, version_id).log_entry_count
    return log_entries.list_page(ctx.conn, ctx.scope, version_id, window, known=known)


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
    accepted, highest = log_entries.append(
        ctx.conn, ctx.scope, version_id, new.client_id, new.entries, now=ctx.now
    )
    return LogReceipt(accepted=accepted, repeated=len(new.entries) - accepted, highest=highest)


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


def series(ctx: Context, version_id: str, wanted: Wanted) -> LogSeriesList:
    """The numeric keys over an axis, each thinned so that every extreme stays."""
    version = access.model_version(ctx, version_id)
    keys = wanted.keys
    if keys is None:
        keys = log_packs.keys(ctx.conn, ctx.scope, version_id)
    times = ("time",) if wanted.x == "time" else ()
    part = Part(wanted.keys, ("step", "segment", *times), log_series.axis_key(wanted.x))
    read = _held if version.log_entry_count * len(keys) <= _HELD_NUMBERS else _streamed
    lines = log_series.drawn(read(ctx, version_id, part), keys, wanted)
    return LogSeriesList(series=tuple(lines), log_entry_count=version.log_entry_count)


def _held(ctx: Context, version_id: str, part: Part) -> log_series.Reader:
    """What reads a log once, and remembers it."""
    numbers = [
        replace(each, columns=[*each.columns])
        for each in _streamed(ctx, version_id, part)(bare=False)
    ]
    return lambda *, bare: numbers  # noqa: ARG005 - to know more does no harm


def _streamed(ctx: Context, version_id: str, part: Part) -> log_series.Reader:
    """What reads a log again each time; it remembers what is not packed, where that is little."""
    rest = [*islice(log_packs.rest(ctx.conn, ctx.scope, version_id, part), 2)]

    def read(*, bare: bool) -> Iterator[Numbers]:
        yield from log_packs.packed(ctx.conn, ctx.scope, version_id, part, bare=bare)
        if len(rest) < 2:
            yield from rest
        else:
            yield from log_packs.rest(ctx.conn, ctx.scope, version_id, part)

    return read


def numbers(ctx: Context, *, model_id: str | None, value: str) -> LogNumbersList:
    """One number by key of every version that logged, newest first."""
    if model_id is not None:
        access.model(ctx, model_id)
    place = log_columns.PLACES[value]
    rows = [*log_packs.summaries(ctx.conn, ctx.scope, model_id)]
    keys = tuple(dict.fromkeys(key for _, held in rows for key in held))
    return LogNumbersList(
        logged_keys=keys,
        model_versions=tuple(
            LogNumbers(
                model_version_id=version_id,
                values=tuple(held[key][place] if key in held else None for key in keys),
            )
            for version_id, held in rows
        ),
    )


def number_by_version(
    ctx: Context, key: str, *, model_id: str | None, value: str
) -> dict[str, float]:
    """The number of one key by version, of those that have a finite one."""
    place = log_columns.PLACES[value]
    rows = log_packs.summaries(ctx.conn, ctx.scope, model_id)
    held = ((version_id, keys[key][place]) for version_id, keys in rows if key in keys)
    return {version_id: number for version_id, number in held if number is not None}


def _finished(version: ModelVersion) -> Conflict:
    return Conflict(f"version {version.name!r} is finished, so nothing can be logged to it")
