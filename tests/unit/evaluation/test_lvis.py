"""The protocol of LVIS against a plain restatement of `LVISEval`.

The package lvis 0.5.3 is no test requirement: it calls names that numpy has dropped and installs
OpenCV and matplotlib. The restatement below follows its evaluation line by line and was compared
with it once, on the 300 sets of this file: every number equal.
"""

from __future__ import annotations

import numpy as np
import pytest

from linlog.evaluation import kinds, lvis
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box
from tests.unit.evaluation import cases

KIND = kinds.get("detection")
CONFIG = KIND.Config()
THRESHOLDS, RECALLS = np.linspace(0.5, 0.95, 10), np.linspace(0, 1, 101)
SIZES = {"": (0, 1e10), "s": (0, 1024), "m": (1024, 9216), "l": (9216, 1e10)}


def federated(seed):
    """Items without crowds, and what is known about their labels."""
    random = np.random.default_rng(seed)
    items = [
        Item(item.task_id, tuple(uncrowded(each) for each in item.truths), item.predictions)
        for item in cases.hard_boxes(seed)
    ]
    tasks = [item.task_id for item in items]

    def some(share):
        return {
            task: {label for label in cases.LABELS if random.random() < share} for task in tasks
        }

    frequency = {label: str(random.choice(lvis.FREQUENCIES)) for label in cases.LABELS}
    return items, lvis.Federation(absent=some(0.3), partly_marked=some(0.3), frequency=frequency)


def uncrowded(truth):
    return Truth(
        truth.annotation_id, truth.label, truth.shape, ignored=truth.ignored, area=truth.area
    )


def restated(items, federation):
    """The numbers of LVISEval, by loops over images, labels, sizes and thresholds."""
    items = sorted(items, key=lambda item: item.task_id)
    labels = sorted({each.label for item in items for each in item.truths})
    found = [(item, *limited(item, federation)) for item in items]
    precision, recall = {}, {}
    for label in labels:
        for name, (low, high) in SIZES.items():
            for threshold in THRESHOLDS:
                rows, positives = [], 0
                for item, truths, predictions in found:
                    own = [each for each in truths if each.label == label]
                    said = [each for each in predictions if each.label == label]
                    partly = label in federation.partly_marked[item.task_id]
                    results, amount = image(own, said, (low, high), threshold, partly=partly)
                    rows += results
                    positives += amount
                if positives:
                    key = (label, name, round(float(threshold), 2))
                    precision[key], recall[key] = curve(rows, positives)

    def mean(values, **wanted):
        chosen = [
            value
            for (label, size, threshold), value in values.items()
            if size == wanted.get("size", "")
            and threshold == wanted.get("threshold", threshold)
            and federation.frequency[label] == wanted.get("frequency", federation.frequency[label])
        ]
        return np.mean(chosen) if chosen else np.nan

    return {
        "AP": mean(precision),
        "AP50": mean(precision, threshold=0.5),
        "AP75": mean(precision, threshold=0.75),
        **{f"AP{size}": mean(precision, size=size) for size in "sml"},
        **{f"AP{name[0]}": mean(precision, frequency=name) for name in lvis.FREQUENCIES},
        "AR@300": mean(recall),
        **{f"AR{size}@300": mean(recall, size=size) for size in "sml"},
    }


def limited(item, federation):
    """The truths of an image, and its predictions that count."""
    best = sorted(item.predictions, key=lambda each: each.confidence, reverse=True)[:300]
    truths = [each for each in item.truths if size(each) > 0]
    known = federation.absent[item.task_id] | {truth.label for truth in truths}
    return truths, [each for each in best if each.label in known and each.shape.area > 0]


def size(truth):
    return truth.shape.area if truth.area is None else truth.area


