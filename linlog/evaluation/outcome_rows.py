"""One row for each truth and prediction of a tally, or for each task, with what became of it.

What opens a number of a report: the rows that a filter takes are as many as the report counts. All
is columns; only the rows of a page become objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from linlog.evaluation import error_types, outcomes
from linlog.evaluation.examples import text
from linlog.evaluation.instance_findings import Findings
from linlog.evaluation.one_label import OneLabel
from linlog.evaluation.outcomes import CONFUSED, FALSE_POSITIVE, HIT, IGNORED, MISSED, Outcomes
from linlog.evaluation.several_labels import SeveralLabels
from linlog.evaluation.span_findings import SpanFindings
from linlog.evaluation.tallies import Array, Bools, Floats, Ints, Rows, Tally
from linlog.wire.evaluations import OUTCOME_WORDS, EvaluatedOutcome, OutcomeFilter

NONE: Final = -1
"""Stands for a truth or a prediction where there is none."""


@dataclass(frozen=True, eq=False)
class OutcomeRows:
    """What became of everything; columns of shape (rows,)."""

    tally: Tally
    scores: Floats
    """By task how well the model did on it, from 0 to 1; NaN where that is undefined."""
    word: Array
    """Place of the outcome in `wire.evaluations.OUTCOME_WORDS`."""
    truth: Ints
    """Row of the truth in the tally, or `NONE`."""
    prediction: Ints
    """Row of the prediction in the tally, or `NONE`."""
    iou: Floats
    """IoU of the two, else the highest with anything; NaN for none."""
    errors: Mapping[str, Bools] = field(default_factory=dict)
    """By the report's word for a type of error whether it is made here; empty where there are none.
    One of a prediction and one of a truth may come together."""

    def __len__(self) -> int:
        return len(self.word)

    @cached_property
    def task(self) -> Ints:
        """Place of the task in the tally."""
        return _either(self._of_truth("task"), self._of_prediction("task"))

    @property
    def truth_label(self) -> Ints:
        """Code of the truth's label, or `NONE`."""
        return self._of_truth("label")

    @property
    def prediction_label(self) -> Ints:
        """Code of the prediction's label, or `NONE`."""
        return self._of_prediction("label")

    @property
    def confidence(self) -> Floats:
        """The prediction's confidence; NaN without one."""
        return np.append(self.tally.predictions["confidence"], np.nan)[self.prediction]

    @property
    def size(self) -> Floats:
        """The truth's area in square pixels; 0 where neither has one."""
        if "area" not in self.tally.truths:
            return np.zeros(len(self))
        return np.append(self.tally.truths["area"], 0.0)[self.truth]

    @property
    def size_bytes(self) -> int:
        """Memory that it keeps, its tally's included."""
        own = (self.scores, self.word, self.truth, self.prediction, self.iou, self.task)
        return self.tally.size_bytes + sum(each.nbytes for each in (*own, *self.errors.values()))

    def _of_truth(self, name: str) -> Ints:
        return np.append(self.tally.truths[name].astype(np.int64), NONE)[self.truth]

    def _of_prediction(self, name: str) -> Ints:
        return np.append(self.tally.predictions[name].astype(np.int64), NONE)[self.prediction]


# ------------------------------------------------------------------------------- what there is


def of_instances(found: Findings, *, typed: bool) -> OutcomeRows:
    """The rows of boxes, regions or keypoints; `typed` where the report tells types of errors."""
    void = found.same == outcomes.PASSED_OVER
    void &= found.tally.predictions["confidence"] >= found.threshold
    rows = _of_places(found.tally, found.outcomes, found.task_scores, void)
    return rows if not typed else _with_errors(rows, _errors_of_instances(found))


def of_spans(found: SpanFindings) -> OutcomeRows:
    """The rows of spans."""
    void = np.zeros(len(found.tally.predictions["task"]), dtype=bool)
    rows = _of_places(found.tally, found.outcomes, found.task_scores, void)
    return _with_errors(rows, found.error_rows)


def of_one_label(found: OneLabel) -> OutcomeRows:
    """One row for each task that is judged: what its deciding label was."""
    task = np.flatnonzero(found.judged)
    place = found.top_place[task]
    prediction = np.append(found.given.row, NONE)[place]
    word = np.where(found.right[task], HIT, np.where(place >= 0, CONFUSED, MISSED))
    truth = found.truths.row[found.truth_place[task]]
    return _plain(found.tally, found.task_scores, word, truth, prediction)


def of_several_labels(found: SeveralLabels) -> OutcomeRows:
    """One row for each label that a task was given or should have been given."""
    given, true, lost = found.given, found.true[found.decided], found.missed.row
    truth = np.append(found.truths.row, NONE)[found.given_truth[found.decided]]
    word = np.where(true, HIT, FALSE_POSITIVE)
    return _plain(
        found.tally,
        found.task_scores,
        np.append(word, np.full(len(lost), MISSED)),
        np.append(truth, lost),
        np.append(given.row[found.decided], np.full(len(lost), NONE)),
    )


def _plain(tally: Tally, scores: Floats, word: Array, truth: Ints, prediction: Ints) -> OutcomeRows:
    return OutcomeRows(tally, scores, word, truth, prediction, np.full(len(word), np.nan))


def _of_places(tally: Tally, found: Outcomes, scores: Floats, void: Bools) -> OutcomeRows:
    """Predictions in their order, then the truths that are missed; `void` are ignored."""
    said, lost = np.flatnonzero(found.counted | void), np.flatnonzero(found.missed)
    truth, iou = outcomes.counterparts(found, said)
    word = outcomes.words(found, said)
    word[void[said]] = IGNORED
    best = np.append(iou, found.truth_best[lost])
    best[best == 0] = np.nan
    return OutcomeRows(
        tally,
        scores,
        np.append(word, np.full(len(lost), MISSED, dtype=np.int8)),
        np.append(truth, lost),
        np.append(said, np.full(len(lost), NONE)),
        best,
    )


