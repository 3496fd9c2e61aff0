"""Counting the flags that are set before places, without a running sum of very many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.evaluation.tallies import Array, Bools, Ints

_WORD: Final = 64


@dataclass(frozen=True, slots=True)
class Flags:
    """Flags packed into words of 64, whose ones the processor counts."""

    words: Array
    totals: Ints
    """How many flags are true before each word."""

    @classmethod
    def of(cls, flags: Bools) -> Flags:
        """Pack flags."""
        space = np.zeros((len(flags) // _WORD + 1) * 8, np.uint8)
        packed = np.packbits(flags, bitorder="little")
        space[: len(packed)] = packed
        words = space.view("<u8")
        totals = np.zeros(len(words) + 1, np.int64)
        np.cumsum(np.bitwise_count(words), out=totals[1:])
        return cls(words, totals)

    def before(self, place: Ints) -> Ints:
        """How many flags are true before each place.

        >>> Flags.of(np.array([True, False, True])).before(np.array([0, 1, 3]))
        array([0, 1, 2])
        """
        word, rest = place >> 6, (place & (_WORD - 1)).astype(np.uint64)
        part = self.words[word] & ((np.uint64(1) << rest) - np.uint64(1))
        return np.asarray(self.totals[word] + np.bitwise_count(part))
