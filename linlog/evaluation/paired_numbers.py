"""The numbers of model runs on the same tasks: their differences, and what chance says of them.

The intervals are of the paired bootstrap over tasks (Efron & Tibshirani 1993, chapters 13 and
16): tasks are drawn anew with repetition, the same ones for all runs, and the numbers are
computed again by weighting, without matching anything again. `significance` says how intervals
and p-values follow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from linlog.evaluation import resampling, significance
from linlog.evaluation.reports import number
from linlog.evaluation.resampling import FEWEST, Marks, Name, Numbers, Part
from linlog.evaluation.significance import ALPHA, SAME, Judged
from linlog.evaluation.tallies import Floats, Ints
from linlog.wire.comparisons import McNemar, ScalarDifference, Test, Verdict

_NO_MARK: Final = 1e-9
"""Marks that differ by no more are the same marks, summed in another order."""


@dataclass(frozen=True, slots=True)
class _Resampled:
    """The differences of one part's numbers, for each run but the first."""

    parts: tuple[Part, ...]
    """The part in each run."""
    differences: list[Floats]
    """By other run: shape (names + label_names * labels, resamples)."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """All parts, with the labels that any run has."""

    labels: tuple[str, ...]
    places: list[Ints]
    """By run the place of each of its labels among `labels`."""
    parts: list[_Resampled]


def draw(
    numbers: list[Numbers], tasks: int, *, resamples: int, seed: int, sharers: int = 1
) -> Drawn:
    """The differences of all runs' numbers from the first's, at most so many times resampled.

    Where so many `sharers` are drawn each gets its share of the resamples that are worth their
    time, but no fewer than `FEWEST`.
    """
    labels = tuple(sorted({label for each in numbers for label in each.labels}))
    places = [np.searchsorted(np.array(labels, dtype=object), each.labels) for each in numbers]
    found = []
    for parts in zip(*(each.parts for each in numbers), strict=True):
        worth = min(part.resamples(resamples) for part in parts) if tasks else 0
        amount = min(worth, max(FEWEST, worth // sharers))
        rows = len(parts[0].names) + len(parts[0].label_names) * len(labels)
        found.append(_Resampled(parts, [np.empty((rows, amount)) for _ in parts[1:]]))
    amounts = [each.differences[0].shape[1] for each in found]
    done = 0
    for weights in resampling.draws(tasks, resamples=max(amounts), seed=seed):
        for each, amount in zip(found, amounts, strict=True):
            some = np.ascontiguousarray(weights[:, : max(0, amount - done)])
            if some.size:
                ends = zip(each.parts, places, strict=True)
                runs = [_column(part.again(some), place, len(labels)) for part, place in ends]
                _add(each, runs, done)
        done += weights.shape[1]
    return Drawn(labels, places, found)


def _add(each: _Resampled, runs: list[Floats], done: int) -> None:
    for store, other in zip(each.differences, runs[1:], strict=True):
        np.subtract(other, runs[0], out=store[:, done : done + other.shape[1]])


def _column(values: tuple[Floats, Floats], place: Ints, labels: int) -> Floats:
    """Numbers over all labels and then those by label as rows, NaN for labels of other runs."""
    main, by_label = values
    if main.ndim == 1:
        main, by_label = main[:, None], by_label[..., None]
    whole = np.full((len(by_label), labels, main.shape[1]), np.nan)
    whole[:, place] = by_label
    return np.concatenate([main, whole.reshape(-1, main.shape[1])])


# ------------------------------------------------------------------------------- a pair


@dataclass(frozen=True, slots=True)
class Row:
    """One number of two runs, on its way to the wire."""

    name: Name
    first: float | None
    second: float | None
    low: float | None
    high: float | None
    p_value: float | None
    resamples: int
    moved: int
    test: Test = "bootstrap"

    @property
    def difference(self) -> float | None:
        """Second less first."""
        undefined = self.first is None or self.second is None
        return None if undefined else (self.second or 0.0) - (self.first or 0.0)

    def verdict(self, p_value: float | None) -> Verdict:
        """What the interval and a p-value, which may have been corrected, say together."""
        low, high, better = self.low, self.high, self.name.better
        if low is None or high is None or p_value is None or better == "neither":
            return "no evidence"
        if p_value > ALPHA or (low <= SAME and high >= -SAME):
            return "no evidence"
        return "better" if (low > 0) == (better == "higher") else "worse"

    def wire(self, p_adjusted: float | None = None, *, corrected: bool = False) -> ScalarDifference:
        """The number for the wire."""
        return ScalarDifference(
            name=self.name.name,
            title=self.name.title,
            first=self.first,
            second=self.second,
            difference=self.difference,
            low=self.low,
            high=self.high,
            p_value=self.p_value,
            p_adjusted=p_adjusted,
            better=self.name.better,
            verdict=self.verdict(p_adjusted if corrected else self.p_value),
            test=self.test,
            resamples=self.resamples,
            moved=self.moved,
        )


class Pair:
    """The numbers of the first run and of another one."""

    def __init__(
        self, numbers: list[Numbers], drawn: Drawn, other: int, *, tasks: int, level: float
    ) -> None:
        self._drawn, self._other, self._tasks, self._level = drawn, other, tasks, level
        self._first, self._second = numbers[0], numbers[other]
        self._scalars: list[Row] = []
        self.by_label: list[list[Row]] = []
        """By number those of each label of `drawn`."""
        for part in drawn.parts:
            self._read(part)

    @property
    def headline(self) -> str:
        """The name of the number that ranks model runs."""
        return self._first.names[0].name

    @cached_property
    def scalars(self) -> list[Row]:
        """The numbers over all labels; McNemar's test, where it is of one, gives its p-value."""
        if self.mcnemar is None or self._first.paired is None:
            return self._scalars
        name, p_value = self._first.paired[0], self.mcnemar.p_value
        return [
            replace(row, test="McNemar", p_value=p_value) if row.name.name == name else row
            for row in self._scalars
        ]

    @cached_property
    def mcnemar(self) -> McNemar | None:
        """McNemar's test, where a number is right tasks of all tasks."""
        if self._first.paired is None or self._second.paired is None:
            return None
        first, second = self._first.paired[1], self._second.paired[1]
        won = int(((second == 1) & (first == 0)).sum())
        lost = int(((second == 0) & (first == 1)).sum())
        p_value, exact = significance.mcnemar(won, lost)
        return McNemar(only_first=lost, only_second=won, p_value=p_value, exact=exact)

    def _read(self, drawn: _Resampled) -> None:
        """Judge the numbers of one part."""
        parts, places, labels = drawn.parts, self._drawn.places, len(self._drawn.labels)
        ends = (parts[0], places[0]), (parts[self._other], places[self._other])
        first, second = (_column(part.plain, place, labels)[:, 0] for part, place in ends)
        whole, by_label = _moved(
            [(part.marks(), place) for part, place in ends], self._tasks, labels
        )
        names, label_names = parts[0].names, parts[0].label_names
        moved = np.concatenate(
            [np.full(len(names), whole), *([by_label] * len(label_names))]
        ).astype(np.int64)
        differences = drawn.differences[self._other - 1]
        judged = _judged(differences, moved, self._level)
        rows = [
            Row(
                name=name,
                first=number(first[at]),
                second=number(second[at]),
                low=number(judged.low[at]),
                high=number(judged.high[at]),
                p_value=number(judged.p_value[at]),
                resamples=differences.shape[1],
                moved=int(moved[at]),
            )
            for at, name in enumerate([*names, *(n for n in label_names for _ in range(labels))])
        ]
        self._scalars += rows[: len(names)]
        for at in range(len(label_names)):
            begin = len(names) + at * labels
            self.by_label.append(rows[begin : begin + labels])


def _judged(differences: Floats, moved: Ints, level: float) -> Judged:
    if differences.shape[1]:
        return significance.judge(differences, moved, level=level)
    none = np.full(len(differences), np.nan)
    return Judged(none, none, none)


def _moved(ends: list[tuple[Marks, Ints]], tasks: int, labels: int) -> tuple[int, Ints]:
    """On how many tasks two runs differ, over all labels and by label."""
    size = max(1, tasks)
    keys = [place[marks.label].astype(np.int64) * size + marks.task for marks, place in ends]
    values = [sign * marks.value for sign, (marks, _) in zip((1.0, -1.0), ends, strict=True)]
    found, place = np.unique(np.concatenate(keys), return_inverse=True)
    left = np.bincount(place, np.concatenate(values), minlength=len(found))
    moved = found[np.abs(left) > _NO_MARK]
    return len(np.unique(moved % size)), np.bincount(moved // size, minlength=labels)
