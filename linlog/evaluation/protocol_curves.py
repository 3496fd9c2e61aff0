"""Precision-recall curves, and the average precision that each protocol reads off them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np

from linlog.evaluation import average_precision
from linlog.evaluation.tallies import Floats, Ints

Reading = Literal[
    "101 points", "11 points", "all points", "101 trapezoids", "101 trapezoids and a ramp"
]
"""How an area is read off a curve; `average` says the formulas."""
_STEPS: Final = 4
"""From a little below, after so many the first hit that reaches a recall is certain."""


@dataclass(frozen=True)
class Curves:
    """One curve a label, known at its hits, where alone the best precision can change."""

    label: Ints
    """The label of each hit, ascending, and with it descending confidence."""
    counted: Ints
    """By hit the predictions of its label that count, up to and with it."""
    truths: Ints
    """By label the truths that are asked for."""
    total: Ints
    """By label the predictions that count."""

    @cached_property
    def begin(self) -> Ints:
        """By label its first hit, and one past the last."""
        return np.append(0, np.cumsum(np.bincount(self.label, minlength=len(self.truths))))

    @cached_property
    def best(self) -> Floats:
        """By hit the highest precision there or at a later hit of the label."""
        number = np.arange(1, len(self.label) + 1) - self.begin[self.label]
        return average_precision.envelope(number / self.counted, self.label, self.begin)


def average(curves: Curves, reading: Reading) -> Floats:
    """Average precision by label, NaN without truths. `p(r)` is the highest precision from r on.

    * `101 points`: mean of p(r) at r = 0, 0.01 … 1 (COCO API, Lin et al. 2014).
    * `11 points`: mean of p(r) at r = 0, .1 … 1 (VOC devkit up to 2009, Everingham et al. 2010).
    * `all points`: the area under p, step by step (VOC devkit since 2010).
    * `101 trapezoids`: the trapezoidal rule over p *behind* r = 0, 0.01 … 1, which is 0 from the
      last recall on (`compute_ap` of ultralytics 8.4).
    * `101 trapezoids and a ramp`: the same, but behind the last hit the curve falls in a straight
      line from the precision of all predictions to 0 at recall 1 (ultralytics up to 8.3).
    """
    if reading == "all points":
        area = np.bincount(curves.label, curves.best, minlength=len(curves.truths))
        found = area / np.maximum(curves.truths, 1)
    elif reading == "11 points":
        found = _at(curves, np.linspace(0, 1, 11)).mean(axis=1)
    elif reading == "101 points":
        found = _at(curves, average_precision.RECALLS).mean(axis=1)
    else:
        found = _trapezoids(curves, ramp=reading == "101 trapezoids and a ramp")
    return np.where(curves.truths > 0, found, np.nan)


def _at(curves: Curves, recalls: Floats, *, behind: bool = False) -> Floats:
    """The highest precision from each recall on, or behind it: shape (labels, recalls)."""
    truths = np.maximum(curves.truths, 1)[:, None]
    hits = np.maximum(np.floor(recalls * truths) - 2, 1)
    for _ in range(_STEPS):
        hits += (hits / truths <= recalls) if behind else (hits / truths < recalls)
    place = curves.begin[:-1, None] + hits.astype(np.int64) - 1
    reached = place < curves.begin[1:, None]
    values = np.append(curves.best, 0.0)
    return np.where(reached, values[np.where(reached, place, len(curves.best))], 0.0)


def _trapezoids(curves: Curves, *, ramp: bool) -> Floats:
    recalls = average_precision.RECALLS
    values = _at(curves, recalls, behind=True)
    if ramp:
        hits = np.diff(curves.begin)
        last = (hits / np.maximum(curves.truths, 1))[:, None]
        precision = (hits / np.maximum(curves.total, 1))[:, None]
        falling = precision * (1 - recalls) / np.where(last < 1, 1 - last, 1)
        values = np.where((recalls >= last) & (last < 1), falling, values)
    return np.asarray((values[:, 1:] + values[:, :-1]).sum(axis=1) / 2 / (len(recalls) - 1))
