"""What the page on matching says is enough to compute the numbers again, by its words alone."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from linlog.evaluation import kinds
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Polygon, Whole
from linlog.shapes.polygon import Segment
from linlog.wire.blocks import Scalars

LABELS = ("ant", "bee", "cow", "doe", "elk", "fox", "gnu")


def scalars(kind, items, **settings):
    """The headline numbers of a report, by name."""
    judge = kinds.get(kind)
    config = judge.Config(**settings)
    report = judge.summarize(judge.match(items, config), config)
    block = next(each for each in report.blocks if isinstance(each, Scalars))
    return {each.name: each.value for each in block.scalars}


def drawn(seed, most):
    """By task its true labels, and by label the confidence that it was given."""
    chance = np.random.default_rng(seed)
    truths, given = [], []
    for _ in range(60):
        truths.append({*chance.choice(LABELS[:6], chance.integers(0, most + 1), replace=False)})
        some = chance.choice(LABELS, chance.integers(0, 7), replace=False)
        given.append({str(each): round(float(chance.random()), 1) for each in some})
    return truths, given


def whole(truths, given):
    return [
        Item(
            f"{at:03d}",
            [Truth(f"a{at}{name}", name, Whole()) for name in sorted(right)],
            [Prediction(f"p{at}{name}", name, Whole(), sure) for name, sure in said.items()],
        )
        for at, (right, said) in enumerate(zip(truths, given, strict=True))
    ]


def steps(pairs):
    """By step of equal confidences, from the highest, how many so far, and how many are true."""
    ranked = sorted({sure for sure, _ in pairs}, reverse=True)
    yield 0, 0
    for bound in ranked:
        kept = [true for sure, true in pairs if sure >= bound]
        yield len(kept), sum(kept)


def roc_area(pairs):
    true = sum(each for _, each in pairs)
    if true in (0, len(pairs)):
        return None
    points = [((n - k) / (len(pairs) - true), k / true) for n, k in steps(pairs)]
    ends = pairwise(points)
    return sum((x1 - x0) * (y0 + y1) / 2 for (x0, y0), (x1, y1) in ends)


def average_precision(pairs):
    true = sum(each for _, each in pairs)
    if not true:
        return None
    found = list(steps(pairs))
    gains = pairwise(found)
    return sum((k - before) / true * k / n for (_, before), (n, k) in gains)


def calibration_error(pairs):
    error = 0.0
    for place in range(15):
        low, high = place / 15, (place + 1) / 15
        some = [(s, r) for s, r in pairs if low < s <= high or (place == 0 and s == 0)]
        if some:
            sure, right = np.mean(some, axis=0)
            error += len(some) / len(pairs) * abs(right - sure)
    return error


@pytest.mark.parametrize(("seed", "most"), [*product(range(4), (1, 3))])
def test_whole_items(seed, most):
    truths, given = drawn(seed, most)
    one = most == 1
    found = scalars("classification", whole(truths, given), labels="one" if one else "several")
    judged = [pair for pair in zip(truths, given, strict=True) if pair[0] or not one]
    known = sorted({name for pair in judged for side in pair for name in side})
    ranked = {
        name: [(said.get(name, 0.0), name in right) for right, said in judged] for name in known
    }
    for number, area in (("roc_auc", roc_area), ("average_precision", average_precision)):
        by_label = {name: area(pairs) for name, pairs in ranked.items()}
        kept = [name for name, value in by_label.items() if value is not None]
        values = [by_label[name] for name in kept]
        weights = [sum(true for _, true in ranked[name]) for name in kept]
        assert found[f"{number}_macro"] == pytest.approx(np.mean(values))
        assert found[f"{number}_weighted"] == pytest.approx(np.average(values, weights=weights))
        pooled = [pair for pairs in ranked.values() for pair in pairs]
        assert found[f"{number}_micro"] == pytest.approx(area(pooled))
    if one:
        for k in (2, 3, 5):
            best = [sorted(said, key=lambda name: (-said[name], name))[:k] for _, said in judged]
            hits = [bool(right & {*top}) for (right, _), top in zip(judged, best, strict=True)]
            assert found[f"top_{k}"] == pytest.approx(np.mean(hits))
    if one:
        decided = [
            (said[name], name in right)
            for right, said in judged
            if said
            for name in [min(said, key=lambda name: (-said[name], name))]
        ]
    else:
        decided = [(sure, name in right) for right, said in judged for name, sure in said.items()]
    answers = [
        {min(said, key=lambda name: (-said[name], name))}
        if one and said
        else {name for name, sure in said.items() if sure >= 0.5}
        for _, said in judged
    ]
    both = [(right, answer) for (right, _), answer in zip(judged, answers, strict=True)]
    assert found["accuracy"] == pytest.approx(np.mean([right == said for right, said in both]))
    if not one:
        wrong = sum(len(right ^ said) for right, said in both)
        assert found["hamming_loss"] == pytest.approx(wrong / (len(judged) * len(known)))
    brier = np.mean([(sure - right) ** 2 for sure, right in decided])
    assert found["brier_top"] == pytest.approx(brier)
    assert found["ece"] == pytest.approx(calibration_error(decided))


def squares(chance, most):
    """Squares on a grid that do not overlap: the label of each cell that has one."""
    cells = chance.permutation(16)[: chance.integers(1, most)]
    return {int(cell): str(chance.choice(LABELS[:4])) for cell in cells}


def outline(cell):
    x, y = cell % 4 * 10, cell // 4 * 10
    return Polygon((Segment(((x, y), (x + 10, y), (x + 10, y + 10), (x, y + 10))),))


@pytest.mark.parametrize("seed", range(4))
def test_pixels(seed):
    chance = np.random.default_rng(seed)
    pictures = [(squares(chance, 9), squares(chance, 9)) for _ in range(8)]
    items = [
        Item(
            str(at),
            [Truth(f"a{at}-{cell}", name, outline(cell)) for cell, name in right.items()],
            [Prediction(f"p{at}-{cell}", name, outline(cell)) for cell, name in said.items()],
            height=40,
            width=40,
        )
        for at, (right, said) in enumerate(pictures)
    ]
    found = scalars("semantic_segmentation", items)
    pairs = [(right.get(cell), said.get(cell)) for right, said in pictures for cell in range(16)]
    ious, dices, accuracies, counts = [], [], [], []
    for name in (*LABELS, None):
        t = 100 * sum(right == name for right, _ in pairs)
        p = 100 * sum(said == name for _, said in pairs)
        r = 100 * sum(right == said == name for right, said in pairs)
        if t + p:
            counts.append((r, t, r / (t + p - r)))
        if t + p and name:
            ious.append(r / (t + p - r))
            dices.append(2 * r / (t + p))
        if t and name:
            accuracies.append(r / t)
    hits, sizes, every = map(np.array, zip(*counts, strict=True))
    assert found["mean_iou_with_background"] == pytest.approx(every.mean())
    assert found["pixel_accuracy"] == pytest.approx(hits.sum() / sizes.sum())
    weighted = (sizes * every).sum() / sizes.sum()
    assert found["frequency_weighted_iou"] == pytest.approx(weighted)
    assert found["mean_iou"] == pytest.approx(np.mean(ious))
    assert found["mean_dice"] == pytest.approx(np.mean(dices))
    assert found["mean_accuracy"] == pytest.approx(np.mean(accuracies))
