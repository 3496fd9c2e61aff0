"""One journal: a file with its head, the place up to which it is delivered, and records.

The first 4,096 bytes are the mark of what is delivered and the head, twice, so that damage to
one leaves the other. Records follow. The file is written by the process that has its lease.
"""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from errno import ENOSPC
from pathlib import Path
from secrets import token_hex
from struct import Struct
from typing import Final
from zlib import crc32

import msgspec

from linlog.client.journal import frames, lease
from linlog.client.journal.frames import Frame

SUFFIX: Final = ".journal"
START: Final = 4096
"""Where the records begin."""
RECLAIM_BYTES: Final = 1024 * 1024
"""A delivered journal of this size is emptied, so that it does not grow for ever."""
_HEADS: Final = (64, 2080)
_HEAD_BYTES: Final = 2016
_MARK: Final = Struct("<8sQQQ")
"""Magic, where the last delivered record begins, its number, the place behind it."""
_CHECKSUM: Final = Struct("<I")
_MAGIC: Final = b"linlogj1"
_MOST: Final = 10_000
_SIZE_BYTES: Final = 1024 * 1024
_fdatasync: Final = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a journal is for. Never credentials: whoever delivers it brings their own."""

    stream: str
    """What its records are: log_entries, or prediction_rows, which once were predictions."""
    address: str
    """The server."""
    target: str
    """The model version or model run that the records belong to."""
    client_id: str
    """Names the process that writes, in the records' keys."""
    created: str
    """When it was begun, by the writer's clock."""
    segment: int = 0
    """The segment of the log that the records belong to."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Records that were read together."""

    frames: list[Frame]
    last: int
    """Where the last of them begins."""
    stop: int
    """The place behind them."""
    lost: int
    """Records that were damaged before or between them."""
    expected: int | None
    """The number that comes next, where it is known."""


class Journal:
    """A journal whose lease this process has. Its owner sees to it that calls do not meet."""

    def __init__(self, path: Path, descriptor: int, head: Head) -> None:
        self.path = path
        self.head = head
        self.descriptor = descriptor
        self._syncing = threading.Lock()
        self._at, self._expected = self._delivered()
        os.lseek(descriptor, 0, os.SEEK_END)

    def append(self, number: int, payload: bytes) -> int:
        """Write a record with one call of the system; its size on disk.

        Raises OSError where it could not be written whole; nothing of it stays then.
        """
        frame = frames.write(number, payload)
        written = os.write(self.descriptor, frame)
        if written != len(frame):
            self.take_back(written)
            raise _full()
        return written

    def take_back(self, size_bytes: int) -> None:
        """Remove the end of the file, of a record that was not written whole."""
        self._cut(self.size_bytes - size_bytes)

    def read(self, end: int, *, most: int, size_bytes: int) -> Piece | None:
        """The first records before `end` that are not delivered; None where there are none."""
        while self._at < end:
            data = os.pread(self.descriptor, min(size_bytes, end - self._at), self._at)
            whole = self._at + len(data) >= end
            scan = frames.read(data, most=most, expected=self._expected, whole=whole)
            if scan.stop:
                last, stop = self._at + scan.last, self._at + scan.stop
                return Piece(scan.frames, last, stop, scan.lost, scan.expected)
            size_bytes *= 4
        return None

    def count(self) -> int:
        """How many records are not delivered, the damaged ones not counted."""
        at, expected = self._at, self._expected
        records, end = 0, self.size_bytes
        while piece := self.read(end, most=_MOST, size_bytes=_SIZE_BYTES):
            records += len(piece.frames)
            self.skip(piece)
        self._at, self._expected = at, expected
        return records

    def skip(self, piece: Piece) -> None:
        """Go on behind a piece, and leave the file as it is."""
        self._at, self._expected = piece.stop, piece.expected

    def acknowledge(self, piece: Piece) -> None:
        """Note that a piece is delivered. Raises OSError; it is then delivered again one day."""
        self.skip(piece)
        if self._at >= self.size_bytes > RECLAIM_BYTES:
            self._at = START
            self._cut(START)
        elif piece.frames:
            mark = _MARK.pack(_MAGIC, piece.last, piece.frames[-1].number, piece.stop)
            os.pwrite(self.descriptor, mark + _CHECKSUM.pack(crc32(mark)), 0)

    def sync(self) -> None:
        """Force what was written to disk; any thread may, at any time before the end."""
        with self._syncing:
            if self.descriptor >= 0:
                _fdatasync(self.descriptor)

    @property
    def size_bytes(self) -> int:
        """The size of the file."""
        return os.fstat(self.descriptor).st_size

    @property
    def waiting_bytes(self) -> int:
        """The size of what is not delivered."""
        return self.size_bytes - self._at

    @property
    def removed(self) -> bool:
        """Whether somebody removed the file, so that its records end with this process."""
        return os.fstat(self.descriptor).st_nlink == 0

    def close(self) -> None:
        """Give the lease back; a journal that is wholly delivered is removed."""
        if not self.waiting_bytes:
            self.path.unlink(missing_ok=True)
        with self._syncing:
            self.abandon()

    def abandon(self) -> None:
        """Close the file alone; in a forked child, the lease stays with the parent."""
        descriptor, self.descriptor = self.descriptor, -1
        os.close(descriptor)

    def _cut(self, size_bytes: int) -> None:
        os.ftruncate(self.descriptor, size_bytes)
        os.lseek(self.descriptor, size_bytes, os.SEEK_SET)

    def _delivered(self) -> tuple[int, int | None]:
        """The place of the mark, and the number that comes there; the start without a sound mark.

        A mark that was written before the journal was last emptied points at another record.
        """
        data = os.pread(self.descriptor, _MARK.size + _CHECKSUM.size, 0)
        mark, checksum = data[: _MARK.size], data[_MARK.size :]
        if mark and checksum == _CHECKSUM.pack(crc32(mark)):
            _, begin, number, stop = _MARK.unpack(mark)
            last = os.pread(self.descriptor, max(0, stop - begin), begin)
            found = frames.read(last, most=1).frames
            if found and found[0].number == number and stop <= self.size_bytes:
                return stop, number + 1
        return START, None


