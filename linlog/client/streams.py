"""What the journal and its sender know of a stream of records: where they go, and what refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from linlog import errors


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that the server did not take, and why."""

    what: str
    """What it is, in words: `prediction pr_… on task t_…`."""
    error: errors.ApiError
    """The server's reason."""
    entry: bytes
    """The record as it was sent."""
    record: object = None
    """The wire record that says the same, where there is one."""


class Stream(Protocol):
    """Where records of one sort go, such as the predictions of a model run."""

    name: str
    """What its records are: log_entries or prediction_rows."""
    target: str
    """The model version or model run."""
    client_id: str
    """Names the process that appends, in the keys of its records."""
    segment: int
    """The segment of the log that its records belong to; 0 where there is no log."""
    late: bool
    """Whether another process than the one that appended delivers."""
    largest_batch: int

    def deliver(self, entries: Sequence[bytes]) -> Sequence[Refusal]:
        """Send encoded records in one request; give back those that the server refused."""
        ...

    def refusal(self, entry: bytes, error: errors.ApiError) -> Refusal:
        """Say of a single record that it was refused."""
        ...
