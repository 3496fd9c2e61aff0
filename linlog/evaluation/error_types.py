"""Which of six things went wrong with each prediction and truth, as TIDE tells them apart.

Bolya, Foley, Hays, Hoffman 2020, 'TIDE: A General Toolbox for Identifying Object Detection
Errors'. Everything equals the package tidecv 1.0.1; what the errors cost is told beside this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.evaluation import columns, matching, outcomes, portions, regions, tallies
from linlog.evaluation.tallies import Array, Bools, Floats, Ints, Rows, Tally

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
        places = np.sort(places[columns.heads(self.wanted[places])])
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
    if near.even:
        allowed = tallies.alike(tally) & regions.real(tally)[truth]
        pair = outcomes.taken_pairs(tally, allowed, iou_threshold, first=True)
    else:
        pair = outcomes.same_label(tally, iou_threshold)
    pair = pair[near.prediction]
    taken = np.full(len(pair), -1, dtype=np.int64)
    taken[pair >= 0] = truth[pair[pair >= 0]]
    return taken


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
    real, alike = regions.real(tally), tallies.alike(tally)
    used = {name: tally.pairs[name] for name in ("prediction", "truth", "iou")}
    parts = []
    for some in portions.of(tally):
        pairs = {name: column[some.pairs] for name, column in used.items()}
        parts.append(_nearest_of(pairs, real, alike[some.pairs]))
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("prediction", "own", "own_truth", "other", "other_truth", "void")
    }
    return _Nearest(**joined, even=any(part.even for part in parts))


def _nearest_of(pairs: Rows, real: Bools, alike: Bools) -> _Nearest:
    """The same of some pairs; `real` is by truth, `alike` by pair."""
    head = columns.heads(pairs["prediction"])
    near, member = pairs["prediction"][head], np.cumsum(head) - 1
    asked = real[pairs["truth"]]
    own, other, void = (
        _Highest.of(pairs, member, len(near), np.flatnonzero(some))
        for some in (alike & asked, ~alike & asked, alike & ~asked)
    )
    even = _even(member, pairs["iou"], np.flatnonzero(alike & asked))
    return _Nearest(near, own.iou, own.truth, other.iou, other.truth, void.iou, even)


@dataclass(frozen=True, slots=True)
class _Highest:
    """Of predictions the highest IoU and the first truth that has it; 0 and -1 for none."""

    iou: Floats
    truth: Array

    @classmethod
    def of(cls, pairs: Rows, member: Ints, size: int, some: Ints) -> _Highest:
        """Look at some pairs; `member` is by pair the place of its prediction, below `size`."""
        highest, first = np.zeros(size), np.full(size, -1, dtype=np.int32)
        if not len(some):
            return cls(highest, first)
        owner, iou = member[some], pairs["iou"][some]
        begin = np.flatnonzero(columns.heads(owner))
        best = np.maximum.reduceat(iou, begin)
        highest[owner[begin]] = best
        at = np.flatnonzero(iou == np.repeat(best, np.diff(begin, append=len(some))))
        first[owner[at][::-1]] = pairs["truth"][some[at]][::-1]
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
