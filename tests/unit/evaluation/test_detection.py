"""Detection against pycocotools, and the outcomes at a threshold against a plain loop."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from linlog.evaluation import kinds, tallies
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box, Point
from linlog.wire import codec
from tests.unit.evaluation import cases, coco, weighted

KIND = kinds.get("detection")
CONFIG = KIND.Config()


@pytest.mark.parametrize("seed", range(0, 320, 10))
def test_equals_pycocotools(seed):
    for each in range(seed, seed + 10):
        coco.assert_same(KIND, cases.hard_boxes(each))


def test_the_random_sets_hold_what_makes_programs_differ():
    sets = [cases.hard_boxes(seed) for seed in range(320)]
    areas = [each.shape.area for items in sets for item in items for each in item.truths]
    amounts = {
        **cases.difficulties(sets, most=100),
        "flat": areas.count(0.0),
        "huge": sum(area > 1e10 for area in areas),
    }
    assert min(amounts.values()) >= 8, amounts


def test_more_than_a_hundred_predictions_of_a_label():
    random = np.random.default_rng(5)
    truths = tuple(Truth(f"a_{n}", "cat", Box(20.0 * n, 0, 15, 15)) for n in range(8))
    found = tuple(
        Prediction(f"pr_{n}", "cat", Box(20.0 * (n % 9), 0, 15, 15), float(random.random()))
        for n in range(300)
    )
    items = [Item("t_2", truths, found), Item("t_1", truths[:3], found[:120])]
    coco.assert_same(KIND, items)


def test_flat_boxes_and_images_without_anything():
    flat = Box(5, 5, 0, 10)
    items = [
        Item("t_1", (Truth("a_1", "cat", flat),), (Prediction("pr_1", "cat", flat, 0.5),)),
        Item("t_2"),
        Item("t_3", (), (Prediction("pr_2", "dog", Box(0, 0, 5, 5), 0.5),)),
    ]
    coco.assert_same(KIND, items)


@pytest.mark.parametrize("name", ["detection", "keypoints"])
def test_thresholds_are_written_in_one_form(name):
    kind = kinds.get(name)
    report = kind.summarize(kind.match([Item("t_1")], kind.Config()), kind.Config())
    said = re.findall(
        r"(?:IoU|OKS|thresholds)[^.]{0,9}? (\.\d+|\d\.\d+)", codec.encode(report).decode()
    )
    assert len(said) >= 9
    assert [each for each in said if not re.fullmatch(r"\d\.\d\d", each)] == []


def test_a_box_wider_than_any_size_is_ignored():
    huge = Box(0, 0, 2e5, 2e5)
    items = [
        Item(
            "t_1",
            (Truth("a_1", "cat", huge), Truth("a_2", "cat", Box(0, 0, 50, 50))),
            (Prediction("pr_1", "cat", huge, 0.5), Prediction("pr_2", "cat", Box(0, 0, 49, 50))),
        )
    ]
    oracle_items = [
        Item(item.task_id, item.truths, (item.predictions[0], one(item.predictions[1])))
        for item in items
    ]
    coco.assert_same(KIND, oracle_items)
    assert summary(oracle_items) == summary(items), "no confidence counts as 1"


def one(prediction):
    return Prediction(prediction.prediction_id, prediction.label, prediction.shape, 1.0)


def summary(items, **config):
    report = KIND.summarize(KIND.match(items, CONFIG), KIND.Config(**config))
    return {entry.name: entry.value for entry in block(report, "summary").scalars}


def block(report, name):
    return next(entry for entry in report.blocks if entry.name == name)


def loop(item, iou_threshold, confidence_threshold):
    """Matches of one image by a plain loop: first within labels, then across what is left."""
    order = sorted(
        (each for each in item.predictions if each.confidence >= confidence_threshold),
        key=lambda each: -each.confidence,
    )
    matched, free = {}, list(item.truths)
    for alike in (True, False):
        for each in order:
            if each.prediction_id in matched:
                continue
            near = [
                (overlap(truth.shape, each.shape), at, truth)
                for at, truth in enumerate(free)
                if (truth.label == each.label) == alike
                and overlap(truth.shape, each.shape) >= min(iou_threshold, 1 - 1e-10)
            ]
            if near:
                truth = max(near, key=lambda entry: entry[:2])[2]
                free.remove(truth)
                matched[each.prediction_id] = truth
    return order, matched, free


def overlap(first, second):
    width = min(first.left + first.width, second.left + second.width) - max(first.left, second.left)
    height = min(first.top + first.height, second.top + second.height) - max(first.top, second.top)
    common = max(width, 0) * max(height, 0)
    return common / (first.area + second.area - common) if common else 0.0


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("threshold", [0.5, 0.3, 1.0])
def test_confusion_matrix_equals_a_plain_loop(seed, threshold):
    items = cases.boxes(seed + 300, images=8)
    config = KIND.Config(iou_threshold=threshold, confidence_threshold=0.4)
    matrix = block(KIND.summarize(KIND.match(items, config), config), "confusion_matrix")
    place = {name: at for at, name in enumerate(matrix.rows)}
    expected = np.zeros((len(place), len(place)))
    for item in items:
        order, matched, free = loop(item, threshold, 0.4)
        for each in order:
            truth = matched.get(each.prediction_id)
            row = place["(background)" if truth is None else truth.label]
            expected[row, place[each.label]] += 1
        for truth in free:
            expected[place[truth.label], place["(background)"]] += 1
    np.testing.assert_array_equal(np.array(matrix.values), expected)


@pytest.mark.parametrize("seed", range(6))
def test_scalars_come_from_the_confusion_matrix(seed):
    items = cases.boxes(seed + 50, images=9)
    report = KIND.summarize(KIND.match(items, CONFIG), CONFIG)
    matrix = np.array(block(report, "confusion_matrix").values)
    hits = np.trace(matrix[:-1, :-1])
    assert report.scalar("hits") == hits
    assert report.scalar("precision") == hits / matrix[:, :-1].sum()
    assert report.scalar("recall") == hits / matrix[:-1].sum()
    assert report.scalar("missed") == matrix[:, -1].sum()
    assert report.scalar("false_positives") == matrix[-1].sum()
    assert sum(row.values[7] for row in block(report, "per_label").rows) == hits


@pytest.mark.parametrize("seed", range(6))
def test_the_open_threshold_is_the_best(seed):
    items = cases.boxes(seed + 80, images=9)
    best = summary(items)
    for confidence in np.linspace(0, 1, 11):
        assert summary(items, confidence_threshold=float(confidence))["f1"] <= best["f1"]
    chosen = summary(items, confidence_threshold=best["confidence_threshold"])
    assert chosen == best


def test_outcomes_of_an_image():
    cat, dog = Box(0, 0, 10, 10), Box(50, 0, 10, 10)
    item = Item(
        "t_1",
        (
            Truth("a_cat", "cat", cat),
            Truth("a_dog", "dog", dog),
            Truth("a_owl", "owl", Box(90, 0, 9, 9)),
        ),
        (
            Prediction("pr_hit", "cat", Box(1, 0, 10, 10), 0.9),
            Prediction("pr_again", "cat", cat, 0.8),
            Prediction("pr_wrong", "cat", dog, 0.7),
            Prediction("pr_far", "owl", Box(95, 0, 9, 9), 0.6),
            Prediction("pr_unsure", "owl", Box(90, 0, 9, 9), 0.1),
        ),
    )
    config = KIND.Config(confidence_threshold=0.5)
    example = block(KIND.summarize(KIND.match([item], config), config), "worst").examples[0]
    found = {(each.prediction_id, each.truth_id): each for each in example.outcomes}
    assert {key: each.outcome for key, each in found.items()} == {
        ("pr_hit", "a_cat"): "hit",
        ("pr_again", None): "duplicate",
        ("pr_wrong", "a_dog"): "confused",
        ("pr_far", None): "false positive",
        (None, "a_owl"): "missed",
    }
    assert found["pr_hit", "a_cat"].iou == pytest.approx(90 / 110)
    assert found[None, "a_owl"].iou == pytest.approx(36 / 126)
    assert example.score == pytest.approx(2 * 1 / (3 + 4))


def test_tasks_without_predictions_are_missed_or_left_out():
    box = Box(0, 0, 10, 10)
    seen = Item("t_1", (Truth("a_1", "cat", box),), (Prediction("pr_1", "cat", box, 0.9),))
    unseen = Item("t_2", (Truth("a_2", "cat", box),), predicted=False)
    tally = KIND.match([seen, unseen], CONFIG)
    missed = KIND.summarize(tally, CONFIG)
    assert missed.scalar("recall") == 0.5
    assert "count as missed" in block(missed, "about").text
    left_out = KIND.summarize(tally, KIND.Config(missing="left out"))
    assert left_out.scalar("recall") == 1.0
    assert "left out" in block(left_out, "about").text


def test_other_shapes_are_refused_by_name():
    item = Item("t_1", (Truth("a_1", "cat", Point(1, 2)),))
    with pytest.raises(ValueError, match="some shapes are point"):
        KIND.match([item], CONFIG)


@pytest.mark.parametrize(
    "config", [{"iou_threshold": 0.05}, {"confidence_threshold": 2.0}, {"missing": "ignored"}]
)
def test_config_refuses_what_makes_no_sense(config):
    with pytest.raises(ValueError, match="must be"):
        KIND.Config(**config)


@pytest.mark.parametrize("confidence", [float("nan"), 1.5, -0.1])
def test_confidence_must_be_a_share(confidence):
    item = Item("t_1", (), (Prediction("pr_1", "cat", Box(0, 0, 1, 1), confidence),))
    with pytest.raises(ValueError, match="from 0 to 1"):
        KIND.match([item], CONFIG)


def test_many_labels_fold_the_matrix():
    items = [
        Item(f"t_{n:03d}", (Truth(f"a_{n}", f"label {n:03d}", Box(0, 0, 9, 9)),))
        for n in range(130)
    ]
    matrix = block(KIND.summarize(KIND.match(items, CONFIG), CONFIG), "confusion_matrix")
    assert len(matrix.rows) == 102
    assert matrix.rows[-2:] == ("(other labels)", "(background)")
    assert sum(map(sum, matrix.values)) == 130


@pytest.mark.parametrize("seed", range(4))
def test_weighted_numbers_equal_repeated_images(seed):
    items = cases.boxes(seed + 20, images=6)
    random = np.random.default_rng(seed)
    weights = random.integers(0, 3, len(items)).astype(float)
    repeated = [
        Item(f"{item.task_id}-{copy}", item.truths, item.predictions)
        for item, weight in zip(items, weights, strict=True)
        for copy in range(int(weight))
    ]
    # Confidences must differ: of equals, repeated images and weights take another order.
    config = KIND.Config(confidence_threshold=0.3)
    distinct = [unequal(item, number) for number, item in enumerate(items)]
    repeated = [unequal(item, int(item.task_id[2:5])) for item in repeated]
    ours = weighted.main(KIND.numbers(KIND.match(distinct, config), config), weights)
    theirs = weighted.main(KIND.numbers(KIND.match(repeated, config), config))
    np.testing.assert_allclose(ours, theirs, atol=1e-9)


def unequal(item, number):
    return Item(
        item.task_id,
        item.truths,
        tuple(
            Prediction(
                each.prediction_id, each.label, each.shape, (1 + (at * 37 + number) % 997) / 999
            )
            for at, each in enumerate(item.predictions)
        ),
    )


def test_lines_are_short_enough_for_transport():
    items = cases.boxes(7, images=20, crowded=True)
    tally = KIND.match(items, CONFIG)
    report = KIND.summarize(tally, CONFIG)
    curve = block(report, "confidence_curve")
    assert all(len(line.x) == len(line.y) <= 200 for line in curve.series)
    assert curve.markers[0].x in curve.series[0].x
    json.dumps(report.to_dict(), allow_nan=False)
    assert tallies.encode(tallies.decode(tallies.encode(tally))) == tallies.encode(tally)
