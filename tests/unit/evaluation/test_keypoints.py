"""Keypoints against pycocotools, whose points have places where ours have names."""

from __future__ import annotations

import numpy as np
import pytest

from linlog.evaluation import average_precision, kinds, oks
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box, Keypoint, Keypoints, Point
from tests.unit.evaluation import cases, coco

KIND = kinds.get("keypoints")
CONFIG = KIND.Config()
STATS = (
    *("map", "ap50", "ap75", "map_medium", "map_large"),
    *("ar20", "ar50", "ar75", "ar_medium", "ar_large"),
)
FAR = 1e6
"""Where pycocotools is told that a point lies which a prediction lacks."""
CORNERS = ("back_left", "back_right", "front_left", "front_right", "roof")


def told_by(names):
    """What COCO says of keypoints whose points are called so."""

    def told(shape, _item):
        points = {point.name: point for point in shape.points}
        missing = FAR if shape.box is not None and shape.points else 0.0
        flat = [
            (points[name].x, points[name].y, 2 if points[name].visible else 1)
            if name in points
            else (missing, missing, 0)
            for name in names
        ]
        left, top, right, bottom = shape.bounds
        box = shape.box or Box(left, top, right - left, bottom - top)
        return {
            "keypoints": np.ravel(flat).tolist(),
            "num_keypoints": len(points),
            "area": shape.area,
            "bbox": [box.left, box.top, box.width, box.height],
        }

    return told


def evaluation(items, names=cases.JOINTS, sigmas=None):
    boxed = all(each.shape.box for item in items for each in item.predictions)
    result = ("bbox", "keypoints") if boxed else ("keypoints",)
    return coco.evaluation(items, told_by(names), "keypoints", result, sigmas)


def report_of(items, **config):
    chosen = KIND.Config(**config)
    return KIND.summarize(KIND.match(items, chosen), chosen)


def block(report, name):
    return next(entry for entry in report.blocks if entry.name == name)


@pytest.mark.parametrize("boxed", [False, True])
@pytest.mark.parametrize("seed", range(0, 300, 10))
def test_equals_pycocotools(seed, boxed):
    for each in range(seed, seed + 10):
        items = cases.poses(each, images=1 + each % 4, boxed=boxed)
        expected = evaluation(items)
        coco.assert_same(KIND, items, expected, STATS, average_precision.COCO_KEYPOINTS)


def test_the_random_sets_hold_what_makes_programs_differ():
    sets = [
        cases.poses(seed, images=1 + seed % 4, boxed=boxed)
        for boxed in (False, True)
        for seed in range(300)
    ]
    truths = [each for items in sets for item in items for each in item.truths]
    amounts = {
        **cases.difficulties(sets, most=20),
        "no points": sum(not each.shape.points for each in truths),
        "hidden points": sum(not all(p.visible for p in each.shape.points) for each in truths),
    }
    assert min(amounts.values()) >= 5, amounts


@pytest.mark.parametrize("seed", range(4))
def test_points_of_ones_own_have_the_sigma_of_the_config(seed):
    items = cases.poses(seed, names=CORNERS)
    expected = evaluation(items, CORNERS, [0.05] * 5)
    coco.assert_same(KIND, items, expected, STATS, average_precision.COCO_KEYPOINTS)
    expected = evaluation(items, CORNERS, [0.1, 0.02, 0.1, 0.1, 0.3])
    report = report_of(items, sigma=0.1, sigmas="back_right 0.02, roof 0.3")
    for name, number in zip(STATS, expected.stats, strict=True):
        value = report.scalar(name)
        assert (value is None) == (number == -1), name
        assert value is None or value == pytest.approx(number, abs=1e-12), name


@pytest.mark.parametrize("seed", range(6))
def test_oks_of_every_pair_is_that_of_pycocotools(seed):
    items = cases.poses(seed, boxed=bool(seed % 2))
    expected = evaluation(items)
    tally = KIND.match(items, CONFIG)
    ours = {
        (tally.truths["id"][truth].decode(), tally.predictions["id"][prediction].decode()): value
        for truth, prediction, value in zip(*(tally.pairs[k] for k in tally.pairs), strict=True)
    }
    compared = 0
    for image, item in enumerate(items, 1):
        for code, label in enumerate(tally.labels, 1):
            theirs = np.array(expected.ious[image, code])
            truths = [each for each in item.truths if each.label == label]
            found = [each for each in item.predictions if each.label == label]
            found.sort(key=lambda each: -each.confidence)
            for row, prediction in enumerate(found[:20] if truths else []):
                for column, truth in enumerate(truths):
                    value = ours.get((truth.annotation_id, prediction.prediction_id))
                    if value is None:
                        assert theirs[row, column] < 0.1 + 1e-12
                    else:
                        assert value == pytest.approx(theirs[row, column], abs=1e-12)
                        compared += 1
    assert compared > 0


