"""Two model runs on the same tasks: their difference, and whether it may be chance.

The interval is the paired percentile bootstrap over tasks (Efron & Tibshirani 1993, chapters
13 and 16): tasks are drawn anew with repetition, the same ones for both runs, and the numbers
are computed again by weighting, without matching anything again.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from linlog.evaluation import coverage, tallies
from linlog.evaluation.coverage import Missing
from linlog.evaluation.kinds import Comparable, Kind
from linlog.evaluation.reports import number, plural
from linlog.evaluation.resampling import Name, Numbers
from linlog.evaluation.tallies import Floats, Tally
from linlog.wire.comparisons import (
    Comparison,
    LabelDifference,
    ScalarDifference,
    TaskDifference,
    Verdict,
)

MOST: Final = 100
"""Tasks listed as won, and as lost."""
EDGES: Final = (2.5, 97.5)
"""Percentiles that bound the 95 % interval."""
_SAME: Final = 1e-12
"""Differences up to this come from rounding."""


def compare(
    kind: Kind,
    first: Tally,
    second: Tally,
    config: Any,
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> Comparison:
    """Compare two tallies of `kind` over one dataset.

    Where missing counts as missed (`config.missing`), every task that both tallies hold counts:
    a model that found nothing on a task must not be spared it. Where missing is left out, only
    the tasks count that both runs cover.

    Differences are second less first. Equal arguments give equal results. Raises ValueError
    for a tally of another kind and for a kind that does not offer its numbers.
    """
    if not isinstance(kind, Comparable):
        raise ValueError(f"{kind.name} has no numbers that can be resampled, so none to compare")  # noqa: TRY004 - a fact about the kind's name
    for each in (first, second):
        if each.kind != kind.name:
            raise ValueError(f"the tally is of kind {each.kind}, not {kind.name}")
    own, other = _counted(first, config), _counted(second, config)
    common = sorted(own & other)
    one = kind.numbers(tallies.select(first, common), config)
    two = kind.numbers(tallies.select(second, common), config)
    labels = tuple(sorted({*one.labels, *two.labels}))
    drawn = _Drawn(one, two, labels, size=len(common), resamples=resamples, seed=seed)
    won, lost = _tasks(common, one.task_scores, two.task_scores)
    return Comparison(
        kind=kind.name,
        headline=one.names[0].name,
        scalars=tuple(drawn.scalar(place, name) for place, name in enumerate(one.names)),
        labels=drawn.by_label(),
        won=tuple(won[:MOST]),
        lost=tuple(lost[:MOST]),
        won_count=len(won),
        lost_count=len(lost),
        tasks=len(common),
        only_first=len(own - other),
        only_second=len(other - own),
        resamples=resamples,
        seed=seed,
        note=_note(len(common), len(own ^ other), _missing(config), resamples),
    )


class _Drawn:
    """The numbers of both runs on all tasks and on each resample of them."""

    def __init__(
        self,
        one: Numbers,
        two: Numbers,
        labels: tuple[str, ...],
        *,
        size: int,
        resamples: int,
        seed: int,
    ) -> None:
        self.labels = labels
        self._names = len(one.names)
        random = np.random.default_rng(seed)
        self.first, self.second = self._row(one, None), self._row(two, None)
        self._differences = np.full((resamples if size else 0, len(self.first)), np.nan)
        for row in self._differences:
            weights = np.bincount(random.integers(0, size, size), minlength=size).astype(np.float64)
            row[:] = self._row(two, weights) - self._row(one, weights)

    def scalar(self, place: int, name: Name) -> ScalarDifference:
        """The difference in one of the main numbers."""
        low, high = self._interval(place)
        return ScalarDifference(
            name=name.name,
            title=name.title,
            first=number(self.first[place]),
            second=number(self.second[place]),
            difference=number(self.second[place] - self.first[place]),
            low=low,
            high=high,
            p_value=self._p_value(place),
            better=name.better,
            verdict=_verdict(low, high, name.better),
        )

    def by_label(self) -> tuple[LabelDifference, ...]:
        """The difference in the headline by label, the greatest loss first."""
        found = [self._label(at, label) for at, label in enumerate(self.labels, self._names)]
        undefined = float("inf")
        found.sort(
            key=lambda each: undefined if each.difference is None else each.difference,
        )
        return tuple(found)

    def _label(self, place: int, label: str) -> LabelDifference:
        low, high = self._interval(place)
        return LabelDifference(
            label=label,
            first=number(self.first[place]),
            second=number(self.second[place]),
            difference=number(self.second[place] - self.first[place]),
            low=low,
            high=high,
        )

    def _row(self, numbers: Numbers, weights: Floats | None) -> Floats:
        main, by_label = numbers.values(weights)
        row = np.full(self._names + len(self.labels), np.nan)
        row[: self._names] = main
        row[self._names + np.searchsorted(self.labels, numbers.labels)] = by_label
        return row

    def _defined(self, place: int) -> Floats:
        """The resampled differences, none where fewer than half are defined."""
        column: Floats = self._differences[:, place]
        defined = column[~np.isnan(column)]
        enough = 2 * len(defined) > len(column)
        return defined if enough else defined[:0]

    def _interval(self, place: int) -> tuple[float | None, float | None]:
        defined = self._defined(place)
        if not len(defined):
            return None, None
        low, high = np.percentile(defined, EDGES)
        return float(low), float(high)

    def _p_value(self, place: int) -> float | None:
        """`2 (1 + min(#d <= 0, #d >= 0)) / (resamples + 1)`, at most 1."""
        defined = self._defined(place)
        if not len(defined):
            return None
        fewer = min(int((defined <= _SAME).sum()), int((defined >= -_SAME).sum()))
        return min(1.0, 2 * (1 + fewer) / (len(defined) + 1))


def _missing(config: Any) -> Missing:
    choice: Missing = config.missing
    return choice


def _counted(tally: Tally, config: Any) -> set[str]:
    return set(coverage.covered(tally, _missing(config)).tasks)


def _verdict(low: float | None, high: float | None, better: str) -> Verdict:
    if low is None or high is None or better == "neither" or (low <= _SAME and high >= -_SAME):
        return "no evidence"
    return "better" if (low > 0) == (better == "higher") else "worse"


def _tasks(
    tasks: list[str], first: Floats, second: Floats
) -> tuple[list[TaskDifference], list[TaskDifference]]:
    """The tasks that the second won and those it lost, the widest difference first."""
    difference = second - first
    found = [
        TaskDifference(
            task_id=tasks[row],
            first=float(first[row]),
            second=float(second[row]),
            difference=float(difference[row]),
        )
        for row in np.flatnonzero(np.abs(difference) > _SAME).tolist()
    ]
    found.sort(key=lambda each: (-abs(each.difference), each.task_id))
    won = [each for each in found if each.difference > 0]
    return won, [each for each in found if each.difference < 0]


def _note(tasks: int, apart: int, missing: Missing, resamples: int) -> str:
    scope = {
        "missed": f"On {plural(tasks, 'task')}; without predictions, their truths count as missed.",
        "left out": f"On the {plural(tasks, 'task')} that both model runs cover.",
    }[missing]
    sentences = [
        (
            f"{scope} Differences are second less first. Intervals hold 95 % of {resamples:,} "
            "paired bootstrap resamples of the tasks."
        ),
        "Where a confidence threshold was left open, each run has its own, kept for all resamples.",
        "With many numbers some intervals miss 0 by chance: trust the headline first.",
    ]
    if apart:
        sentences.insert(1, f"Left out: {plural(apart, 'task')} that one run alone covers.")
    return " ".join(sentences)
