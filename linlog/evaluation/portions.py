"""A tally in portions of whole tasks, for what is judged within tasks.

The columns of a portion fit a processor's cache, and the memory of one serves the next: columns of
many millions of rows would be asked from the system, and given back to it, at every step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, starmap
from typing import Final

import numpy as np

from linlog.evaluation.tallies import Tally

PAIRS: Final = 1 << 16
"""Pairs of a portion, about: a task is never parted."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Where the rows of some tasks lie in the tables of a tally."""

    truths: slice
    predictions: slice
    pairs: slice


def of(whole: Tally) -> Iterator[Portion]:
    """The portions of a tally, in order: every row is in one of them. At least one."""
    owner, prediction = whole.predictions["task"], whole.pairs["prediction"]
    tasks = np.unique(owner[prediction[PAIRS::PAIRS]])
    predictions = np.searchsorted(owner, tasks)
    cuts = (
        (np.searchsorted(whole.truths["task"], tasks), len(whole.truths["task"])),
        (predictions, len(owner)),
        (np.searchsorted(prediction, predictions), len(prediction)),
    )
    sides = ([*starmap(slice, pairwise([0, *at.tolist(), end]))] for at, end in cuts)
    return map(Portion, *sides)
