"""Counting which of very many flags are set before a place, without a running sum of them all."""

from __future__ import annotations

from typing import Final

import numpy as np

from linlog.evaluation.tallies import Bools, Ints

_WORD: Final = 64


def before(flags: Bools, *places: Ints) -> tuple[Ints, ...]:
    """How many flags are true before each place, for each array of places.

    Flags are packed into words of 64, whose ones the processor counts.

    >>> before(np.array([True, False, True]), np.array([0, 1, 3]))
    (array([0, 1, 2]),)
    """
    space = np.zeros((len(flags) // _WORD + 1) * 8, np.uint8)
    packed = np.packbits(flags, bitorder="little")
    space[: len(packed)] = packed
    words = space.view("<u8")
    totals = np.zeros(len(words) + 1, np.int64)
    np.cumsum(np.bitwise_count(words), out=totals[1:])

    def count(place: Ints) -> Ints:
        word, rest = place >> 6, (place & (_WORD - 1)).astype(np.uint64)
        part = words[word] & ((np.uint64(1) << rest) - np.uint64(1))
        return np.asarray(totals[word] + np.bitwise_count(part))

    return tuple(count(place) for place in places)
