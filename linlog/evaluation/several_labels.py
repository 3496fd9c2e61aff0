"""Classification where a task may have several labels: each of enough confidence counts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from linlog.evaluation import calibration, confusion, matching
from linlog.evaluation.label_findings import ACCURACY, AVERAGES, LabelFindings, Surety, task_counts
from linlog.evaluation.labelled import Cells
from linlog.evaluation.tallies import Array, Bools, Floats, Ints


class SeveralLabels(LabelFindings):
    """The findings where a task without a true label truly has none."""

    names = (*AVERAGES[:2], ACCURACY, *AVERAGES[2:])

    @cached_property
    def judged(self) -> Bools:
        """By task: every task has a set of labels, be it empty."""
        return np.ones(len(self.tally), dtype=bool)

    @cached_property
    def given_truth(self) -> Ints:
        """By given label the place of the equal truth, or -1."""
        return self.given.places_in(self.truths, self.labels)

    @cached_property
    def true(self) -> Bools:
        """By given label: whether the task has it."""
        return np.asarray(self.given_truth >= 0)

    @cached_property
    def decided(self) -> Bools:
        """By given label: whether its confidence reaches the threshold."""
        return np.asarray(self.confidence >= self.threshold)

    @cached_property
    def task_counts(self) -> tuple[Ints, Ints, Ints]:
        """By task how many hits, truths and predictions it has."""
        return task_counts(self)

    @cached_property
    def right(self) -> Bools:
        """By task: whether it was given exactly its labels."""
        hits, truths, predictions = self.task_counts
        return np.asarray((hits == truths) & (hits == predictions))

    @cached_property
    def task_scores(self) -> Floats:
        """The F1 of each task; NaN where it has and was given no label."""
        hits, truths, predictions = self.task_counts
        return confusion.ratio(2 * hits, truths + predictions)

    @cached_property
    def missed(self) -> Cells:
        """The labels that tasks have and were not given."""
        place = self.truths.places_in(self.given, self.labels)
        found = np.zeros(len(place), dtype=bool)
        found[place >= 0] = self.decided[place[place >= 0]]
        return self.truths.where(~found)

    @cached_property
    def wrong(self) -> Cells:
        """The labels that tasks were given and do not have."""
        return self.given.where(self.decided & ~self.true)

    @cached_property
    def matrix(self) -> Array:
        """By the rows of `fold`: truth, and columns predicted, the last for nothing.

        Which wrong label stands for which missed one is not known. A task with m missed and w
        wrong labels spreads min(m, w) evenly over the m × w pairs; what is left of each goes to
        nothing. So rows sum to the truths and columns to the predictions of a label, and where
        m and w are 1 the pair counts 1.
        """
        tasks, code, nothing = len(self.tally), self.fold.code, self.fold.size - 1
        missed, wrong = self.missed.counts(tasks), self.wrong.counts(tasks)
        paired = np.minimum(missed, wrong)
        share = paired / np.maximum(missed * wrong, 1)
        matrix = np.zeros((nothing + 1, nothing + 1))
        for first, second in self._pairs():
            pair = code[self.missed.label[first]], code[self.wrong.label[second]]
            np.add.at(matrix, pair, share[self.missed.task[first]])
        for cells, amount, line in (
            (self.missed, missed, matrix[:, nothing]),
            (self.wrong, wrong, matrix[nothing]),
        ):
            left = (amount - paired) / np.maximum(amount, 1)
            np.add.at(line, code[cells.label], left[cells.task])
        np.add.at(matrix, (code[:-1], code[:-1]), self.scores.hits)
        return matrix

    @cached_property
    def confusions(self) -> tuple[Ints, Ints, Ints]:
        """Missed label, wrong label, and in how many tasks both: each of shape (pairs,)."""
        size = max(1, self.labels)
        keys, amounts = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        for first, second in self._pairs():
            found = self.missed.label[first].astype(np.int64) * size + self.wrong.label[second]
            keys, place = np.unique(np.concatenate([keys, found]), return_inverse=True)
            weight = np.concatenate([amounts, np.ones(len(found), dtype=np.int64)])
            amounts = np.bincount(place, weight, minlength=len(keys)).astype(np.int64)
        return keys // size, keys % size, amounts

    @cached_property
    def surety(self) -> Surety:
        """Log loss and Brier score over the pairs of a task and a label, as of binary tasks."""
        confidence, true = self.confidence[self.complete], self.true[self.complete]
        tasks = int(self.complete.sum()) // max(1, self.labels)
        loss = calibration.log_loss(np.where(true, confidence, 1 - confidence))
        return Surety(tasks, loss, calibration.brier(confidence, true))

    @cached_property
    def by_task(self) -> confusion.Scores:
        """Precision, recall and F1 of each task that has or was given a label."""
        hits, truths, predictions = self.task_counts
        some = truths + predictions > 0
        return confusion.Scores(hits[some], truths[some], predictions[some])

    @cached_property
    def hamming_loss(self) -> float | None:
        """Share of the pairs of a task and a label that are wrong; None for no pairs."""
        hits, truths, predictions = self.task_counts
        cells = len(self.tally) * self.labels
        return float((truths + predictions - 2 * hits).sum()) / cells if cells else None

    def _pairs(self) -> Iterator[tuple[Ints, Ints]]:
        """Every missed label with every wrong label of its task: places in both, some at a time."""
        ends = np.cumsum(self.wrong.counts(len(self.tally)))
        begins, task = np.append(0, ends[:-1]), self.missed.task
        return matching.expanded(begins[task], ends[task])
