"""Spans that overlap without being equal: which of them stand for each other.

The four ways to count are those of MUC-5 (Chinchor & Sundheim 1993) as SemEval-2013 task 9 and
nervaluate state them. What is matched in place stands: hits, then equal spans of another label. The
predictions left over choose from left to right (by start, end, and the order given), each among the
truths left over that share a character with it:

* `strict`, `exact` and `partial`: the leftmost free truth, whatever its label;
* `type`: the free truth of its label whose ends lie nearest, the leftmost of equals; where there is
  none, the leftmost free truth of another label, which it takes as well.

Where the spans of each side do not overlap one another, all numbers equal nervaluate's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.evaluation import confusion, matching
from linlog.evaluation.outcomes import Outcomes
from linlog.evaluation.tallies import Array, Bools, Floats, Ints, Rows, Tally

SCHEMES: Final = ("strict", "exact", "partial", "type")
"""Ways to count a prediction as right, in the order of the table."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of predictions and truths under one way to count; any of shape (n,)."""

    correct: Array
    partial: Array
    """Counts half."""
    incorrect: Array
    """A prediction that stands for a truth, but wrongly."""
    predictions: Array
    truths: Array

    @property
    def spurious(self) -> Array:
        """Predictions that stand for no truth."""
        return self.predictions - self.correct - self.partial - self.incorrect

    @property
    def missed(self) -> Array:
        """Truths that no prediction stands for."""
        return self.truths - self.correct - self.partial - self.incorrect

    @property
    def precision(self) -> Floats:
        """`(correct + partial / 2) / predictions`; NaN without predictions."""
        return confusion.ratio(self._credit, self.predictions)

    @property
    def recall(self) -> Floats:
        """`(correct + partial / 2) / truths`; NaN without truths."""
        return confusion.ratio(self._credit, self.truths)

    @property
    def f1(self) -> Floats:
        """`(2 correct + partial) / (predictions + truths)`, their harmonic mean."""
        return confusion.ratio(2 * self._credit, self.predictions + self.truths)

    @property
    def _credit(self) -> Array:
        return self.correct + self.partial / 2


@dataclass(frozen=True, slots=True)
class Partial:
    """Which pairs stand for each other beside those matched in place: rows of the tally's pairs."""

    any_label: Ints
    """Of the leftmost free truth."""
    by_type: Ints
    """Of the nearest free truth of the label, or else the leftmost of another."""
    own_label: Ints
    """Of the leftmost free truth, each label for itself, where only hits were matched before."""


def partial(tally: Tally, outcomes: Outcomes) -> Partial:
    """Pair what is left over, from left to right."""
    pairs, none = tally.pairs, np.zeros(0, dtype=np.int64)
    truth, prediction = pairs["truth"], pairs["prediction"]
    hits = outcomes.same[outcomes.hit]
    found = np.zeros(len(tally.truths["task"]), dtype=bool)
    found[truth[hits]] = True
    open_pairs = (outcomes.counted & (outcomes.same < 0))[prediction] & ~found[truth]
    alike = same_label(tally)
    left = open_pairs & (outcomes.confused < 0)[prediction] & (outcomes.truth_pair < 0)[truth]
    if not open_pairs.any():
        return Partial(none, none, none)
    return Partial(
        any_label=_leftmost(tally, left, ()),
        by_type=_leftmost(tally, left, (_distance(tally, left) * alike[left], ~alike[left])),
        own_label=_leftmost(tally, open_pairs & alike, ()),
    )


def same_label(tally: Tally) -> Bools:
    """By pair: whether truth and prediction have one label."""
    labels = tally.predictions["label"][tally.pairs["prediction"]]
    return np.asarray(labels == tally.truths["label"][tally.pairs["truth"]])


def schemes(tally: Tally, outcomes: Outcomes, found: Partial) -> dict[str, Counts]:
    """The counts of each way to count, over all labels: each of shape (1,)."""
    hits, counted = int(outcomes.hit.sum()), int(outcomes.counted.sum())
    renamed, overlapping = int((outcomes.confused >= 0).sum()), len(found.any_label)
    typed = int(same_label(tally)[found.by_type].sum())
    mistyped = len(found.by_type) - typed
    parts = {
        "strict": (hits, 0, renamed + overlapping),
        "exact": (hits + renamed, 0, overlapping),
        "partial": (hits + renamed, overlapping, 0),
        "type": (hits + typed, 0, renamed + mistyped),
    }
    truths = len(tally.truths["task"])
    return {
        name: Counts(*(np.array([value]) for value in (*parts[name], counted, truths)))
        for name in SCHEMES
    }


def by_label(tally: Tally, scores: confusion.Scores, found: Partial) -> Counts:
    """The counts of `partial` for each label by itself: each of shape (labels,)."""
    label = tally.truths["label"][tally.pairs["truth"][found.own_label]]
    halves = np.bincount(label, minlength=len(tally.labels))
    nothing = np.zeros_like(halves)
    return Counts(scores.hits, halves, nothing, scores.predictions, scores.truths)


def _leftmost(tally: Tally, allowed: Bools, before: tuple[Array, ...]) -> Ints:
    """The pairs that come about where predictions choose from left to right.

    `allowed` is by pair. `before` are keys by allowed pair, the last one first, that decide before
    the place of the truth; the least wins.
    """
    rows = np.flatnonzero(allowed)
    if not len(rows):
        return rows
    truth, prediction = tally.pairs["truth"][rows], tally.pairs["prediction"][rows]
    place = _places(tally.truths)[truth]
    preference = np.empty(len(rows))
    preference[np.lexsort((place, *before))] = np.arange(len(rows), 0.0, -1.0) / len(rows)
    places = _places(tally.predictions)
    turn = (len(places) - places) / len(places)
    chosen = matching.greedy((truth, prediction, preference), turn, np.zeros(1))[1][:, 0]
    return rows[chosen[chosen >= 0]]


def _places(rows: Rows) -> Ints:
    """By span its place from left to right, over all tasks."""
    found = np.empty(len(rows["task"]), dtype=np.int64)
    order = np.lexsort((rows["end"], rows["start"], rows["task"]))
    found[order] = np.arange(len(order))
    return found


def _distance(tally: Tally, allowed: Bools) -> Ints:
    """By allowed pair how far apart the starts and the ends are, together."""
    truth, prediction = tally.pairs["truth"][allowed], tally.pairs["prediction"][allowed]
    found = np.zeros(len(truth), dtype=np.int64)
    for side in ("start", "end"):
        found += np.abs(tally.truths[side][truth] - tally.predictions[side][prediction])
    return found
