"""Log entries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linlog import LinLogClient
from linlog.wire import codec
from linlog.wire.log_entries import LogEntriesCreate, LogEntryCreate, LogReceipt


def of(number: int, step: int | None = None, **values: Any) -> LogEntryCreate:
    """An entry, to be sent."""
    at = number if step is None else step
    return LogEntryCreate(number=number, step=at, data=codec.mark_numbers(values))


def send(
    client: LinLogClient,
    version_id: str,
    entries: Iterable[LogEntryCreate],
    *,
    client_id: str = "here",
) -> LogReceipt:
    """Append entries to a version's log."""
    body = LogEntriesCreate(client_id=client_id, entries=tuple(entries))
    where = f"/model-versions/{version_id}/log-entries"
    return client._http.deliver(where, LogReceipt, codec.encode(body))
