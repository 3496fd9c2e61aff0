"""Confusions of pixels: counted task by task, and the numbers that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from linlog.evaluation import confusion
from linlog.evaluation.runs import summed
from linlog.evaluation.tallies import Bools, Floats, Ints, Tally


@dataclass(frozen=True, slots=True)
class Means:
    """The numbers that a confusion matrix of pixels gives."""

    matrix: Floats
    """Rows truth, columns predicted, the last for nothing: shape (labels + 1, labels + 1)."""
    background: bool
    """Whether pixels without truth count."""

    @property
    def iou(self) -> Floats:
        """By label, the background last; NaN where no pixel has it."""
        right, truth, predicted = self.counts
        return confusion.ratio(right, truth + predicted - right)

    @property
    def accuracy(self) -> Floats:
        """By label, the background last; NaN without truth."""
        right, truth, _ = self.counts
        return confusion.ratio(right, truth)

    @property
    def dice(self) -> Floats:
        """By label, the background last; NaN where no pixel has it."""
        right, truth, predicted = self.counts
        return confusion.ratio(2 * right, truth + predicted)

    @property
    def counts(self) -> tuple[Floats, Floats, Floats]:
        """Pixels by label that are right, that are truth, and that are predicted."""
        return np.diagonal(self.matrix), self.matrix.sum(axis=1), self.matrix.sum(axis=0)

    @property
    def pixel_accuracy(self) -> float:
        """Share of pixels that are right."""
        return _share(np.trace(self.matrix), self.matrix.sum())

    @property
    def frequency_weighted_iou(self) -> float:
        """`sum(truth * iou) / sum(truth)` over labels and background (Long et al. 2015)."""
        _, truth, _ = self.counts
        return _share(np.nansum(truth * self.iou), truth.sum())

    def main(self) -> dict[str, float]:
        """The main numbers by name; NaN where undefined."""
        inner = slice(0, len(self.matrix) - 1)
        return {
            "mean_iou": mean(self.iou[inner]),
            "mean_iou_with_background": mean(self.iou) if self.background else float("nan"),
            "mean_accuracy": mean(self.accuracy[inner]),
            "mean_dice": mean(self.dice[inner]),
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

    def means(self, weights: Floats | None = None) -> Means:
        """The numbers, with tasks weighted."""
        code, task, pixels = self.cells
        counted = pixels if weights is None else pixels * weights[task]
        found = np.bincount(code, counted, minlength=self.size * self.size)
        matrix = found.astype(np.float64).reshape(self.size, self.size)
        return Means(matrix, self.background)

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


def mean(values: Floats) -> float:
    """Mean of the numbers that are defined; NaN where none is."""
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else float("nan")


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def _by_row(row: Ints, pixels: Ints, rows: int) -> Ints:
    order = np.argsort(row, kind="stable")
    return summed(pixels[order], row[order], rows)
