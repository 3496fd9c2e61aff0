"""What became of every truth and prediction, once two thresholds are chosen.

Two passes. First each prediction may take a truth of its own label; this is what precision,
recall and average precision count. Then what is left over on both sides is matched in place
whatever the label: those are confusions. So a confusion never costs a hit, and the diagonal of
the confusion matrix is the number of hits. A prediction that finds no free truth of its label but
lies on a crowd or an ignored truth of it counts neither as right nor as wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from linlog.evaluation import matching, portions, regions, tallies
from linlog.evaluation.matching import Pairs
from linlog.evaluation.portions import Portion
from linlog.evaluation.tallies import Array, Bools, Floats, Ints, Tally
from linlog.wire.evaluations import OUTCOME_WORDS

ALONE: Final = -1
"""Of a prediction that takes no truth."""
PASSED_OVER: Final = -2
"""Of a prediction that takes a crowd or an ignored truth."""
HIT, MISSED, FALSE_POSITIVE, CONFUSED, DUPLICATE, IGNORED = range(len(OUTCOME_WORDS))


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Matches of one tally at one IoU threshold, with the predictions that count."""

    tally: Tally
    same: Ints
    """By prediction: row of the pair with a truth of its label, else `ALONE` or `PASSED_OVER`;
    confidence no matter."""
    counted: Bools
    """By prediction: whether its confidence reaches the threshold, and it is not passed over."""
    confused: Ints
    """By prediction: row of the pair with a truth of another label, or -1."""
    duplicate: Bools
    """By prediction: counted, without a match, but on a truth of its label that was hit."""
    truth_pair: Ints
    """By truth: row of the pair it is matched by, be it hit or confused, or -1."""
    real: Bools
    """By truth: whether it is asked to be found."""

    @cached_property
    def hit(self) -> Bools:
        """By prediction: counted, and matched with a truth of its label."""
        return self.counted & (self.same >= 0)

    @cached_property
    def missed(self) -> Bools:
        """By truth: asked to be found, and neither hit nor confused."""
        return self.real & (self.truth_pair < 0)

    @cached_property
    def truth_best(self) -> Floats:
        """By truth: the highest IoU that any counted prediction has with it; 0 for none."""
        return _highest(self.tally, "truth", self.counted[self.tally.pairs["prediction"]])

    @cached_property
    def prediction_best(self) -> Floats:
        """By prediction: the highest IoU that it has with any real truth; 0 for none."""
        return _highest(self.tally, "prediction", self.real[self.tally.pairs["truth"]])


def same_label(tally: Tally, iou_threshold: float) -> Ints:
    """By prediction the row of the pair with the truth of its label that it takes.

    `ALONE` where there is none, `PASSED_OVER` where it takes a crowd or an ignored truth. A match
    does not depend on less confident predictions, so it holds at every confidence threshold.
    What was found for the last IoU threshold is kept with the tally.
    """
    return tallies.latest(tally, "same", iou_threshold, lambda: matched(tally, iou_threshold))


def matched(tally: Tally, iou_threshold: float) -> Ints:
    """The same, without looking at what is kept, and without keeping it."""
    real = regions.real(tally)
    found = taken_pairs(tally, tallies.alike(tally), iou_threshold, ~real)
    taken = np.flatnonzero(found >= 0)
    found[taken[~real[tally.pairs["truth"][found[taken]]]]] = PASSED_OVER
    return found


def settle(
    tally: Tally,
    same: Ints,
    iou_threshold: float,
    confidence_threshold: float,
) -> Outcomes:
    """Decide every outcome; `same` is what `same_label` gave for the same IoU threshold."""
    counted = (tally.predictions["confidence"] >= confidence_threshold) & (same != PASSED_OVER)
    real = regions.real(tally)
    hits = same[counted & (same >= 0)]
    truth, prediction = tally.pairs["truth"], tally.pairs["prediction"]
    truth_pair = np.full(len(tally.truths["task"]), -1, dtype=np.int64)
    truth_pair[truth[hits]] = hits
    open_prediction = counted & (same < 0)
    left = open_prediction[prediction] & (real & (truth_pair < 0))[truth]
    left &= ~tallies.alike(tally)
    confused = taken_pairs(tally, left, iou_threshold)
    found = confused[confused >= 0]
    truth_pair[truth[found]] = found
    return Outcomes(
        tally,
        same=same,
        counted=counted,
        confused=confused,
        duplicate=_duplicates(tally, open_prediction & (confused < 0), iou_threshold),
        truth_pair=truth_pair,
        real=real,
    )


