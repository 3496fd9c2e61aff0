"""Boxes that are not turned as rows, as journals hold them and `BoxesCreate` takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

_encode: Final = msgspec.json.Encoder().encode


def write(
    task_id: str, number: int, label: str, confidence: float | None, sides: Sequence[float]
) -> bytes:
    """A row; `sides` are left, top, width and height."""
    return _encode((task_id, number, label, confidence, *sides))


def is_row(entry: bytes) -> bool:
    """Whether an entry of a journal is a row, and not an object."""
    return entry.startswith(b"[")


def read(entry: bytes) -> tuple[str, int]:
    """The task of a row, and its number."""
    task_id, number, *_ = msgspec.json.decode(entry, type=list)
    return task_id, number
