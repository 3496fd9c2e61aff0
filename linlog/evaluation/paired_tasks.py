"""The tasks that several model runs share, and which of two runs did better on each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any, Final

import numpy as np

from linlog.evaluation import coverage, tallies
from linlog.evaluation.coverage import Missing
from linlog.evaluation.significance import SAME
from linlog.evaluation.tallies import Array, Bools, Floats, Ints, Rows, Tally
from linlog.wire.comparisons import TaskDifference

MOST: Final = 100
"""Tasks of each list."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all runs have in common."""

    runs: list[Tally]
    """The tallies of the shared tasks alone."""
    tasks: tuple[str, ...]
    """The shared tasks."""
    apart: list[int]
    """By run how many tasks count for it and not for all."""
    skipped: list[int]
    """By run how many tasks are left out since it has no predictions for them, but another has."""
    changed: int
    """Tasks that all have but whose truths differ."""


def shared(runs: Sequence[Tally], missing: Missing, changed: Collection[str] = ()) -> Shared:
    """The tasks that count for all runs, with the same ground truth in all.

    Tasks that some runs have predictions for and others have none tell nothing of the difference
    between models, so they are left out under either rule. `changed` names tasks known to have
    another ground truth in one than in another.
    """
    counted = [set(coverage.covered(run, missing).tasks) for run in runs]
    held = set.intersection(*counted)
    covered = [held.intersection(compress(run.tasks, run.predicted.tolist())) for run in runs]
    some: set[str] = set().union(*covered)
    common = held - some.difference(held.intersection(*covered))
    selected = [tallies.select(run, common) for run in runs]
    differing = common & set(changed)
    differing |= {task for other in selected[1:] for task in _differing(selected[0], other)}
    if differing:
        selected = [tallies.select(run, common - differing) for run in selected]
    return Shared(
        runs=selected,
        tasks=selected[0].tasks,
        apart=[len(each - held) for each in counted],
        skipped=[len(some - own) for own in covered],
        changed=len(differing),
    )


def outcomes(tasks: Sequence[str], first: Floats, second: Floats) -> dict[str, Any]:
    """Fields of a comparison: the tasks won and lost, and those that both got right or wrong.

    Scores are of shape (tasks,), from 0 to 1, NaN where there is nothing to judge.
    """
    difference = second - first
    right_first, right_second = first >= 1 - SAME, second >= 1 - SAME
    judged = ~np.isnan(difference)
    wrong = judged & ~right_first & ~right_second

    def listed(which: Array, rank: Floats) -> tuple[TaskDifference, ...]:
        rows = np.flatnonzero(which)
        rows = rows[np.lexsort((rows, rank[rows]))][:MOST]
        return tuple(
            TaskDifference(
                task_id=tasks[row],
                first=float(first[row]),
                second=float(second[row]),
                difference=float(difference[row]),
            )
            for row in rows.tolist()
        )

    won, lost = difference > SAME, difference < -SAME
    return {
        "won": listed(won, -difference),
        "lost": listed(lost, difference),
        "both_wrong": listed(wrong, np.maximum(first, second)),
        "won_count": int(won.sum()),
        "lost_count": int(lost.sum()),
        "both_right_count": int((judged & right_first & right_second).sum()),
        "both_wrong_count": int(wrong.sum()),
    }


def _differing(first: Tally, second: Tally) -> list[str]:
    """Tasks, of two tallies of the same tasks, whose truths differ in anything that is kept."""
    one, two = first.truths, second.truths
    size = len(first)
    alike = np.bincount(one["task"], minlength=size) == np.bincount(two["task"], minlength=size)
    rows = [_of_tasks(truths, alike) for truths in (one, two)]
    labels = [
        np.array([*run.labels, ""])[run.truths["label"][own]]
        for run, own in zip((first, second), rows, strict=True)
    ]
    unequal = labels[0] != labels[1]
    for name in sorted((set(one) | set(two)) - {"task", "label"}):
        if name not in one or name not in two:
            return list(first.tasks)
        columns = [
            np.asarray(truths[name][own]) for truths, own in zip((one, two), rows, strict=True)
        ]
        unequal |= _unequal(*columns)
    found = ~alike
    found[one["task"][rows[0][unequal]]] = True
    return [first.tasks[at] for at in np.flatnonzero(found).tolist()]


def _of_tasks(truths: Rows, tasks: Bools) -> Ints:
    """Rows of truths of those tasks, by task and id."""
    order = np.lexsort((truths["id"], truths["task"]))
    return np.asarray(order[tasks[truths["task"][order]]])


def _unequal(first: Array, second: Array) -> Bools:
    """By row whether anything differs; what is undefined in both does not."""
    differs = first != second
    if first.dtype.kind == "f":
        differs &= ~(np.isnan(first) & np.isnan(second))
    return np.asarray(differs.any(axis=tuple(range(1, differs.ndim))))