def points(*places):
    return Keypoints(tuple(Keypoint(name, x, y) for name, x, y in places))


def test_the_table_by_point_says_what_hits_are_off():
    truth = points(("beak", 0.0, 0.0), ("tail", 100.0, 100.0), ("wing", 50.0, 50.0))
    found = points(("beak", 0.0, 0.0), ("tail", 103.0, 104.0))
    item = Item("t_1", (Truth("a_1", "bird", truth),), (Prediction("pr_1", "bird", found, 0.9),))
    report = report_of([item])
    table = block(report, "by_point")
    assert [column.name for column in table.columns] == [
        *("points", "similarity", "near", "lacking", "pixels")
    ]
    rows = {row.name: row.values for row in table.rows}
    tail = np.exp(-25 / (8 * 0.05**2 * 100 * 100))
    assert rows["beak"] == (1, 1, 1, 0, 0)
    assert rows["tail"] == (1, pytest.approx(tail), 1, 0, pytest.approx(5))
    assert rows["wing"] == (1, 0, 0, 1, None)
    assert table.rows[0].title == "wing"
    assert table.row_title == "Point"
    assert block(report, "worst").examples == ()
    assert report.scalar("ap50") == pytest.approx(1)
    assert block(report, "iou_histogram").title == "OKS of matches"


def test_points_of_misses_are_not_in_the_table():
    truth = points(("beak", 0.0, 0.0), ("tail", 100.0, 100.0))
    far = points(("beak", 500.0, 0.0), ("tail", 600.0, 100.0))
    item = Item("t_1", (Truth("a_1", "bird", truth),), (Prediction("pr_1", "bird", far, 0.9),))
    report = report_of([item])
    assert block(report, "by_point").rows == ()
    assert (report.scalar("missed"), report.scalar("false_positives")) == (1, 1)


def test_a_truth_without_points_is_not_asked_for():
    bare = Keypoints((), Box(0.0, 0.0, 50.0, 50.0))
    within = points(("beak", 20.0, 20.0), ("tail", 70.0, 70.0))
    item = Item("t_1", (Truth("a_1", "bird", bare),), (Prediction("pr_1", "bird", within, 0.9),))
    report = report_of([item])
    assert report.scalar("truths") == report.scalar("predictions") == 0
    assert "1 ignored truth counts" in block(report, "about").text


def test_one_point_without_a_box_has_no_area_and_must_be_met():
    truth = points(("beak", 5.0, 5.0))
    same, beside = points(("beak", 5.0, 5.0)), points(("beak", 5.5, 5.0))
    for found, expected in ((same, 1.0), (beside, 0.0)):
        item = Item("t_1", (Truth("a_1", "b", truth),), (Prediction("pr_1", "b", found, 0.9),))
        assert report_of([item]).scalar("ap50") == pytest.approx(expected)


def test_many_pairs_come_in_parts(monkeypatch):
    items = cases.poses(3, images=4)
    whole = KIND.match(items, CONFIG)
    monkeypatch.setattr(oks, "CELLS_AT_ONCE", 40)
    parted = KIND.match(items, CONFIG)
    for table in ("pairs", "details"):
        for name, values in getattr(whole, table).items():
            np.testing.assert_array_equal(getattr(parted, table)[name], values)


def test_names_that_are_none_are_refused(monkeypatch):
    monkeypatch.setattr(oks, "MOST_CELLS", 20)
    truths = tuple(
        Truth(f"a_{at}", "b", points((f"p{at}", 1.0, 1.0), ("q", 2.0, 2.0))) for at in range(5)
    )
    with pytest.raises(ValueError, match="5 things have 6 different names"):
        KIND.match([Item("t_1", truths)], CONFIG)


def test_other_shapes_are_refused_by_name():
    with pytest.raises(ValueError, match="keypoints takes keypoints, but some shapes are point"):
        KIND.match([Item("t_1", (Truth("a_1", "cat", Point(1, 2)),))], CONFIG)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"oks_threshold": 0.05}, "oks_threshold must be from"),
        ({"confidence_threshold": 2.0}, "confidence_threshold must be from"),
        ({"missing": "ignored"}, "missing must be"),
        ({"sigmas": "wing"}, "must be like"),
        ({"sigmas": "wing five"}, "must be like"),
        ({"sigmas": "0.5"}, "must be like"),
        ({"sigmas": "wing -1"}, "above 0, but wing has"),
        ({"sigma": float("nan")}, "above 0, but sigma has"),
    ],
)
def test_config_refuses_what_makes_no_sense(config, said):
    with pytest.raises(ValueError, match=said):
        KIND.Config(**config)
