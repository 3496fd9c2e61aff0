"""What each type of error costs: the average precision that is lost by it, as TIDE counts it.

Of every type of `error_types` the errors are put right, and average precision is worked out again:

* `cls`, `loc`: the prediction that is fixed for its truth becomes right, the others are dropped;
* `both`, `dupe`, `bkg`: the predictions are dropped;
* `miss`: the missed truths are not asked for.

Average precision is here that of tidecv 1.0.1, which is not quite COCO's: see `matching.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from linlog.evaluation import average_precision, confusion, counting, error_types, tallies
from linlog.evaluation.average_precision import Steps
from linlog.evaluation.error_types import CLS, LOC, NONE, TYPES, Errors
from linlog.evaluation.tallies import Array, Bools, Floats, Ints, Tally

RECALLS: Final = np.arange(101) / 100
"""Places at which the precision is read: some differ from COCO's in the last bit."""
_AS_IT_IS: Final = "as it is"


@dataclass(frozen=True, slots=True)
class Costs:
    """Average precision as it is and what it would gain; of each label shape (labels,)."""

    precision: float
    """Mean over the labels that have a truth or a prediction; NaN without any."""
    gains: dict[str, float]
    """By type of error, never below 0; and for `false_positives` and `false_negatives`, if there
    were none of these."""
    by_label: dict[str, Floats]
    """By type of error what a label's average precision gains, NaN without truths."""


def of(tally: Tally, iou_threshold: float) -> Costs:
    """The costs at an IoU threshold; those last asked for are kept with the tally."""
    errors = error_types.of(tally, iou_threshold)
    return tallies.latest(tally, "costs", iou_threshold, lambda: _costs(tally, errors))


def _costs(tally: Tally, errors: Errors) -> Costs:
    ranked = _Ranked.of(tally, errors)
    parts = [_in_all_ways(standing) for standing in _standings(ranked)]
    averages = {name: _Average.joined([part[name] for part in parts]) for name in parts[0]}
    base, names = averages.pop(_AS_IT_IS), (*TYPES, "miss")
    gains = {name: each.gain(base) for name, each in averages.items()}
    by_label = {
        name: np.where(
            ranked.truths, np.maximum(averages[name].by_label - base.by_label, 0.0), np.nan
        )
        for name in names
    }
    return Costs(base.mean, gains | {name: max(gains[name], 0.0) for name in names}, by_label)


def _in_all_ways(standing: _Standing) -> dict[str, _Average]:
    """Average precision of some labels as it is, and with things put right in each way."""
    truths, found = standing.truths, standing.found
    ways = {
        _AS_IT_IS: standing.as_it_is(),
        **{name: standing.fixed(code) for code, name in enumerate(TYPES)},
        "miss": replace(standing.late, truths=truths - standing.missed),
        "false_negatives": replace(standing.late, truths=found),
    }
    averages = dict(zip(ways, _averages(list(ways.values())), strict=True))
    used = averages[_AS_IT_IS].used
    averages["false_positives"] = _Average(_without_false_positives(found, truths), used)
    return averages


@dataclass(frozen=True, slots=True)
class _Way:
    """Right predictions by label and rank, in one way to put things right."""

    label: Ints
    counted: Ints
    """How many predictions of the label, right or wrong, rank as high or higher."""
    truths: Ints
    """Truths of each label that are asked for."""
    left: Ints
    """Predictions of each label, right or wrong."""

    @property
    def sizes(self) -> Ints:
        """Right predictions of each label."""
        return np.bincount(self.label, minlength=len(self.truths))


