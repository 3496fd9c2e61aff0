"""Confusion matrices, and the precision, recall and F1 that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.evaluation.outcomes import Outcomes
from linlog.evaluation.tallies import Array, Floats, Ints, Tally

LARGEST: Final = 100
"""Labels that a matrix in a report shows; the rest is summed in one row and column."""
OTHERS: Final = "(other labels)"
"""That row and column."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1 with the counts they come from; any of shape (labels,)."""

    hits: Array
    truths: Array
    predictions: Array

    @property
    def precision(self) -> Floats:
        """`hits / predictions`; NaN without predictions."""
        return ratio(self.hits, self.predictions)

    @property
    def recall(self) -> Floats:
        """`hits / truths`; NaN without truths."""
        return ratio(self.hits, self.truths)

    @property
    def f1(self) -> Floats:
        """`2 hits / (truths + predictions)`, the harmonic mean of precision and recall.

        0 where there is no hit; NaN only without truths and predictions (van Rijsbergen 1979).
        """
        return ratio(2 * self.hits, self.truths + self.predictions)

    @property
    def total(self) -> Scores:
        """The same over all labels (micro)."""
        return Scores(*(np.atleast_1d(each.sum()) for each in self._counts))

    @property
    def _counts(self) -> tuple[Array, Array, Array]:
        return self.hits, self.truths, self.predictions


def ratio(part: Array, whole: Array) -> Floats:
    """`part / whole`, NaN where `whole` is 0.

    >>> ratio(np.array([1, 0]), np.array([2, 0]))
    array([0.5, nan])
    """
    empty = np.full(np.shape(whole), np.nan)
    return np.asarray(np.divide(part, whole, out=empty, where=np.asarray(whole) > 0))


def of_outcomes(tally: Tally, outcomes: Outcomes) -> Ints:
    """The confusion matrix: shape (labels + 1, labels + 1), rows truth, columns predicted.

    The last row and column stand for nothing: missed truths in the last column, predictions
    without a truth (false positives and duplicates) in the last row.

    For one matched cat, one cat called dog, one missed dog: `[[1, 1, 0], [0, 0, 1], [0, 0, 0]]`.
    """
    nothing = len(tally.labels)
    pairs = outcomes.truth_pair[outcomes.truth_pair >= 0]
    truth_label, prediction_label = tally.truths["label"], tally.predictions["label"]
    alone = outcomes.counted & (outcomes.same < 0) & (outcomes.confused < 0)
    matrix = counts(
        truth_label[tally.pairs["truth"][pairs]],
        prediction_label[tally.pairs["prediction"][pairs]],
        nothing + 1,
    )
    matrix[:nothing, nothing] = np.bincount(truth_label[outcomes.missed], minlength=nothing)
    matrix[nothing, :nothing] = np.bincount(prediction_label[alone], minlength=nothing)
    return matrix


def counts(rows: Ints, columns: Ints, size: int) -> Ints:
    """How often each pair of codes below `size` occurs: shape (size, size)."""
    narrow = np.int32 if size * size <= np.iinfo(np.int32).max else np.int64
    codes = np.multiply(rows, size, dtype=narrow, casting="unsafe")
    codes += columns
    return np.bincount(codes, minlength=size * size).reshape(size, size)


def scores(matrix: Ints) -> Scores:
    """The scores by label of a matrix whose last row and column stand for nothing."""
    inner = matrix[:-1, :-1]
    return Scores(np.diagonal(inner).copy(), matrix[:-1].sum(axis=1), matrix[:, :-1].sum(axis=0))


@dataclass(frozen=True, slots=True)
class Fold:
    """Which labels a matrix shows, and what becomes of the others."""

    code: Ints
    """By label its row, and last the row of nothing: shape (labels + 1,)."""
    names: tuple[str, ...]
    """What the rows stand for, without the last, which is of nothing."""
    rest: int
    """How many labels are summed as one."""

    @property
    def size(self) -> int:
        """Rows of the matrix."""
        return len(self.names) + 1


def fold(weight: Array, labels: tuple[str, ...], *, most: int = LARGEST) -> Fold:
    """Keep the `most` labels of greatest weight, of equals the first; `weight` is by label."""
    if len(labels) <= most:
        return Fold(np.arange(len(labels) + 1), labels, 0)
    kept = np.sort(np.argsort(-weight, kind="stable")[:most])
    code = np.full(len(labels) + 1, most)
    code[kept] = np.arange(most)
    code[-1] = most + 1
    names = (*(labels[place] for place in kept), OTHERS)
    return Fold(code, names, len(labels) - most)


def folded(matrix: Ints, labels: tuple[str, ...], *, most: int = LARGEST) -> tuple[Ints, Fold]:
    """The matrix with the `most` labels that are confused most, the others summed as one.

    Of those that are confused equally often the most frequent are kept.
    """
    inner = matrix[:-1, :-1]
    confused = inner.sum(axis=0) + inner.sum(axis=1) - 2 * np.diagonal(inner)
    frequent = matrix[:-1].sum(axis=1) + matrix[:, :-1].sum(axis=0)
    weight = np.empty(len(labels), dtype=np.int64)
    weight[np.lexsort((-frequent, -confused))] = np.arange(len(labels), 0, -1)
    found = fold(weight, labels, most=most)
    if not found.rest:
        return matrix, found
    smaller = np.zeros((found.size, found.size), dtype=np.int64)
    np.add.at(smaller, (found.code[:, None], found.code[None, :]), matrix)
    return smaller, found


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Things that are counted (hits, truths, predictions) by the label and task they belong to."""

    label: Array
    """By thing the code of its label."""
    task: Array
    """By thing its task."""

    def by_label(self, labels: int) -> Ints:
        """How many there are of each label: shape (labels,)."""
        return np.bincount(self.label, minlength=labels)


def mean(values: Floats) -> Floats:
    """Mean over the labels, which come first, of the numbers that are defined; NaN of none."""
    some = ~np.isnan(values)
    return ratio(np.where(some, values, 0.0).sum(axis=0), some.sum(axis=0))


def macro(values: Floats, used: Array) -> Floats:
    """Mean over the labels with any truth or prediction, undefined values as 0.

    As scikit-learn with `average='macro', zero_division=0`. NaN where no label is used. Labels
    are the first axis; the mean has the shape of the others.
    """
    some = np.asarray(used) > 0
    total = np.where(some, np.nan_to_num(values, nan=0.0), 0.0).sum(axis=0)
    return ratio(total, some.sum(axis=0))


def weighted(values: Floats, truths: Array) -> Floats:
    """Mean over labels weighted by their truths, undefined values as 0.

    As scikit-learn with `average='weighted', zero_division=0`. NaN without truths. Labels are
    the first axis, as in `macro`.
    """
    total = (np.nan_to_num(values, nan=0.0) * truths).sum(axis=0)
    return ratio(total, np.asarray(truths).sum(axis=0))
