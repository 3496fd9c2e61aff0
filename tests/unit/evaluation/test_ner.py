"""Named entities against seqeval and nervaluate, and what overlapping spans count."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest
from nervaluate import Evaluator
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


@pytest.mark.parametrize("make", [cases.texts, cases.tagged])
@pytest.mark.parametrize("seed", range(60))
def test_equals_seqeval(seed, make):
    items = make(seed)
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


@pytest.mark.parametrize("make", [cases.texts, cases.tagged])
@pytest.mark.parametrize("seed", range(60))
def test_partial_numbers_equal_nervaluate(seed, make):
    items = make(seed)
    labels = sorted({each.label for item in items for each in (*item.truths, *item.predictions)})
    found = Evaluator(
        [tags(item.truths) for item in items],
        [tags(item.predictions) for item in items],
        tags=labels,
        loader="list",
    ).evaluate()
    report = report_of(items)
    rows = {row.name: row.values for row in block(report, "schemes").rows}
    for name, key in (("strict",) * 2, ("exact",) * 2, ("partial",) * 2, ("type", "ent_type")):
        expected = found["overall"][key]
        shares, counts = rows[name][:3], rows[name][3:]
        wanted = [expected.precision, expected.recall, expected.f1]
        assert [value or 0.0 for value in shares] == pytest.approx(wanted, abs=1e-12), name
        wanted = [expected.correct, expected.partial, expected.incorrect]
        assert list(counts) == [*wanted, expected.missed, expected.spurious], name
    assert report.scalar("partial_f1") == rows["partial"][2]
    for row in block(report, "per_label").rows:
        expected = found["entities"][row.label]["partial"]
        ours = [value or 0.0 for value in row.values[7:]]
        wanted = [expected.precision, expected.recall, expected.f1]
        assert ours == pytest.approx(wanted, abs=1e-12), row.label


@pytest.mark.parametrize("seed", range(30))
def test_the_panels_say_the_same(seed):
    report = report_of(cases.tagged(seed))
    errors = {entry.name: entry.value for entry in block(report, "errors").scalars}
    by_label = block(report, "errors_by_label")
    names = [column.name for column in by_label.columns]
    columns = dict(
        zip(names, zip(*(row.values for row in by_label.rows), strict=True), strict=True)
    )
    assert sum(columns["type"]) == errors["type"]
    assert sum(columns["spurious"]) == errors["spurious"]
    assert sum(columns["hits"]) == report.scalar("hits")
    for row, other in zip(by_label.rows, block(report, "per_label").rows, strict=True):
        assert sum(row.values[:5]) == other.values[0]
    touching = block(report, "boundary_and_label").values
    parts = sum(map(sum, touching)) + errors["duplicate"] + errors["spurious"]
    assert parts == report.scalar("predictions")


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


def test_partial_numbers_by_hand():
    truths = [("per", 0, 4), ("per", 10, 14), ("org", 20, 24), ("org", 30, 34), ("org", 90, 99)]
    predictions = [
        ("per", 0, 4),
        ("org", 10, 14),
        ("org", 20, 23),
        ("per", 31, 34),
        ("per", 50, 51),
    ]
    report = report_of([item(truths, predictions)])
    rows = {row.name: row.values for row in block(report, "schemes").rows}
    assert rows["strict"] == (0.2, 0.2, 0.2, 1, 0, 3, 1, 1)
    assert rows["exact"] == (0.4, 0.4, 0.4, 2, 0, 2, 1, 1)
    assert rows["partial"] == (0.6, 0.6, 0.6, 2, 2, 0, 1, 1)
    assert rows["type"] == (0.4, 0.4, 0.4, 2, 0, 2, 1, 1)
    assert block(report, "boundary_and_label").values == ((1, 1), (1, 1))
    per_label = {row.label: row.values[7:] for row in block(report, "per_label").rows}
    assert per_label["org"] == (0.25, pytest.approx(1 / 6), 0.2)
    assert per_label["per"] == (pytest.approx(1 / 3), 0.5, 0.4)


def test_each_prediction_takes_the_leftmost_free_truth():
    truths = [("per", 0, 3), ("per", 3, 6), ("per", 6, 9)]
    predictions = [("per", 5, 7), ("per", 1, 4)]
    found = report_of([item(truths, predictions)])
    rows = {row.name: row.values for row in block(found, "schemes").rows}
    assert rows["partial"][3:] == (0, 2, 0, 1, 0)


def test_what_is_hidden_by_the_threshold_takes_no_truth():
    one = item([("per", 0, 4)], [("per", 0, 3)])
    assert report_of([one]).scalar("partial_f1") == 0.5
    assert report_of([one], confidence_threshold=0.95).scalar("partial_f1") == 0


def test_one_long_text_is_many_short_ones_for_the_numbers():
    items = cases.tagged(5)
    joined = Item(
        "t_0",
        tuple(moved(each, 1000 * at) for at, item in enumerate(items) for each in item.truths),
        tuple(moved(each, 1000 * at) for at, item in enumerate(items) for each in item.predictions),
    )
    apart, together = (report_of(each) for each in (items, [joined]))
    names = {"schemes", "per_label", "errors", "errors_by_label"}
    for one, other in zip(apart.blocks, together.blocks, strict=True):
        assert one == other or one.name not in names


def moved(each, by):
    span = Span(each.shape.start + by, each.shape.end + by)
    return dataclasses.replace(each, shape=span)


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
    with pytest.raises(ValueError, match="must lie from 0 to 2147483647, but one is -1 to 5"):
        KIND.match([item([("per", -1, 5)], [])], CONFIG)