def _errors_of_instances(found: Findings) -> dict[str, tuple[str, Bools]]:
    tally = found.tally
    errors = error_types.of(tally, found.config.iou_threshold)
    sure = tally.predictions["confidence"][errors.near] >= found.threshold
    named = {
        name: ("prediction", errors.type == code) for code, name in enumerate(error_types.TYPES)
    }
    return {**named, "miss": ("truth", errors.missed(sure))}


def _with_errors(rows: OutcomeRows, named: Mapping[str, tuple[str, Bools]]) -> OutcomeRows:
    """The rows with types of errors, which are given by truth or by prediction."""
    errors = {
        name: np.append(some, False)[rows.truth if side == "truth" else rows.prediction]
        for name, (side, some) in named.items()
    }
    return OutcomeRows(
        rows.tally, rows.scores, rows.word, rows.truth, rows.prediction, rows.iou, errors
    )


def _either(first: Ints, second: Ints) -> Ints:
    return np.where(first == NONE, second, first)


# ------------------------------------------------------------------------------ what is wanted


def chosen(rows: OutcomeRows, wanted: OutcomeFilter) -> Ints:
    """The places of the rows that a filter takes, the gravest first.

    By falling confidence, of equals by task; then the truths without a prediction, the largest
    first. Of one row a task the first of each. Raises ValueError for a label or a type of error
    that there is not.
    """
    taken = np.ones(len(rows), dtype=bool)
    if wanted.outcome:
        taken &= np.isin(rows.word, [OUTCOME_WORDS.index(each) for each in wanted.outcome])
    if wanted.task_id is not None:
        taken &= rows.task == _place(rows.tally, wanted.task_id)
    if wanted.error_type is not None:
        taken &= _error(rows, wanted.error_type)
    of_truth, of_prediction = rows.truth_label, rows.prediction_label
    for name, sides in (
        ("label", (of_truth, of_prediction)),
        ("truth_label", (of_truth,)),
        ("prediction_label", (of_prediction,)),
    ):
        label = getattr(wanted, name)
        if label is not None:
            code = _code(rows.tally, name, label)
            taken &= np.any([codes == code for codes in sides], axis=0)
    for values, least, below in (
        (rows.confidence, wanted.confidence__gte, wanted.confidence__lt),
        (rows.iou, wanted.iou__gte, wanted.iou__lt),
        (rows.scores[rows.task], wanted.score__gte, wanted.score__lt),
    ):
        if least is not None:
            taken &= values >= least
        if below is not None:
            taken &= values < below
    places = np.flatnonzero(taken)
    places = places[_order(rows, places)]
    if not wanted.one_a_task:
        return places
    _, first = np.unique(rows.task[places], return_index=True)
    return places[np.sort(first)]


def _place(tally: Tally, task_id: str) -> int:
    """The place of a task that was judged; `NONE` of another one, which has no outcomes."""
    try:
        return tally.tasks.index(task_id)
    except ValueError:
        return NONE


def _error(rows: OutcomeRows, name: str) -> Bools:
    if name not in rows.errors:
        known = ", ".join(rows.errors) or "none: this kind of evaluation does not tell them apart"
        raise ValueError(f"error_type {name[:40]!r} is not one of {known}")
    return rows.errors[name]


def _code(tally: Tally, name: str, label: str) -> int:
    try:
        return tally.labels.index(label)
    except ValueError:
        known = ", ".join(tally.labels[:50])
        raise ValueError(f"{name}: there is no label {label[:80]!r}; there is {known}") from None


def _order(rows: OutcomeRows, places: Ints) -> Ints:
    sure = np.nan_to_num(rows.confidence[places], nan=-1.0)
    return np.lexsort((places, rows.task[places], -rows.size[places] * (sure < 0), -sure))


def listed(rows: OutcomeRows, places: Ints) -> tuple[EvaluatedOutcome, ...]:
    """Some rows as what is sent."""
    names = [*rows.errors]
    made = zip(*(rows.errors[name][places].tolist() for name in names), strict=True)
    wrong = [*made] if names else [()] * len(places)
    columns = (
        *(
            each[places].tolist()
            for each in (rows.task, rows.word, rows.truth, rows.prediction, rows.iou)
        ),
        wrong,
    )
    return tuple(_one(rows.tally, names, *each) for each in zip(*columns, strict=True))


def _one(
    tally: Tally,
    names: list[str],
    task: int,
    word: int,
    truth: int,
    prediction: int,
    iou: float,
    wrong: tuple[bool, ...],
) -> EvaluatedOutcome:
    truth_id, truth_label = _named(tally, tally.truths, truth)
    prediction_id, prediction_label = _named(tally, tally.predictions, prediction)
    said = prediction != NONE
    return EvaluatedOutcome(
        task_id=tally.tasks[task],
        outcome=OUTCOME_WORDS[word],
        truth_id=truth_id,
        truth_label=truth_label,
        prediction_id=prediction_id,
        prediction_label=prediction_label,
        confidence=float(tally.predictions["confidence"][prediction]) if said else None,
        iou=iou if iou == iou else None,  # noqa: PLR0124 - NaN stands for none
        error_types=tuple(name for name, made in zip(names, wrong, strict=True) if made),
    )


def _named(tally: Tally, rows: Rows, row: int) -> tuple[str | None, str | None]:
    if row == NONE:
        return None, None
    return text(rows["id"], row), tally.labels[rows["label"][row]]
