"""Named entities against seqeval, and overlapping spans against counts of equal spans."""

from __future__ import annotations

from collections import Counter

import pytest
from seqeval.metrics import classification_report

from linlog.evaluation import kinds
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Span, Whole
from tests.unit.evaluation import cases

KIND = kinds.get("ner")
CONFIG = KIND.Config()


def report_of(items, **config):
    return KIND.summarize(KIND.match(items, CONFIG), KIND.Config(**config))


def block(report, name):
    return next(entry for entry in report.blocks if entry.name == name)


def tags(spans):
    """One BIO tag a character."""
    found = ["O"] * 60
    for each in spans:
        found[each.shape.start] = f"B-{each.label}"
        for at in range(each.shape.start + 1, each.shape.end):
            found[at] = f"I-{each.label}"
    return found


@pytest.mark.parametrize("seed", range(30))
def test_equals_seqeval(seed):
    items = cases.texts(seed)
    expected = classification_report(
        [tags(item.truths) for item in items],
        [tags(item.predictions) for item in items],
        output_dict=True,
        zero_division=0,
    )
    report = report_of(items)
    for name, key in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
        micro, macro = expected["micro avg"][key], expected["macro avg"][key]
        assert report.scalar(name) == pytest.approx(micro, abs=1e-12)
        assert report.scalar(f"{name}_macro") == pytest.approx(macro, abs=1e-12)
    for row in block(report, "per_label").rows:
        own = expected[row.label]
        assert row.values[0] == own["support"]
        ours = [value or 0.0 for value in row.values[2:5]]
        assert ours == pytest.approx([own["precision"], own["recall"], own["f1-score"]], abs=1e-12)


@pytest.mark.parametrize("seed", range(15))
def test_overlapping_spans_count_as_often_as_they_are(seed):
    items = cases.texts(seed + 50, overlapping=True)

    def counted(side):
        return Counter(
            (item.task_id, each.label, each.shape) for item in items for each in getattr(item, side)
        )

    truths, predictions = counted("truths"), counted("predictions")
    report = report_of(items)
    assert report.scalar("hits") == (truths & predictions).total()
    assert report.scalar("truths") == truths.total()
    assert report.scalar("predictions") == predictions.total()


def item(truths, predictions):
    return Item(
        "t_1",
        tuple(
            Truth(f"a_{at}", label, Span(start, end))
            for at, (label, start, end) in enumerate(truths)
        ),
        tuple(
            Prediction(f"pr_{at}", label, Span(start, end), 0.9)
            for at, (label, start, end) in enumerate(predictions)
        ),
    )


def test_what_went_wrong():
    truths = [("per", 0, 4), ("per", 10, 14), ("org", 20, 24), ("org", 30, 34), ("org", 90, 99)]
    predictions = [
        ("per", 0, 4),
        ("per", 0, 4),
        ("org", 10, 14),
        ("org", 20, 23),
        ("per", 31, 34),
        ("per", 50, 51),
    ]
    report = report_of([item(truths, predictions)])
    found = {entry.name: entry.value for entry in block(report, "errors").scalars}
    assert found == {
        "type": 1,
        "boundary": 1,
        "boundary_and_type": 1,
        "duplicate": 1,
        "spurious": 1,
        "missed": 3,
        "untouched": 1,
    }
    matrix = block(report, "confusion_matrix")
    assert matrix.rows == ("org", "per", "(no span)")
    assert matrix.values == ((0, 0, 3), (1, 1, 0), (1, 3, 0))


def test_touching_spans_do_not_overlap():
    tally = KIND.match([item([("per", 0, 4)], [("per", 4, 8)])], CONFIG)
    assert len(tally.pairs["iou"]) == 0


def test_confidence_threshold_hides_predictions():
    one = item([("per", 0, 4)], [("per", 0, 4)])
    assert report_of([one]).scalar("f1") == 1
    assert report_of([one], confidence_threshold=0.95).scalar("f1") == 0


def test_other_shapes_and_empty_spans_are_refused():
    with pytest.raises(ValueError, match="some shapes are whole"):
        KIND.match([Item("t_1", (Truth("a_1", "per", Whole()),))], CONFIG)
    with pytest.raises(ValueError, match="at least one character"):
        KIND.match([item([("per", 5, 5)], [])], CONFIG)