@dataclass(frozen=True, slots=True)
class _Average:
    by_label: Floats
    used: Bools
    """By label: it has a truth or a prediction, so it counts in the mean."""

    @classmethod
    def joined(cls, parts: Sequence[_Average]) -> _Average:
        """Of the labels of all parts, in order."""
        return cls(
            np.concatenate([part.by_label for part in parts]),
            np.concatenate([part.used for part in parts]),
        )

    @property
    def mean(self) -> float:
        return float(confusion.mean(np.where(self.used, self.by_label, np.nan)))

    def gain(self, base: _Average) -> float:
        """By how much it is better; nothing, where no truth and no prediction is left."""
        return self.mean - base.mean if self.used.any() else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """The predictions as they rank, and what there is of each label."""

    label: Array
    confidence: Floats
    type: Array
    """By prediction its error, as `Errors` has it."""
    kept: Bools
    """By prediction whether it is looked at."""
    order: Ints
    """All predictions by label and then by descending confidence, equals in order."""
    begin: Ints
    """By label its first place in the order, and one past the last."""
    truths: Ints
    """By label the truths that are asked for."""
    missed: Ints
    """By label those that are missed."""
    fixed: Ints
    """The predictions that can be put right, by the label of the truth that they want."""
    fixed_label: Array
    """Those labels."""

    @classmethod
    def of(cls, tally: Tally, errors: Errors) -> _Ranked:
        """The predictions and truths of a tally."""
        rows, truth_label, labels = tally.predictions, tally.truths["label"], len(tally.labels)
        kept = error_types.seen(tally).copy()
        kept[errors.near[errors.ignored]] = False
        fixed, wanted = errors.fixed(rows["confidence"])
        by_label = np.argsort(truth_label[wanted], kind="stable")
        return cls(
            label=rows["label"],
            confidence=rows["confidence"],
            type=errors.type,
            kept=kept,
            order=average_precision.ranked(tally),
            begin=_from_nought(np.bincount(rows["label"], minlength=labels)),
            truths=np.bincount(truth_label[errors.real], minlength=labels),
            missed=np.bincount(truth_label[errors.missed()], minlength=labels),
            fixed=fixed[by_label],
            fixed_label=truth_label[wanted[by_label]],
        )


def _standings(ranked: _Ranked) -> Iterator[_Standing]:
    """A few labels at a time, so that what is worked out for them fits a processor's cache."""
    for low, high in [*pairwise(average_precision.cut(ranked.begin))] or [(0, 0)]:
        yield _Standing(ranked, low, high)


