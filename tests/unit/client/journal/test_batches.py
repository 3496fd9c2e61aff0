"""How much the sender sends at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from linlog import errors
from linlog.client import sender
from linlog.client.journal.lanes import LARGEST_BATCH_BYTES
from linlog.client.streams import Refusal

BOUND = 100_000


class Line:
    """A stream over a line on which only so much gets through in time, for a while."""

    name, target, client_id = "log_entries", "mv_1", "maker"
    segment, late, largest_batch = 0, False, 100_000

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.arrived: list[bytes] = []

    def deliver(self, entries: Sequence[bytes]) -> Sequence[Refusal]:
        """Take what is small enough, and everything once much has arrived."""
        size = sum(map(len, entries))
        self.sizes.append(size)
        if size > BOUND and len(self.arrived) < 3000:
            raise errors.Timeout("too slow")
        self.arrived += entries
        return ()

    def refusal(self, entry: bytes, error: errors.ApiError) -> Refusal:
        """Nothing is refused."""
        raise AssertionError((entry, error))


def test_batches_shrink_on_a_slow_line_and_grow_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLOG_JOURNAL", str(tmp_path))
    monkeypatch.setattr(sender, "pause_s", lambda *_: 0.0)
    stream, sending = Line(), sender.Sender("http://server")
    lane = sending.lane(stream)
    records = [b"%09d" % at + b"x" * 391 for at in range(20_000)]
    with lane.lock:
        # Nothing is sent before all is there.
        for record in records:
            lane.write(next(lane.numbers), record)
    sending.flush()
    assert stream.arrived == records
    assert max(stream.sizes) > LARGEST_BATCH_BYTES * 0.9
    assert all(size <= LARGEST_BATCH_BYTES for size in stream.sizes)
    assert min(stream.sizes[:-1]) <= BOUND
    lane.rest()
