"""Rotated boxes against exact polygon clipping by shapely."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from linlog.evaluation import kinds
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.evaluation.rotated import rotated_iou
from linlog.shapes import Box

KIND = kinds.get("detection")
CONFIG = KIND.Config()
TURNS = [0, 90, 180, -90, 45, 30, 33.3, -17.3, 359.999999, 1e-9, 720]


def about(report):
    """What the report says was counted."""
    return next(block.text for block in report.blocks if block.name == "about")


def polygon(box):
    """The box, each corner turned clockwise on screen, where y goes down."""
    turn = np.radians(box[4])
    across, down = np.array([-1, 1, 1, -1]) * box[2] / 2, np.array([-1, -1, 1, 1]) * box[3] / 2
    x = box[0] + box[2] / 2 + across * np.cos(turn) - down * np.sin(turn)
    y = box[1] + box[3] / 2 + across * np.sin(turn) + down * np.cos(turn)
    return shapely.Polygon(np.column_stack([x, y]))


def clipped(first, second, *, crowd=False):
    first, second = polygon(first), polygon(second)
    common = first.intersection(second).area
    whole = second.area if crowd else first.area + second.area - common
    return common / whole if common else 0.0


def boxes(random, amount):
    places, sizes = random.uniform(0, 30, (amount, 2)), random.uniform(1, 40, (amount, 2))
    return np.column_stack([places, sizes, random.choice(TURNS, amount)])


@pytest.mark.parametrize("seed", range(6))
def test_iou_equals_clipping(seed):
    random = np.random.default_rng(seed)
    first, second = boxes(random, 300), boxes(random, 300)
    second[::5, 4] = first[::5, 4] + random.choice([0, 90, 180], 60)
    crowd = random.random(300) < 0.3
    expected = [
        clipped(one, two, crowd=mark) for one, two, mark in zip(first, second, crowd, strict=True)
    ]
    np.testing.assert_allclose(rotated_iou(first, second, crowd), expected, atol=1e-12)


@pytest.mark.parametrize("turn", TURNS)
def test_edges_that_coincide_cost_nothing(turn):
    random = np.random.default_rng(3)
    first = boxes(random, 40)
    first[:, 4] = turn
    np.testing.assert_allclose(rotated_iou(first, first), 1, atol=1e-13)
    wider = first.copy()
    wider[:, 2] *= 2
    shift = (wider[:, 2] - first[:, 2]) / 2
    turned = np.radians(turn)
    wider[:, 0] += shift * np.cos(turned) - shift
    wider[:, 1] += shift * np.sin(turned)
    np.testing.assert_allclose(rotated_iou(first, wider), 0.5, atol=1e-12)
    beside = first.copy()
    beside[:, 0] += first[:, 2] * np.cos(turned)
    beside[:, 1] += first[:, 2] * np.sin(turned)
    np.testing.assert_allclose(rotated_iou(first, beside), 0, atol=1e-12)


def test_flat_and_far_boxes_share_nothing():
    flat = np.array([[0.0, 0, 0, 10, 30], [0, 0, 10, 0, 30], [1e6, 1e6, 5, 5, 45]])
    other = np.array([[0.0, 0, 10, 10, 0]] * 3)
    assert rotated_iou(flat, other).tolist() == [0, 0, 0]
    assert rotated_iou(other, flat).tolist() == [0, 0, 0]


def test_far_from_the_corner_digits_are_kept():
    near = np.array([[0.0, 0, 20, 10, 30]]), np.array([[3.0, 1, 20, 10, -20]])
    far = near[0] + [1e6, 1e6, 0, 0, 0], near[1] + [1e6, 1e6, 0, 0, 0]
    assert rotated_iou(*far)[0] == pytest.approx(rotated_iou(*near)[0], abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_pairs_of_a_tally_are_all_those_that_clipping_finds(seed):
    random = np.random.default_rng(seed)
    sides = boxes(random, 25), boxes(random, 25)
    item = Item(
        "t_1",
        tuple(Truth(f"a_{at}", "cat", Box(*map(float, row))) for at, row in enumerate(sides[0])),
        tuple(
            Prediction(f"pr_{at}", "cat", Box(*map(float, row)), 0.5)
            for at, row in enumerate(sides[1])
        ),
    )
    tally = KIND.match([item], CONFIG)
    expected = {
        (one, two): iou
        for one, first in enumerate(sides[0])
        for two, second in enumerate(sides[1])
        if (iou := clipped(first, second)) >= 0.1
    }
    columns = (tally.pairs[name].tolist() for name in ("truth", "prediction", "iou"))
    found = {(one, two): iou for one, two, iou in zip(*columns, strict=True)}
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, abs=1e-12)


def test_a_turned_box_is_no_upright_one():
    long, turned = Box(0, 45, 100, 10), Box(0, 45, 100, 10, rotation=90)
    item = Item("t_1", (Truth("a_1", "cat", turned),), (Prediction("pr_1", "cat", long, 0.9),))
    assert KIND.summarize(KIND.match([item], CONFIG), CONFIG).scalar("ap50") == 0
    same = Item("t_1", item.truths, (Prediction("pr_1", "cat", turned, 0.9),))
    report = KIND.summarize(KIND.match([same], CONFIG), CONFIG)
    assert report.scalar("map") == pytest.approx(1)
    assert "approximate" not in about(report)
