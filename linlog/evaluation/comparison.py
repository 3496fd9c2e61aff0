"""Model runs on the same tasks: their differences, and whether these may be chance.

The intervals are of the paired bootstrap over tasks (Efron & Tibshirani 1993, chapters 13 and
16): tasks are drawn anew with repetition, the same ones for all runs, and the numbers are
computed again by weighting, without matching anything again. `significance` says how intervals
and p-values follow, `paired_tasks` which tasks count and what became of them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any, Final

import numpy as np

from linlog.evaluation import paired_tasks, resampling, significance
from linlog.evaluation.kinds import Comparable, Kind
from linlog.evaluation.paired_tasks import Shared
from linlog.evaluation.reports import number, plural
from linlog.evaluation.resampling import MOST, Marks, Name, Numbers, Part
from linlog.evaluation.significance import ALPHA, SAME, Judged
from linlog.evaluation.tallies import Array, Floats, Ints, Tally
from linlog.wire.comparisons import (
    Comparison,
    LabelDifference,
    McNemar,
    ScalarDifference,
    Test,
    Verdict,
)

FEWEST_RUNS: Final = 2
MOST_RUNS: Final = 8
_NO_MARK: Final = 1e-9
"""Marks that differ by no more are the same marks, summed in another order."""


def compare(kind: Kind, first: Tally, second: Tally, config: Any, **options: Any) -> Comparison:
    """Compare two tallies of `kind`; see `compare_all`."""
    return compare_all(kind, (first, second), config, **options)


def compare_all(
    kind: Kind,
    runs: Sequence[Tally],
    config: Any,
    *,
    resamples: int = MOST,
    seed: int = 0,
    level: float = 0.95,
    changed: Collection[str] = (),
) -> Comparison:
    """Compare two to eight tallies of `kind`, each with the first.

    Only what all share counts: tasks that all hold, with the same ground truth. Where missing
    counts as missed (`config.missing`), every such task counts: a model that found nothing on a
    task must not be spared it. Where missing is left out, only the tasks count that all cover.

    `changed` names tasks whose ground truth is known to differ, beside those where the tallies
    show it. Differences are of a run less the first. At most `resamples` resamples are drawn,
    fewer for numbers that take long; each says how many. Equal arguments give equal results.
    Raises ValueError for fewer or more runs, for a tally of another kind and for a kind that does
    not offer its numbers.
    """
    _check(kind, runs)
    assert isinstance(kind, Comparable), "checked just now"
    shared = paired_tasks.shared(runs, config.missing, changed)
    numbers = [kind.numbers(run, config) for run in shared.runs]
    drawn = _drawn(numbers, shared, resamples=resamples, seed=seed)
    found = [
        _Pair(shared, numbers, drawn, other, level).comparison(kind.name, seed)
        for other in range(1, len(runs))
    ]
    return replace(found[0], others=tuple(found[1:]))


def _check(kind: Kind, runs: Sequence[Tally]) -> None:
    if not isinstance(kind, Comparable):
        raise ValueError(f"{kind.name} has no numbers that can be resampled, so none to compare")  # noqa: TRY004 - a fact about the kind's name
    if not FEWEST_RUNS <= len(runs) <= MOST_RUNS:
        raise ValueError(f"{FEWEST_RUNS} to {MOST_RUNS} can be compared, not {len(runs)}")
    for each in runs:
        if each.kind != kind.name:
            raise ValueError(f"the tally is of kind {each.kind}, not {kind.name}")


# ---------------------------------------------------------------------------- resampling


@dataclass(frozen=True, slots=True)
class _Resampled:
    """The differences of one part's numbers, for each run but the first."""

    parts: tuple[Part, ...]
    """The part in each run."""
    differences: list[Floats]
    """By other run: shape (names + label_names * labels, resamples)."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """All parts, with the labels that any run has."""

    labels: tuple[str, ...]
    places: list[Ints]
    """By run the place of each of its labels among `labels`."""
    parts: list[_Resampled]


def _drawn(numbers: list[Numbers], shared: Shared, *, resamples: int, seed: int) -> _Drawn:
    size = len(shared.tasks)
    labels = tuple(sorted({label for each in numbers for label in each.labels}))
    places = [np.searchsorted(np.array(labels, dtype=object), each.labels) for each in numbers]
    found = []
    for parts in zip(*(each.parts for each in numbers), strict=True):
        amount = min(part.resamples(resamples) for part in parts) if size else 0
        rows = len(parts[0].names) + len(parts[0].label_names) * len(labels)
        found.append(_Resampled(parts, [np.empty((rows, amount)) for _ in parts[1:]]))
    amounts = [each.differences[0].shape[1] for each in found]
    done = 0
    with ThreadPoolExecutor(min(len(numbers), os.cpu_count() or 1)) as pool:
        for weights in resampling.draws(size, resamples=max(amounts), seed=seed):
            for each, amount in zip(found, amounts, strict=True):
                some = np.ascontiguousarray(weights[:, : max(0, amount - done)])
                if some.size:
                    runs = pool.map(_again, each.parts, repeat(some), places, repeat(len(labels)))
                    _add(each, list(runs), done)
            done += weights.shape[1]
    return _Drawn(labels, places, found)


def _again(part: Part, weights: Array, place: Ints, labels: int) -> Floats:
    return _column(part.again(weights), place, labels)


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


# ------------------------------------------------------------------------------ in words


@dataclass(frozen=True, slots=True)
class _Row:
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

    def wire(self, p_adjusted: float | None = None, *, label: bool = False) -> ScalarDifference:
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
            verdict=self.verdict(p_adjusted if label else self.p_value),
            test=self.test,
            resamples=self.resamples,
            moved=self.moved,
        )


class _Pair:
    """The first run and another one."""

    def __init__(
        self, shared: Shared, numbers: list[Numbers], drawn: _Drawn, other: int, level: float
    ) -> None:
        self._shared, self._drawn, self._other, self._level = shared, drawn, other, level
        self._first, self._second = numbers[0], numbers[other]
        self._scalars: list[_Row] = []
        self._labels: list[list[_Row]] = []
        for part in drawn.parts:
            self._read(part)

    def comparison(self, kind: str, seed: int) -> Comparison:
        """The comparison of the two."""
        shared, other = self._shared, self._other
        tasks = paired_tasks.outcomes(
            shared.tasks, self._first.task_scores, self._second.task_scores
        )
        mcnemar, scalars = self._mcnemar(), self._scalars
        if mcnemar is not None and self._first.paired is not None:
            name = self._first.paired[0]
            scalars = [
                replace(row, test="McNemar", p_value=mcnemar.p_value)
                if row.name.name == name
                else row
                for row in scalars
            ]
        resamples = max((row.resamples for row in scalars), default=0)
        return Comparison(
            kind=kind,
            headline=self._first.names[0].name,
            scalars=tuple(row.wire() for row in scalars),
            labels=self._by_label(),
            **tasks,
            mcnemar=mcnemar,
            tasks=len(shared.tasks),
            only_first=shared.apart[0],
            only_second=shared.apart[other],
            changed=shared.changed,
            level=self._level,
            resamples=resamples,
            seed=seed,
            note=_note(shared, other, self._level, resamples),
        )

    def _read(self, drawn: _Resampled) -> None:
        """Judge the numbers of one part."""
        parts, places, labels = drawn.parts, self._drawn.places, len(self._drawn.labels)
        ends = (parts[0], places[0]), (parts[self._other], places[self._other])
        first, second = (_column(part.plain, place, labels)[:, 0] for part, place in ends)
        whole, by_label = _moved(
            [(part.marks(), place) for part, place in ends], len(self._shared.tasks), labels
        )
        names, label_names = parts[0].names, parts[0].label_names
        moved = np.concatenate(
            [np.full(len(names), whole), *([by_label] * len(label_names))]
        ).astype(np.int64)
        differences = drawn.differences[self._other - 1]
        judged = _judged(differences, moved, self._level)
        rows = [
            _Row(
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
            self._labels.append(rows[begin : begin + labels])

    def _by_label(self) -> tuple[LabelDifference, ...]:
        """The differences by label, the greatest loss of the headline first."""
        numbers = [
            [
                row.wire(adjusted, label=True)
                for row, adjusted in zip(
                    rows, significance.holm([row.p_value for row in rows]), strict=True
                )
            ]
            for rows in self._labels
        ]
        found = [
            LabelDifference(
                label=label,
                first=of_label[0].first,
                second=of_label[0].second,
                difference=of_label[0].difference,
                low=of_label[0].low,
                high=of_label[0].high,
                p_value=of_label[0].p_value,
                p_adjusted=of_label[0].p_adjusted,
                verdict=of_label[0].verdict,
                numbers=of_label,
            )
            for label, of_label in zip(self._drawn.labels, zip(*numbers, strict=True), strict=True)
        ]
        found.sort(
            key=lambda each: float("inf") if each.difference is None else each.difference,
        )
        return tuple(found)

    def _mcnemar(self) -> McNemar | None:
        if self._first.paired is None or self._second.paired is None:
            return None
        first, second = self._first.paired[1], self._second.paired[1]
        won = int(((second == 1) & (first == 0)).sum())
        lost = int(((second == 0) & (first == 1)).sum())
        p_value, exact = significance.mcnemar(won, lost)
        return McNemar(only_first=lost, only_second=won, p_value=p_value, exact=exact)


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


def _note(shared: Shared, other: int, level: float, resamples: int) -> str:
    scope = {
        "missed": (
            f"On {plural(len(shared.tasks), 'task')}; without predictions, their truths count "
            "as missed."
        ),
        "left out": f"On the {plural(len(shared.tasks), 'task')} that all model runs cover.",
    }[shared.missing]
    sentences = [scope]
    apart = shared.apart[0] + shared.apart[other]
    if apart:
        sentences.append(f"Left out: {plural(apart, 'task')} that not all of them share.")
    if shared.changed:
        sentences.append(
            f"Left out: {plural(shared.changed, 'task')} whose ground truth changed between the "
            "evaluations."
        )
    sentences += [
        (
            f"Differences are second less first. Intervals hold {level * 100:g} % of up to "
            f"{resamples:,} paired bootstrap resamples of the tasks; numbers that take long have "
            "fewer."
        ),
        "Where a confidence threshold was left open, each run has its own, kept for all resamples.",
        (
            "A label's verdict is corrected for the number of labels (Holm). The main numbers are "
            "not corrected: trust the headline first."
        ),
    ]
    return " ".join(sentences)
