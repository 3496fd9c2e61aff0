"""How a record lies in a journal: a frame of magic, length, number, checksum and payload.

Pure. Behind a damaged frame reading finds the next one by its magic; where these bytes stand in a
payload by chance, the checksum tells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from struct import Struct
from typing import Final, NamedTuple
from zlib import crc32

from linlog import limits

MAGIC: Final = b"\xf5\xfeL\x1e"
HEAD: Final = Struct("<4sIII")
"""Magic, length of the payload, number modulo 2³², checksum."""
SEED: Final = 0x5AC3_1E97
"""The checksum starts from it and the number, so that it covers that, and zeros do not fit."""
_NUMBERS: Final = 2**32
LARGEST_PAYLOAD: Final = limits.RECORD_BYTES
"""Bytes; a length above it is taken for damage."""


class Frame(NamedTuple):
    """A record as it was read."""

    number: int
    payload: bytes


_frame: Final[Callable[[tuple[int, bytes]], Frame]] = partial(tuple.__new__, Frame)
"""`Frame`, in half the time."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What lies in a piece of a journal."""

    frames: list[Frame]
    last: int
    """Where the last frame begins."""
    stop: int
    """Bytes that were read; what follows is an unfinished frame, or was not asked for."""
    lost: int
    """Records that were damaged: by their numbers, and at least one where any byte was."""
    expected: int | None
    """The number that comes next; None where nothing says it."""


def write(number: int, payload: bytes) -> bytes:
    """A frame."""
    number %= _NUMBERS
    return HEAD.pack(MAGIC, len(payload), number, crc32(payload, number ^ SEED)) + payload


def read(data: bytes, *, most: int, expected: int | None = None, whole: bool = True) -> Scan:
    """Up to `most` frames from the start of `data`, over what is damaged between them.

    `expected` is the number of the first. `whole` says that nothing comes behind `data`, so that
    an unfinished frame at its end is damaged too; otherwise reading stops before it, and a scan
    that stops at 0 asks for a larger piece.
    """
    frames: list[Frame] = []
    at = last = lost = 0
    while True:
        found, place, at = _sound(data, at, most - len(frames))
        if found:
            frames += found
            last, expected = place, found[-1].number + 1
        if len(frames) >= most or at >= len(data):
            break
        after = _next(data, at + 1)
        if not whole and (after < 0 or _may_go_on(data, at)):
            break
        if after < 0:
            return Scan(frames, last, len(data), lost + 1, None)
        begins = _sound(data, after, 1)[0][0].number
        lost += 1 if expected is None else max(1, begins - expected)
        at = after
    return Scan(frames, last, at, lost, expected)


def _sound(data: bytes, at: int, most: int) -> tuple[list[Frame], int, int]:
    """Whole and sound frames from a place on, where the last of them begins, the place behind."""
    unpack, head_size, checksum_of = HEAD.unpack_from, HEAD.size, crc32
    end, last = len(data) - head_size, at
    found: list[Frame] = []
    while at <= end and len(found) < most:
        magic, size, number, checksum = unpack(data, at)
        stop = at + head_size + size
        payload = data[at + head_size : stop]
        if (
            magic != MAGIC
            or len(payload) != size
            or checksum_of(payload, number ^ SEED) != checksum
        ):
            break
        found.append(_frame((number, payload)))
        last, at = at, stop
    return found, last, at


def _may_go_on(data: bytes, at: int) -> bool:
    """Whether the frame at a place may be sound, but for its end that is not here."""
    head = data[at : at + HEAD.size]
    if len(head) < HEAD.size:
        return MAGIC.startswith(head[: len(MAGIC)])
    magic, size, _, _ = HEAD.unpack(head)
    return bool(magic == MAGIC and size <= LARGEST_PAYLOAD and at + HEAD.size + size > len(data))


def _next(data: bytes, at: int) -> int:
    """Where the next sound frame begins; -1 where there is none."""
    while (at := data.find(MAGIC, at)) >= 0 and not _sound(data, at, 1)[0]:
        at += 1
    return at