class _Standing:
    """The predictions of some labels as they rank, and where errors of one type are put right.

    Right predictions rank by themselves; the wrong ones above them are counted by their places. As
    it is, equals come in order; where things are put right, the wrong ones among equals come first.
    """

    def __init__(self, ranked: _Ranked, low: int, high: int) -> None:
        """Take the labels from `low` up to `high`, which are numbered from 0 here."""
        self._labels, self._last = high - low, len(ranked.label)
        self._confidence, self._all_types = ranked.confidence, ranked.type
        order = ranked.order[ranked.begin[low] : ranked.begin[high]]
        self._order = order[ranked.kept[order]]
        self._begin = _from_nought(self.by_label(ranked.label[self._order] - low))
        self._type = ranked.type[self._order]
        self._place = np.flatnonzero(self._type == NONE)
        self._right = self._order[self._place]
        self._right_label = ranked.label[self._right] - low
        self._right_confidence = self._confidence[self._right]
        begin, end = np.searchsorted(ranked.fixed_label, (low, high))
        self._fixed = ranked.fixed[begin:end], ranked.fixed_label[begin:end] - low
        self.truths, self.missed = ranked.truths[low:high], ranked.missed[low:high]
        self.found = self.by_label(self._right_label)

    def by_label(self, label: Array) -> Ints:
        """How many things there are of each label."""
        return np.bincount(label, minlength=self._labels)

    def as_it_is(self) -> _Way:
        """Nothing put right."""
        counted = self._place + 1 - self._begin[self._right_label]
        return _Way(self._right_label, counted, self.truths, np.diff(self._begin))

    @cached_property
    def late(self) -> _Way:
        """Nothing put right, but the wrong ones among equals first."""
        counted = np.sum(self._above, axis=0) + self._rank
        return _Way(self._right_label, counted, self.truths, self._amounts)

    def fixed(self, code: int) -> _Way:
        """Errors of a type put right, those that stay wrong dropped."""
        left = self._amounts - self._wrong[code]
        above = np.sum([each for at, each in enumerate(self._above) if at != code], axis=0)
        if code not in (CLS, LOC):
            return _Way(self._right_label, above + self._rank, self.truths, left)
        rows, label = self._fixed
        some = self._all_types[rows] == code
        return self._joined(code, above, (rows[some], label[some]), left)

    def _joined(self, code: int, above: Ints, fixed: tuple[Ints, Ints], left: Ints) -> _Way:
        """The right ones and the fixed ones (rows and labels), which come first among equals."""
        rows, label = fixed
        confidence = self._confidence[rows]
        at = np.searchsorted(self._place, self._search(label, confidence, -1))
        order = np.lexsort((rows, -confidence, label))
        place = self._search(label, confidence, rows)
        wrong = np.zeros(len(rows), dtype=np.int64)
        for other in range(len(TYPES)):
            wrong += self._counted(other, label, place) if other != code else 0
        labels = np.insert(self._right_label, at[order], label[order])
        above = np.insert(above, at[order], wrong[order])
        left = left + self.by_label(label)
        return _Way(labels, above + _rank(self.by_label(labels)), self.truths, left)

    @cached_property
    def _rank(self) -> Ints:
        """Of right ones their place among those of their label, from 1."""
        return _rank(self.found)

    @cached_property
    def _amounts(self) -> Ints:
        return np.diff(self._begin)

    @cached_property
    def _flags(self) -> list[counting.Flags]:
        return [counting.Flags.of(self._type == code) for code in range(len(TYPES))]

    @cached_property
    def _wrong(self) -> list[Ints]:
        """By type of error how many there are of each label."""
        return [np.diff(each.before(self._begin)) for each in self._flags]

    @cached_property
    def _above(self) -> list[Ints]:
        """By type of error how many of the label come before the right ones."""
        end = self._ends()
        return [self._counted(code, self._right_label, end) for code in range(len(TYPES))]

    def _counted(self, code: int, label: Ints, place: Ints) -> Ints:
        flags = self._flags[code]
        return flags.before(place) - flags.before(self._begin)[label]

    def _ends(self) -> Ints:
        """Of right ones the place after all of equal confidence."""
        end = self._place + 1
        inside = np.flatnonzero(end < self._begin[self._right_label + 1])
        follows = self._confidence[self._order[end[inside]]]
        tied = inside[follows == self._right_confidence[inside]]
        end[tied] = self._search(self._right_label[tied], self._right_confidence[tied], self._last)
        return end

    def _search(self, label: Ints, confidence: Floats, row: Ints | int) -> Ints:
        """Places before which confidence is higher, or equal and the row lower: by halving."""
        low, high = self._begin[label], self._begin[label + 1]
        last = max(len(self._order) - 1, 0)
        while (low < high).any():
            middle = (low + high) // 2
            there = self._order[np.minimum(middle, last)]
            value = self._confidence[there]
            before = (value > confidence) | ((value == confidence) & (there < row))
            before &= low < high
            low, high = np.where(before, middle + 1, low), np.where(before, high, middle)
        return low


def _without_false_positives(found: Ints, truths: Ints) -> Floats:
    """Average precision by label if only the right predictions were there."""
    reached = average_precision.hits_to_reach(truths, RECALLS) <= found[:, None]
    return np.asarray(np.count_nonzero(reached, axis=1) * (found > 0) / len(RECALLS))


def _averages(ways: list[_Way]) -> list[_Average]:
    """Average precision by label in each way."""
    sizes = np.concatenate([way.sizes for way in ways])
    truths = np.concatenate([way.truths for way in ways])
    precision = _rank(sizes) / np.concatenate([way.counted for way in ways])
    steps = Steps.of(precision, _from_nought(sizes), truths, RECALLS)
    area = np.bincount(steps.strand, steps.precision * steps.width, minlength=len(sizes))
    by_label = np.split(area / len(RECALLS), len(ways))
    used = np.split((truths > 0) | (np.concatenate([way.left for way in ways]) > 0), len(ways))
    return [_Average(*each) for each in zip(by_label, used, strict=True)]


def _rank(sizes: Ints) -> Ints:
    """From 1 up to each size."""
    first = _from_nought(sizes)[:-1]
    return np.arange(1, int(sizes.sum()) + 1) - np.repeat(first, sizes)


def _from_nought(sizes: Ints) -> Ints:
    return np.append(0, np.cumsum(sizes))
