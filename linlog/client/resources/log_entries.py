"""Log entries: what a training run stored step by step, and the series that they make up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from linlog import errors
from linlog.client.http import Http
from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.client.streams import Refusal
from linlog.wire import codec, log_entries, paging
from linlog.wire.log_entries import LogEntry, LogReceipt, LogSeriesList


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

    def series(self, model_version_id: str, *, points: int = 500) -> LogSeriesList:
        """The numeric series, thinned to about `points` each without losing an extreme."""
        where = path("model-versions", checked_id("model version", model_version_id), "series")
        return self._http.get(where, LogSeriesList, points=points)


class LogStream:
    """Sends the log of one version from one process."""

    name = "log_entries"
    largest_batch = log_entries.LARGEST_BATCH

    def __init__(self, http: Http, target: str, client_id: str, *, late: bool = False) -> None:
        self._http = http
        self.target = target
        self.client_id = client_id
        self.late = late
        self._where = path("model-versions", target, "log-entries")
        about = msgspec.json.encode({"client_id": client_id, **({"late": True} if late else {})})
        self._opening = about[:-1] + b',"entries":['

    def deliver(self, entries: Sequence[bytes]) -> Sequence[Refusal]:
        """Append entries; the server knows by their numbers which it has."""
        content = b"".join((self._opening, b",".join(entries), b"]}"))
        self._http.deliver(self._where, LogReceipt, content)
        return ()

    def refusal(self, entry: bytes, error: errors.ApiError) -> Refusal:
        """Say that one entry was refused."""
        step = msgspec.json.decode(entry).get("step")
        return Refusal(f"the log entry of step {step}", error, entry)
