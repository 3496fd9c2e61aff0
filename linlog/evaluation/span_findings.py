"""Everything that the blocks of a report on spans share, each computed once."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np

from linlog.evaluation import (
    confusion,
    curves,
    examples,
    label_numbers,
    outcomes,
    partial_spans,
)
from linlog.evaluation.resampling import Name, Numbers
from linlog.evaluation.tallies import Bools, Floats, Ints, Tally

EXACT: Final = 1.0
"""The IoU of equal spans."""
NAMES: Final = (
    Name("f1", "F1"),
    Name("precision", "Precision"),
    Name("recall", "Recall"),
    Name("f1_macro", "F1, macro"),
    Name("precision_macro", "Precision, macro"),
    Name("recall_macro", "Recall, macro"),
)
"""The numbers that are compared, the headline first."""


class SpanFindings:
    """Everything that the blocks of one report share, each computed once."""

    def __init__(self, tally: Tally, threshold: float) -> None:
        self.tally = tally
        self.threshold = threshold

    @cached_property
    def outcomes(self) -> outcomes.Outcomes:
        """What became of every truth and prediction."""
        same = outcomes.same_label(self.tally, EXACT)
        return outcomes.settle(self.tally, same, EXACT, self.threshold)

    @cached_property
    def matrix(self) -> Ints:
        """Of equal spans: shape (labels + 1, labels + 1), the last for nothing."""
        return confusion.of_outcomes(self.tally, self.outcomes)

    @cached_property
    def scores(self) -> confusion.Scores:
        """Exact precision, recall and F1 by label."""
        return confusion.scores(self.matrix)

    @cached_property
    def curve(self) -> curves.ConfidenceCurve:
        """Hits and predictions at every confidence threshold."""
        confidence = self.tally.predictions["confidence"]
        hit = self.outcomes.same >= 0
        return curves.against_confidence(confidence, hit, len(self.tally.truths["task"]))

    @cached_property
    def partial(self) -> partial_spans.Partial:
        """What stands for each other beside what is equal."""
        return partial_spans.partial(self.tally, self.outcomes)

    @cached_property
    def schemes(self) -> dict[str, partial_spans.Counts]:
        """The counts of each way to count."""
        return partial_spans.schemes(self.tally, self.outcomes, self.partial)

    @cached_property
    def partial_by_label(self) -> partial_spans.Counts:
        """The counts of each label for itself, overlaps as half."""
        return partial_spans.by_label(self.tally, self.scores, self.partial)

    @cached_property
    def alone(self) -> Bools:
        """By prediction: counted, and neither hit nor confusion nor duplicate."""
        settled = self.outcomes
        alone = settled.counted & (settled.same < 0) & (settled.confused < 0)
        return np.asarray(alone & ~settled.duplicate)

    @cached_property
    def errors(self) -> dict[str, int]:
        """How many of the predictions that are no hit went wrong in which way."""
        return {name: int(some.sum()) for name, (_, some) in self.error_rows.items()}

    @cached_property
    def error_rows(self) -> dict[str, tuple[str, Bools]]:
        """By the way in which something went wrong: by row of which side whether it did."""
        settled, alone = self.outcomes, self.alone
        boundary, both = (self._overlapping("prediction", alike=alike) for alike in (True, False))
        missed = settled.truth_pair < 0
        return {
            "type": ("prediction", settled.confused >= 0),
            "boundary": ("prediction", alone & boundary),
            "boundary_and_type": ("prediction", alone & ~boundary & both),
            "duplicate": ("prediction", settled.duplicate),
            "spurious": ("prediction", alone & ~boundary & ~both),
            "missed": ("truth", missed),
            "untouched": ("truth", missed & (settled.truth_best == 0)),
        }

    @cached_property
    def fates(self) -> dict[str, Ints]:
        """What became of the truths of each label; the parts sum to the truths."""
        boundary, both = (self._overlapping("truth", alike=alike) for alike in (True, False))
        missed = self.outcomes.truth_pair < 0
        label = self.tally.truths["label"]
        hits = np.asarray(self.scores.hits)
        renamed = np.bincount(label[~missed], minlength=len(hits)) - hits
        parts = {
            "boundary": missed & boundary,
            "boundary_and_type": missed & ~boundary & both,
            "missed": missed & ~boundary & ~both,
        }
        counts = {
            name: np.bincount(label[some], minlength=len(hits)) for name, some in parts.items()
        }
        return {"hits": hits, "type": renamed, **counts}

    @cached_property
    def spurious(self) -> Ints:
        """Predictions of each label that overlap no missed truth, without duplicates."""
        near = self._overlapping("prediction", alike=True)
        near |= self._overlapping("prediction", alike=False)
        label = self.tally.predictions["label"][self.alone & ~near]
        return np.bincount(label, minlength=len(self.tally.labels))

    def _overlapping(self, side: str, *, alike: bool) -> Bools:
        """By row of a side: whether it is in a pair of one alone and a missed truth.

        Of pairs with equal labels, or of those with different ones.
        """
        pairs = self.tally.pairs
        wanted = (partial_spans.same_label(self.tally) == alike) & self.alone[pairs["prediction"]]
        wanted &= self.outcomes.truth_pair[pairs["truth"]] < 0
        rows = self.tally.truths if side == "truth" else self.tally.predictions
        found = np.zeros(len(rows["task"]), dtype=bool)
        found[pairs[side][wanted]] = True
        return found

    @cached_property
    def counted(self) -> tuple[confusion.Counted, ...]:
        """Hits, truths and predictions."""
        truths, rows = self.tally.truths, self.tally.predictions
        hit, counted = self.outcomes.hit, self.outcomes.counted
        return (
            confusion.Counted(rows["label"][hit], rows["task"][hit]),
            confusion.Counted(truths["label"], truths["task"]),
            confusion.Counted(rows["label"][counted], rows["task"][counted]),
        )

    @cached_property
    def task_scores(self) -> Floats:
        """F1 of each text."""
        return examples.task_scores(self.tally, self.outcomes)

    def numbers(self) -> Numbers:
        """The main numbers, to be computed again on resampled texts."""
        labels = self.tally.labels
        return Numbers(
            labels,
            self.task_scores,
            lambda: (label_numbers.part(NAMES, self.counted, len(labels)),),
        )
