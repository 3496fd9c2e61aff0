"""Classification where a task has one label: the most confident label given decides."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np

from linlog.evaluation import calibration, confusion, labelled
from linlog.evaluation.label_findings import ACCURACY, AVERAGES, LabelFindings, Surety
from linlog.evaluation.tallies import Bools, Floats, Ints

TOPS: Final = (2, 3, 5)
"""The top-k accuracies among the headline numbers."""
MOST_SQUARE: Final = 1000
"""Labels up to which all pairs of labels are counted at once, as is quickest."""
MOST_TOPS: Final = 10
"""Length of the curve of top-k accuracy."""


class OneLabel(LabelFindings):
    """The findings where each task has at most one true label; one without does not count."""

    names = (ACCURACY, *AVERAGES)

    @cached_property
    def truth_place(self) -> Ints:
        """By task the place of its truth, or -1."""
        return self.truths.first(len(self.tally))

    @cached_property
    def truth(self) -> Ints:
        """By task the code of its label; the number of labels where there is no truth."""
        if self.truths.one_each(len(self.tally)):
            return self.truths.label
        return np.asarray(np.append(self.truths.label, self.labels)[self.truth_place])

    @cached_property
    def judged(self) -> Bools:
        """By task: whether it has a truth."""
        if self.truths.one_each(len(self.tally)):
            return np.ones(len(self.tally), dtype=bool)
        return self.truth_place >= 0

    @cached_property
    def top_place(self) -> Ints:
        """By task the place of the given label that decides, or -1."""
        place = labelled.surest(self.given, self.confidence, len(self.tally))
        if self.threshold <= 0 or not len(self.confidence):
            return place
        return np.where((place >= 0) & (self.confidence[place] >= self.threshold), place, -1)

    @cached_property
    def top(self) -> Ints:
        """By task the code of the deciding label; the number of labels where there is none."""
        if self.threshold <= 0 and self.given.one_each(len(self.tally)):
            return self.given.label
        return np.asarray(np.append(self.given.label, self.labels)[self.top_place])

    @cached_property
    def true(self) -> Bools:
        """By given label: whether it is the task's."""
        return np.asarray(self.truth[self.given.task] == self.given.label)

    @cached_property
    def decided(self) -> Bools:
        """By given label: whether it decides."""
        found = np.zeros(len(self.given), dtype=bool)
        found[self.top_place[self.top_place >= 0]] = True
        return found

    @cached_property
    def right(self) -> Bools:
        """By task: whether the deciding label is the truth."""
        found = self.truth == self.top
        found &= self.judged
        return np.asarray(found)

    @cached_property
    def answered(self) -> Bools:
        """By task: whether there is a truth and a deciding label."""
        return self.top_place >= 0

    @cached_property
    def task_scores(self) -> Floats:
        """By task 1 where right and 0 where wrong; NaN without truth."""
        found = self.right.astype(np.float64)
        found[~self.judged] = np.nan
        return found

    @property
    def outcomes(self) -> dict[str, Bools]:
        """By word the tasks that have such an outcome: a wrong answer is a confusion."""
        wrong = self.answered & self.judged & ~self.right
        return {"hit": self.right, "confused": wrong, "missed": self.judged & ~self.answered}

    @cached_property
    def matrix(self) -> Ints:
        """By the rows of `fold`: truth, and columns predicted, the last for nothing."""
        code = self.fold.code
        truth, top = code[self.truth[self.judged]], code[self.top[self.judged]]
        return confusion.counts(truth, top, self.fold.size)

    @cached_property
    def confusions(self) -> tuple[Ints, Ints, Ints]:
        """Truth, another label that decided, and how often: each of shape (pairs,)."""
        wrong = self.answered & ~self.right
        keys = self.truth[wrong].astype(np.int64) * self.labels + self.top[wrong]
        found, amounts = np.unique(keys, return_counts=True)
        return found // max(1, self.labels), found % max(1, self.labels), amounts

    @cached_property
    def scores(self) -> confusion.Scores:
        """Precision, recall and F1 by label."""
        if self.labels > MOST_SQUARE:
            columns = self.truth[self.right], self.truth, self.top[self.judged]
            sizes = (np.bincount(codes, minlength=self.labels + 1) for codes in columns)
            return confusion.Scores(*(size[: self.labels] for size in sizes))
        return confusion.scores(self._square)

    @cached_property
    def _square(self) -> Ints:
        """The confusion matrix of all labels, the last row and column for nothing."""
        judged = self.judged
        every = bool(judged.all())
        truth, top = (each if every else each[judged] for each in (self.truth, self.top))
        return confusion.counts(truth, top, self.labels + 1)

    @cached_property
    def sure(self) -> tuple[Floats, Bools]:
        """Confidence and truth of the deciding labels, by task."""
        place = self.top_place[self.answered]
        return self.confidence[place], self.true[place]

    @cached_property
    def surety(self) -> Surety:
        """Log loss and Brier score; the latter halved, so that it is at most 1."""
        confidence, true = self.confidence[self.complete], self.true[self.complete]
        tasks = int(true.sum())
        squares = float(((confidence - true) ** 2).sum())
        brier = squares / (2 * tasks) if tasks else None
        return Surety(tasks, calibration.log_loss(confidence[true]), brier)

    @cached_property
    def truth_rank(self) -> Ints:
        """By judged task how many labels rank before its own; MOST_TOPS where it was not given."""
        own = self.truths.places_in(self.given, self.labels)
        found = np.full(len(own), MOST_TOPS, dtype=np.int64)
        if not (own >= 0).any():
            return found
        here = np.full(len(self.tally), -1, dtype=np.int64)
        here[self.truths.task] = own
        mine = here[self.given.task]
        value, label = self.confidence[mine], self.given.label[mine]
        before = self.confidence > value
        before |= (self.confidence == value) & (self.given.label < label)
        ahead = np.bincount(self.given.task[before & (mine >= 0)], minlength=len(self.tally))
        some = own >= 0
        found[some] = ahead[self.truths.task[some]]
        return found

    @cached_property
    def top_accuracies(self) -> Floats:
        """Share of judged tasks with the truth among the k most confident labels given, k from 1.

        Shape (MOST_TOPS,); NaN without judged tasks.
        """
        ranks = np.bincount(np.minimum(self.truth_rank, MOST_TOPS), minlength=MOST_TOPS)
        return confusion.ratio(np.cumsum(ranks[:MOST_TOPS]), np.full(MOST_TOPS, ranks.sum()))
