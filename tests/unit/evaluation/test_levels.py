"""What reports say by IoU threshold, of calibration and of confusions, each found another way."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from linlog.evaluation import calibration, iou_levels, kinds
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box
from tests.unit.evaluation import cases

KIND = kinds.get("detection")
CONFIG = KIND.Config()
THRESHOLDS = [round(0.5 + 0.05 * step, 2) for step in range(10)]


def block(report, name):
    return next(entry for entry in report.blocks if entry.name == name)


def lines(report, name):
    return {line.name: line for line in block(report, name).series}


@pytest.mark.parametrize("seed", range(12))
def test_scores_by_iou_are_those_of_a_report_at_that_iou(seed):
    items = cases.hard_boxes(seed) + [
        dataclasses.replace(item, task_id=f"more {item.task_id}")
        for item in cases.boxes(seed, images=3)
    ]
    tally = KIND.match(items, CONFIG)
    found = lines(KIND.summarize(tally, KIND.Config(confidence_threshold=0.35)), "scores_by_iou")
    assert found["F1"].x == pytest.approx(THRESHOLDS)
    for place, threshold in enumerate(found["F1"].x):
        chosen = KIND.summarize(
            tally, KIND.Config(iou_threshold=threshold, confidence_threshold=0.35)
        )
        for name in ("precision", "recall", "F1"):
            assert found[name].y[place] == chosen.scalar(name.lower()), (name, threshold)
        best = KIND.summarize(tally, KIND.Config(iou_threshold=threshold))
        if best.scalar("hits"):
            assert found["best F1"].y[place] == pytest.approx(best.scalar("f1"), abs=1e-15)
            assert found["its confidence"].y[place] == best.scalar("confidence_threshold")
        else:
            assert found["best F1"].y[place] is None


@pytest.mark.parametrize("seed", range(4))
def test_f1_by_confidence_is_that_of_a_report_at_that_confidence(seed):
    tally = KIND.match(cases.boxes(seed, images=9), CONFIG)
    report = KIND.summarize(tally, CONFIG)
    curve = block(report, "f1_by_confidence")
    for line, threshold in zip(curve.series, THRESHOLDS[::2], strict=True):
        assert line.name == f"IoU {threshold:.2f}"
        for place in (0, len(line.x) // 2, -1):
            config = KIND.Config(iou_threshold=threshold, confidence_threshold=line.x[place])
            assert line.y[place] == pytest.approx(KIND.summarize(tally, config).scalar("f1"))
    for marker in curve.markers:
        line = lines(report, "f1_by_confidence")[marker.title.removeprefix("best at ")]
        assert marker.y == line.y[line.x.index(marker.x)] == max(line.y)


def test_what_is_larger_than_coco_knows_is_judged_all_the_same():
    huge = Box(0, 0, 2e5, 2e5)
    item = Item("t_1", (Truth("a_1", "cat", huge),), (Prediction("pr_1", "cat", huge, 0.9),))
    tally = KIND.match([item], CONFIG)
    assert lines(KIND.summarize(tally, CONFIG), "scores_by_iou")["F1"].y == (1.0,) * 10


@pytest.mark.parametrize("seed", range(6))
def test_calibration_is_counted_bin_by_bin(seed):
    tally = KIND.match(cases.boxes(seed + 30, images=9), CONFIG)
    config = KIND.Config(iou_threshold=0.6, confidence_threshold=0.4)
    report = KIND.summarize(tally, config)
    level = iou_levels.level(tally, 0.6)
    hits = sorted(level.hits.tolist())
    every = sorted(tally.predictions["confidence"].tolist())
    for name, least in (("ece", 0.0), ("ece_counted", 0.4)):
        total = sum(each >= least for each in every)
        expected = 0.0
        for low in range(15):
            inside = [e for e in every if e >= least and _bin(e) == low]
            right = sum(1 for e in hits if e >= least and _bin(e) == low)
            if inside:
                share = right / len(inside)
                expected += len(inside) / total * abs(share - sum(inside) / len(inside))
        assert report.scalar(name) == pytest.approx(expected)
    line = lines(report, "calibration")["all"]
    assert line.x == pytest.approx(tuple(sorted(line.x)))
    hit_rows = np.isin(tally.predictions["confidence"], hits)
    if len(set(every)) == len(every):
        plain = calibration.reliability(tally.predictions["confidence"], hit_rows)
        assert line.y == pytest.approx(plain.accuracy.tolist())


def _bin(confidence):
    edges = np.linspace(0, 1, 16)
    return next(place for place in range(15) if confidence <= edges[place + 1])


@pytest.mark.parametrize("seed", range(6))
def test_confusions_are_the_largest_cells_and_have_examples(seed):
    items = cases.boxes(seed * 7 + 2, images=20)
    report = KIND.summarize(KIND.match(items, CONFIG), KIND.Config(confidence_threshold=0.2))
    matrix = block(report, "confusion_matrix")
    inner = np.array(matrix.values)[:-1, :-1]
    cells = {
        f"{one} → {other}": inner[row, column]
        for row, one in enumerate(matrix.rows[:-1])
        for column, other in enumerate(matrix.columns[:-1])
        if row != column and inner[row, column]
    }
    rows = block(report, "top_confusions").rows
    assert {row.label: row.values[0] for row in rows} == cells
    assert [row.values[0] for row in rows] == sorted(cells.values(), reverse=True)
    shown = block(report, "confusions").examples
    pairs = {
        f"{each.truth_label} → {each.prediction_label}"
        for example in shown
        for each in example.outcomes
    }
    assert pairs == set(cells)
    assert {each.outcome for example in shown for each in example.outcomes} <= {"confused"}
    assert len({example.task_id for example in shown}) == len(shown)
    known = {each.annotation_id for item in items for each in item.truths}
    assert {each.truth_id for example in shown for each in example.outcomes} <= known


def test_the_labels_that_are_confused_most_stay_in_the_matrix():
    common = [
        Item(f"t_{n:03d}", tuple(Truth(f"a_{n}_{k}", f"label {n:03d}", Box(k * 20, 0, 9, 9))
                                 for k in range(3)))
        for n in range(130)
    ]  # fmt: skip
    place = Box(0, 0, 9, 9)
    rare = Item(
        "t_x", (Truth("a_x", "rare one", place),), (Prediction("pr_x", "rare two", place, 0.9),)
    )
    report = KIND.summarize(KIND.match([*common, rare], CONFIG), CONFIG)
    matrix = block(report, "confusion_matrix")
    assert len(matrix.rows) == 102
    assert matrix.values[matrix.rows.index("rare one")][matrix.columns.index("rare two")] == 1
    assert "32 least confused labels are summed as one, (other labels)" in matrix.note


def test_f1_of_images_is_told():
    items = cases.boxes(4, images=12)
    tally = KIND.match(items, CONFIG)
    (series,) = block(KIND.summarize(tally, CONFIG), "task_histogram").series
    scores = KIND.tell(tally, CONFIG).scores
    assert sum(series.counts) == np.isfinite(scores).sum()
    assert series.counts[-1] == (scores >= 0.95).sum()
