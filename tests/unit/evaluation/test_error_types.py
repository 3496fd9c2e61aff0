"""The errors of TIDE and what they cost, against its algorithm in plain loops."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from linlog.evaluation import error_costs, error_types, kinds, tallies
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box
from tests.unit.evaluation import cases, coco, tide
from tests.unit.evaluation.test_segmentation import region

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
KIND = kinds.get("detection")
REGIONS = kinds.get("segmentation")
CONFIG = KIND.Config()
NAMES = (*error_types.TYPES, "miss")


def bbox(shape, item):
    return coco.box(shape, item)["bbox"]


def rle(shape, item):
    return region(shape, item)["segmentation"]


def assert_same(kind, items, place, threshold=0.5):
    tally = kind.match(items, kind.Config())
    found = error_costs.of(tally, threshold)
    expected = tide.evaluated(items, place=place, threshold=threshold)
    counts = error_types.of(tally, threshold).counts(tally)
    for name, row in zip(NAMES, counts, strict=True):
        by_label = {label: int(n) for label, n in zip(tally.labels, row, strict=True) if n}
        assert by_label == dict(expected.counts[name]), name
    assert found.precision == pytest.approx(expected.precision, abs=1e-12, nan_ok=True)
    assert found.gains == pytest.approx(expected.gains, abs=1e-12)
    for name in NAMES:
        by_label = dict(zip(tally.labels, found.by_label[name].tolist(), strict=True))
        defined = {label: value for label, value in by_label.items() if not np.isnan(value)}
        assert defined == pytest.approx(expected.by_label[name], abs=1e-12), name


@pytest.mark.parametrize("seed", range(0, 320, 20))
def test_equals_tide(seed):
    for each in range(seed, seed + 20):
        assert_same(KIND, cases.hard_boxes(each), bbox)


@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.75, 0.9])
def test_equals_tide_at_other_thresholds(threshold):
    for seed in range(40):
        assert_same(KIND, cases.hard_boxes(seed), bbox, threshold)


@pytest.mark.parametrize("seed", range(0, 60, 10))
def test_equals_tide_on_regions(seed):
    for each in range(seed, seed + 10):
        assert_same(REGIONS, cases.hard_regions(each), rle)


def test_the_random_sets_hold_every_error():
    total = np.zeros(len(NAMES), np.int64)
    gained = dict.fromkeys((*NAMES, "false_positives", "false_negatives"), 0)
    for seed in range(100):
        tally = KIND.match(cases.hard_boxes(seed), CONFIG)
        total += error_types.of(tally, 0.5).counts(tally).sum(axis=1)
        for name, gain in error_costs.of(tally, 0.5).gains.items():
            gained[name] += gain > 0
    assert (total > 50).all(), total
    assert min(gained.values()) >= 8, gained


@pytest.mark.parametrize("seed", range(12))
def test_counts_at_a_confidence_are_those_of_the_surer_predictions_alone(seed):
    items = cases.hard_boxes(seed)
    tally = KIND.match(items, CONFIG)
    surer = [
        dataclasses.replace(
            item, predictions=tuple(e for e in item.predictions if e.confidence >= 0.4)
        )
        for item in items
    ]
    expected = tide.evaluated(surer, place=bbox)
    found = error_types.of(tally, 0.5).counts(tally, 0.4)
    for name, row in zip(NAMES, found, strict=True):
        by_label = {label: int(n) for label, n in zip(tally.labels, row, strict=True) if n}
        assert by_label == dict(expected.counts[name]), name


@pytest.mark.parametrize("seed", range(8))
def test_labels_under_one_name_are_judged_as_one(seed):
    items = cases.hard_boxes(seed)
    names = {"dog": "cat", "fox": "owl"}
    called = [
        dataclasses.replace(
            item,
            truths=tuple(_called(each, names) for each in item.truths),
            predictions=tuple(_called(each, names) for each in item.predictions),
        )
        for item in items
    ]
    relabelled = KIND.relabel(KIND.match(items, CONFIG), names)
    expected = error_costs.of(KIND.match(called, CONFIG), 0.5)
    assert error_costs.of(relabelled, 0.5).gains == pytest.approx(expected.gains, nan_ok=True)


def _called(each, names):
    return dataclasses.replace(each, label=names.get(each.label, each.label))


def test_the_cut_is_over_all_labels_of_an_image():
    place, other = Box(0, 0, 10, 10), Box(50, 50, 10, 10)
    sure = [Prediction(f"pr_{at}", "dog", other, 0.9) for at in range(100)]
    item = Item(
        "t_1", (Truth("a_1", "cat", place),), (*sure, Prediction("pr_x", "cat", place, 0.5))
    )
    tally = KIND.match([item], CONFIG)
    assert error_types.of(tally, 0.5).counts(tally).sum(axis=1).tolist() == [0, 0, 0, 0, 100, 1]
    assert error_costs.of(tally, 0.5).precision == 0.0
    assert KIND.summarize(tally, CONFIG).scalar("ap50") == pytest.approx(1)


def test_one_threshold_after_another_is_each_time_its_own():
    tally = KIND.match(cases.boxes(3, images=9), CONFIG)
    fresh = tallies.decode(tallies.encode(tally))
    first = error_costs.of(tally, 0.5)
    assert error_costs.of(tally, 0.5) is first
    assert error_costs.of(tally, 0.8).gains == error_costs.of(fresh, 0.8).gains
    assert error_costs.of(tally, 0.5).gains == first.gains


def test_the_report_shows_costs_and_counts_at_its_state():
    items = cases.boxes(3, images=9)
    tally = KIND.match(items, CONFIG)
    config = KIND.Config(iou_threshold=0.7, confidence_threshold=0.4)
    report = KIND.summarize(tally, config)
    costs = error_costs.of(tally, 0.7)
    counts = error_types.of(tally, 0.7).counts(tally, 0.4)
    errors = next(block for block in report.blocks if block.name == "errors")
    rows = {row.name: row.values for row in errors.rows}
    assert rows.pop("none") == (None, costs.precision, None)
    assert {name: values[0] for name, values in rows.items()} == costs.gains
    assert all(values[1] == costs.precision + values[0] for values in rows.values())
    assert [rows[name][2] for name in NAMES] == counts.sum(axis=1).tolist()
    table = next(block for block in report.blocks if block.name == "errors_by_label")
    for at, row in enumerate(table.rows):
        assert row.values[6:] == tuple(counts[:, at])
        for name, value in zip(NAMES, row.values[:6], strict=True):
            assert value == pytest.approx(costs.by_label[name][at], nan_ok=True)


@pytest.mark.parametrize("seed", range(4))
def test_rotated_boxes_have_errors_by_their_own_iou(seed):
    """A quarter turn of everything changes no IoU, so no error and no cost."""
    items = cases.boxes(seed, images=9)
    turned = [
        dataclasses.replace(
            item,
            truths=tuple(_turned(each) for each in item.truths),
            predictions=tuple(_turned(each) for each in item.predictions),
        )
        for item in items
    ]
    upright, other = (error_costs.of(KIND.match(each, CONFIG), 0.5) for each in (items, turned))
    assert other.gains == pytest.approx(upright.gains, abs=1e-9)


def _turned(each):
    shape = each.shape
    across, down = shape.left + shape.width / 2, shape.top + shape.height / 2
    return dataclasses.replace(
        each,
        shape=Box(
            -down - shape.width / 2, across - shape.height / 2, shape.width, shape.height, 90.0
        ),
    )
