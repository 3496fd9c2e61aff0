"""Precision, recall and F1 against confidence, and how curves are thinned for transport."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.evaluation import columns
from linlog.evaluation.tallies import Bools, Floats, Ints

MOST_POINTS: Final = 200
"""Points of a line in a report."""


@dataclass(frozen=True, slots=True)
class ConfidenceCurve:
    """The counts that every confidence threshold gives, by ascending threshold."""

    threshold: Floats
    """Every confidence that occurs."""
    hits: Ints
    """Hits among predictions of at least this confidence."""
    predictions: Ints
    """Predictions of at least this confidence."""
    truths: int
    """Truths, found or not."""

    @property
    def precision(self) -> Floats:
        """`hits / predictions`."""
        return np.asarray(self.hits / np.maximum(self.predictions, 1))

    @property
    def recall(self) -> Floats:
        """`hits / truths`; 0 without truths."""
        return np.asarray(self.hits / max(self.truths, 1))

    @property
    def f1(self) -> Floats:
        """`2 hits / (predictions + truths)`."""
        return np.asarray(2 * self.hits / np.maximum(self.predictions + self.truths, 1))

    def best(self) -> int | None:
        """Place of the highest F1, the highest threshold among equals; None without points.

        Of the thresholds with equally many hits the highest has the fewest predictions, so only
        the last of each run is looked at.
        """
        if not len(self.threshold):
            return None
        last = self._last
        f1 = self.at(last).f1
        return int(last[len(last) - 1 - np.argmax(f1[::-1])])

    def precision_at(self, recalls: Floats) -> Floats:
        """The highest precision at each of ascending `recalls` or a higher one; 0 beyond all."""
        if not len(self.threshold):
            return np.zeros(len(recalls))
        reached = self.at(self._last[::-1])
        envelope = np.maximum.accumulate(reached.precision[::-1])[::-1]
        place = np.searchsorted(reached.recall, recalls, side="left")
        return np.where(place < len(envelope), np.append(envelope, 0.0)[place], 0.0)

    @property
    def _last(self) -> Ints:
        """Of the thresholds with equally many hits the highest, ascending."""
        return np.append(np.flatnonzero(columns.heads(self.hits)[1:]), len(self.threshold) - 1)

    def at(self, places: Ints) -> ConfidenceCurve:
        """The same with some of its thresholds only."""
        return ConfidenceCurve(
            self.threshold[places], self.hits[places], self.predictions[places], self.truths
        )


def against_confidence(confidence: Floats, hit: Bools, truths: int) -> ConfidenceCurve:
    """Count hits and predictions at every threshold. Both arguments of shape (predictions,).

    >>> against_confidence(np.array([0.9, 0.5]), np.array([True, False]), 1).precision
    array([0.5, 1. ])
    """
    return of_sorted(np.sort(confidence), np.sort(confidence[hit]), truths)


def of_sorted(confidence: Floats, hits: Floats, truths: int) -> ConfidenceCurve:
    """The same from ascending confidences: those of all predictions, and those of hits."""
    begin = np.flatnonzero(columns.heads(confidence))
    threshold = confidence[begin]
    right = np.bincount(np.searchsorted(threshold, hits), minlength=len(threshold))
    return ConfidenceCurve(
        threshold=threshold,
        hits=np.cumsum(right[::-1])[::-1],
        predictions=len(confidence) - begin,
        truths=truths,
    )


def thin(places: Floats, *, most: int = MOST_POINTS, keep: tuple[int, ...] = ()) -> Ints:
    """Which at most `most` of ascending `places` to draw, so that the line keeps its shape.

    Half are even by rank (dense where the data are), half even along the axis (no long gaps);
    the ends and the points in `keep` always stay.
    """
    if len(places) <= most:
        return np.arange(len(places))
    half = (most - len(keep)) // 2
    by_rank = np.linspace(0, len(places) - 1, half).round().astype(np.int64)
    grid = np.linspace(places[0], places[-1], half)
    along = np.minimum(np.searchsorted(places, grid), len(places) - 1)
    return np.unique(np.concatenate([by_rank, along, np.array(keep, dtype=np.int64)]))
