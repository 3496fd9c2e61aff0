"""Whether a model that says 0.8 is right eight times in ten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.evaluation.tallies import Bools, Floats, Ints

BINS: Final = 15
"""Bins of equal width, as in Guo et al. 2017, 'On Calibration of Modern Neural Networks'."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """Confidence and accuracy by bin; bins without predictions are left out."""

    confidence: Floats
    """Mean confidence in the bin."""
    accuracy: Floats
    """Share of right ones in the bin."""
    counts: Ints
    """Predictions in the bin."""

    @property
    def error(self) -> float | None:
        """Expected calibration error: `sum(count / n * |accuracy - confidence|)`; None for none."""
        total = int(self.counts.sum())
        if not total:
            return None
        gaps = np.abs(self.accuracy - self.confidence)
        return float((self.counts * gaps).sum() / total)


def reliability(confidence: Floats, right: Bools, bins: int = BINS) -> Reliability:
    """Part predictions into bins `(low, high]` of equal width over 0 to 1; 0 is in the first.

    >>> reliability(np.array([0.75, 0.75]), np.array([True, False]), bins=2).accuracy
    array([0.5])
    """
    place = _bins(confidence, np.linspace(0, 1, bins + 1))
    counts = np.bincount(place, minlength=bins)
    used = counts > 0
    certain = np.bincount(place, confidence, minlength=bins)[used] / counts[used]
    accurate = np.bincount(place, right, minlength=bins)[used] / counts[used]
    return Reliability(certain, accurate, counts[used])


def of_sorted(confidence: Floats, right: Floats, bins: int = BINS) -> Reliability:
    """The same from ascending confidences: those of all predictions, and those of right ones.

    >>> of_sorted(np.array([0.75, 0.75]), np.array([0.75]), bins=2).accuracy
    array([0.5])
    """
    inner = np.linspace(0, 1, bins + 1)[1:-1]
    ends = np.searchsorted(confidence, inner, side="right")
    counts = np.diff(ends, prepend=0, append=len(confidence))
    correct = np.diff(np.searchsorted(right, inner, side="right"), prepend=0, append=len(right))
    used = counts > 0
    first = np.append(0, ends)[used]
    certain = np.add.reduceat(confidence, first) / counts[used] if len(first) else np.zeros(0)
    return Reliability(certain, correct[used] / counts[used], counts[used])


def _bins(values: Floats, edges: Floats) -> Ints:
    """The bin `(low, high]` of each value: the nearest guess, set right by the edges themselves."""
    last = len(edges) - 2
    place = np.clip(np.ceil(values * (last + 1)).astype(np.int64) - 1, 0, last)
    place -= (values <= edges[place]) & (place > 0)
    place += (values > edges[place + 1]) & (place < last)
    return place


def brier(confidence: Floats, right: Bools) -> float | None:
    """Mean of `(confidence - right)²` (Brier 1950), 0 at best; None for no predictions.

    >>> brier(np.array([1.0, 0.5]), np.array([True, True]))
    0.125
    """
    return float(np.mean((confidence - right) ** 2)) if len(confidence) else None


def log_loss(confidence: Floats) -> float | None:
    """Mean of `-ln(confidence)` of what turned out true, at least machine epsilon; None for none.

    Equals scikit-learn's `log_loss`, which clips alike. For an untrue thing hand over
    `1 - confidence`.

    >>> log_loss(np.array([1.0, 1.0])) < 1e-15
    True
    """
    least = float(np.finfo(np.float64).eps)
    if not len(confidence):
        return None
    return float(np.mean(-np.log(np.clip(confidence, least, 1 - least))))
