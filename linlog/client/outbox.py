"""What waits to be sent, in memory: bounded, in order, one queue a stream.

The sender knows only `put`, `take`, `done` and `put_back`; a journal on disk offers the same.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from linlog import errors

LARGEST_BYTES: Final = 128 * 1024 * 1024
"""Encoded bytes that may wait; a stream that waits for room then blocks, others lose."""
LARGEST_ENTRIES: Final = 500_000
"""Entries that may wait."""
BATCH_BYTES: Final = 512 * 1024
"""Encoded bytes in one request, unless a single entry is larger."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An entry that the server did not take, and why."""

    entry: str
    """What the entry is, in words: `prediction pr_… on task t_…`."""
    error: errors.ApiError
    """The server's reason."""
    record: object = None
    """The wire record that says the same, where there is one."""


class Stream(Protocol):
    """Where entries of one sort go, such as the predictions of a model run."""

    largest_batch: int

    def deliver(self, entries: Sequence[bytes]) -> Sequence[Refusal]:
        """Send encoded entries in one request; give back those that the server refused."""
        ...

    def refusal(self, entry: bytes, error: errors.ApiError) -> Refusal:
        """Say of a single entry that it was refused."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries of one stream that leave in one request."""

    stream: Stream
    entries: tuple[bytes, ...]


class Outbox:
    """Entries that wait, by stream, oldest stream first. The caller holds `lock`."""

    def __init__(
        self, *, largest_bytes: int = LARGEST_BYTES, largest_entries: int = LARGEST_ENTRIES
    ) -> None:
        self.lock = threading.Condition(threading.Lock())
        self.waiting = 0
        self._size_bytes = 0
        self._largest_bytes = largest_bytes
        self._largest_entries = largest_entries
        self._queues: dict[Stream, deque[bytes]] = {}

    @property
    def full(self) -> bool:
        """Whether there is no room for another entry."""
        return self.waiting >= self._largest_entries or self._size_bytes >= self._largest_bytes

    def put(self, stream: Stream, entry: bytes) -> None:
        """Append an entry."""
        queue = self._queues.get(stream)
        if queue is None:
            queue = self._queues[stream] = deque()
        queue.append(entry)
        self.waiting += 1
        self._size_bytes += len(entry)

    def take(self) -> Batch | None:
        """The next batch; it counts as waiting until `done` or `put_back`."""
        for stream, queue in self._queues.items():
            entries: list[bytes] = []
            size = 0
            while queue and len(entries) < stream.largest_batch:
                size += len(queue[0])
                if entries and size > BATCH_BYTES:
                    break
                entries.append(queue.popleft())
            if entries:
                return Batch(stream, tuple(entries))
        return None

    def ready(self) -> bool:
        """Whether a full batch waits, so that nothing is gained by gathering more."""
        return self._size_bytes >= BATCH_BYTES or any(
            len(queue) >= stream.largest_batch for stream, queue in self._queues.items()
        )

    def done(self, batch: Batch) -> None:
        """The batch was delivered or refused; its stream goes to the end of the line."""
        self.waiting -= len(batch.entries)
        self._size_bytes -= sum(map(len, batch.entries))
        queue = self._queues.pop(batch.stream)
        if queue:
            self._queues[batch.stream] = queue

    def put_back(self, batch: Batch) -> None:
        """The batch was not delivered; it is the next again."""
        self._queues[batch.stream].extendleft(reversed(batch.entries))

    def clear(self) -> int:
        """Forget everything; how much that was."""
        lost, self.waiting, self._size_bytes = self.waiting, 0, 0
        self._queues.clear()
        return lost
