"""TIDE one image, one prediction and one label at a time, as the package tidecv 1.0.1 does it.

The package itself opens windows to show errors and so needs OpenCV; this is its algorithm in plain
loops, with IoUs by pycocotools. The package was compared with linlog once, by 328
runs on sets of `cases.hard_boxes` whose ignored truths were made ordinary: all counts equal, and
average precision and every cost to 2e-15.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from pycocotools import mask

MOST = 100
BACKGROUND = 0.1
NAMES = ("cls", "loc", "both", "dupe", "bkg", "miss")


@dataclass(eq=False)
class Thing:
    """A truth or a prediction."""

    name: str
    label: str
    place: object
    confidence: float = 1.0
    crowd: bool = False
    used: bool | None = False
    """None for a prediction that lies on a crowd."""
    wanted_by: list[Thing] = field(default_factory=list)


@dataclass(eq=False)
class Error:
    kind: str
    prediction: Thing | None
    truth: Thing | None = None

    @property
    def point(self):
        """What stands in the ranking: label, confidence, right or not."""
        if self.prediction is None or self.prediction.used is None:
            return None
        return self.prediction.label, self.prediction.confidence, False

    @property
    def fixed(self):
        if self.kind not in ("cls", "loc") or self.truth.used:
            return None
        best = None
        for each in self.truth.wanted_by:
            if best is None or each.confidence > best.confidence:
                best = each
        return (self.truth.label, best.confidence, True) if best is self.prediction else None


@dataclass
class Found:
    precision: float
    gains: dict[str, float]
    by_label: dict[str, dict[str, float]]
    counts: dict[str, dict[str, int]]
    """By type and label."""


def evaluated(items, *, place, threshold=0.5):
    """What TIDE finds; `place(shape, item)` is a box or a mask as pycocotools reads it.

    A truth that is marked as ignored is like a crowd here, but lies as its IoU says.
    """
    standing, truths, unmatched, errors = [], defaultdict(int), defaultdict(int), []
    for item in sorted(items, key=lambda each: each.task_id):
        sides = [
            Thing(each.annotation_id, each.label, place(each.shape, item),
                  crowd="crowd" if each.crowd else "ignored" if each.ignored else "")
            for each in item.truths
        ]  # fmt: skip
        predictions = [
            Thing(each.prediction_id, each.label, place(each.shape, item), each.confidence)
            for each in item.predictions
        ]
        predictions = sorted(predictions, key=lambda each: -each.confidence)[:MOST]
        real = [each for each in sides if not each.crowd]
        for each in real:
            truths[each.label] += 1
        if predictions:
            errors += _image(real, [e for e in sides if e.crowd], predictions, threshold)
        standing += [(e.label, e.confidence, e.used) for e in predictions if e.used is not None]
        lost = [each for each in real if not each.used]
        for each in lost:
            unmatched[each.label] += 1
        errors += [Error("miss", None, each) for each in lost if not each.wanted_by]
    return _costs(standing, dict(truths), dict(unmatched), errors)


def _image(real, void, predictions, threshold):
    places = [each.place for each in predictions]
    iou = np.zeros((len(predictions), 1))
    if real:
        iou = mask.iou(places, [each.place for each in real], [False] * len(real))
    same = np.array([[p.label == t.label for t in real] for p in predictions]).reshape(
        len(predictions), -1
    )
    if real:
        free = iou * same
        for row, each in enumerate(predictions):
            at = int(np.argmax(free[row]))
            if free[row, at] >= threshold:
                each.used = real[at].used = True
                free[:, at] = 0
    for region in void:
        shares = mask.iou(places, [region.place], [region.crowd == "crowd"])
        for row, each in enumerate(predictions):
            if not each.used and shares[row, 0] > threshold and region.label == each.label:
                each.used = None
    taken = np.array([bool(each.used) for each in real])
    return [
        _error(each, real, iou[row], same[row], taken, threshold)
        for row, each in enumerate(predictions)
        if not each.used
    ]


def _error(prediction, real, iou, same, taken, threshold):
    if not real:
        return Error("bkg", prediction)
    own, other, again = iou * same, iou * ~same, iou * same * taken
    if BACKGROUND <= own.max() <= threshold:
        return _wanting("loc", prediction, real[int(own.argmax())])
    if other.max() >= threshold:
        return _wanting("cls", prediction, real[int(other.argmax())])
    if again.max() >= threshold:
        return Error("dupe", prediction)
    if iou.max() <= BACKGROUND:
        return Error("bkg", prediction)
    return Error("both", prediction)


def _wanting(kind, prediction, truth):
    if not truth.used:
        truth.wanted_by.append(prediction)
    return Error(kind, prediction, truth)


def _costs(standing, truths, unmatched, errors):
    base = _precisions(standing, truths)
    right = [each for each in standing if each[2]]

    def again(points, wanted):
        return _precisions([each for each in points if each is not None] + right, wanted)

    plain = [error.point for error in errors]
    fixed = {
        name: again(
            [error.fixed if error.kind == name else error.point for error in errors],
            _less(truths, [e.truth.label for e in errors if e.kind == name == "miss"]),
        )
        for name in NAMES
    }
    sure = [each and (each[0], 0.0, False) for each in plain]
    best = [(label, 1.0, True) for label, _, _ in right]
    special = {
        "false_positives": _precisions([each for each in sure if each] + best, truths),
        "false_negatives": again(
            plain, {label: amount - unmatched.get(label, 0) for label, amount in truths.items()}
        ),
    }
    counts = {name: defaultdict(int) for name in NAMES}
    for error in errors:
        counts[error.kind][(error.prediction or error.truth).label] += 1
    return Found(
        _mean(base) if base else float("nan"),
        {name: max(_mean(each) - _mean(base), 0) for name, each in fixed.items()}
        | {name: _mean(each) - _mean(base) for name, each in special.items()},
        {
            name: {label: max(each.get(label, 0) - base[label], 0) for label in truths}
            for name, each in fixed.items()
        },
        counts,
    )


def _less(truths, labels):
    found = dict(truths)
    for label in labels:
        found[label] -= 1
    return found


def _mean(precisions):
    return sum(precisions.values()) / len(precisions) if precisions else 0.0


def _precisions(points, truths):
    """Average precision of every label that has a point or a truth."""
    by_label = defaultdict(list)
    for label, confidence, right in points:
        by_label[label].append((confidence, right))
    used = sorted(set(by_label) | {label for label, amount in truths.items() if amount})
    return {label: _precision(by_label[label], truths.get(label, 0)) for label in used}


def _precision(points, truths):
    if not truths:
        return 0.0
    hits, precisions, recalls = 0, [], []
    for number, (_, right) in enumerate(sorted(points, key=lambda each: -each[0]), 1):
        hits += right
        precisions.append(hits / number)
        recalls.append(hits / truths)
    total = 0.0
    for step in range(101):
        later = [p for p, r in zip(precisions, recalls, strict=True) if r >= step / 100]
        total += max(later, default=0.0)
    return total / 101
