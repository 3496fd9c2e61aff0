"""Which of six things went wrong with each prediction and truth, as TIDE tells them apart.

Bolya, Foley, Hays, Hoffman 2020, 'TIDE: A General Toolbox for Identifying Object Detection
Errors'. Everything equals the package tidecv 1.0.1; what the errors cost is told beside this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.evaluation import matching, outcomes, regions, tallies
from linlog.evaluation.tallies import Array, Bools, Floats, Ints, Tally

TYPES: Final = ("cls", "loc", "both", "dupe", "bkg")
"""What may be wrong with a prediction, by its code: TIDE's short names."""
CLS, LOC, BOTH, DUPE, BKG = range(len(TYPES))
NONE: Final = -1
"""Of a prediction that takes a truth, or that is not looked at."""
MOST_ON_AN_IMAGE: Final = 100
"""Predictions of all labels on one image that are looked at."""
BACKGROUND: Final = 0.1
"""IoU up to which a prediction is at no truth."""


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """What is wrong with the predictions of a tally at one IoU threshold."""

    type: Array
    """By prediction: code of `TYPES`, or `NONE`."""
    near: Ints
    """The predictions that overlap any truth, ascending; what follows is of these alone."""
    truth: Array
    """The truth that it takes, or -1."""
    wanted: Array
    """Of type `CLS` or `LOC` the truth that it would be right for, else -1."""
    ignored: Bools
    """Takes no truth, but lies on a crowd or an ignored truth of its label."""
    real: Bools
    """By truth: whether it is asked to be found."""

    def counts(self, tally: Tally, threshold: float = 0.0) -> Ints:
        """How many errors there are among predictions of at least this confidence, by label.

        Shape (types + 1, labels): `TYPES` by the label that was predicted, and last the truths
        that are missed. As if there were no other predictions: what one gets does not depend on
        less confident ones.
        """
        rows, size = tally.predictions, len(tally.labels)
        wrong = np.flatnonzero((rows["confidence"] >= threshold) & (self.type != NONE))
        code = self.type[wrong] * np.int64(size) + rows["label"][wrong]
        found = np.bincount(code, minlength=len(TYPES) * size).reshape(len(TYPES), size)
        lost = self.missed(rows["confidence"][self.near] >= threshold)
        missed = np.bincount(tally.truths["label"][lost], minlength=size)
        return np.concatenate([found, missed[None]])

    def missed(self, sure: Bools | None = None) -> Bools:
        """By truth: taken by no prediction, and wanted by none that is wrong in one way only.

        `sure` are the near predictions that count; by default all.
        """
        lost = self.real.copy()
        for named in (self.truth, self.wanted):
            lost[named[named >= 0 if sure is None else (named >= 0) & sure]] = False
        return lost

    def fixed(self, confidence: Floats) -> tuple[Ints, Ints]:
        """The predictions that were right if what is wrong with them were put right.

        Of those that want one truth, which nobody took, the most confident, the first of equals.
        Returns their rows, ascending, and the truths that they want.
        """
        taken = np.zeros(len(self.real), dtype=bool)
        taken[self.truth[self.truth >= 0]] = True
        places = np.flatnonzero(self.wanted >= 0)
        places = places[~taken[self.wanted[places]]]
        order = np.lexsort((places, -confidence[self.near[places]], self.wanted[places]))
        places = places[order]
        places = np.sort(places[np.diff(self.wanted[places], prepend=-1) != 0])
        return self.near[places], self.wanted[places]


def of(tally: Tally, iou_threshold: float) -> Errors:
    """The errors of a tally at an IoU threshold; the last one asked for is kept with it."""
    return tallies.latest(tally, "errors", iou_threshold, lambda: _told(tally, iou_threshold))


def seen(tally: Tally) -> Bools:
    """By prediction: among the most confident of its image, equals in order."""
    return tallies.latest(tally, "seen", None, lambda: _seen(tally))


def _seen(tally: Tally) -> Bools:
    task = tally.predictions["task"]
    crowded = (np.bincount(task, minlength=len(tally)) > MOST_ON_AN_IMAGE)[task]
    rows = np.flatnonzero(crowded)
    ranks = matching.ranks(task[rows], tally.predictions["confidence"][rows])
    found = np.ones(len(task), dtype=bool)
    found[rows[ranks >= MOST_ON_AN_IMAGE]] = False
    return found


def _told(tally: Tally, iou_threshold: float) -> Errors:
    near = tallies.latest(tally, "nearest", None, lambda: _nearest(tally))
    looked_at = seen(tally)
    truth = _taken(tally, near, iou_threshold)
    some = looked_at[near.prediction]
    truth[~some] = -1
    wrong = some & (truth < 0)
    kinds = np.where(wrong, _kinds(near, iou_threshold), np.int8(NONE))
    found = np.where(looked_at, np.int8(BKG), np.int8(NONE))
    found[near.prediction] = kinds
    wanted = np.full(len(kinds), -1, dtype=np.int32)
    for code, named in ((LOC, near.own_truth), (CLS, near.other_truth)):
        wanted[kinds == code] = named[kinds == code]
    ignored = wrong & (near.void > iou_threshold)
    return Errors(found, near.prediction, truth, wanted, ignored, regions.real(tally))


