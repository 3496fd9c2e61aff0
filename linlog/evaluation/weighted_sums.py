"""Sums of rows by group, for many weightings of their tasks at once.

A bootstrap sample of tasks is a weight for each: how often it was drawn. Every number that is
made of counts needs nothing but the sums of its rows, each weighted by its task. Here they are
taken for hundreds of samples together, in whole numbers: exact, and the same on every machine.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from linlog.evaluation.tallies import Array, Floats, Ints

Weights = Array
"""How often each task was drawn in each resample: shape (tasks, resamples), uint16."""
DEPTH: Final = 64
"""Rows that are added in two bytes before the sum is widened."""
LARGEST: Final = 65535 // DEPTH
"""The highest weight for which that is safe."""


class Ladder:
    """Columns of unequal length, so that one step takes the next entry of all that have one.

    The columns stand by descending length; step `j` is about the first `active[j]` of them.
    """

    def __init__(self, lengths: Ints) -> None:
        self.order = np.argsort(-lengths, kind="stable")
        """The given columns, the longest first."""
        lengths = lengths[self.order]
        steps = np.arange(int(lengths.max(initial=0)))
        self.active = np.searchsorted(-lengths, -steps, side="left").tolist()
        """By step how many columns have an entry left."""

    def entries(self, heads: Ints, stride: int = 1) -> list[Ints]:
        """By step the entry of each active column; `heads` are the first, by given column."""
        begin = heads[self.order]
        return [begin[:some] + stride * step for step, some in enumerate(self.active)]


class WeightedSums:
    """The sums of rows by group; row i belongs to `group[i]` and to the task `task[i]`.

    Groups are numbered below `groups`. Called with weights of shape (tasks, resamples), none
    above `LARGEST`, it gives an array of shape (groups, resamples) and the given kind of float,
    exact up to 2**53 (float64) or 2**24 (float32).
    """

    def __init__(self, group: Ints, task: Ints, groups: int, *, width: Any = np.float64) -> None:
        counts = np.bincount(group, minlength=groups)
        begin = np.cumsum(counts) - counts
        rows = task[np.argsort(group, kind="stable")]
        summed = np.where(counts > 1, counts, 0)
        pieces = -(-summed // DEPTH)
        owner = np.repeat(np.arange(groups), pieces)
        number = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        ladder = Ladder(np.minimum(summed[owner] - number * DEPTH, DEPTH))
        self._active = ladder.active
        self._tasks = [rows[entry] for entry in ladder.entries(begin[owner] + number * DEPTH)]
        self._pieces = len(owner)
        self._width = width
        place = np.argsort(ladder.order)
        self._source = np.zeros(groups, np.int64)
        """By group where its sum stands: nowhere, 0, among the pieces, or among the weights."""
        one, alone = counts == 1, pieces[owner] == 1
        self._source[one] = 1 + len(owner) + rows[begin[one]]
        self._source[owner[alone]] = 1 + place[alone]
        self._many, code = np.unique(owner[~alone], return_inverse=True)
        self._shared = place[~alone]
        self._rest = (
            WeightedSums(code, np.arange(len(code)), len(self._many)) if len(code) else None
        )

    def __call__(self, weights: Weights) -> Floats:
        """The sums by group and resample."""
        table = np.empty((1 + self._pieces + len(weights), weights.shape[1]), weights.dtype)
        table[0] = 0
        table[1 + self._pieces :] = weights
        sums = table[1 : 1 + self._pieces]
        drawn = np.empty_like(sums)
        for step, (active, task) in enumerate(zip(self._active, self._tasks, strict=True)):
            into = (drawn if step else sums)[:active]
            weights.take(task, axis=0, out=into, mode="clip")
            if step:
                np.add(sums[:active], into, out=sums[:active])
        found = table.take(self._source, axis=0, mode="clip").astype(self._width)
        if self._rest is not None:
            found[self._many] = self._rest(sums[self._shared].astype(np.float64))
        return np.asarray(found)
