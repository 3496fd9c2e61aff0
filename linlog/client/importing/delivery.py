"""Rows on their way: in batches, each sent until the server answers, while the next are read."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol, Self

from linlog import errors
from linlog.client import progress, sender
from linlog.client.http import pause_s
from linlog.client.importing.reports import Tally
from linlog.client.importing.rows import Row
from linlog.client.journal.lanes import BATCH_BYTES
from linlog.client.streams import Refusal, Stream

PATIENCE_S: Final = 120.0
"""Seconds that a batch is sent again and again, before the import ends with the reason."""


class Counting(Stream, Protocol):
    """A stream that counts what the server had already."""

    repeated: int
    """Entries that the server had."""


class Delivery:
    """Sends the entries of rows, one batch at a time. One thread uses it, until it is closed."""

    def __init__(self, stream: Counting, tally: Tally) -> None:
        self._stream = stream
        self._tally = tally
        self._pool = ThreadPoolExecutor(1)
        self._stopped = threading.Event()
        self._rows: dict[bytes, Row] = {}
        self._size_bytes = 0
        self._sent: dict[bytes, Row] = {}
        self._answer: Future[list[Refusal]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._pool.shutdown()

    def add(self, entry: bytes, row: Row) -> None:
        """Send a row's entry with others, soon."""
        full = len(self._rows) >= self._stream.largest_batch
        if full or (self._rows and self._size_bytes + len(entry) > BATCH_BYTES):
            self._send()
        self._rows[entry] = row
        self._size_bytes += len(entry)

    def finish(self) -> None:
        """Send what is left, and wait for every answer."""
        self._send()
        self._settle()
        self._tally.present += self._stream.repeated

    def _send(self) -> None:
        self._settle()
        self._sent, self._rows, self._size_bytes = self._rows, {}, 0
        if self._sent:
            self._answer = self._pool.submit(self._deliver, [*self._sent])

    def _settle(self) -> None:
        """Wait for the answer to the last batch, and count its rows."""
        answer, self._answer = self._answer, None
        if answer is None:
            return
        refusals = answer.result()
        for refusal in refusals:
            row, error = self._sent[refusal.entry], refusal.error
            self._tally.refuse(f"the server says {error.code}", row.place, error.detail, row.data)
        self._tally.accepted += len(self._sent) - len(refusals)

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


def shown(rows: Iterable[Row], tally: Tally) -> Iterable[Row]:
    """The rows, counted and with a bar; those that cannot be read are refused and passed over."""
    with progress.bar() as show:
        for row in rows:
            tally.sent += 1
            if tally.sent % 1000 == 0:
                show(row.done, f"{tally.sent:,} rows of {tally.path.name}")
            if row.wrong:
                tally.refuse(row.wrong, row.place)
            else:
                yield row


NO_ROW: Final = (ValueError, TypeError, errors.Invalid, errors.TooLarge, OSError)
"""What is raised where a row is not what it should be."""
