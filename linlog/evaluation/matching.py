"""Which predictions and truths overlap, and which of them belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from linlog.evaluation import columns, packed
from linlog.evaluation.tallies import Bools, Floats, Ints

PAIRS_AT_ONCE: Final = 1 << 18
"""Candidate pairs that are looked at together: enough for speed, few enough for memory."""
NEARLY_ONE: Final = 1 - 1e-10
"""No IoU threshold asks for more, as in pycocotools: a perfect box may lose its last digit."""

Pairs = tuple[Ints, Ints, Floats]
"""Rows of truths, rows of predictions, and the IoU of each pair."""
Measure = Callable[[Ints, Ints], Floats]
"""From rows of truths and rows of predictions to their IoU, pair by pair."""


def box_iou(first: Floats, second: Floats, crowd: Bools | None = None) -> Floats:
    """Intersection over union of upright boxes, pair by pair, in float64.

    Both of shape (n, 4): left, top, width, height. `iou = i / (a + b - i)`; 0 where the boxes
    do not overlap or have no area. Where the first is a `crowd`, `i / b`: how much of the second
    lies in it. Equals `pycocotools.mask.iou` (COCO API, Lin et al. 2014).

    >>> box_iou(np.array([[0.0, 0, 2, 1]]), np.array([[1.0, 0, 2, 1]]))
    array([0.33333333])
    """
    right = np.minimum(first[:, 0] + first[:, 2], second[:, 0] + second[:, 2])
    width = right - np.maximum(first[:, 0], second[:, 0])
    bottom = np.minimum(first[:, 1] + first[:, 3], second[:, 1] + second[:, 3])
    height = bottom - np.maximum(first[:, 1], second[:, 1])
    common = np.where((width > 0) & (height > 0), width * height, 0.0)
    own = second[:, 2] * second[:, 3]
    union = own + first[:, 2] * first[:, 3] - common
    if crowd is not None:
        union = np.where(crowd, own, union)
    return np.divide(common, union, out=np.zeros_like(common), where=common > 0)


def span_iou(first: Ints, second: Ints) -> Floats:
    """Characters in both spans over characters in either, pair by pair.

    Both of shape (n, 2): start, end (after the last character). 1 exactly for equal spans.

    >>> span_iou(np.array([[0, 4]]), np.array([[2, 6]]))
    array([0.33333333])
    """
    common = np.minimum(first[:, 1], second[:, 1]) - np.maximum(first[:, 0], second[:, 0])
    common = np.maximum(common, 0)
    union = first[:, 1] - first[:, 0] + second[:, 1] - second[:, 0] - common
    return np.asarray(common / np.maximum(union, 1), dtype=np.float64)


def box_pairs(
    truths: Floats,
    predictions: Floats,
    owners: tuple[Ints, Ints],
    least: float,
    crowd: Bools | None = None,
    measure: Measure | None = None,
) -> Pairs:
    """All pairs of one task with an IoU of at least `least`, which is above 0.

    `truths` and `predictions` have shape (n, 4) as in `box_iou`; `owners` are the tasks of
    each, ascending; `crowd` is by truth. `measure` gives the IoU of rows of truths and rows of
    predictions where that is not their boxes'.
    """
    truth_task, prediction_task = owners
    low = np.searchsorted(truth_task, prediction_task, side="left")
    high = np.searchsorted(truth_task, prediction_task, side="right")
    beside = _beside(truths, predictions)
    found = []
    for prediction, truth in expanded(low, high):
        if measure is None:
            # Most pairs lie apart, and one look tells so.
            rows = np.flatnonzero(beside(truth, prediction))
            truth, prediction = truth[rows], prediction[rows]  # noqa: PLW2901 - fewer of them
            marked = None if crowd is None else crowd[truth]
            iou = box_iou(truths[truth], predictions[prediction], marked)
        else:
            iou = measure(truth, prediction)
        near = iou >= least
        found.append((truth[near], prediction[near], iou[near]))
    return _joined(found)


def _beside(truths: Floats, predictions: Floats) -> Callable[[Ints, Ints], Bools]:
    """Whether boxes have a column in common, from rows of truths and rows of predictions."""
    left, other_left = truths[:, 0].copy(), predictions[:, 0].copy()
    right, other_right = left + truths[:, 2], other_left + predictions[:, 2]

    def beside(truth: Ints, prediction: Ints) -> Bools:
        begin = np.maximum(left[truth], other_left[prediction])
        return np.asarray(np.minimum(right[truth], other_right[prediction]) > begin)

    return beside


def span_pairs(truths: Ints, predictions: Ints, owners: tuple[Ints, Ints]) -> Pairs:
    """All pairs of one task that share at least one character.

    `truths` and `predictions` have shape (n, 2) as in `span_iou`; `owners` are the tasks of
    each, ascending. Only truths that begin near a prediction are looked at.
    """
    if not len(truths) or not len(predictions):
        return _joined([])
    stride = int(max(truths.max(), predictions.max())) + 1
    begins = owners[0] * stride + truths[:, 0]
    order = np.argsort(begins, kind="stable")
    longest = int((truths[:, 1] - truths[:, 0]).max())
    base = owners[1] * stride
    low = np.searchsorted(
        begins[order], base + np.maximum(predictions[:, 0] - longest + 1, 0), side="left"
    )
    high = np.searchsorted(begins[order], base + predictions[:, 1], side="left")
    found = []
    for prediction, place in expanded(low, np.maximum(high, low)):
        truth = order[place]
        iou = span_iou(truths[truth], predictions[prediction])
        found.append((truth[iou > 0], prediction[iou > 0], iou[iou > 0]))
    return _joined(found)


def ranks(group: Ints, confidence: Floats) -> Ints:
    """Place of each prediction in its group by descending confidence, from 0; equals in order.

    >>> ranks(np.array([0, 0, 1]), np.array([0.2, 0.9, 0.5]))
    array([1, 0, 0])
    """
    order = packed.descending(group, confidence)
    first = np.flatnonzero(columns.heads(group[order]))
    lengths = np.diff(np.append(first, len(order)))
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.arange(len(order)) - np.repeat(first, lengths)
    return found


def greedy(
    pairs: Pairs,
    confidence: Floats,
    thresholds: Floats,
    ignored: Bools | None = None,
    crowd: Bools | None = None,
) -> tuple[Ints, Ints]:
    """Match predictions with truths under several settings (columns) at once.

    The predictions choose one after the other, by descending confidence and then by row; each
    takes the free truth of highest IoU that reaches the column's threshold, the last of several
    equal ones, and an `ignored` truth only where no other is left. A `crowd` stays free, whoever
    takes it. So what a prediction gets does not depend on less confident ones. Source:
    `COCOeval.evaluateImg` of pycocotools 2.0.11.

    Found by deferred acceptance (Gale & Shapley 1962): all ask at once for what they like best, a
    truth keeps the most confident who asked, the others ask for their next. As all truths agree
    on who comes first, the one stable matching is that of choosing in turn.

    `pairs` come by prediction and then by truth, as in a tally, their IoU from 0 to 1;
    `confidence` is by prediction, `thresholds` of shape (columns,), `ignored` of shape (truths,
    columns), `crowd` by truth. Returns the predictions that have candidates, ascending, and for
    each the row of `pairs` it got in each column, or -1: shapes (m,) and (m, columns).
    """
    truth, prediction, iou = pairs
    heads = columns.heads(prediction)
    involved, member = prediction[heads], np.cumsum(heads, dtype=np.int32)
    member -= 1
    won = np.full((len(involved), len(thresholds)), -1, dtype=np.int64)
    if not len(involved):
        return involved, won
    by_turn = packed.descending(np.zeros(len(involved), np.int8), confidence[involved])
    turn = np.empty(len(involved), dtype=np.int64)
    turn[by_turn] = np.arange(len(involved))
    wishes = _Wishes(truth, turn[member], iou)
    wanted = np.minimum(thresholds, NEARLY_ONE)
    settings = [(column, _column(ignored, column)) for column in range(len(thresholds))]
    lists = [wishes.at(least, void) for least, (_, void) in zip(wanted, settings, strict=True)]
    amounts = [len(each) for each in lists]
    rows = np.concatenate(lists)
    column = np.repeat(np.arange(len(thresholds)), amounts)
    asked = truth[rows] + column * (int(truth.max()) + 1)
    who = turn[member[rows]] + column * len(involved)
    place = _accepted(asked, who, None if crowd is None else crowd[truth[rows]])
    won[by_turn[who[place] % len(involved)], column[place]] = rows[place]
    return involved, won


class _Wishes:
    """The pairs in the order in which predictions like them, by turn of the prediction."""

    def __init__(self, truth: Ints, turn: Ints, iou: Floats) -> None:
        # Of equal IoUs the last truth is liked best: so pairs are sorted from the last one.
        self._truth, self._turn, self._iou = truth[::-1], turn[::-1], iou[::-1]
        self._known: dict[bytes, tuple[Ints, Floats]] = {}

    def at(self, least: float, ignored: Bools | None) -> Ints:
        """Rows of the pairs with an IoU of at least `least`, ignored truths after the others."""
        key = b"" if ignored is None else ignored.tobytes()
        if key not in self._known:
            group = self._turn * 2
            if ignored is not None:
                group += ignored[self._truth]
            order = packed.descending(group, self._iou)
            self._known[key] = len(order) - 1 - order, self._iou[order]
        rows, iou = self._known[key]
        return rows[iou >= least]


def _column(ignored: Bools | None, column: int) -> Bools | None:
    return None if ignored is None else np.ascontiguousarray(ignored[:, column])


def _accepted(asked: Ints, who: Ints, open_to_all: Bools | None) -> Ints:
    """Places of the wishes that come true.

    `asked` are numbers of truths, `who` of those who wish, ascending, each with its wishes in
    order; a lower number comes first. `open_to_all` says which wishes always come true.
    """
    begin = np.flatnonzero(columns.heads(who))
    end = np.append(begin[1:], len(who))
    nobody = len(begin)
    holder = np.full(int(asked.max(initial=-1)) + 1, nobody)
    at, asking = begin.copy(), np.arange(len(begin))
    while len(asking):
        wish = at[asking]
        if open_to_all is not None:
            shut = ~open_to_all[wish]
            asking, wish = asking[shut], wish[shut]
        truth = asked[wish]
        before = holder[truth]
        better = asking < before
        rivals, truth, before = asking[better], truth[better], before[better]
        holder[truth[::-1]] = rivals[::-1]  # of several the last one written stays: the first
        kept = holder[truth] == rivals
        out = before[kept]
        turned_down = np.concatenate([asking[~better], rivals[~kept], out[out < nobody]])
        at[turned_down] += 1
        asking = np.sort(turned_down[at[turned_down] < end[turned_down]])
    return at[at < end]


def expanded(low: Ints, high: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Every row with every place of its range [low, high), a limited number at a time."""
    counts = high - low
    ends = np.cumsum(counts)
    begin = 0
    while begin < len(counts):
        before = int(ends[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(ends, before + PAIRS_AT_ONCE, side="right")), begin + 1)
        some = counts[begin:end]
        row = np.repeat(np.arange(begin, end), some)
        place = np.arange(len(row)) + np.repeat(low[begin:end] - (np.cumsum(some) - some), some)
        yield row, place
        begin = end


def _joined(found: list[Pairs]) -> Pairs:
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    truth, prediction, iou = (np.concatenate(column) for column in zip(*found, strict=True))
    return truth, prediction, iou