def taken_pairs(
    tally: Tally,
    allowed: Bools,
    iou_threshold: float,
    void: Bools | None = None,
    *,
    first: bool = False,
) -> Ints:
    """By prediction the row of the pair that it takes among those allowed, or `ALONE`.

    `allowed` is by pair, `void` by truth: such a truth is taken where no other is left. Of equal
    IoUs a prediction takes the last truth, or the `first`.
    """
    found = np.full(len(tally.predictions["task"]), ALONE, dtype=np.int64)
    least = min(iou_threshold, matching.NEARLY_ONE)
    for some in portions.of(tally):
        rows = np.flatnonzero(allowed[some.pairs] & (tally.pairs["iou"][some.pairs] >= least))
        if first:
            rows = _turned(tally.pairs["prediction"][some.pairs], rows)
        involved, won = matching.greedy(
            _pairs(tally, some, rows),
            tally.predictions["confidence"][some.predictions],
            np.array([iou_threshold]),
            None if void is None else void[some.truths, None],
            tally.truths["crowd"][some.truths] if "crowd" in tally.truths else None,
        )
        wins = won[:, 0] >= 0
        found[some.predictions.start + involved[wins]] = some.pairs.start + rows[won[wins, 0]]
    return found


def _pairs(tally: Tally, some: Portion, rows: Ints) -> Pairs:
    """Rows of a portion, with the numbers that truths and predictions have in it."""
    truth, prediction, iou = (
        tally.pairs[name][some.pairs][rows] for name in ("truth", "prediction", "iou")
    )
    return truth - some.truths.start, prediction - some.predictions.start, iou


def _turned(prediction: Ints, rows: Ints) -> Ints:
    """The rows with those of each prediction turned about: `greedy` takes the last of equals."""
    owner = prediction[rows]
    begin = np.searchsorted(owner, owner, side="left")
    end = np.searchsorted(owner, owner, side="right")
    turned: Ints = rows[begin + end - 1 - np.arange(len(rows))]
    return turned


def words(found: Outcomes, rows: Ints) -> Array:
    """Of some predictions the place in `OUTCOME_WORDS` of what became of each, as if it counted."""
    word = np.full(len(rows), FALSE_POSITIVE, dtype=np.int8)
    for code, some in (
        (DUPLICATE, found.duplicate[rows]),
        (CONFUSED, found.confused[rows] >= 0),
        (HIT, found.same[rows] >= 0),
    ):
        word[some] = code
    return word


def counterparts(found: Outcomes, rows: Ints) -> tuple[Ints, Floats]:
    """Of some predictions the truth that each takes, or `ALONE`, and the IoU of the two.

    Where it takes none the IoU is the highest that it has with any; 0 for none.
    """
    pair = np.maximum(found.same[rows], found.confused[rows])
    matched = np.flatnonzero(pair >= 0)
    truth, iou = np.full(len(rows), ALONE), found.prediction_best[rows]
    truth[matched] = found.tally.pairs["truth"][pair[matched]]
    iou[matched] = found.tally.pairs["iou"][pair[matched]]
    return truth, iou


def _duplicates(tally: Tally, candidates: Bools, iou_threshold: float) -> Bools:
    truth, prediction = tally.pairs["truth"], tally.pairs["prediction"]
    same = tallies.alike(tally) & (tally.pairs["iou"] >= min(iou_threshold, matching.NEARLY_ONE))
    same &= regions.real(tally)[truth]
    found = np.zeros(len(candidates), dtype=bool)
    found[prediction[same]] = True
    return found & candidates


def _highest(tally: Tally, side: str, allowed: Bools) -> Floats:
    rows = tally.truths if side == "truth" else tally.predictions
    found = np.zeros(len(rows["task"]))
    np.maximum.at(found, tally.pairs[side][allowed], tally.pairs["iou"][allowed])
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What became of each task."""

    scores: Floats
    """How well the model did on it, from 0 to 1; NaN where that is undefined."""
    outcomes: dict[str, Bools]
    """By word of `wire.blocks.Outcome` whether it has such an outcome."""


def told(tally: Tally, found: Outcomes, scores: Floats) -> Told:
    """What became of each task, from what became of every truth and prediction."""
    alone = found.counted & (found.same == ALONE) & (found.confused < 0) & ~found.duplicate
    owners = tally.predictions["task"]
    tasks = {
        "hit": owners[found.hit],
        "missed": tally.truths["task"][found.missed],
        "false positive": owners[alone],
        "confused": owners[found.confused >= 0],
        "duplicate": owners[found.duplicate],
    }
    by_word = {word: np.bincount(some, minlength=len(tally)) > 0 for word, some in tasks.items()}
    return Told(scores, by_word)
