"""Which predictions and truths overlap, and which of them belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

import numpy as np

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
    """All pairs of one task with an IoU of at least `least`.

    `truths` and `predictions` have shape (n, 4) as in `box_iou`; `owners` are the tasks of
    each, ascending; `crowd` is by truth. `measure` gives the IoU of rows of truths and rows of
    predictions where that is not their boxes'.
    """
    truth_task, prediction_task = owners
    low = np.searchsorted(truth_task, prediction_task, side="left")
    high = np.searchsorted(truth_task, prediction_task, side="right")
    found = []
    for prediction, truth in expanded(low, high):
        if measure is None:
            marked = None if crowd is None else crowd[truth]
            iou = box_iou(truths[truth], predictions[prediction], marked)
        else:
            iou = measure(truth, prediction)
        near = iou >= least
        found.append((truth[near], prediction[near], iou[near]))
    return _joined(found)


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
    order = np.lexsort((-confidence, group))
    grouped = group[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = grouped[1:] != grouped[:-1]
    place = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    found = np.empty(len(order), dtype=np.int64)
    found[order] = place
    return found


def greedy(
    pairs: Pairs,
    group: Ints,
    confidence: Floats,
    thresholds: Floats,
    ignored: Bools | None = None,
    crowd: Bools | None = None,
) -> tuple[Ints, Ints]:
    """Match predictions with truths under several settings (columns) at once.

    In each group the predictions choose one after the other, by descending confidence and then
    by row; each takes the free truth of highest IoU that reaches the column's threshold, the
    last of several equal ones, and an `ignored` truth only where no other is left. A `crowd`
    stays free, whoever takes it. So what a prediction gets does not depend on less confident
    ones. Source: `COCOeval.evaluateImg` of pycocotools 2.0.11.

    `group` and `confidence` are by prediction, `thresholds` of shape (columns,), `ignored` of
    shape (truths, columns), `crowd` by truth. Returns the predictions that have candidates, and
    for each the row of `pairs` it got in each column, or -1: shapes (m,) and (m, columns).
    """
    rounds = _Rounds.of(pairs, group, confidence)
    truth, iou = pairs[0][rounds.order], pairs[2][rounds.order]
    taken = np.zeros((int(truth.max()) + 1 if len(truth) else 0, len(thresholds)), dtype=bool)
    won = np.full((len(rounds.prediction), len(thresholds)), -1, dtype=np.int64)
    wanted = np.minimum(thresholds, NEARLY_ONE)
    for first, last in rounds.bounds:
        begin, end = rounds.starts[first], rounds.starts[last]
        starts = rounds.starts[first:last] - begin
        here, overlap = truth[begin:end], iou[begin:end, None]
        free = (overlap >= wanted) & ~taken[here]
        won_here = _best(free, overlap, starts, None if ignored is None else ignored[here])
        row, column = np.nonzero(won_here >= 0)
        winner = won_here[row, column]
        chosen = here[winner]
        taken[chosen, column] = True if crowd is None else ~crowd[chosen]
        won[first + row, column] = rounds.order[begin + winner]
    return rounds.prediction, won


class _Rounds:
    """The pairs in the order in which predictions choose: round by round, one a group."""

    __slots__ = ("bounds", "order", "prediction", "starts")

    def __init__(self, order: Ints, prediction: Ints, starts: Ints, turns: Ints) -> None:
        self.order = order
        self.prediction = prediction
        self.starts = starts
        changes = np.flatnonzero(np.diff(turns)) + 1
        edges = [0, *changes.tolist(), len(turns)] if len(turns) else []
        self.bounds = list(pairwise(edges))

    @classmethod
    def of(cls, pairs: Pairs, group: Ints, confidence: Floats) -> _Rounds:
        truth, prediction, _ = pairs
        involved, member = np.unique(prediction, return_inverse=True)
        turn = ranks(group[involved], confidence[involved])
        order = np.lexsort((truth, member, turn[member]))
        member = member[order]
        starts = np.flatnonzero(np.diff(member, prepend=-1))
        chosen = member[starts]
        return cls(order, involved[chosen], np.append(starts, len(order)), turn[chosen])


def _best(free: Bools, overlap: Floats, starts: Ints, ignored: Bools | None) -> Ints:
    """For each prediction and column the place of its best free pair, or -1."""
    lengths = np.diff(np.append(starts, len(free)))
    if ignored is not None:
        real = free & ~ignored
        some = np.repeat(np.logical_or.reduceat(real, starts), lengths, axis=0)
        free = np.where(some, real, free)
    reached = np.where(free, overlap, -1.0)
    best = np.repeat(np.maximum.reduceat(reached, starts), lengths, axis=0)
    places = np.where(free & (reached == best), np.arange(len(free))[:, None], -1)
    return np.asarray(np.maximum.reduceat(places, starts))


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
        place = np.arange(len(row)) - np.repeat(np.cumsum(some) - some, some) + low[row]
        yield row, place
        begin = end


def _joined(found: list[Pairs]) -> Pairs:
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    truth, prediction, iou = (np.concatenate(column) for column in zip(*found, strict=True))
    return truth, prediction, iou
