"""The tasks where a model did worst, with what became of each truth and prediction there."""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np

from linlog.evaluation import confusion
from linlog.evaluation.outcomes import Outcomes, counterparts, words
from linlog.evaluation.tallies import Array, Floats, Ints, Tally
from linlog.wire.blocks import Example, Examples, Outcome

MOST: Final = 100
"""Examples of a report."""
MOST_OUTCOMES: Final = 300
"""Outcomes of one example; faults come first."""

Word = Literal["hit", "missed", "false positive", "confused", "duplicate"]
WORDS: Final[tuple[Word, ...]] = get_args(Word)
"""In the order of `wire.evaluations.OUTCOME_WORDS`."""
ORDER: Final = {"confused": 0, "missed": 1, "false positive": 2, "duplicate": 3, "hit": 4}


def task_scores(tally: Tally, outcomes: Outcomes) -> Floats:
    """F1 of each task, `2 hits / (truths + predictions)`: shape (tasks,), NaN without either."""
    size = len(tally.tasks)
    task = tally.predictions["task"]
    hits, predictions = (
        np.bincount(task[np.flatnonzero(some)], minlength=size)
        for some in (outcomes.hit, outcomes.counted)
    )
    truths = np.bincount(tally.truths["task"][outcomes.real], minlength=size)
    return confusion.ratio(2 * hits, truths + predictions)


def worst(scores: Floats, faults: Ints) -> list[int]:
    """Tasks with a score below 1, the worst first; among equals those with more faults."""
    rows = np.flatnonzero(scores < 1)
    order = np.lexsort((rows, -faults[rows], scores[rows]))
    return [int(row) for row in rows[order[:MOST]]]


def examples(tally: Tally, outcomes: Outcomes, scores: Floats, note: str = "") -> Examples:
    """The block of worst examples of a tally with places (boxes, spans), by their `scores`."""
    faults = np.bincount(
        tally.predictions["task"][outcomes.counted & ~outcomes.hit], minlength=len(tally.tasks)
    ) + np.bincount(tally.truths["task"][outcomes.missed], minlength=len(tally.tasks))
    chosen = worst(scores, faults)
    told = _told(tally, outcomes, chosen)
    return Examples(
        name="worst",
        title="Worst examples",
        examples=tuple(
            Example(task_id=tally.tasks[task], score=float(scores[task]), outcomes=tuple(each))
            for task, each in zip(chosen, told, strict=True)
        ),
        note=note,
    )


def text(ids: Array, row: int) -> str:
    """An id out of a column of ids."""
    return bytes(ids[row]).decode()


def rows_of(owner: Array, tasks: list[int]) -> list[Ints]:
    """The rows of each of some tasks; `owner` is the task of every row, ascending."""
    begin = np.searchsorted(owner, np.array(tasks, owner.dtype), side="left")
    end = np.searchsorted(owner, np.array(tasks, owner.dtype), side="right")
    return [np.arange(first, last) for first, last in zip(begin, end, strict=True)]


def _told(tally: Tally, outcomes: Outcomes, tasks: list[int]) -> list[list[Outcome]]:
    """What became of each truth and prediction of some tasks, faults first."""
    counted, missed = outcomes.counted, outcomes.missed
    found = []
    for said, marked in zip(
        rows_of(tally.predictions["task"], tasks), rows_of(tally.truths["task"], tasks), strict=True
    ):
        outcome = of_predictions(tally, outcomes, said[counted[said]])
        outcome += _of_missed(tally, outcomes, marked[missed[marked]])
        outcome.sort(key=lambda each: (ORDER[each.outcome], -(each.confidence or 0.0)))
        found.append(outcome[:MOST_OUTCOMES])
    return found


def of_predictions(tally: Tally, outcomes: Outcomes, rows: Ints) -> list[Outcome]:
    """What became of some predictions."""
    truth, iou = counterparts(outcomes, rows)
    columns = zip(
        rows.tolist(),
        truth.tolist(),
        [WORDS[code] for code in words(outcomes, rows).tolist()],
        tally.predictions["label"][rows].tolist(),
        tally.predictions["confidence"][rows].tolist(),
        iou.tolist(),
        strict=True,
    )
    return [
        Outcome(
            outcome=word,
            truth_id=None if truth < 0 else text(tally.truths["id"], truth),
            truth_label=None if truth < 0 else tally.labels[tally.truths["label"][truth]],
            prediction_id=text(tally.predictions["id"], row),
            prediction_label=tally.labels[label],
            confidence=confidence,
            iou=iou or None,
        )
        for row, truth, word, label, confidence, iou in columns
    ]


def _of_missed(tally: Tally, outcomes: Outcomes, rows: Ints) -> list[Outcome]:
    return [
        Outcome(
            outcome="missed",
            truth_id=text(tally.truths["id"], row),
            truth_label=tally.labels[label],
            iou=best or None,
        )
        for row, label, best in zip(
            rows.tolist(),
            tally.truths["label"][rows].tolist(),
            outcomes.truth_best[rows].tolist(),
            strict=True,
        )
    ]
