"""Everything that the blocks of a classification report share, each computed once.

Two ways to judge stand on it: `one_label`, where the most confident label decides, and
`several_labels`, where every label of enough confidence counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from linlog.evaluation import (
    calibration,
    confusion,
    label_numbers,
    labelled,
    ranking,
)
from linlog.evaluation.labelled import Cells
from linlog.evaluation.resampling import Name, Numbers, Part
from linlog.evaluation.tallies import Array, Bools, Floats, Ints, Tally

ACCURACY: Final = Name("accuracy", "Accuracy")
AVERAGES: Final = (
    Name("f1_macro", "F1, macro"),
    Name("f1_micro", "F1, micro"),
    Name("f1_weighted", "F1, weighted"),
    Name("precision_macro", "Precision, macro"),
    Name("recall_macro", "Recall, macro"),
    Name("precision_micro", "Precision, micro"),
    Name("recall_micro", "Recall, micro"),
    Name("precision_weighted", "Precision, weighted"),
    Name("recall_weighted", "Recall, weighted"),
)


@dataclass(frozen=True, slots=True)
class Surety:
    """How far the confidences of tasks that were given every label are from the truth."""

    tasks: int
    """Tasks that were given a confidence for every label."""
    log_loss: float | None
    """Mean of `-ln` of the confidence in what is true."""
    brier: float | None
    """Mean squared difference of confidence and truth, from 0 to 1."""


class LabelFindings:
    """What a tally of whole items says at one confidence threshold."""

    names: tuple[Name, ...]
    """The main numbers, the headline first."""

    def __init__(self, tally: Tally, threshold: float) -> None:
        self.tally = tally
        self.threshold = threshold
        self.labels = len(tally.labels)

    @cached_property
    def judged(self) -> Bools:
        """By task: whether there is something to judge by."""
        raise NotImplementedError

    @cached_property
    def decided(self) -> Bools:
        """By given label: whether it is the model's answer."""
        raise NotImplementedError

    @cached_property
    def right(self) -> Bools:
        """By task: whether the answer is wholly right."""
        raise NotImplementedError

    @cached_property
    def task_scores(self) -> Floats:
        """By task from 0, all wrong, to 1; NaN where there is nothing to judge by."""
        raise NotImplementedError

    @cached_property
    def matrix(self) -> Array:
        """By the rows of `fold`: truth, and columns predicted, the last for nothing."""
        raise NotImplementedError

    @cached_property
    def confusions(self) -> tuple[Ints, Ints, Ints]:
        """Truth, another label given for it, and how often: each of shape (pairs,)."""
        raise NotImplementedError

    @cached_property
    def surety(self) -> Surety:
        """Log loss and Brier score of the tasks that were given every label."""
        raise NotImplementedError

    @cached_property
    def truths(self) -> Cells:
        """The labels that the tasks have."""
        return labelled.truths(self.tally)

    @cached_property
    def given(self) -> Cells:
        """The labels that tasks with something to judge by were given, at any confidence."""
        found = labelled.given(self.tally)
        return found if self.judged.all() else found.where(self.judged[found.task])

    @cached_property
    def confidence(self) -> Floats:
        """By given label."""
        return self._of_given("confidence")

    @cached_property
    def true(self) -> Bools:
        """By given label: whether the task has it."""
        raise NotImplementedError

    @cached_property
    def complete(self) -> Bools:
        """By given label: whether its task was given every label."""
        full = self.given.counts(len(self.tally)) == self.labels
        return np.asarray(full[self.given.task])

    @cached_property
    def counted(self) -> tuple[confusion.Counted, ...]:
        """Hits, truths and predictions."""
        hits, decided = self.given.where(self.decided & self.true), self.given.where(self.decided)
        return tuple(
            confusion.Counted(cells.label, cells.task) for cells in (hits, self.truths, decided)
        )

    @cached_property
    def scores(self) -> confusion.Scores:
        """Precision, recall and F1 by label."""
        return confusion.Scores(*(each.by_label(self.labels) for each in self.counted))

    @cached_property
    def fold(self) -> confusion.Fold:
        """The labels that the confusion matrix shows."""
        return confusion.fold(self.scores.truths + self.scores.predictions, self.tally.labels)

    def numbers(self) -> Numbers:
        """The main numbers, to be computed again on resampled tasks."""

        def make() -> tuple[Part, ...]:
            judged, right = self.judged, self.right
            return (
                label_numbers.part(
                    self.names, self.counted, self.labels, judged=judged, right=right
                ),
            )

        right = np.where(self.judged, self.right.astype(np.float64), np.nan)
        return Numbers(self.tally.labels, self.task_scores, make, (ACCURACY.name, right))

    @property
    def outcomes(self) -> dict[str, Bools]:
        """By word the tasks that have such an outcome."""
        hits, truths, predictions = task_counts(self)
        return {
            "hit": hits > 0,
            "missed": truths > hits,
            "false positive": predictions > hits,
        }

    @cached_property
    def ranked(self) -> list[ranking.Ranked]:
        """The ranking of all judged tasks for each label."""
        truths = np.bincount(self.truths.label, minlength=self.labels)
        falses = int(self.judged.sum()) - truths
        return ranking.by_label(self._ranking, self.given.label, truths, falses)

    @cached_property
    def pooled(self) -> ranking.Ranked:
        """The ranking of every pair of a judged task and a label."""
        truths = len(self.truths)
        falses = int(self.judged.sum()) * self.labels - truths
        return ranking.ranked(self._ranking, truths, falses)

    @cached_property
    def roc_aucs(self) -> Floats:
        """By label the area under its ROC curve, or NaN."""
        return np.array([each.roc_auc for each in self.ranked])

    @cached_property
    def average_precisions(self) -> Floats:
        """By label its average precision, or NaN."""
        return np.array([each.average_precision for each in self.ranked])

    @cached_property
    def _ranking(self) -> ranking.Ranking:
        return ranking.ranking(self.confidence, self.true)

    @cached_property
    def sure(self) -> tuple[Floats, Bools]:
        """Confidence of what the model says, and whether it is true: what calibration is of."""
        return self.confidence, self.true

    @cached_property
    def reliability(self) -> calibration.Reliability:
        """Confidence and accuracy by bin."""
        return calibration.reliability(*self.sure)

    def _of_given(self, name: str) -> Array:
        values, row = self.tally.predictions[name], self.given.row
        return np.asarray(values if len(row) == len(values) and _is_range(row) else values[row])


def task_counts(findings: LabelFindings) -> tuple[Ints, Ints, Ints]:
    """By task how many hits, truths and predictions it has: each of shape (tasks,)."""
    hits, truths, predictions = (
        np.bincount(each.task, minlength=len(findings.tally)) for each in findings.counted
    )
    return hits, truths, predictions


def _is_range(rows: Ints) -> bool:
    return not len(rows) or bool(rows[0] == 0 and (np.diff(rows) == 1).all())
