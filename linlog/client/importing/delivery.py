"""Rows on their way: in batches, each sent until the server answers, while the next are read."""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from operator import itemgetter
from typing import Final, NamedTuple, Protocol, Self

from linlog import errors
from linlog.client import sender
from linlog.client.http import pause_s
from linlog.client.importing.reports import Tally
from linlog.client.importing.rows import Row
from linlog.client.journal.lanes import BATCH_BYTES
from linlog.client.progress import Show
from linlog.client.streams import Refusal, Stream

PATIENCE_S: Final = 120.0
"""Seconds that a batch is sent again and again, before the import ends with the reason."""

RowOf = Callable[[int], Row]
"""Makes the row of one of some entries, where somebody has to be told of it."""


class _Sent(NamedTuple):
    """A batch on its way."""

    entries: list[bytes]
    rows: list[tuple[int, RowOf]]
    """Some entries each: their first place, and what makes their rows."""
    answer: Future[list[Refusal]]


class Counting(Stream, Protocol):
    """A stream that counts what the server had already."""

    repeated: int
    """Entries that the server had."""


class Delivery:
    """Sends the entries of rows, some batches at once. One thread uses it, until it is closed."""

    def __init__(
        self, stream: Counting, tally: Tally, *, batch_bytes: int = BATCH_BYTES, at_once: int = 1
    ) -> None:
        self._stream = stream
        self._tally = tally
        self._batch_bytes = batch_bytes
        self._at_once = at_once
        self._pool = ThreadPoolExecutor(at_once)
        self._stopped = threading.Event()
        self._entries: list[bytes] = []
        self._rows: list[tuple[int, RowOf]] = []
        self._size_bytes = 0
        self._sent: deque[_Sent] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._pool.shutdown()

    def add(self, entry: bytes, row: Row) -> None:
        """Send a row's entry with others, soon."""
        self.add_many([entry], lambda _: row)

    def add_many(self, entries: Sequence[bytes], row: RowOf) -> None:
        """Send the entries of some rows, soon; `row` makes the row of one that is refused."""
        most = self._stream.largest_batch
        for start in range(0, len(entries), most):
            some = entries[start : start + most]
            size_bytes = sum(map(len, some))
            many = len(self._entries) + len(some) > most
            if self._entries and (many or self._size_bytes + size_bytes > self._batch_bytes):
                self._send()
            self._rows.append((len(self._entries) - start, row))
            self._entries += some
            self._size_bytes += size_bytes

    def finish(self) -> None:
        """Send what is left, and wait for every answer."""
        self._send()
        while self._sent:
            self._settle()
        self._tally.present += self._stream.repeated

    def _send(self) -> None:
        while len(self._sent) >= self._at_once:
            self._settle()
        if self._entries:
            answer = self._pool.submit(self._deliver, self._entries)
            self._sent.append(_Sent(self._entries, self._rows, answer))
        self._entries, self._rows, self._size_bytes = [], [], 0

    def _settle(self) -> None:
        """Wait for the answer to the batch that was sent first, and count its rows."""
        sent = self._sent.popleft()
        refusals = sent.answer.result()
        place = {entry: at for at, entry in enumerate(sent.entries)} if refusals else {}
        for refusal in refusals:
            row, error = _row_of(sent.rows, place[refusal.entry]), refusal.error
            self._tally.refuse(f"the server says {error.code}", row.place, error.detail, row.data)
        self._tally.accepted += len(sent.entries) - len(refusals)

    def _deliver(self, entries: list[bytes]) -> list[Refusal]:
        """Send a batch until the server answers; what it refused. Raises LinLogError."""
        until, attempt = time.monotonic() + PATIENCE_S, 0
        while True:
            try:
                return sender.deliver(self._stream, entries)
            except sender.OF_MOMENT as error:
                attempt += 1
                if time.monotonic() >= until:
                    raise
                if self._stopped.wait(pause_s(attempt, getattr(error, "retry_after", None))):
                    raise


def _row_of(rows: Sequence[tuple[int, RowOf]], place: int) -> Row:
    """The row of an entry, of those that were added last before its place in the batch."""
    first, row = rows[bisect_right(rows, place, key=itemgetter(0)) - 1]
    return row(place - first)


def shown(rows: Iterable[Row], tally: Tally, show: Show) -> Iterable[Row]:
    """The rows, counted and with a bar; those that cannot be read are refused and passed over."""
    for row in rows:
        tally.sent += 1
        if tally.sent % 1000 == 0:
            show(row.done, title(tally))
        if row.wrong:
            tally.refuse(row.wrong, row.place)
        else:
            yield row


def title(tally: Tally) -> str:
    """What a bar says of an import."""
    return f"{tally.sent:,} rows of {tally.path.name}"


NO_ROW: Final = (ValueError, TypeError, errors.Invalid, errors.TooLarge, OSError)
"""What is raised where a row is not what it should be."""
