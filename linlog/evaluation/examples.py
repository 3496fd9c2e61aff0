"""The tasks where a model did worst, with what became of each truth and prediction there."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from linlog.evaluation import confusion
from linlog.evaluation.outcomes import Outcomes
from linlog.evaluation.tallies import Array, Floats, Ints, Tally
from linlog.wire.blocks import Example, Examples, Outcome

MOST: Final = 100
"""Examples of a report."""
MOST_OUTCOMES: Final = 300
"""Outcomes of one example; faults come first."""

Word = Literal["hit", "missed", "false positive", "confused", "duplicate"]
ORDER: Final = {"confused": 0, "missed": 1, "false positive": 2, "duplicate": 3, "hit": 4}


def task_scores(tally: Tally, outcomes: Outcomes) -> Floats:
    """F1 of each task, `2 hits / (truths + predictions)`: shape (tasks,), NaN without either."""
    size = len(tally.tasks)
    task = tally.predictions["task"]
    hits = np.bincount(task[outcomes.hit], minlength=size)
    predictions = np.bincount(task[outcomes.counted], minlength=size)
    truths = np.bincount(tally.truths["task"][outcomes.real], minlength=size)
    return confusion.ratio(2 * hits, truths + predictions)


def worst(scores: Floats, faults: Ints) -> list[int]:
    """Tasks with a score below 1, the worst first; among equals those with more faults."""
    rows = np.flatnonzero(scores < 1)
    order = np.lexsort((rows, -faults[rows], scores[rows]))
    return [int(row) for row in rows[order[:MOST]]]


def examples(tally: Tally, outcomes: Outcomes, note: str = "") -> Examples:
    """The block of worst examples of a tally with places (boxes, spans)."""
    scores = task_scores(tally, outcomes)
    faults = np.bincount(
        tally.predictions["task"][outcomes.counted & ~outcomes.hit], minlength=len(tally.tasks)
    ) + np.bincount(tally.truths["task"][outcomes.missed], minlength=len(tally.tasks))
    return Examples(
        name="worst",
        title="Worst examples",
        examples=tuple(
            Example(
                task_id=tally.tasks[task],
                score=float(scores[task]),
                outcomes=tuple(_outcomes(tally, outcomes, task)),
            )
            for task in worst(scores, faults)
        ),
        note=note,
    )


def text(ids: Array, row: int) -> str:
    """An id out of a column of ids."""
    return bytes(ids[row]).decode()


def _outcomes(tally: Tally, outcomes: Outcomes, task: int) -> list[Outcome]:
    begin, end = np.searchsorted(tally.predictions["task"], [task, task + 1])
    found = [
        _of_prediction(tally, outcomes, row)
        for row in range(int(begin), int(end))
        if outcomes.counted[row]
    ]
    begin, end = np.searchsorted(tally.truths["task"], [task, task + 1])
    found += [
        _of_missed(tally, outcomes, row)
        for row in range(int(begin), int(end))
        if outcomes.missed[row]
    ]
    found.sort(key=lambda each: (ORDER[each.outcome], -(each.confidence or 0.0)))
    return found[:MOST_OUTCOMES]


def _of_prediction(tally: Tally, outcomes: Outcomes, row: int) -> Outcome:
    rows = tally.predictions
    pair = max(int(outcomes.same[row]), int(outcomes.confused[row]))
    truth = int(tally.pairs["truth"][pair]) if pair >= 0 else None
    best = float(outcomes.prediction_best[row])
    return Outcome(
        outcome=_word(outcomes, row),
        truth_id=None if truth is None else text(tally.truths["id"], truth),
        truth_label=None if truth is None else tally.labels[tally.truths["label"][truth]],
        prediction_id=text(rows["id"], row),
        prediction_label=tally.labels[rows["label"][row]],
        confidence=float(rows["confidence"][row]),
        iou=float(tally.pairs["iou"][pair]) if pair >= 0 else best or None,
    )


def _word(outcomes: Outcomes, row: int) -> Word:
    if outcomes.same[row] >= 0:
        return "hit"
    if outcomes.confused[row] >= 0:
        return "confused"
    return "duplicate" if outcomes.duplicate[row] else "false positive"


def _of_missed(tally: Tally, outcomes: Outcomes, row: int) -> Outcome:
    return Outcome(
        outcome="missed",
        truth_id=text(tally.truths["id"], row),
        truth_label=tally.labels[tally.truths["label"][row]],
        iou=float(outcomes.truth_best[row]) or None,
    )