def create(folder: Path, head: Head) -> Journal:
    """Begin a journal. Raises OSError where the folder cannot be used."""
    written = encode_head(head)
    path = folder / f"{head.target}-{head.client_id}-{token_hex(4)}{SUFFIX}"
    # The file appears under its name only when it is whole and leased.
    hidden = folder / f".{path.name}"
    descriptor = os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with ExitStack() as failed:
        failed.callback(os.close, descriptor)
        failed.callback(hidden.unlink, missing_ok=True)
        lease.take(descriptor)
        _write(descriptor, written)
        hidden.rename(path)
        failed.pop_all()
    return Journal(path, descriptor, head)


def open_left(path: Path) -> Journal | None:
    """Take over a journal; None where somebody has its lease, or it is gone.

    Raises OSError where it cannot be read, and ValueError where it is no journal.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    with ExitStack() as failed:
        failed.callback(os.close, descriptor)
        if not lease.take(descriptor) or os.fstat(descriptor).st_nlink == 0:
            return None
        found = Journal(path, descriptor, read_head(descriptor))
        failed.pop_all()
    return found


def head_of(path: Path) -> Head:
    """What a journal is for. Raises as `open_left`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        return read_head(descriptor)
    finally:
        os.close(descriptor)


def look(path: Path) -> tuple[Journal, bool]:
    """A journal to read alone, and whether somebody has its lease. Raises as `open_left`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with ExitStack() as failed:
        failed.callback(os.close, descriptor)
        found = Journal(path, descriptor, read_head(descriptor)), lease.taken(descriptor)
        failed.pop_all()
    return found


def encode_head(head: Head) -> bytes:
    """The first bytes of a journal. Raises ValueError where the head is too large."""
    frame = frames.write(0, msgspec.json.encode(asdict(head)))
    if len(frame) > _HEAD_BYTES:
        raise ValueError(f"the address of the server is too long: {len(head.address)} characters")
    written = bytearray(START)
    for place in _HEADS:
        written[place : place + len(frame)] = frame
    return bytes(written)


def read_head(descriptor: int) -> Head:
    """The head, from whichever of its copies is sound. Raises ValueError where neither is."""
    for place in _HEADS:
        found = frames.read(os.pread(descriptor, _HEAD_BYTES, place), most=1)
        if found.frames and not found.lost:
            return msgspec.json.decode(found.frames[0].payload, type=Head)
    raise ValueError("it is no journal, or its head is damaged twice")


def _write(descriptor: int, data: bytes) -> None:
    if os.write(descriptor, data) != len(data):
        raise _full()


def _full() -> OSError:
    return OSError(ENOSPC, os.strerror(ENOSPC))
