"""One column as bytes: narrow, and in the form that reads fastest of those that are short.

Whole numbers are kept in as few bytes as the largest needs; ascending ones as the steps between
them; rows of bits, which repeat each other, as places in a table of those that occur. What then
still repeats itself is deflated.
"""

from __future__ import annotations

import zlib
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from linlog.evaluation.columns import Array

Form = Literal["plain", "steps", "table"]
_WHOLE: Final = frozenset("iub")
"""Kinds of columns that repeat themselves: whole numbers and flags. Ids and shares do not."""
_WORTH: Final = 0.6
"""Deflated, a column must shrink below this share: reading it costs more than its bytes do."""
_WORD: Final = 8
"""Bytes of a row of bits that is compared as one number."""


class Stored(NamedTuple):
    """How the bytes of a column are to be read."""

    dtype: str
    shape: tuple[int, ...]
    form: Form
    narrow: str
    """What the numbers are kept in."""
    deflated: bool


def encode(values: Array) -> tuple[Stored, bytes]:
    """A column as bytes. Equal columns have equal bytes."""
    flat = np.ascontiguousarray(_trimmed(values) if values.dtype.kind == "S" else values)
    form, narrow, data = _formed(flat)
    short = zlib.compress(data, 1) if flat.dtype.kind in _WHOLE else data
    deflated = len(short) < _WORTH * len(data)
    stored = Stored(flat.dtype.str, flat.shape, form, narrow.str, deflated)
    return stored, short if deflated else data


def decode(stored: Stored, data: bytes | memoryview) -> Array:
    """The column that `encode` wrote."""
    whole = zlib.decompress(data) if stored.deflated else data
    dtype, narrow = np.dtype(stored.dtype), np.dtype(stored.narrow)
    if stored.form == "table":
        end = stored.shape[0] * narrow.itemsize
        codes = np.frombuffer(whole[:end], narrow)
        rows: Array = np.frombuffer(whole[end:], np.uint64)[codes]
        return rows.view(dtype).reshape(stored.shape)
    flat = np.frombuffer(whole, narrow)
    if stored.form == "steps":
        return np.cumsum(flat, dtype=dtype)
    return flat.astype(dtype, copy=False).reshape(stored.shape)


def _formed(flat: Array) -> tuple[Form, np.dtype[Any], bytes]:
    """The form of a column, what its numbers are kept in, and they."""
    if flat.dtype.kind not in "iu" or not flat.size:
        return "plain", flat.dtype, flat.tobytes()
    if flat.ndim > 1 and flat.dtype.itemsize * flat.shape[1] == _WORD:
        table, codes = np.unique(flat.view(np.uint64)[:, 0], return_inverse=True)
        if 2 * len(table) < len(flat):
            narrow = _narrowed(codes)
            return "table", narrow.dtype, narrow.tobytes() + table.tobytes()
    if flat.ndim == 1 and flat[0] >= 0:
        steps = np.diff(flat, prepend=flat.dtype.type(0))
        if flat.dtype.kind == "i" and steps.min() >= 0:
            narrow = _narrowed(steps)
            return "steps", narrow.dtype, narrow.tobytes()
    narrow = _narrowed(flat)
    return "plain", narrow.dtype, narrow.tobytes()


def _narrowed(values: Array) -> Array:
    """Whole numbers in the smallest column that holds them; as they are where some are negative."""
    return values if values.min() < 0 else values.astype(np.min_scalar_type(values.max()))


def _trimmed(ids: Array) -> Array:
    """Texts in the narrowest column that holds them, so that equal tallies are equal bytes."""
    width = int(np.strings.str_len(ids).max()) if len(ids) else 1
    return ids.astype(f"S{max(1, width)}")
