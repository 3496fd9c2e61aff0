"""The blocks on which labels are taken for which, of kinds that compare shapes in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.evaluation import confusion, examples, reports
from linlog.evaluation.instance_findings import Findings
from linlog.evaluation.tallies import Ints
from linlog.wire.blocks import Column, Example, Examples, PerLabel

MOST: Final = 20
"""Pairs of labels that a report names."""
TASKS: Final = 5
"""Tasks that a pair is shown on, the most confident confusions first."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The pairs of labels that are confused most, most often first."""

    truth: Ints
    prediction: Ints
    amounts: Ints


def pairs(found: Findings) -> PerLabel:
    """How often one label is taken for another."""
    some, labels = _pairs(found), found.tally.labels
    truths = np.asarray(found.scores.truths)[some.truth]
    return reports.table(
        "top_confusions",
        "Most frequent confusions",
        [
            f"{labels[one]} → {labels[other]}"
            for one, other in zip(some.truth, some.prediction, strict=True)
        ],
        [
            (Column(name="count", title="Count", count=True), some.amounts),
            (Column(name="share", title="Share of truths"), confusion.ratio(some.amounts, truths)),
        ],
        f"What is true → what was predicted in its place. At most {MOST} pairs.",
    )


def examples_of(found: Findings) -> Examples:
    """Tasks on which the most frequent confusions happened."""
    rows = _rows(found, _pairs(found))
    tasks = found.tally.predictions["task"][rows]
    _, first = np.unique(tasks, return_index=True)
    chosen = tasks[np.sort(first)][: examples.MOST].tolist()
    return Examples(
        name="confusions",
        title="Examples of confusions",
        examples=tuple(
            Example(
                task_id=found.tally.tasks[task],
                score=float(found.task_scores[task]),
                outcomes=tuple(
                    examples.of_predictions(found.tally, found.outcomes, rows[tasks == task])
                ),
            )
            for task in chosen
        ),
        note=f"Of each of the most frequent confusions up to {TASKS} tasks, the most confident "
        "first; only these confusions are listed. The score is the F1 of the task.",
    )


def _pairs(found: Findings) -> _Pairs:
    inner = found.matrix[:-1, :-1].copy()
    np.fill_diagonal(inner, 0)
    truth, prediction = np.nonzero(inner)
    amounts = inner[truth, prediction]
    order = np.lexsort((prediction, truth, -amounts))[:MOST]
    return _Pairs(truth[order], prediction[order], amounts[order])


def _rows(found: Findings, some: _Pairs) -> Ints:
    """The predictions to show, pair by pair, of each pair those on its first `TASKS` tasks."""
    tally, confused = found.tally, found.outcomes.confused
    rows = np.flatnonzero(confused >= 0)
    rows = rows[np.lexsort((rows, -tally.predictions["confidence"][rows]))]
    truth = tally.truths["label"][tally.pairs["truth"][confused[rows]]]
    prediction, task = tally.predictions["label"][rows], tally.predictions["task"][rows]
    shown = [np.zeros(0, np.int64)]
    for one, other in zip(some.truth, some.prediction, strict=True):
        places = np.flatnonzero((truth == one) & (prediction == other))
        tasks, first = np.unique(task[places], return_index=True)
        shown.append(rows[places[np.isin(task[places], tasks[np.argsort(first)[:TASKS]])]])
    return np.concatenate(shown)
