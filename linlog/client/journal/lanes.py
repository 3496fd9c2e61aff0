"""Where the records of one stream wait: on disk, and in memory while the disk takes none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Final

from linlog import errors, limits
from linlog.client.journal.files import Journal, Piece
from linlog.client.journal.keeper import FORCED_EVERY, LONGEST_S, keeper
from linlog.client.journal.memory import Memory
from linlog.client.streams import Stream

LARGEST_BYTES: Final = limits.JOURNAL_BYTES
"""Of records that wait on disk; then predictions wait for room, and log entries are lost."""
LARGEST_MEMORY_BYTES: Final = limits.JOURNAL_MEMORY_BYTES
"""Of records that wait in memory, because the disk takes none."""
BATCH_BYTES: Final = 512 * 1024
"""Of records in one request, unless a single one is larger."""
LARGEST_BATCH_BYTES: Final = 1_000_000
"""The same where the line is quick: many servers take no more than a mebibyte."""
SMALLEST_BATCH_BYTES: Final = 32 * 1024
"""The same where nothing larger gets through in time."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one lane that leave in one request."""

    lane: Lane
    store: Journal | Memory
    piece: Piece

    @property
    def entries(self) -> list[bytes]:
        """What is sent."""
        return [frame.payload for frame in self.piece.frames]


