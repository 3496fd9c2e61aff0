"""How well confidences put what is true before what is not: ROC and precision-recall curves.

A thing that was given no confidence ranks last, with those of confidence 0: a model that says
nothing of a label says that it is not there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linlog.evaluation.tallies import Array, Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Ranked:
    """What each threshold lets through, by descending threshold; each distinct one once."""

    threshold: Floats
    """Every confidence that occurs; 0 at the end, where all is let through."""
    hits: Ints
    """True things of at least this confidence."""
    others: Ints
    """Untrue things of at least this confidence."""
    truths: int
    """True things, whatever their confidence."""
    falses: int
    """Untrue things, whatever their confidence."""

    @property
    def recall(self) -> Floats:
        """`hits / truths`, the true positive rate; NaN without truths."""
        return _share(self.hits, self.truths)

    @property
    def fall_out(self) -> Floats:
        """`others / falses`, the false positive rate; NaN without falses."""
        return _share(self.others, self.falses)

    @property
    def precision(self) -> Floats:
        """`hits / (hits + others)`."""
        return np.asarray(self.hits / np.maximum(self.hits + self.others, 1))

    @property
    def roc_auc(self) -> float:
        """Area under the ROC curve by trapezoids; NaN without truths or without falses.

        The chance that a true thing ranks before an untrue one, ties counting half (Hanley &
        McNeil 1982). Equals scikit-learn's `roc_auc_score`.
        """
        if not self.truths or not self.falses:
            return float("nan")
        hits, steps = np.append(0, self.hits), np.diff(self.others, prepend=0)
        doubled = int((steps * (hits[1:] + hits[:-1])).sum())
        return doubled / (2 * self.truths * self.falses)

    @property
    def average_precision(self) -> float:
        """`sum((recall - recall before) * precision)`, not interpolated; NaN without truths.

        Equals scikit-learn's `average_precision_score`.
        """
        if not self.truths:
            return float("nan")
        return float((np.diff(self.hits, prepend=0) * self.precision).sum() / self.truths)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Things by descending confidence; all of shape (things,)."""

    order: Ints
    """Which thing comes at each place."""
    confidence: Floats
    """Its confidence."""
    true: Bools
    """Whether it is true."""


def ranking(confidence: Floats, true: Bools) -> Ranking:
    """Rank things by confidence, equals in any order; both of shape (things,)."""
    order = np.argsort(-confidence)
    return Ranking(order, confidence[order], true[order])


def ranked(found: Ranking, truths: int, falses: int) -> Ranked:
    """The curve over all things; `truths` and `falses` count also those without a confidence.

    >>> two = ranking(np.array([0.9, 0.5]), np.array([True, False]))
    >>> ranked(two, truths=1, falses=3).roc_auc
    1.0
    """
    last = _ends(found.confidence[1:] != found.confidence[:-1], len(found.order))
    hits = np.cumsum(found.true, dtype=np.int64)[last]
    return _completed(found.confidence[last], hits, last + 1, (truths, falses))


def by_label(found: Ranking, label: Ints, truths: Array, falses: Array) -> list[Ranked]:
    """The curve of each label; `label` has shape (things,), the amounts have shape (labels,)."""
    place = label[found.order]
    narrow = np.uint16 if len(truths) <= np.iinfo(np.uint16).max else np.int64
    order = np.argsort(place.astype(narrow), kind="stable")
    place, value = place[order], found.confidence[order]
    ends = _ends((place[1:] != place[:-1]) | (value[1:] != value[:-1]), len(order))
    hits = np.append(0, np.cumsum(found.true[order], dtype=np.int64))
    starts = np.searchsorted(place, np.arange(len(truths) + 1))
    bounds = np.searchsorted(ends, starts)
    return [
        _completed(
            value[ends[begin:end]],
            hits[ends[begin:end] + 1] - hits[start],
            ends[begin:end] + 1 - start,
            (int(truths[code]), int(falses[code])),
        )
        for code, (start, begin, end) in enumerate(
            zip(starts[:-1].tolist(), bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
        )
    ]


def macro(values: Floats) -> float:
    """Mean of the labels for which the number is defined; NaN without any."""
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else float("nan")


def weighted(values: Floats, truths: Array) -> float:
    """Mean weighted by truths of the labels for which the number is defined; NaN without any."""
    defined = ~np.isnan(values)
    total = float(truths[defined].sum())
    return float(values[defined] @ truths[defined]) / total if total else float("nan")


def _completed(threshold: Floats, hits: Ints, total: Ints, amounts: tuple[int, int]) -> Ranked:
    """The curve of one label with the things that have no row, at threshold 0."""
    truths, falses = amounts
    if truths + falses > (int(total[-1]) if len(total) else 0):
        kept = slice(0, -1) if len(threshold) and threshold[-1] == 0 else slice(None)
        threshold = np.append(threshold[kept], 0.0)
        hits, total = np.append(hits[kept], truths), np.append(total[kept], truths + falses)
    return Ranked(threshold, hits, total - hits, truths, falses)


def _ends(changes: Bools, size: int) -> Ints:
    """The last place of each stretch of equals."""
    last = np.ones(size, dtype=bool)
    last[:-1] = changes
    return np.flatnonzero(last)


def _share(part: Ints, whole: int) -> Floats:
    return part / whole if whole else np.full(len(part), np.nan)
