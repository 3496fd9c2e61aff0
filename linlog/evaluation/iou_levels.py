"""Hits and predictions against confidence at one IoU threshold, or at all that COCO asks for.

Confidences are sorted once for a tally. What any confidence threshold counts is then looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from linlog.evaluation import calibration, columns, curves, outcomes, regions, tallies
from linlog.evaluation.average_precision import Rules
from linlog.evaluation.confusion import Scores
from linlog.evaluation.tallies import Bools, Floats, Ints, Tally

_ALL = 0


@dataclass(frozen=True, eq=False)
class Level:
    """What becomes of predictions at one IoU threshold, over all labels."""

    iou: float
    hits: Floats
    """Confidences of the predictions that take a truth of their label, ascending."""
    every: Floats
    """Confidences of all predictions, ascending."""
    void: Floats
    """Confidences of those that are neither right nor wrong, ascending."""
    truths: int
    """Truths that are asked for."""

    @cached_property
    def counted(self) -> Floats:
        """Confidences of the predictions that are right or wrong, ascending."""
        if not len(self.void):
            return self.every
        again = np.arange(len(self.void)) - np.searchsorted(self.void, self.void, side="left")
        return np.delete(self.every, np.searchsorted(self.every, self.void, side="left") + again)

    @cached_property
    def thresholds(self) -> Floats:
        """Every confidence threshold that makes a difference, ascending."""
        return self.counted[columns.heads(self.counted)]

    @cached_property
    def at_hits(self) -> curves.ConfidenceCurve:
        """The same at the confidences of hits only.

        From one of them up to the next there are fewer hits or more others: so the best F1 and
        the highest precision at a recall are here.
        """
        first = np.flatnonzero(columns.heads(self.hits))
        threshold = self.hits[first]
        return curves.ConfidenceCurve(
            threshold, len(self.hits) - first, self._from(threshold), self.truths
        )

    @cached_property
    def best(self) -> float | None:
        """The confidence threshold of highest F1, the highest of equals.

        Without hits every F1 is 0, and it is the highest confidence; None without predictions.
        """
        place = self.at_hits.best()
        if place is not None:
            return float(self.at_hits.threshold[place])
        return float(self.counted[-1]) if len(self.counted) else None

    def curve(self, thresholds: Floats) -> curves.ConfidenceCurve:
        """Hits and predictions at ascending confidence thresholds."""
        return curves.ConfidenceCurve(
            thresholds, self._hits_from(thresholds), self._from(thresholds), self.truths
        )

    def scores(self, confidence: Floats) -> Scores:
        """Precision, recall and F1 of the predictions of at least each confidence."""
        truths = np.full(len(confidence), self.truths)
        return Scores(self._hits_from(confidence), truths, self._from(confidence))

    def reliability(self, least: float = 0.0) -> calibration.Reliability:
        """How often predictions of at least some confidence are hits, by their confidence."""
        begin = np.searchsorted(self.counted, least), np.searchsorted(self.hits, least)
        return calibration.of_sorted(self.counted[begin[0] :], self.hits[begin[1] :])

    def _hits_from(self, confidence: Floats) -> Ints:
        """How many hits have at least each confidence."""
        return np.asarray(len(self.hits) - np.searchsorted(self.hits, confidence, side="left"))

    def _from(self, confidence: Floats) -> Ints:
        """How many predictions of at least each confidence are right or wrong."""
        found = len(self.every) - np.searchsorted(self.every, confidence, side="left")
        if len(self.void):
            found -= len(self.void) - np.searchsorted(self.void, confidence, side="left")
        return found


def level(tally: Tally, iou: float) -> Level:
    """The level of one IoU threshold; the last one asked for is kept with the tally."""
    return tallies.latest(tally, "level", iou, lambda: _matched(tally, iou, kept=True))


def levels(tally: Tally, rules: Rules) -> tuple[Level, ...]:
    """One level for each threshold of `rules`, worked out once.

    Average precision has decided the hits, but leaves out what is larger than COCO knows; where
    there is such a thing, predictions are matched anew.
    """
    return tallies.latest(tally, "levels", rules, lambda: tuple(_levels(tally, rules)))


def _levels(tally: Tally, rules: Rules) -> list[Level]:
    if not all(_known(side["area"], rules) for side in (tally.truths, tally.predictions)):
        return [_matched(tally, iou, kept=False) for iou in rules.thresholds]
    rows = tally.predictions
    hit, void = (
        _Marked.of(rows["confidence"], rows[name][:, _ALL]) for name in ("hits", "ignored")
    )
    every, truths = _every(tally), int(regions.real(tally).sum())
    return [
        Level(iou, hit.at(place), every, void.at(place), truths)
        for place, iou in enumerate(rules.thresholds)
    ]


def _known(area: Floats, rules: Rules) -> bool:
    low, high = list(rules.sizes.values())[_ALL]
    return not len(area) or (low <= area.min() and area.max() <= high)


@dataclass(frozen=True, slots=True)
class _Marked:
    """Predictions that are marked at some threshold, by ascending confidence."""

    confidence: Floats
    bits: Ints

    @classmethod
    def of(cls, confidence: Floats, bits: Ints) -> _Marked:
        some = np.flatnonzero(bits)
        some = some[np.argsort(confidence[some])]
        return cls(confidence[some], bits[some])

    def at(self, place: int) -> Floats:
        """Confidences of those that are marked at one threshold."""
        return np.asarray(self.confidence[(self.bits & np.uint16(1 << place)) != 0])


def _matched(tally: Tally, iou: float, *, kept: bool) -> Level:
    same = outcomes.same_label(tally, iou) if kept else outcomes.matched(tally, iou)
    confidence, truths = tally.predictions["confidence"], int(regions.real(tally).sum())

    def those(some: Bools) -> Floats:
        return np.asarray(np.sort(confidence[some]))

    void = those(same == outcomes.PASSED_OVER)
    return Level(iou, those(same >= 0), _every(tally), void, truths)


def _every(tally: Tally) -> Floats:
    found: Floats = tallies.latest(
        tally, "every", None, lambda: np.sort(tally.predictions["confidence"])
    )
    return found