class Lane:
    """The records of one stream, in order. Who appends holds `lock` from a number to `write`."""

    def __init__(
        self,
        stream: Stream,
        begin: Callable[[], Journal] | None,
        *,
        journal: Journal | None = None,
        warn: Callable[[str], None],
        rouse: Callable[[], None],
    ) -> None:
        self.stream = stream
        self.lock = threading.RLock()
        self.numbers = count()
        """The numbers of the records to come; no two calls of `next` give the same one."""
        self.descriptor = -1
        """The journal that takes records the short way; -1 where they must come by `write`."""
        self.due = 0
        """The number of the next record that somebody needs to be told of."""
        self.quiet = True
        """Whether the sender wants to be roused by the next record."""
        self._begin = begin
        self._journal = journal
        self._memory: Memory | None = None
        self._warn = warn
        self._rouse = rouse
        self._keeper_knows = False
        self._forced_from = 0
        self._looked_s = -LONGEST_S

    # ------------------------------------------------------------------------ appending

    def write(self, number: int, payload: bytes) -> bool:
        """Append a record; False where there is no room for it anywhere."""
        if self.full:
            self.descriptor = -1
            return False
        if self._memory is not None:
            self._memory.append(number, payload)
        else:
            try:
                journal = self._journal or self._open()
                journal.append(number, payload)
            except (OSError, ValueError, errors.ConfigError) as error:
                self._remember(number, payload, error)
            else:
                self.descriptor = journal.descriptor
        self.tell(number)
        return True

    def tell(self, number: int) -> None:
        """Tell those who wait for it of a record that was appended."""
        many = number >= self._forced_from
        if many:
            self._forced_from = number + FORCED_EVERY
        # First, so that whoever asks to be told meanwhile is told of the next record.
        self.due = self._forced_from
        if not self._keeper_knows:
            self._keeper_knows = True
            keeper.ask(self._force_in_passing)
        if many:
            if self.full:
                self.descriptor = -1
            keeper.hurry()
        if self.quiet:
            self.quiet = False
            self._rouse()

    def take_back(self, size_bytes: int) -> None:
        """Undo a write that went only so far. The caller holds the lock."""
        if self._journal is not None:
            self._journal.take_back(size_bytes)

    def listen(self) -> None:
        """Have the sender roused by the next record."""
        self.quiet = True
        self.due = 0

    @property
    def full(self) -> bool:
        """Whether there is no room for another record."""
        if self._memory is not None:
            return self._memory.waiting_bytes >= LARGEST_MEMORY_BYTES
        return self._journal is not None and self._journal.waiting_bytes >= LARGEST_BYTES

    def _open(self) -> Journal:
        assert self._begin is not None, "nothing is appended to what another process left"
        begun = self._begin()
        # A handler of signals that logs may have begun one meanwhile, with records in it.
        if self._journal is None:
            self._journal = begun
        else:
            with suppress(OSError):
                begun.close()
        return self._journal

    def _remember(self, number: int, payload: bytes, error: Exception) -> None:
        """Keep a record in memory; the disk is tried again when all there is delivered."""
        self.descriptor = -1
        memory = Memory()
        # As above: a handler of signals may have been here meanwhile.
        if self._memory is None:
            self._memory = memory
        self._memory.append(number, payload)
        reason = getattr(error, "strerror", None) or error
        self._warn(
            f"the journal cannot be written ({reason}): log entries and predictions wait in "
            "memory, and end with this process"
        )

    # ------------------------------------------------------------------------ to disk

    def force(self) -> None:
        """Force to disk what was appended; never raises."""
        self._looked_s = monotonic()
        self._force(look=True)

    def _force_in_passing(self) -> None:
        """The same, as often as the keeper likes: each call of the system costs the caller time."""
        now_s = monotonic()
        look = now_s - self._looked_s >= LONGEST_S
        if look:
            self._looked_s = now_s
        self._force(look=look)

    def _force(self, *, look: bool) -> None:
        # A record that is appended from now on asks again.
        self._keeper_knows, self.due = False, 0
        journal = self._journal
        if journal is None:
            return
        try:
            journal.sync()
            removed = look and journal.removed
        except OSError as error:
            self._warn(f"the journal cannot be forced to disk: {error.strerror}")
            return
        if removed:
            self._warn(
                f"the journal {journal.path} was removed: what waits is sent while this process "
                "lives, and ends with it"
            )

    # ------------------------------------------------------------------------ delivering

    @property
    def empty(self) -> bool:
        """Whether everything is delivered; takes no lock, so that it may be asked under any."""
        return not self.waiting_bytes

    @property
    def waiting_bytes(self) -> int:
        """The size of what is not delivered."""
        journal, memory = self._journal, self._memory
        size_bytes = 0 if memory is None else memory.waiting_bytes
        with suppress(OSError):
            # It may be closed in this moment.
            size_bytes += 0 if journal is None else journal.waiting_bytes
        return size_bytes

    def waiting(self) -> int:
        """How many records are not delivered; they are counted, which takes its time."""
        with self.lock:
            on_disk = 0 if self._journal is None else self._journal.count()
            return on_disk + self.in_memory

    def take(self, size_bytes: int = BATCH_BYTES) -> Batch | None:
        """The next batch of about a size; it is the next again until `done`. Raises OSError."""
        most = self.stream.largest_batch
        with self.lock:
            journal = self._journal
            end = 0 if journal is None else journal.size_bytes
        # What lies before the end stays as it is, so that nobody waits while it is read.
        piece = journal.read(end, most=most, size_bytes=size_bytes) if journal else None
        if journal is not None and piece is not None:
            return Batch(self, journal, piece)
        with self.lock:
            memory = self._memory
            piece = None if memory is None else memory.read(most=most, size_bytes=size_bytes)
        return None if memory is None or piece is None else Batch(self, memory, piece)

    def done(self, batch: Batch) -> None:
        """A batch was delivered or refused."""
        with self.lock:
            try:
                batch.store.acknowledge(batch.piece)
            except OSError as error:
                self._warn(f"the journal cannot be marked: {error.strerror}")
            if not self._memory:
                self._memory = None

    # ------------------------------------------------------------------------ the end

    def rest(self) -> None:
        """Close the journal, and remove it where all is delivered; the next record opens anew."""
        with self.lock:
            journal, self._journal, self.descriptor = self._journal, None, -1
            if journal is None:
                return
            try:
                journal.sync()
                journal.close()
            except OSError as error:
                self._warn(f"the journal cannot be closed: {error.strerror}")

    def abandon(self) -> None:
        """In a forked child: the journal stays the parent's."""
        self.descriptor = -1
        if self._journal is not None:
            self._journal.abandon()

    @property
    def in_memory(self) -> int:
        """How many of the records that wait end with this process."""
        return len(self._memory or ())

    @property
    def path(self) -> Path | None:
        """Where the journal lies."""
        return None if self._journal is None else self._journal.path
