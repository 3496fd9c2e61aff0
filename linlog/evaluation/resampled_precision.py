"""Average precision and recall of one ranking for many weightings of its tasks at once.

Nothing is matched or sorted again. The curves are walked in step, each from its last true
positive to its first, many resamples side by side: the precision there is hits / counted, its
envelope is the highest so far, and it counts for every recall level that this true positive is
the first to reach.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from linlog.evaluation.average_precision import RECALLS, Ranking
from linlog.evaluation.tallies import Bools, Floats, Ints
from linlog.evaluation.weighted_sums import Ladder, WeightedSums, Weights

CURVES: Final = 80
"""Curves that are walked together: enough to fill the processor, few enough for its cache."""
_NEARLY: Final = 1 + 1e-12
"""Lifts a recall that equals a level, and has lost its last digit, to that level."""
_EXACT_IN_FLOAT32: Final = 1 << 23
"""Predictions that float32 counts exactly, twice over."""
_NOTHING: Final = np.float32(1e-30)
"""What is counted before the first prediction: too little to change a count, but no zero."""


class ResampledPrecision:
    """Average precision and recall by setting and label, for many weightings of the tasks.

    A task of weight 2 counts as if it were there twice. The precision is read at the recalls
    0, 1/100 … 1 exactly; `late` says what COCO's own table makes of that.
    """

    def __init__(self, ranking: Ranking) -> None:
        self._settings, self._labels = len(ranking.settings), ranking.labels
        lengths = np.diff(ranking.begin).reshape(self._settings, self._labels)
        longest = np.argsort(-lengths.max(axis=0, initial=0), kind="stable")
        counts = _Counts(ranking)
        size = max(1, CURVES // max(1, self._settings))
        self._blocks = [
            _Block(ranking, counts, np.sort(longest[at : at + size]))
            for at in range(0, self._labels, size)
        ]

    def __call__(self, weights: Weights) -> tuple[Floats, Floats]:
        """Average precision and recall, each (settings, labels, resamples); NaN without truths."""
        shape = (self._settings, self._labels, weights.shape[1])
        precision, recall = np.empty(shape), np.empty(shape)
        for block in self._blocks:
            precision[:, block.labels], recall[:, block.labels] = block(weights)
        return precision, recall


class _Counts:
    """Which predictions stand between one true positive and the next.

    Settings that count the same predictions share these rows: one for each place where any of
    them has a true positive.
    """

    def __init__(self, ranking: Ranking) -> None:
        label = np.searchsorted(ranking.first, np.arange(len(ranking.task)), side="right") - 1
        parts = np.split(ranking.place, np.cumsum(ranking.sizes)[:-1])
        boards: list[tuple[Bools | None, list[int]]] = []
        for number, counted in enumerate(ranking.counted):
            shared = [numbers for mask, numbers in boards if counted is None and mask is None]
            if shared:
                shared[0].append(number)
            else:
                boards.append((counted, [number]))
        of_point = [np.zeros(0, np.int64)] * len(ranking.settings)
        row, task, board_of_row, label_of_row = [], [], [], []
        rows = 0
        for at, (counted, numbers) in enumerate(boards):
            union = np.unique(np.concatenate([parts[number] for number in numbers]))
            for number in numbers:
                of_point[number] = rows + np.searchsorted(union, parts[number])
            place = np.arange(len(label)) if counted is None else np.flatnonzero(counted)
            next_row = np.searchsorted(union, place)
            place, next_row = place[next_row < len(union)], next_row[next_row < len(union)]
            alike = label[union[next_row]] == label[place]
            row.append(rows + next_row[alike])
            task.append(ranking.task[place[alike]])
            board_of_row.append(np.full(len(union), at))
            label_of_row.append(label[union])
            rows += len(union)
        none = np.zeros(0, np.int64)
        self.of_point = np.concatenate([none, *of_point])
        """By point of the ranking its row."""
        self.row = np.concatenate([none, *row])
        """By prediction that counts, board by board, the row it stands before."""
        self.task = np.concatenate([none, *task])
        self.label_of_row = np.concatenate([none, *label_of_row])
        self.column = (
            np.concatenate([none, *board_of_row]) * max(1, ranking.labels) + self.label_of_row
        )
        """By row the running count it is a step of, ascending."""


class _Block:
    """Some labels with all their settings."""

    def __init__(self, ranking: Ranking, counts: _Counts, labels: Ints) -> None:
        self.labels = labels
        self._shape = (len(ranking.settings), len(labels))
        offsets = np.arange(len(ranking.settings)) * ranking.labels
        strands = (offsets[:, None] + labels).reshape(-1)
        number = self._count(counts, np.isin(counts.label_of_row, labels))
        lengths = np.diff(ranking.begin)[strands]
        ladder = Ladder(lengths)
        self._order = ladder.order
        points = ladder.entries(ranking.begin[strands + 1] - 1, -1)
        task = ranking.task[ranking.place]
        self._steps = [(len(some), number[counts.of_point[some]], task[some]) for some in points]
        column = np.repeat(np.arange(len(strands)), lengths)
        rows = np.concatenate(
            [np.arange(ranking.begin[at], ranking.begin[at + 1]) for at in strands]
        ).astype(np.int64)
        place = np.argsort(self._order)
        self._hits = WeightedSums(place[column], task[rows], len(strands))
        self._truths, self._size = _truths(ranking, labels)

    def _count(self, counts: _Counts, some: Bools) -> Ints:
        """Prepare the running counts; by row of `counts` its number among those of this block."""
        rows = np.flatnonzero(some)
        _, lengths = np.unique(counts.column[rows], return_counts=True)
        ladder = Ladder(lengths)
        entries = ladder.entries(np.cumsum(lengths) - lengths)
        number = np.zeros(len(some), np.int64)
        number[rows[np.concatenate([np.zeros(0, np.int64), *entries])]] = np.arange(len(rows))
        members = np.flatnonzero(some[counts.row])
        self._active = ladder.active
        width = np.float32 if len(members) < _EXACT_IN_FLOAT32 else np.float64
        self._between = WeightedSums(
            number[counts.row[members]], counts.task[members], len(rows), width=width
        )
        return number

    def __call__(self, weights: Weights) -> tuple[Floats, Floats]:
        counted = self._running(weights)
        hits = self._hits(weights)
        truths = self._truths(weights)[self._size][self._order]
        whole = np.maximum(truths, 1.0)
        recall = hits / whole
        levels = (len(RECALLS) - 1) * _NEARLY / whole
        area = self._walk(weights, counted, hits, levels) / len(RECALLS)
        none = truths == 0
        area[none] = recall[none] = np.nan
        back = np.argsort(self._order)
        shape = (*self._shape, weights.shape[1])
        return area[back].reshape(shape), recall[back].reshape(shape)

    def _running(self, weights: Weights) -> Floats:
        """By row the predictions that count up to there: shape (rows, resamples)."""
        found = self._between(weights)
        if self._active:
            found[: self._active[0]] += _NOTHING
        before, at = 0, 0
        for active, next_active in pairwise(self._active):
            at += active
            found[at : at + next_active] += found[before : before + next_active]
            before = at
        return found

    def _walk(self, weights: Weights, counted: Floats, hits: Floats, levels: Floats) -> Floats:
        """The sum of the envelope at all recall levels, by curve; `hits` is used up."""
        area, envelope, passed = (np.zeros_like(hits) for _ in range(3))
        reached = np.floor(hits * levels)
        count, drawn = np.empty(hits.shape, counted.dtype), np.empty(hits.shape, weights.dtype)
        for active, row, task in self._steps:
            left, above, here, before = (
                each[:active] for each in (hits, envelope, reached, passed)
            )
            counted.take(row, axis=0, out=count[:active], mode="clip")
            np.divide(left, count[:active], out=before)
            np.maximum(above, before, out=above)
            weights.take(task, axis=0, out=drawn[:active], mode="clip")
            np.subtract(left, drawn[:active], out=left)
            np.multiply(left, levels[:active], out=before)
            np.floor(before, out=before)
            np.subtract(here, before, out=here)
            np.multiply(here, above, out=here)
            np.add(area[:active], here, out=area[:active])
            reached, passed = passed, reached
        return np.asarray(area + envelope)


def late(ranking: Ranking) -> Floats:
    """What average precision loses by COCO's table of recalls: shape (settings, labels), <= 0.

    Ten of the 101 are in the last bit above k/100, so that a recall of exactly .7 does not
    reach COCO's .7 and the precision there is read at the next true positive.
    """
    exact = np.arange(len(RECALLS)) / (len(RECALLS) - 1)
    at = np.flatnonzero(np.isin(ranking.points.recall, exact[exact < RECALLS]))
    precision = ranking.points.precision
    last = np.zeros(len(precision), dtype=bool)
    last[ranking.begin[1:][np.diff(ranking.begin) > 0] - 1] = True
    after = np.where(last[at], 0.0, np.append(precision, 0.0)[at + 1])
    lost = np.bincount(ranking.strand[at], precision[at] - after, minlength=ranking.strands)
    return np.asarray(-lost / len(RECALLS)).reshape(len(ranking.settings), ranking.labels)


def _truths(ranking: Ranking, labels: Ints) -> tuple[WeightedSums, Ints]:
    """Sums of truths by size and label, and by curve of the block which of them is its own."""
    sizes = sorted({size for size, _ in ranking.settings})
    place = np.full(ranking.labels, -1)
    place[labels] = np.arange(len(labels))
    groups, tasks = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    owners = {size: own for (size, _), own in zip(ranking.settings, ranking.owners, strict=True)}
    for number, size in enumerate(sizes):
        task, label = owners[size]
        some = place[label] >= 0
        groups.append(number * len(labels) + place[label[some]])
        tasks.append(task[some])
    sums = WeightedSums(np.concatenate(groups), np.concatenate(tasks), len(sizes) * len(labels))
    number_of = [sizes.index(size) for size, _ in ranking.settings]
    own = np.array(number_of, np.int64)[:, None] * len(labels) + np.arange(len(labels))
    return sums, own.reshape(-1)