def _kinds(near: _Nearest, iou_threshold: float) -> Array:
    """By near prediction what would be wrong with it if it took no truth."""
    own, other, least = near.own, near.other, min(iou_threshold, matching.NEARLY_ONE)
    found = np.full(len(own), BOTH, dtype=np.int8)
    found[np.maximum(own, other) <= BACKGROUND] = BKG
    found[own >= least] = DUPE
    found[other >= least] = CLS
    found[(own >= BACKGROUND) & (own <= iou_threshold)] = LOC
    return found


def _taken(tally: Tally, near: _Nearest, iou_threshold: float) -> Ints:
    """By near prediction the truth of its label that it takes, of equal IoUs the first, or -1."""
    truth = tally.pairs["truth"]
    if not near.even:
        pair = outcomes.same_label(tally, iou_threshold)[near.prediction]
        taken = np.full(len(pair), -1, dtype=np.int64)
        taken[pair >= 0] = truth[pair[pair >= 0]]
        return taken
    prediction, iou = tally.pairs["prediction"], tally.pairs["iou"]
    some = iou >= min(iou_threshold, matching.NEARLY_ONE)
    some &= tallies.alike(tally)
    some &= regions.real(tally)[truth]
    places = np.flatnonzero(some)
    # `greedy` takes the last of equals: so the truths of each prediction are turned about.
    begin = np.searchsorted(prediction[places], prediction[places], side="left")
    end = np.searchsorted(prediction[places], prediction[places], side="right")
    places = places[begin + end - 1 - np.arange(len(places))]
    involved, won = matching.greedy(
        (truth[places], prediction[places], iou[places]),
        tally.predictions["confidence"],
        np.array([iou_threshold]),
    )
    found = np.full(len(tally.predictions["task"]), -1, dtype=np.int64)
    right = won[:, 0] >= 0
    found[involved[right]] = truth[places[won[right, 0]]]
    return found[near.prediction]


@dataclass(frozen=True, slots=True, eq=False)
class _Nearest:
    """The truths that lie nearest to predictions, of those predictions that overlap any."""

    prediction: Ints
    own: Floats
    """The highest IoU with a real truth of the label; 0 for none."""
    own_truth: Array
    """The first such truth, or -1."""
    other: Floats
    """The highest IoU with a real truth of another label."""
    other_truth: Array
    void: Floats
    """The highest IoU with a crowd or an ignored truth of the label."""
    even: bool
    """Whether some prediction has two truths of its label at an equal IoU."""


def _nearest(tally: Tally) -> _Nearest:
    prediction = tally.pairs["prediction"]
    head = np.diff(prediction, prepend=-1) != 0
    near, member = prediction[head], np.cumsum(head) - 1
    real, alike = regions.real(tally)[tally.pairs["truth"]], tallies.alike(tally)
    own, other, void = (
        _Highest.of(tally, member, len(near), np.flatnonzero(some))
        for some in (alike & real, ~alike & real, alike & ~real)
    )
    even = _even(member, tally.pairs["iou"], np.flatnonzero(alike & real))
    return _Nearest(near, own.iou, own.truth, other.iou, other.truth, void.iou, even)


@dataclass(frozen=True, slots=True)
class _Highest:
    """Of predictions the highest IoU and the first truth that has it; 0 and -1 for none."""

    iou: Floats
    truth: Array

    @classmethod
    def of(cls, tally: Tally, member: Ints, size: int, pairs: Ints) -> _Highest:
        """Look at some pairs; `member` is by pair the place of its prediction, below `size`."""
        highest, first = np.zeros(size), np.full(size, -1, dtype=np.int32)
        if not len(pairs):
            return cls(highest, first)
        owner, iou = member[pairs], tally.pairs["iou"][pairs]
        begin = np.flatnonzero(np.diff(owner, prepend=-1))
        best = np.maximum.reduceat(iou, begin)
        highest[owner[begin]] = best
        at = np.flatnonzero(iou == np.repeat(best, np.diff(begin, append=len(pairs))))
        first[owner[at][::-1]] = tally.pairs["truth"][pairs[at]][::-1]
        return cls(highest, first)


def _even(member: Ints, iou: Floats, pairs: Ints) -> bool:
    """Whether two of some pairs have one prediction and an equal IoU."""
    owner = member[pairs]
    several = np.zeros(len(pairs), dtype=bool)
    several[1:] = owner[1:] == owner[:-1]
    several[:-1] |= several[1:]
    owner, iou = owner[several], iou[pairs[several]]
    order = np.lexsort((iou, owner))
    return bool(((np.diff(owner[order]) == 0) & (np.diff(iou[order]) == 0)).any())
