"""The maths that kinds share: examples in docstrings, edges, and properties."""

from __future__ import annotations

import doctest
import importlib
import json
import pkgutil
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask
from sklearn.calibration import calibration_curve

from linlog import evaluation
from linlog.evaluation import (
    calibration,
    confusion,
    curves,
    kinds,
    matching,
    reports,
    tallies,
)
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box
from tests.unit.evaluation import cases

MODULES = [found.name for found in pkgutil.walk_packages(evaluation.__path__, "linlog.evaluation.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name):
    with np.printoptions(legacy=False):
        found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0


def test_box_iou_equals_pycocotools():
    random = np.random.default_rng(0)
    first, second = (random.integers(0, 30, (60, 4)).astype(float) for _ in range(2))
    expected = mask.iou(first, second, [0] * 60)
    ours = np.array([matching.box_iou(np.tile(row, (60, 1)), second) for row in first])
    np.testing.assert_array_equal(ours, expected)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 20), st.integers(1, 9), st.booleans()),
        max_size=25,
    )
)
def test_span_pairs_equal_all_pairs(spans):
    spans = sorted(spans)
    sides = [[span for span in spans if span[3] == side] for side in (True, False)]
    places, owners = zip(
        *(
            (
                np.array([(start, start + size) for _, start, size, _ in side]).reshape(-1, 2),
                np.array([task for task, *_ in side], dtype=np.int64),
            )
            for side in sides
        ),
        strict=True,
    )
    truth, prediction, iou = matching.span_pairs(*places, owners)
    expected = {
        (one, two)
        for one, (task, start, size, _) in enumerate(sides[0])
        for two, (other, begin, length, _) in enumerate(sides[1])
        if task == other and start < begin + length and begin < start + size
    }
    assert set(zip(truth.tolist(), prediction.tolist(), strict=True)) == expected
    assert len(truth) == len(expected)
    assert (iou > 0).all()


def test_many_pairs_come_in_parts(monkeypatch):
    items = cases.boxes(3, images=12)
    kind = kinds.get("detection")
    whole = tallies.encode(kind.match(items, kind.Config()))
    monkeypatch.setattr(matching, "PAIRS_AT_ONCE", 7)
    assert tallies.encode(kind.match(items, kind.Config())) == whole


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.1, 1), st.floats(0, 1))
def test_nothing_is_matched_twice_and_counts_add_up(seed, iou_threshold, confidence):
    kind, items = kinds.get("detection"), cases.boxes(seed, images=4)
    config = kind.Config(iou_threshold=iou_threshold, confidence_threshold=confidence)
    report = kind.summarize(kind.match(items, config), config)
    values = {entry.name: entry.value for entry in report.blocks[0].scalars}
    assert values["truths"] == sum(len(item.truths) for item in items)
    assert values["truths"] == values["hits"] + values["confused"] + values["missed"]
    assert values["predictions"] == sum(
        each.confidence >= confidence for item in items for each in item.predictions
    )
    assert values["predictions"] == (
        values["hits"] + values["confused"] + values["false_positives"]
    )


def test_a_curve_counts_equal_confidences_together():
    curve = curves.against_confidence(
        np.array([0.5, 0.5, 0.9]), np.array([True, False, True]), truths=4
    )
    assert curve.threshold.tolist() == [0.5, 0.9]
    assert curve.hits.tolist() == [2, 1]
    assert curve.predictions.tolist() == [3, 1]
    assert curve.recall.tolist() == [0.5, 0.25]
    assert curve.best() == 0


def test_an_empty_curve_has_no_best():
    curve = curves.against_confidence(np.zeros(0), np.zeros(0, bool), truths=4)
    assert curve.best() is None
    assert len(curves.thin(curve.threshold)) == 0


def test_thinning_keeps_ends_and_marked_points():
    places = np.sort(np.random.default_rng(1).random(5000) ** 9)
    kept = curves.thin(places, keep=(2718,))
    assert len(kept) <= curves.MOST_POINTS
    assert {0, 2718, 4999} <= set(kept.tolist())
    assert np.diff(places[kept]).max() < 0.05


def test_reliability_equals_scikit_learn():
    random = np.random.default_rng(2)
    confidence = random.random(500)
    right = random.random(500) < confidence
    accuracy, certain = calibration_curve(right, confidence, n_bins=calibration.BINS)
    bins = calibration.reliability(confidence, right)
    np.testing.assert_allclose(bins.accuracy, accuracy)
    np.testing.assert_allclose(bins.confidence, certain)
    assert calibration.reliability(np.zeros(0), np.zeros(0, bool)).error is None


def test_averages_of_nothing_are_undefined():
    none = np.zeros(0)
    assert np.isnan(confusion.macro(none, none))
    assert np.isnan(confusion.weighted(none, none))
    assert reports.number(float("nan")) is None
    assert reports.number(None) is None


def test_bytes_of_something_else_are_refused():
    with pytest.raises(ValueError, match="no tally"):
        tallies.decode(b"PK something")


def test_tallies_of_two_kinds_do_not_merge():
    parts = [kinds.get(name).match((), None) for name in ("detection", "ner")]
    with pytest.raises(ValueError, match="different kinds"):
        tallies.merge(parts)
    with pytest.raises(ValueError, match="at least one"):
        tallies.merge([])


def test_tallies_of_before_are_read():
    """Evaluations whose tallies version 2 wrote are made anew from the ids in them."""
    kind = kinds.get("detection")
    tally = kind.match(cases.boxes(3, images=12), kind.Config())
    columns, blocks = [], []
    for table, name, values in tallies._columns(tally):
        deflated = values.dtype.kind in "iub"
        data = zlib.compress(values.tobytes(), 1) if deflated else values.tobytes()
        columns.append((table, name, values.dtype.str, values.shape, deflated, len(data)))
        blocks.append(data)
    meta = {"version": 2, "kind": tally.kind, "tasks": tally.tasks, "labels": tally.labels}
    head = json.dumps({**meta, "columns": columns}).encode()
    before = tallies.decode(b"".join([tallies._MAGIC, head, b"\n", *blocks]))
    assert tallies.prediction_ids(before) == tallies.prediction_ids(tally)
    assert tallies.encode(before) == tallies.encode(tally)


def test_ids_and_labels_may_hold_any_characters():
    box = Box(0, 0, 9, 9)
    item = Item("t_ü", (Truth("a_猫", "Kätzchen 🐈", box),), (Prediction("pr_é", "x", box, 0.5),))
    kind = kinds.get("detection")
    tally = tallies.decode(tallies.encode(kind.match([item], kind.Config())))
    outcome = kind.summarize(tally, kind.Config()).blocks[-1].examples[0].outcomes[0]
    assert outcome.truth_id == "a_猫"
    assert outcome.truth_label == "Kätzchen 🐈"
    assert outcome.prediction_id == "pr_é"
