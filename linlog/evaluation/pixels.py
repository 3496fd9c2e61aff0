"""Confusions of pixels: counted task by task, and the numbers that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from linlog.evaluation import confusion
from linlog.evaluation.runs import summed
from linlog.evaluation.tallies import Bools, Floats, Ints, Tally


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """The numbers that follow from pixels by label, the background last: shape (labels + 1, …)."""

    right: Floats
    """Pixels that are called right."""
    truth: Floats
    """Pixels with that truth."""
    predicted: Floats
    """Pixels that are called so."""
    background: bool
    """Whether pixels without truth count."""

    @property
    def iou(self) -> Floats:
        """By label; NaN where no pixel has it."""
        return confusion.ratio(self.right, self.truth + self.predicted - self.right)

    @property
    def accuracy(self) -> Floats:
        """By label; NaN without truth."""
        return confusion.ratio(self.right, self.truth)

    @property
    def dice(self) -> Floats:
        """By label; NaN where no pixel has it."""
        return confusion.ratio(2 * self.right, self.truth + self.predicted)

    @property
    def pixel_accuracy(self) -> Floats:
        """Share of pixels that are right."""
        return confusion.ratio(self.right.sum(axis=0), self.truth.sum(axis=0))

    @property
    def frequency_weighted_iou(self) -> Floats:
        """`sum(truth * iou) / sum(truth)` over labels and background (Long et al. 2015)."""
        return confusion.weighted(self.iou, self.truth)

    def main(self) -> dict[str, Floats]:
        """The main numbers by name; NaN where undefined."""
        with_background = confusion.mean(self.iou)
        return {
            "mean_iou": confusion.mean(self.iou[:-1]),
            "mean_iou_with_background": (
                with_background if self.background else np.full_like(with_background, np.nan)
            ),
            "mean_accuracy": confusion.mean(self.accuracy[:-1]),
            "mean_dice": confusion.mean(self.dice[:-1]),
            "pixel_accuracy": self.pixel_accuracy,
            "frequency_weighted_iou": self.frequency_weighted_iou,
        }


class Pixels:
    """How often each truth is called each prediction, in pixels, of a tally of overlaid regions.

    Truths and predictions must have `seen`, their pixels on top, truths whether they are
    `ignored`, so that theirs count nowhere; pairs `pixels`, those that both have on top; tasks
    `pixels` and `covered`, those of the image and of any region.
    """

    def __init__(self, tally: Tally, *, background: bool) -> None:
        self.tally = tally
        self.background = background
        self.size = len(tally.labels) + 1

    @cached_property
    def cells(self) -> tuple[Ints, Ints, Ints]:
        """Code `truth * size + predicted`, task, and pixels; one label past the last is nothing."""
        tally, nothing = self.tally, self.size - 1
        pairs, pixels = tally.pairs, tally.pairs["pixels"]
        truth, prediction = tally.truths, tally.predictions
        missed = truth["seen"] - _by_row(pairs["truth"], pixels, len(truth["task"]))
        false = prediction["seen"] - _by_row(pairs["prediction"], pixels, len(prediction["task"]))
        rest = tally.facts["pixels"] - tally.facts["covered"]
        void = np.full(len(tally), nothing)
        one, other = pairs["truth"], pairs["prediction"]
        asked = ~truth["ignored"]
        parts = [
            (truth["label"][one], prediction["label"][other], truth["task"][one], pixels),
            (truth["label"], np.full(len(missed), nothing), truth["task"], missed),
            (np.full(len(false), nothing), prediction["label"], prediction["task"], false),
            (void, void, np.arange(len(tally)), rest),
        ]
        first, second, task, counts = (np.concatenate(part) for part in zip(*parts, strict=True))
        # What has a truth counts unless it is ignored, the rest where the background does.
        kept = np.full(len(first), self.background)
        kept[: len(one) + len(asked)] = np.concatenate([asked[one], asked])
        codes = first.astype(np.int64) * self.size + second
        return codes[kept], task[kept].astype(np.int64), counts[kept]

    @cached_property
    def matrix(self) -> Ints:
        """Rows truth, columns predicted, the last for nothing: shape (labels + 1, labels + 1)."""
        code, _, pixels = self.cells
        found = np.bincount(code, pixels, minlength=self.size * self.size)
        return found.astype(np.int64).reshape(self.size, self.size)

    @cached_property
    def means(self) -> Means:
        """The numbers of all tasks."""
        matrix = self.matrix.astype(np.float64)
        right, truth, predicted = np.diagonal(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
        return Means(right, truth, predicted, self.background)

    @cached_property
    def by_task(self) -> Floats:
        """Pixels that are right, that are truth, and that are predicted: (3, labels + 1, tasks)."""
        code, task, pixels = self.cells
        truth, predicted = code // self.size, code % self.size
        right, tasks = truth == predicted, len(self.tally)
        found = [
            np.bincount(label[some] * tasks + task[some], pixels[some], self.size * tasks)
            for label, some in ((truth, right), (truth, slice(None)), (predicted, slice(None)))
        ]
        return np.stack(found).reshape(3, self.size, tasks).astype(np.float64)

    @cached_property
    def scores(self) -> Floats:
        """By task: pixels with the right label / pixels with any; NaN without such."""
        right, labelled = self._by_task(self._right & self._labelled), self._by_task(self._labelled)
        return confusion.ratio(right, labelled)

    @cached_property
    def faults(self) -> Ints:
        """By task the pixels that are called wrong."""
        return self._by_task(~self._right).astype(np.int64)

    @property
    def _right(self) -> Bools:
        return np.asarray(self.cells[0] % (self.size + 1) == 0)

    @property
    def _labelled(self) -> Bools:
        return np.asarray(self.cells[0] != self.size * self.size - 1)

    def _by_task(self, some: Bools) -> Floats:
        _, task, pixels = self.cells
        counts = np.bincount(task[some], pixels[some], minlength=len(self.tally))
        return counts.astype(np.float64)


def _by_row(row: Ints, pixels: Ints, rows: int) -> Ints:
    order = np.argsort(row, kind="stable")
    return summed(pixels[order], row[order], rows)
