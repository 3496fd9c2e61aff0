"""Average precision and recall of one ranking for many weightings of its tasks at once.

Nothing is matched or sorted again. The curves are walked in step, each from its last true
positive to its first, many resamples side by side: the precision there is hits / counted, its
envelope is the highest so far, and it counts for every recall level that this true positive is
the first to reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final

import numpy as np

from linlog.evaluation.average_precision import RECALLS, Ranking
from linlog.evaluation.tallies import Bools, Floats, Ints
from linlog.evaluation.weighted_sums import Ladder, WeightedSums, Weights

THREADS: Final = 2
"""Blocks that are walked at the same time: as many as it was measured with processors."""
CURVES: Final = 160
"""Curves that are walked together: enough to fill the processor, few enough for its cache."""
RUNS: Final = 18_000
"""Their runs of true positives: of more, memory would be asked of the system again and again."""
_NEARLY: Final = 1 + 1e-12
"""Lifts a recall that equals a level, and has lost its last digit, to that level."""
_NEARLY_IN_FLOAT32: Final = 1 + 2**-22
"""The same where numbers have the digits of float32."""
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
        counts = _Counts(ranking)
        lengths = np.diff(counts.begin).reshape(self._settings, self._labels)
        self._blocks = [_Block(ranking, counts, labels) for labels in _parted(lengths)]

    def __call__(self, weights: Weights) -> tuple[Floats, Floats]:
        """Average precision and recall, each (settings, labels, resamples); NaN without truths."""
        shape = (self._settings, self._labels, weights.shape[1])
        precision, recall = np.empty(shape), np.empty(shape)
        with ThreadPoolExecutor(THREADS) as pool:
            found = pool.map(lambda block: block(weights), self._blocks)
            for block, each in zip(self._blocks, found, strict=True):
                precision[:, block.labels], recall[:, block.labels] = each
        return precision, recall


def _parted(lengths: Ints) -> Iterator[Ints]:
    """Labels that are walked together, by the lengths of their curves: (settings, labels)."""
    longest = np.argsort(-lengths.max(axis=0, initial=0), kind="stable")
    rows = lengths.sum(axis=0)
    some: list[int] = []
    for label in longest.tolist():
        together = [*some, label]
        if some and (len(together) * len(lengths) > CURVES or rows[together].sum() > RUNS):
            yield np.array(sorted(some))
            together = [label]
        some = together
    if some:
        yield np.array(sorted(some))


class _Counts:
    """Which predictions stand between one true positive and the next.

    True positives of a strand with no other prediction between them are one run: precision only
    rises along it, so its last one speaks for all. Settings that count the same predictions share
    their rows: one for each place where a run of any of them ends.
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
        of_run = [np.zeros(0, np.int64)] * len(ranking.settings)
        ends = [np.zeros(0, bool)] * len(ranking.settings)
        row, task, board_of_row, label_of_row = [], [], [], []
        rows = 0
        for at, (counted, numbers) in enumerate(boards):
            for number in numbers:
                ends[number] = _ends(parts[number], label, counted)
            last = {number: parts[number][ends[number]] for number in numbers}
            union = np.unique(np.concatenate([*last.values()]))
            for number in numbers:
                of_run[number] = rows + np.searchsorted(union, last[number])
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
        end = np.concatenate([np.zeros(0, bool), *ends])
        self.run = np.cumsum(end) - end
        """By point of the ranking its run."""
        self.begin = np.searchsorted(ranking.strand[end], np.arange(ranking.strands + 1))
        """By strand its first run, and one past the last."""
        self.of_run = np.concatenate([none, *of_run])
        """By run its row."""
        self.row = np.concatenate([none, *row])
        """By prediction that counts, board by board, the row it stands before."""
        self.task = np.concatenate([none, *task])
        self.label_of_row = np.concatenate([none, *label_of_row])
        self.column = (
            np.concatenate([none, *board_of_row]) * max(1, ranking.labels) + self.label_of_row
        )
        """By row the running count it is a step of, ascending."""


def _ends(place: Ints, label: Ints, counted: Bools | None) -> Bools:
    """By true positive of one setting, in order, whether it is the last of its run."""
    if not len(place):
        return np.zeros(0, dtype=bool)
    number = place if counted is None else np.cumsum(counted)[place]
    own = label[place]
    return np.append((np.diff(number) != 1) | (own[1:] != own[:-1]), True)


