"""Log entries: what a training run stored step by step, and the series that they make up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from linlog import errors
from linlog.client.http import Http
from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.client.streams import Refusal
from linlog.wire import codec, log_entries, paging
from linlog.wire.log_entries import (
    LogEntry,
    LogNumbersList,
    LogReceipt,
    LogSeriesList,
    Value,
)


class LogEntries(Resource):
    """The log of a model version."""

    def list(
        self, model_version_id: str, *, limit: int | None = None, offset: int | None = None
    ) -> Page[LogEntry]:
        """A page of a version's log, in the order it was logged."""
        where = path("model-versions", checked_id("model version", model_version_id), "log-entries")
        return self._list(where, paging.Page[LogEntry], limit=limit, offset=offset)

    def everything(self, model_version_id: str) -> Page[LogEntry]:
        """Every entry, in order, NaN and infinities included."""
        found = self.list(model_version_id, limit=paging.LARGEST_LIMIT).everything()
        return Page(replace(entry, data=codec.unmark_numbers(entry.data)) for entry in found)

    def series(
        self,
        model_version_id: str,
        *,
        points: int = 500,
        keys: Sequence[str] | None = None,
        x: str = "step",
        low: float | None = None,
        high: float | None = None,
    ) -> LogSeriesList:
        """The numeric keys, or those named, thinned to about `points` each; every extreme stays.

        `x` is step, time (seconds since 1970) or a logged key, in quotes where the key is called
        step or time itself: `x='"step"'`; `low` and `high` bound it.
        """
        where = path("model-versions", checked_id("model version", model_version_id), "series")
        named = None if keys is None else codec.encode([*keys]).decode()
        return self._http.get(
            where, LogSeriesList, points=points, keys=named, x=x, low=low, high=high
        )

    def numbers(self, *, model_id: str | None = None, value: Value = "last") -> LogNumbersList:
        """The last, lowest or highest number by key of every version that logged."""
        return self._http.get(
            "/log-entries/numbers", LogNumbersList, model_id=model_id, value=value
        )


class LogStream:
    """Sends the log of one version from one process.

    In the journal an entry is `[number, step, nanoseconds since 1970, data]`, in MessagePack or in
    JSON.
    """

    name = "log_entries"
    largest_batch = log_entries.LARGEST_BATCH

    def __init__(
        self, http: Http, target: str, client_id: str, *, segment: int = 0, late: bool = False
    ) -> None:
        self._http = http
        self.target = target
        self.client_id = client_id
        self.segment = segment
        self.late = late
        self.next_step = 0
        """The step of an entry that says none."""
        self._where = path("model-versions", target, "log-entries")

    def deliver(self, entries: Sequence[bytes]) -> Sequence[Refusal]:
        """Append entries; the server knows by their numbers which it has."""
        sent = _Sent(self.client_id, self.late, [self._wire(kept) for kept in _read(entries)])
        self._http.deliver(self._where, LogReceipt, codec.encode(sent))
        return ()

    def refusal(self, entry: bytes, error: errors.ApiError) -> Refusal:
        """Say that one entry was refused."""
        (kept,) = _read([entry])
        said = codec.encode(self._wire(kept))
        return Refusal(f"the log entry of step {kept.step}", error, said)

    def _wire(self, kept: _Kept) -> _SentEntry:
        logged_date = datetime.fromtimestamp(kept.logged_ns / 1e9, UTC)
        return _SentEntry(kept.number, kept.step, self.segment, logged_date, kept.data)


class _Kept(msgspec.Struct, array_like=True, gc=False):
    """An entry as it is in the journal."""

    number: int
    step: int
    logged_ns: int
    data: msgspec.Raw


class _SentEntry(msgspec.Struct, gc=False):
    """A `LogEntryCreate` whose data is JSON already."""

    number: int
    step: int
    segment: int
    logged_date: datetime
    data: msgspec.Raw


class _Sent(msgspec.Struct, gc=False):
    """A `LogEntriesCreate` of such entries."""

    client_id: str
    late: bool
    entries: list[_SentEntry]


class _Packed(msgspec.Struct, array_like=True, gc=False):
    """An entry in MessagePack, where NaN and infinities are numbers like others."""

    number: int
    step: int
    logged_ns: int
    data: dict[str, Any]


_of_json: Final = msgspec.json.Decoder(_Kept).decode
_of_messagepack: Final = msgspec.msgpack.Decoder(_Packed).decode
_to_json: Final = msgspec.json.Encoder().encode


def _read(entries: Sequence[bytes]) -> list[_Kept]:
    return [
        _of_json(entry) if entry.startswith(b"[") else _as_json(_of_messagepack(entry))
        for entry in entries
    ]


def _as_json(entry: _Packed) -> _Kept:
    data = _to_json(entry.data)
    if b"null" in data:
        # So are written NaN and infinities too.
        data = _to_json(codec.mark_numbers(entry.data))
    return _Kept(entry.number, entry.step, entry.logged_ns, msgspec.Raw(data))
