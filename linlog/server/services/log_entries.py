"""Log entries: appended once each, read in order, and drawn as series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog.errors import Conflict
from linlog.server.services import access, log_series
from linlog.server.store import log_columns, log_entries, log_packs
from linlog.wire.log_entries import LogNumbers, LogNumbersList, LogReceipt, LogSeriesList

if TYPE_CHECKING:
    from linlog.server.context import Context
    from linlog.server.services.log_series import Wanted
    from linlog.server.store.paging import Window
    from linlog.wire.log_entries import LogEntriesCreate, LogEntry, LogEntryCreate
    from linlog.wire.model_versions import ModelVersion
    from linlog.wire.paging import Page


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
    axis = log_series.axis_key(wanted.x)
    keys = wanted.keys
    asked = keys if keys is None or axis is None else [*keys, axis]
    log = log_packs.read(ctx.conn, ctx.scope, version_id, asked)
    found = (
        log_series.drawn(log, key, wanted) for key in log.columns if keys is None or key in keys
    )
    return LogSeriesList(
        series=tuple(each for each in found if each is not None),
        log_entry_count=version.log_entry_count,
    )


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