class _Block:
    """Some labels with all their settings."""

    def __init__(self, ranking: Ranking, counts: _Counts, labels: Ints) -> None:
        self.labels = labels
        self._shape = (len(ranking.settings), len(labels))
        offsets = np.arange(len(ranking.settings)) * ranking.labels
        strands = (offsets[:, None] + labels).reshape(-1)
        number = self._count(counts, np.isin(counts.label_of_row, labels))
        ladder = Ladder(np.diff(counts.begin)[strands])
        self._order = ladder.order
        runs = ladder.entries(counts.begin[strands + 1] - 1, -1)
        self._steps = [(len(some), number[counts.of_run[some]]) for some in runs]
        everything = np.concatenate([np.zeros(0, np.int64), *runs])
        place = np.zeros(len(counts.of_run), np.int64)
        place[everything] = np.arange(len(everything))
        points = np.concatenate(
            [np.arange(ranking.begin[at], ranking.begin[at + 1]) for at in strands]
        ).astype(np.int64)
        self._found = WeightedSums(
            place[counts.run[points]],
            ranking.task[ranking.place[points]],
            len(everything),
            width=self._width,
        )
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
        self._width = np.float32 if len(members) < _EXACT_IN_FLOAT32 else np.float64
        self._between = WeightedSums(
            number[counts.row[members]], counts.task[members], len(rows), width=self._width
        )
        return number

    def __call__(self, weights: Weights) -> tuple[Floats, Floats]:
        counted, found = self._counted(weights), self._hits(weights)
        hits = np.zeros((len(self._order), weights.shape[1]))
        first = self._steps[0][0] if self._steps else 0
        hits[:first] = found[:first]
        truths = self._truths(weights)[self._size][self._order]
        whole = np.maximum(truths, 1.0)
        recall = hits / whole
        levels = _levels(whole)
        area = self._walk(counted, found, levels) / len(RECALLS)
        none = truths == 0
        area[none] = recall[none] = np.nan
        back = np.argsort(self._order)
        shape = (*self._shape, weights.shape[1])
        return area[back].reshape(shape), recall[back].reshape(shape)

    def _counted(self, weights: Weights) -> Floats:
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

    def _hits(self, weights: Weights) -> Floats:
        """By run, step by step, the true positives of its strand up to there."""
        found = self._found(weights)
        at = len(found)
        for (active, _), (earlier, _) in pairwise(reversed(self._steps)):
            at -= active
            found[at - earlier : at - earlier + active] += found[at : at + active]
        return found

    def _walk(self, counted: Floats, found: Floats, levels: Floats) -> Floats:
        """The sum of the envelope at all recall levels, by curve."""
        area, envelope, work = (np.zeros(levels.shape) for _ in range(3))
        reached, passed = np.zeros_like(levels), np.zeros_like(levels)
        count = np.empty(levels.shape, counted.dtype)
        at = 0
        for (active, row), (later, _) in pairwise([*self._steps, (0, None)]):
            now, above, share = reached[:active], envelope[:active], work[:active]
            here, before = found[at : at + active], passed[:later]
            if not at:
                np.floor(here * levels[:active], out=now)
            at += active
            counted.take(row, axis=0, out=count[:active], mode="clip")
            np.divide(here, count[:active], out=share, dtype=np.float64)
            np.maximum(above, share, out=above)
            np.multiply(found[at : at + later], levels[:later], out=before)
            np.floor(before, out=before)
            np.subtract(now[:later], before, out=now[:later])
            np.copyto(share, now)
            np.multiply(share, above, out=share)
            np.add(area[:active], share, out=area[:active])
            reached, passed = passed, reached
        return np.asarray(area + envelope)


def _levels(truths: Floats) -> Floats:
    """What turns hits into recall levels, rounded down: so that one that is just reached counts.

    Narrow where that is exact: the lift is more than two roundings of float32, and less than what
    lies between a level and the next lower count of hits.
    """
    if truths.max(initial=0) < _EXACT_IN_FLOAT32 >> 9:
        return ((len(RECALLS) - 1) * _NEARLY_IN_FLOAT32 / truths).astype(np.float32)
    return np.asarray((len(RECALLS) - 1) * _NEARLY / truths)


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
