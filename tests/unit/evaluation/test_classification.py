"""Classification against scikit-learn, and what it does where there is nothing to judge."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

from linlog.evaluation import kinds
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box, Whole
from tests.unit.evaluation import cases

KIND = kinds.get("classification")
CONFIG = KIND.Config()
NOTHING = "(no prediction)"


def report_of(items, **config):
    return KIND.summarize(KIND.match(items, CONFIG), KIND.Config(**config))


def block(report, name):
    return next(entry for entry in report.blocks if entry.name == name)


def decided(items):
    """The true and the predicted label of each item with truth."""
    found = []
    for item in sorted(items, key=lambda item: item.task_id):
        if item.truths:
            top = sorted(item.predictions, key=lambda each: (-each.confidence, each.label))
            found.append((item.truths[0].label, top[0].label if top else NOTHING))
    return zip(*found, strict=True)


@pytest.mark.parametrize("seed", range(40))
def test_equals_scikit_learn(seed):
    items = cases.wholes(seed, amount=1 + 3 * seed)
    if not any(item.truths for item in items):
        items = cases.wholes(1)
    truths, tops = decided(items)
    labels = sorted({*truths, *tops} - {NOTHING})
    report = report_of(items)
    assert report.scalar("accuracy") == pytest.approx(accuracy_score(truths, tops), abs=1e-12)
    for average in ("macro", "micro", "weighted"):
        expected = precision_recall_fscore_support(
            truths, tops, labels=labels, average=average, zero_division=0
        )
        for name, value in zip(("precision", "recall", "f1"), expected, strict=False):
            ours = report.scalar(f"{name}_{average}")
            assert (ours or 0.0) == pytest.approx(value, abs=1e-12), (name, average)
    by_label = precision_recall_fscore_support(truths, tops, labels=labels, zero_division=np.nan)
    rows = block(report, "per_label").rows
    assert [row.label for row in rows] == labels
    for at, row in enumerate(rows):
        values = [by_label[3][at], *(part[at] for part in by_label[:3])]
        ours = [row.values[0], *row.values[2:5]]
        np.testing.assert_allclose([np.nan if v is None else v for v in ours], values, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_confusion_matrix_equals_scikit_learn(seed):
    items = cases.wholes(seed + 100)
    truths, tops = decided(items)
    matrix = block(report_of(items), "confusion_matrix")
    labels = list(matrix.columns)
    assert labels[-1] == NOTHING
    expected = confusion_matrix(truths, tops, labels=labels)[:-1]
    np.testing.assert_array_equal(np.array(matrix.values), expected)


def item(number, truth, *predictions, predicted=True):
    truths = (Truth(f"a_{number}", truth, Whole()),) if truth else ()
    return Item(
        f"t_{number}",
        truths,
        tuple(
            Prediction(f"pr_{number}_{at}", label, Whole(), confidence)
            for at, (label, confidence) in enumerate(predictions)
        ),
        predicted,
    )


def test_equal_confidences_are_decided_by_name():
    assert report_of([item(1, "cat", ("dog", 0.5), ("cat", 0.5))]).scalar("accuracy") == 1


def test_calibration_by_hand():
    items = [
        item(1, "cat", ("cat", 0.9)),
        item(2, "cat", ("dog", 0.9)),
        item(3, "cat", ("cat", 0.3)),
    ]
    report = report_of(items)
    assert report.scalar("ece") == pytest.approx(2 / 3 * 0.4 + 1 / 3 * 0.7)
    assert report.scalar("brier_top") == pytest.approx((0.01 + 0.81 + 0.49) / 3)
    curve = block(report, "calibration")
    assert curve.diagonal
    assert curve.series[0].x == pytest.approx((0.3, 0.9))
    assert curve.series[0].y == pytest.approx((1.0, 0.5))


def test_worst_are_the_surest_mistakes():
    items = [
        item(1, "cat", ("dog", 0.6)),
        item(2, "cat", ("dog", 0.9)),
        item(3, "cat"),
        item(4, "cat", ("cat", 0.9)),
    ]
    worst = block(report_of(items), "worst").examples
    assert [example.task_id for example in worst] == ["t_2", "t_1", "t_3"]
    assert [example.outcomes[0].outcome for example in worst] == ["confused", "confused", "missed"]


def test_confusions_are_ranked():
    items = [item(n, "cat", ("dog", 0.6)) for n in range(3)] + [item(9, "dog", ("cat", 0.6))]
    rows = block(report_of(items), "top_confusions").rows
    assert [(row.label, row.values) for row in rows] == [
        ("cat → dog", (3.0, 1.0)),
        ("dog → cat", (1.0, 1.0)),
    ]


def test_missing_tasks_are_wrong_or_left_out():
    items = [item(1, "cat", ("cat", 0.9)), item(2, "cat", predicted=False), item(3, None)]
    assert report_of(items).scalar("accuracy") == 0.5
    assert report_of(items, missing="left out").scalar("accuracy") == 1
    assert "1 item without truth" in block(report_of(items), "about").text


def test_two_labels_on_an_item_are_refused():
    two = Item("t_1", (Truth("a_1", "cat", Whole()), Truth("a_2", "dog", Whole())))
    with pytest.raises(ValueError, match="task t_1 has the labels cat, dog"):
        KIND.match([two], CONFIG)


def test_boxes_are_refused():
    with pytest.raises(ValueError, match="some shapes are box"):
        KIND.match([Item("t_1", (Truth("a_1", "cat", Box(0, 0, 1, 1)),))], CONFIG)
