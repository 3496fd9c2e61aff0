"""The tasks that a classification got most wrong, with what became of each label there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from linlog.evaluation import examples
from linlog.evaluation.label_findings import LabelFindings
from linlog.evaluation.labelled import Cells
from linlog.evaluation.one_label import OneLabel
from linlog.evaluation.several_labels import SeveralLabels
from linlog.wire.blocks import Example, Examples, Outcome


def surest_mistakes(found: OneLabel) -> Examples:
    """Tasks labelled wrong by falling confidence, then those without a prediction."""
    rows = np.flatnonzero(found.judged & ~found.right)
    place = found.top_place[rows]
    confidence = np.append(found.confidence, 0.0)[place]
    order = np.lexsort((rows, -confidence, place < 0))
    return Examples(
        name="worst",
        title="Worst examples",
        examples=tuple(
            Example(task_id=found.tally.tasks[task], score=0.0, outcomes=(_mistake(found, task),))
            for task in rows[order][: examples.MOST].tolist()
        ),
        note="Items labelled wrong, the most confident first; then those without a prediction.",
    )


def worst_tasks(found: SeveralLabels) -> Examples:
    """Tasks by their own F1, the worst first."""
    hits, truths, predictions = found.task_counts
    chosen = examples.worst(found.task_scores, truths + predictions - 2 * hits)
    return Examples(
        name="worst",
        title="Worst examples",
        examples=tuple(
            Example(
                task_id=found.tally.tasks[task],
                score=float(found.task_scores[task]),
                outcomes=tuple(_outcomes(found, task))[: examples.MOST_OUTCOMES],
            )
            for task in chosen
        ),
        note="Tasks by their own F1, the worst first.",
    )


def _mistake(found: OneLabel, task: int) -> Outcome:
    truth, place = int(found.truth_place[task]), int(found.top_place[task])
    if place < 0:
        return _missed(found, found.truths, truth)
    given, row = found.given, int(found.truths.row[truth])
    return Outcome(
        outcome="confused",
        truth_id=examples.text(found.tally.truths["id"], row),
        truth_label=found.tally.labels[found.truths.label[truth]],
        prediction_id=examples.text(found.tally.predictions["id"], int(given.row[place])),
        prediction_label=found.tally.labels[given.label[place]],
        confidence=float(found.confidence[place]),
    )


def _outcomes(found: SeveralLabels, task: int) -> Iterator[Outcome]:
    """What was missed, what was wrong, what was right."""
    for place in _of_task(found.missed, task):
        yield _missed(found, found.missed, place)
    places = [place for place in _of_task(found.given, task) if found.decided[place]]
    for place in sorted(places, key=lambda each: (found.true[each], -found.confidence[each])):
        row, label = int(found.given.row[place]), found.tally.labels[found.given.label[place]]
        right = bool(found.true[place])
        yield Outcome(
            outcome="hit" if right else "false positive",
            truth_id=_truth_id(found, place) if right else None,
            truth_label=label if right else None,
            prediction_id=examples.text(found.tally.predictions["id"], row),
            prediction_label=label,
            confidence=float(found.confidence[place]),
        )


def _missed(found: LabelFindings, cells: Cells, place: int) -> Outcome:
    return Outcome(
        outcome="missed",
        truth_id=examples.text(found.tally.truths["id"], int(cells.row[place])),
        truth_label=found.tally.labels[cells.label[place]],
    )


def _truth_id(found: SeveralLabels, place: int) -> str:
    own = found.given_truth[place]
    return examples.text(found.tally.truths["id"], int(found.truths.row[own]))


def _of_task(cells: Cells, task: int) -> range:
    begin, end = np.searchsorted(cells.task, [task, task + 1])
    return range(int(begin), int(end))