def image(truths, predictions, bounds, threshold, *, partly):
    """Confidence, match and ignored of each prediction, and how many truths count."""
    low, high = bounds

    def void(truth):
        return truth.ignored or size(truth) < low or size(truth) > high

    truths = sorted(truths, key=void)
    predictions = sorted(predictions, key=lambda each: -each.confidence)
    taken, results = set(), []
    for each in predictions:
        best, place = min(threshold, 1 - 1e-10), None
        for at, truth in enumerate(truths):
            if at in taken:
                continue
            if place is not None and not void(truths[place]) and void(truth):
                break
            iou = overlap(truth.shape, each.shape)
            if iou >= best:
                best, place = iou, at
        if place is None:
            area = each.shape.area
            results.append((each.confidence, False, area < low or area > high or partly))
        else:
            taken.add(place)
            results.append((each.confidence, True, void(truths[place])))
    return results, sum(not void(truth) for truth in truths)


def curve(rows, positives):
    """The mean of precision at 101 recalls, and the recall of all."""
    rows = sorted(rows, key=lambda row: -row[0])
    right = np.cumsum([match and not ignored for _, match, ignored in rows])
    wrong = np.cumsum([not match and not ignored for _, match, ignored in rows])
    if not rows:
        return 0.0, 0.0
    precision = right / (right + wrong + np.spacing(1))
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(right / positives, RECALLS, side="left")
    values = [precision[place] if place < len(rows) else 0.0 for place in places]
    return np.mean(values), right[-1] / positives


def overlap(first, second):
    width = min(first.left + first.width, second.left + second.width) - max(first.left, second.left)
    height = min(first.top + first.height, second.top + second.height) - max(first.top, second.top)
    common = width * height if width > 0 and height > 0 else 0.0
    return common / (first.area + second.area - common) if common else 0.0


@pytest.mark.parametrize("seed", range(0, 300, 10))
def test_equals_lvis(seed):
    for each in range(seed, seed + 10):
        items, federation = federated(each)
        found = lvis.numbers(KIND.match(items, CONFIG), federation)
        assert found == pytest.approx(restated(items, federation), abs=1e-12, nan_ok=True)


BOX, FAR = Box(0, 0, 40, 40), Box(500, 0, 40, 40)
TRUTH = Truth("a_1", "cat", BOX)
RIGHT = Prediction("pr_1", "cat", BOX, 0.5)


def ap(predictions, *, absent=(), partly_marked=()):
    federation = lvis.Federation(
        absent={"t_1": set(absent)},
        partly_marked={"t_1": set(partly_marked)},
        frequency={"cat": "rare", "dog": "common"},
    )
    items = [
        Item("t_1", (Truth("a_2", "dog", BOX),) if "dog" in partly_marked else (), predictions),
        Item("t_2", (TRUTH, Truth("a_3", "dog", BOX)), (RIGHT, Prediction("pr", "dog", BOX, 0.5))),
    ]
    return lvis.numbers(KIND.match(items, CONFIG), federation)


def test_a_label_of_which_nothing_is_known_costs_nothing():
    wrong = (Prediction("pr_2", "cat", FAR, 0.9),)
    assert ap(wrong)["AP50"] == pytest.approx(1)
    assert ap(wrong, absent=["cat"])["AP50"] == pytest.approx(0.75)
    assert ap(wrong, absent=["cat"])["APr"] == pytest.approx(0.5)
    assert ap(wrong, absent=["cat"])["APc"] == pytest.approx(1)


def test_where_not_all_is_marked_what_takes_no_truth_is_ignored():
    found = (Prediction("pr_2", "dog", BOX, 0.9), Prediction("pr_3", "dog", FAR, 0.95))
    assert ap(found, partly_marked=["dog"])["AP50"] == pytest.approx(1)


def test_three_hundred_on_an_image_count_whatever_their_labels():
    noise = tuple(Prediction("pr", "dog", FAR, 0.9) for _ in range(300))
    items = [Item("t_1", (TRUTH,), (*noise, RIGHT))]
    federation = lvis.Federation(absent={}, partly_marked={}, frequency={"cat": "rare"})
    tally = KIND.match(items, CONFIG)
    assert lvis.numbers(tally, federation)["AR@300"] == 0
    tally = KIND.match([Item("t_1", (TRUTH,), (*noise[1:], RIGHT))], CONFIG)
    assert lvis.numbers(tally, federation)["AR@300"] == 1
