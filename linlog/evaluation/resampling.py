"""Bootstrap samples of tasks, and what a kind hands over so that its numbers follow them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.evaluation.confusion import Counted
from linlog.evaluation.tallies import Array, Floats, Ints, Tally
from linlog.evaluation.weighted_sums import LARGEST, WeightedSums, Weights
from linlog.wire.blocks import Better

MOST: Final = 10_000
"""Resamples of every number that is quick to compute."""
FEWEST: Final = 200
"""Resamples of a number, however slow it is."""
AT_ONCE: Final = 256
"""Resamples that are computed together."""
_COUNTS: Final = (MOST, 5_000, 2_000, 1_000, 500, FEWEST)
COUNTED_AT_ONCE: Final = 16
"""Rows that are counted in the time of one step that computes."""
_EFFORT: Final = 200_000_000
"""Steps times resamples that are gone through for the sake of one part."""
_OUTPUT: Final = 10
"""Steps that weigh as much as one number that is kept for every resample."""

Values = tuple[Floats, Floats]
"""Numbers over all labels, of shape (names, …), and by label: (label_names, labels, …)."""
Formula = Callable[[Floats], Values]
"""From counts of shape (counted, labels, resamples) to numbers, NaN where undefined."""


@dataclass(frozen=True, slots=True)
class Name:
    """What one number is called and which direction is an improvement."""

    name: str
    title: str
    better: Better = "higher"


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """What numbers are made of, so that one can see on which tasks two runs differ."""

    label: Ints
    """By row the code of its label."""
    task: Ints
    """By row its task."""
    value: Floats
    """By row what it contributes, as a number that other contributions do not have."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some of a kind's numbers, computed together."""

    names: tuple[Name, ...]
    """The numbers over all labels."""
    label_names: tuple[Name, ...]
    """The numbers that each label has."""
    plain: Values
    """The numbers where each task counts once: shapes (names,) and (label_names, labels)."""
    again: Callable[[Weights], Values]
    """From weights of shape (tasks, resamples) to the numbers in each resample: shapes
    (names, resamples) and (label_names, labels, resamples). NaN where undefined."""
    marks: Marks
    """What the numbers are made of."""
    effort: int
    """Steps that are gone through for one resample."""

    def resamples(self, most: int = MOST) -> int:
        """How many resamples are worth their time, at most `most`: fewer for greater effort."""
        outputs = len(self.names) + self.plain[1].size
        effort = max(self.effort, _OUTPUT * outputs)
        worth = (count for count in _COUNTS if count * effort <= _EFFORT)
        return min(most, next(worth, FEWEST))


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A kind's main numbers as functions of how often each task counts."""

    names: tuple[Name, ...]
    """The numbers, the headline first."""
    labels: tuple[str, ...]
    """Labels of the second part of what `values` returns."""
    values: Callable[[Floats | None], tuple[Floats, Floats]]
    """From weights of shape (tasks,), or None for once each, to the numbers and to the headline
    by label: shapes (names,) and (labels,). NaN where undefined."""
    task_scores: Floats
    """How well the model did on each task alone, from 0 to 1: shape (tasks,), NaN where void."""
    parts: tuple[Part, ...] = ()
    """The same numbers for many resamples at once, in order; empty if there is no quick way."""
    paired: tuple[str, Floats] | None = None
    """The number that is right tasks / judged tasks, if there is one: McNemar's test is of it.
    With it by task 1 where right, 0 where wrong, NaN where not judged."""


def of_parts(
    labels: tuple[str, ...],
    parts: tuple[Part, ...],
    task_scores: Floats,
    *,
    paired: tuple[str, Floats] | None = None,
) -> Numbers:
    """The numbers of all parts; the first of the first is the headline, over all and by label."""

    def values(weights: Floats | None) -> tuple[Floats, Floats]:
        if weights is None:
            found = [part.plain for part in parts]
        else:
            column = weights.astype(np.uint16)[:, None]
            again = [part.again(column) for part in parts]
            found = [(main[:, 0], by_label[..., 0]) for main, by_label in again]
        return np.concatenate([main for main, _ in found]), found[0][1][0]

    names = tuple(name for part in parts for name in part.names)
    return Numbers(names, labels, values, task_scores, parts, paired)


