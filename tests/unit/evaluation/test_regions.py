"""Crowds and ignored truths: neither asked for nor held against a model."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from linlog.evaluation import items, kinds, matching
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box
from linlog.wire.annotations import Annotation

KIND = kinds.get("detection")
CONFIG = KIND.Config(confidence_threshold=0.1)
HERD = Box(100, 0, 100, 100)


def about(report):
    """What the report says was counted."""
    return next(block.text for block in report.blocks if block.name == "about")


def herd(**marks):
    """One sheep that is found, and three predictions on what is marked; one of them is a dog."""
    inside = [Box(100 + 40 * at, 10, 20, 20) for at in range(2)]
    return Item(
        "t_1",
        (Truth("a_1", "sheep", Box(0, 0, 20, 20)), Truth("a_2", "sheep", HERD, **marks)),
        (
            Prediction("pr_1", "sheep", Box(0, 0, 20, 20), 0.9),
            Prediction("pr_2", "sheep", inside[0], 0.8),
            Prediction("pr_3", "sheep", inside[1], 0.7),
            Prediction("pr_4", "dog", HERD, 0.6),
        ),
    )


def summary(item):
    report = KIND.summarize(KIND.match([item], CONFIG), CONFIG)
    return {entry.name: entry.value for entry in report.blocks[0].scalars}, report


def test_a_crowd_takes_any_number_of_predictions_and_is_not_asked_for():
    found, report = summary(herd(crowd=True))
    assert (found["truths"], found["predictions"], found["hits"]) == (1, 2, 1)
    assert (found["missed"], found["confused"], found["false_positives"]) == (0, 0, 1)
    assert found["recall"] == 1
    assert (
        "1 crowd counts neither as found nor as missed, and 2 predictions on such are neither "
        "right nor wrong." in about(report)
    )
    outcomes = report.blocks[-1].examples[0].outcomes
    assert {(each.prediction_id, each.outcome) for each in outcomes} == {
        ("pr_1", "hit"),
        ("pr_4", "false positive"),
    }


def test_an_ignored_truth_takes_one_prediction_by_its_ordinary_iou():
    found, _ = summary(herd(ignored=True))
    assert (found["truths"], found["predictions"], found["hits"]) == (1, 4, 1)
    close = herd(ignored=True)
    close = Item(
        "t_1",
        close.truths,
        (
            *close.predictions[:1],
            *(Prediction(f"pr_{at}", "sheep", HERD, 0.5) for at in range(2, 4)),
        ),
    )
    found, report = summary(close)
    assert (found["truths"], found["predictions"], found["false_positives"]) == (1, 2, 1)
    assert "1 ignored truth counts neither" in about(report)


def test_a_real_truth_comes_before_a_crowd_that_fits_better():
    item = Item(
        "t_1",
        (
            Truth("a_1", "sheep", Box(0, 0, 10, 10), crowd=True),
            Truth("a_2", "sheep", Box(2, 0, 10, 10)),
        ),
        (Prediction("pr_1", "sheep", Box(0, 0, 10, 10), 0.9),),
    )
    found, _ = summary(item)
    assert (found["hits"], found["missed"]) == (1, 0)


def test_what_lies_on_a_crowd_does_not_move_the_best_threshold():
    config = KIND.Config()
    report = KIND.summarize(KIND.match([herd(crowd=True)], config), config)
    assert report.scalar("confidence_threshold") == 0.9
    assert report.scalar("f1") == 1


def test_crowd_iou_is_the_share_of_the_prediction_inside():
    crowd, inside = np.array([[0.0, 0, 100, 100]]), np.array([[90.0, 0, 20, 10]])
    assert matching.box_iou(crowd, inside, np.array([True])) == 0.5
    assert matching.box_iou(crowd, inside, np.array([False])) == 100 / (10000 + 200 - 100)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, (False, False, None)),
        ({"crowd": True, "area": 12}, (True, False, 12.0)),
        ({"crowd": 1, "ignored": 0}, (True, False, None)),
        ({"ignored": True, "area": 0.5}, (False, True, 0.5)),
        ({"crowd": "busy", "ignored": [1], "area": "north"}, (False, False, None)),
        ({"crowd": None, "area": True}, (False, False, None)),
        ({"area": -1}, (False, False, None)),
        ({"area": float("nan")}, (False, False, None)),
    ],
)
def test_attributes_of_annotations_mark_truths(attributes, expected):
    annotation = Annotation(
        id="a_1",
        task_id="t_1",
        label="cat",
        shape=HERD,
        attributes=attributes,
        created_date=datetime.now(UTC),
    )
    found = items.truth(annotation)
    assert (found.crowd, found.ignored, found.area) == expected
    assert (found.annotation_id, found.label, found.shape) == ("a_1", "cat", HERD)
