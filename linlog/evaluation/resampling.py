"""Bootstrap samples of tasks, and what a kind hands over so that its numbers follow them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np

from linlog.evaluation.confusion import Counted
from linlog.evaluation.tallies import Array, Floats, Ints
from linlog.evaluation.weighted_sums import LARGEST, WeightedSums, Weights
from linlog.wire.blocks import Better

MOST: Final = 10_000
"""Resamples of every number that is quick to compute."""
FEWEST: Final = 200
"""Resamples of a number, however slow it is."""
AT_ONCE: Final = (256, 1024)
"""Resamples that are computed together: of many tasks fewer, so that memory holds them; of few
tasks more, so that there is enough to do at each step."""
_WEIGHTS_AT_ONCE: Final = 5 << 19
_DRAWN_AT_ONCE: Final = 1 << 17
"""Tasks that are drawn together: few enough for the processor's cache."""
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
    optimistic: bool = False
    """Whether it is too high on few tasks, as what counts the best of a curve is."""


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
    marks: Callable[[], Marks]
    """What the numbers are made of."""
    effort: int
    """Steps that are gone through for one resample."""
    owners: Callable[[], Ints] | None = None
    """By label the tasks that have truths of it, where a number is optimistic."""

    def resamples(self, most: int = MOST) -> int:
        """How many resamples are worth their time, at most `most`: fewer for greater effort."""
        outputs = len(self.names) + self.plain[1].size
        effort = max(self.effort, _OUTPUT * outputs)
        worth = (count for count in _COUNTS if count * effort <= _EFFORT)
        return min(most, next(worth, FEWEST))


@dataclass(frozen=True, eq=False)
class Numbers:
    """A kind's main numbers as functions of how often each task counts."""

    labels: tuple[str, ...]
    """Labels of the numbers by label."""
    task_scores: Floats
    """How well the model did on each task alone, from 0 to 1: shape (tasks,), NaN where void."""
    make: Callable[[], tuple[Part, ...]]
    """Computes the parts; not called where only the task scores are asked for."""
    paired: tuple[str, Floats] | None = None
    """The number that is right tasks / judged tasks, if there is one: McNemar's test is of it.
    With it by task 1 where right, 0 where wrong, NaN where not judged."""

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The numbers; the first of the first part is the headline, over all and by label."""
        return self.make()

    @property
    def names(self) -> tuple[Name, ...]:
        """The numbers over all labels, the headline first."""
        return tuple(name for part in self.parts for name in part.names)

    @property
    def plain(self) -> Floats:
        """The numbers over all labels, where each task counts once: shape (names,)."""
        return np.concatenate([part.plain[0] for part in self.parts])


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

    @cache
    def sums() -> WeightedSums:
        return WeightedSums(group, task, groups)

    def shaped(counts: Array) -> Floats:
        return counts.astype(np.float64).reshape(len(counted), labels, counts.shape[-1])

    main, by_label = formula(shaped(np.bincount(group, minlength=groups)[:, None]))
    return Part(
        names,
        label_names,
        (main[:, 0], by_label[..., 0]),
        lambda weights: formula(shaped(sums()(weights))),
        lambda: Marks(label, task, np.sqrt(which + 2.0)),
        effort=len(group) // COUNTED_AT_ONCE,
    )


def of_amounts(
    names: tuple[Name, ...],
    label_names: tuple[Name, ...],
    amounts: Floats,
    formula: Formula,
) -> Part:
    """The part of numbers that follow by `formula` from whole amounts that each label has.

    Amounts, such as pixels, are of shape (counted, labels, tasks). They are whole numbers, so
    that their sums are exact and do not depend on the order in which a library adds them.
    """
    counted, labels, tasks = amounts.shape
    flat = amounts.reshape(counted * labels, tasks).astype(np.float64)

    def again(weights: Weights) -> Values:
        sums = flat @ weights.astype(np.float64)
        return formula(sums.reshape(counted, labels, weights.shape[1]))

    main, by_label = formula(amounts.sum(axis=2, keepdims=True, dtype=np.float64))

    def marks() -> Marks:
        which, label, task = np.nonzero(amounts[:, : by_label.shape[1]])
        return Marks(label, task, np.sqrt(which + 2.0) * amounts[which, label, task])

    return Part(
        names,
        label_names,
        (main[:, 0], by_label[..., 0]),
        again,
        marks,
        effort=flat.size // COUNTED_AT_ONCE,
    )


def draws(tasks: int, *, resamples: int, seed: int) -> Iterator[Weights]:
    """Weights of the tasks in each resample, some resamples at a time: (tasks, some).

    From the raw words of PCG64, whose order NumPy promises to keep: the same seed gives the same
    resamples everywhere, and the first thousand of ten thousand are those of a thousand.
    """
    random = np.random.PCG64(seed)
    fewest, most = AT_ONCE
    at_once = min(most, max(fewest, _WEIGHTS_AT_ONCE // max(1, tasks)))
    few = max(1, _DRAWN_AT_ONCE // max(1, tasks))
    for begin in range(0, resamples, at_once):
        size = min(at_once, resamples - begin)
        found = np.empty((tasks, size), np.uint16)
        for start in range(0, size, few):
            some = min(few, size - start)
            found[:, start : start + some] = _drawn(random, tasks, some)
        yield found


def _drawn(random: np.random.PCG64, tasks: int, size: int) -> Weights:
    words = np.asarray(random.random_raw(size * ((tasks + 1) // 2))).reshape(size, -1)
    halves = words.astype("<u8", copy=False).view("<u4")
    if tasks % 2:
        # The lower half of the last word is one too many.
        halves = np.delete(halves, -2, axis=1)
    task = np.multiply(halves, tasks, dtype=np.uint64)
    task >>= np.uint64(32)
    task += (np.arange(size, dtype=np.uint64) * np.uint64(tasks))[:, None]
    counts = np.bincount(task.reshape(-1).view(np.int64), minlength=size * tasks)
    assert counts.max(initial=0) <= LARGEST, "no task is drawn a thousand times in one resample"
    return np.asarray(counts.reshape(size, tasks).T)
