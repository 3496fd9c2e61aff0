"""How a record lies in a journal: a frame of magic, length, number, checksum and payload.

Pure. A payload is UTF-8, in which the bytes of the magic never occur, so that reading finds the
next frame behind a damaged one.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import Final, NamedTuple
from zlib import crc32

MAGIC: Final = b"\xf5\xfeL\x1e"
HEAD: Final = Struct("<4sIII")
"""Magic, length of the payload, number modulo 2³², checksum."""
SEED: Final = 0x5AC3_1E97
"""The checksum starts from it and the number, so that it covers that, and zeros do not fit."""
_NUMBERS: Final = 2**32
LARGEST_PAYLOAD: Final = 64 * 1024 * 1024
"""Bytes; a length above it is taken for damage."""


class Frame(NamedTuple):
    """A record as it was read."""

    number: int
    payload: bytes


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
    while len(frames) < most and at < len(data):
        found = _parse(data, at)
        if found is None:
            after = _next(data, at + 1)
            if not whole and (after < 0 or _may_go_on(data, at)):
                break
            if after < 0:
                return Scan(frames, last, len(data), lost + 1, None)
            at, found = after, _parse(data, after)
            assert found is not None, "the next sound frame was just found there"
            lost += 1 if expected is None else max(1, found.number - expected)
        frames.append(found)
        last = at
        expected = found.number + 1
        at += HEAD.size + len(found.payload)
    return Scan(frames, last, at, lost, expected)


def _parse(data: bytes, at: int) -> Frame | None:
    """The frame that begins at a place, if a whole and sound one does."""
    if at + HEAD.size > len(data):
        return None
    magic, size, number, checksum = HEAD.unpack_from(data, at)
    begin = at + HEAD.size
    if magic != MAGIC or begin + size > len(data):
        return None
    payload = data[begin : begin + size]
    return Frame(number, payload) if crc32(payload, number ^ SEED) == checksum else None


def _may_go_on(data: bytes, at: int) -> bool:
    """Whether the frame at a place may be sound, but for its end that is not here."""
    head = data[at : at + HEAD.size]
    if len(head) < HEAD.size:
        return MAGIC.startswith(head[: len(MAGIC)])
    magic, size, _, _ = HEAD.unpack(head)
    return bool(magic == MAGIC and size <= LARGEST_PAYLOAD and at + HEAD.size + size > len(data))


def _next(data: bytes, at: int) -> int:
    """Where the next sound frame begins; -1 where there is none."""
    while (at := data.find(MAGIC, at)) >= 0 and _parse(data, at) is None:
        at += 1
    return at
