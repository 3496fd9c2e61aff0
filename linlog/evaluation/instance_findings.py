"""What is found out about boxes, masks or keypoints at one state of a report, each thing once.

Shared by the kinds that compare shapes in place: their reports ask here for hits, curves and
scores, and here their numbers are computed again for resampled tasks.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final, Protocol

import numpy as np

from linlog.evaluation import (
    average_precision,
    confusion,
    coverage,
    curves,
    error_costs,
    error_types,
    examples,
    instance_numbers,
    iou_levels,
    outcomes,
    regions,
    tallies,
)
from linlog.evaluation.average_precision import COCO, Rules
from linlog.evaluation.outcomes import Told
from linlog.evaluation.resampling import Numbers
from linlog.evaluation.tallies import Bools, Floats, Ints, Tally

ALL: Final = 0
"""Place of the size `all`."""
AT_50: Final = 0
"""Place of the IoU threshold 0.50."""
AT_75: Final = 5
"""Place of the IoU threshold 0.75."""


class State(Protocol):
    """What a reader may choose."""

    @property
    def iou_threshold(self) -> float:
        """IoU from which a prediction is at the place of a truth."""

    @property
    def confidence_threshold(self) -> float | None:
        """Confidence from which a prediction counts; None for the one of best F1."""

    @property
    def missing(self) -> coverage.Missing:
        """What becomes of tasks without predictions."""


class Findings:
    """Everything that the blocks of one report share, each computed once."""

    def __init__(self, tally: Tally, config: State, rules: Rules = COCO) -> None:
        self.config = config
        self.rules = rules
        self.tally = coverage.covered(tally, config.missing)

    @cached_property
    def averages(self) -> average_precision.Averages:
        """Average precision and recall, which no state changes."""
        return average_precision.averages(self.tally, self.rules)

    @property
    def precision(self) -> Floats:
        """Average precision: shape (sizes, thresholds, labels)."""
        return self.averages.precision

    def recall(self, cut: int) -> Floats:
        """Average recall: shape (sizes, thresholds, labels)."""
        return self.averages.recall[self.rules.cuts.index(cut)]

    @cached_property
    def real(self) -> Bools:
        """By truth: whether it is asked to be found."""
        return regions.real(self.tally)

    @cached_property
    def same(self) -> Ints:
        """By prediction the pair with a truth of its label, as `outcomes.same_label` gives it."""
        return outcomes.same_label(self.tally, self.config.iou_threshold)

    @cached_property
    def level(self) -> iou_levels.Level:
        """Hits and predictions against confidence at the IoU threshold."""
        return iou_levels.level(self.tally, self.config.iou_threshold)

    @property
    def levels(self) -> tuple[iou_levels.Level, ...]:
        """Hits and predictions at every IoU threshold of average precision."""
        return iou_levels.levels(self.tally, self.rules)

    @property
    def pooled(self) -> Floats | None:
        """Precision of all labels together at the recalls of COCO; None without truths."""
        return tallies.latest(self.tally, "pooled", self.rules, self._pooled)

    def _pooled(self) -> Floats | None:
        """At the first IoU threshold, as COCO decides hits."""
        truths = int(self.averages.truths.sum())
        if not truths:
            return None
        rows, first = self.tally.predictions, np.uint16(1)
        kept = (rows["ignored"][:, ALL] & first == 0) & (rows["rank"] < self.rules.most)
        if kept.all() and truths == self.levels[0].truths:
            curve = self.levels[0].at_hits
        else:
            hit = rows["hits"][:, ALL] & first != 0
            curve = curves.against_confidence(rows["confidence"][kept], hit[kept], truths)
        return curve.precision_at(average_precision.RECALLS)

    @cached_property
    def threshold(self) -> float:
        """The confidence threshold: the chosen one, else the one of best F1, else 0."""
        if self.config.confidence_threshold is not None:
            return self.config.confidence_threshold
        return 0.0 if self.level.best is None else self.level.best

    @cached_property
    def outcomes(self) -> outcomes.Outcomes:
        """What became of every truth and prediction."""
        return outcomes.settle(self.tally, self.same, self.config.iou_threshold, self.threshold)

    @cached_property
    def matrix(self) -> Ints:
        """The confusion matrix, its last row and column for nothing."""
        return confusion.of_outcomes(self.tally, self.outcomes)

    @cached_property
    def costs(self) -> error_costs.Costs:
        """What each type of error costs, which the confidence threshold does not change."""
        return error_costs.of(self.tally, self.config.iou_threshold)

    @cached_property
    def error_counts(self) -> Ints:
        """Errors at the confidence threshold, by type, missed truths last: (types + 1, labels)."""
        errors = error_types.of(self.tally, self.config.iou_threshold)
        return errors.counts(self.tally, self.threshold)

    @cached_property
    def scores(self) -> confusion.Scores:
        """Hits, truths and predictions by label, from the matrix."""
        return confusion.scores(self.matrix)

    @property
    def told(self) -> Told:
        """What became of each task."""
        return outcomes.told(self.tally, self.outcomes, self.task_scores)

    @cached_property
    def task_scores(self) -> Floats:
        """F1 of each task."""
        return examples.task_scores(self.tally, self.outcomes)


def numbers(tally: Tally, config: State, rules: Rules = COCO) -> Numbers:
    """The main numbers, to be computed again on resampled tasks."""
    found = Findings(tally, config, rules)
    return instance_numbers.numbers(
        found.tally, found.outcomes, found.real, found.task_scores, rules
    )