def of_counts(
    names: tuple[Name, ...],
    label_names: tuple[Name, ...],
    counted: Sequence[Counted],
    formula: Formula,
    *,
    labels: int,
) -> Part:
    """The part of numbers that follow by `formula` from how many things each label has.

    >>> hits, truths = (Counted(np.zeros(n, int), np.arange(n)) for n in (1, 2))
    >>> def recall(counts):
    ...     return counts[0] / counts[1], counts[:1] / counts[1]
    >>> part = of_counts((Name("recall", "Recall"),), (), (hits, truths), recall, labels=1)
    >>> part.again(np.array([[1, 2], [1, 0]], dtype=np.uint16))[0]
    array([[0.5, 1. ]])
    """
    sizes = [len(each.label) for each in counted]
    which = np.repeat(np.arange(len(counted)), sizes)
    label, task = (
        np.concatenate([np.zeros(0, np.int64), *columns]).astype(np.int64)
        for columns in ([each.label for each in counted], [each.task for each in counted])
    )
    group, groups = which * labels + label, len(counted) * labels
    sums = WeightedSums(group, task, groups)

    def shaped(counts: Array) -> Floats:
        return counts.astype(np.float64).reshape(len(counted), labels, counts.shape[-1])

    main, by_label = formula(shaped(np.bincount(group, minlength=groups)[:, None]))
    return Part(
        names,
        label_names,
        (main[:, 0], by_label[..., 0]),
        lambda weights: formula(shaped(sums(weights))),
        Marks(label, task, np.sqrt(which + 2.0)),
        effort=len(group) // COUNTED_AT_ONCE,
    )


def one_at_a_time(numbers: Numbers, tally: Tally) -> Part:
    """The part of a kind that can compute its numbers for one resample only."""
    main, by_label = numbers.values(None)

    def again(weights: Weights) -> Values:
        found = [numbers.values(column) for column in weights.T.astype(np.float64)]
        return np.stack([each[0] for each in found], axis=1), np.stack(
            [each[1][None] for each in found], axis=2
        )

    rows = tally.predictions
    value = np.ones(len(rows["task"]))
    for at, name in enumerate(sorted(set(rows) - {"task", "label", "id"})):
        column = rows[name].astype(np.float64)
        value += np.sqrt(at + 2.0) * column.sum(axis=tuple(range(1, column.ndim)))
    return Part(
        numbers.names,
        (Name(numbers.names[0].name, numbers.names[0].title, numbers.names[0].better),),
        (main, by_label[None]),
        again,
        Marks(rows["label"], rows["task"], value),
        effort=10 * len(value) + 100 * len(tally),
    )


def draws(tasks: int, *, resamples: int, seed: int) -> Iterator[Weights]:
    """Weights of the tasks in each resample, some resamples at a time: (tasks, up to `AT_ONCE`).

    From the raw words of PCG64, whose order NumPy promises to keep: the same seed gives the same
    resamples everywhere, and the first thousand of ten thousand are those of a thousand.
    """
    random = np.random.PCG64(seed)
    for begin in range(0, resamples, AT_ONCE):
        yield _drawn(random, tasks, min(AT_ONCE, resamples - begin))


def _drawn(random: np.random.PCG64, tasks: int, size: int) -> Weights:
    words = np.asarray(random.random_raw(size * ((tasks + 1) // 2))).reshape(size, -1)
    halves = np.concatenate([words >> np.uint64(32), words & np.uint64(0xFFFFFFFF)], axis=1)
    task = (halves[:, :tasks] * np.uint64(tasks)) >> np.uint64(32)
    task += (np.arange(size, dtype=np.uint64) * np.uint64(tasks))[:, None]
    counts = np.bincount(task.reshape(-1).astype(np.int64), minlength=size * tasks)
    assert counts.max(initial=0) <= LARGEST, "no task is drawn a thousand times in one resample"
    return np.ascontiguousarray(counts.reshape(size, tasks).T.astype(np.uint16))
