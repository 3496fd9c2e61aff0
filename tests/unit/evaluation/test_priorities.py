"""What to fix first is what the report's own tables say, and nothing where nothing is wrong."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from linlog.evaluation import kinds, priorities
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box, Span, Whole
from linlog.wire.blocks import PerLabel, Table, Text
from tests.unit.evaluation import cases


def report(name, items):
    kind = kinds.get(name)
    return kind.summarize(kind.match(items, kind.Config()), kind.Config())


def said(found):
    """The sentences, and "" where there are none."""
    texts = [each.text for each in found.blocks if each.name == priorities.NAME]
    assert len(texts) < 2
    return texts[0] if texts else ""


def test_boxes_tell_what_costs_most_and_which_labels_do_worst():
    place, other = Box(0, 0, 100, 100), Box(300, 300, 50, 50)
    items = [
        Item(
            f"t_{at}",
            (Truth("a", "cell", place), Truth("b", "platelet", other)),
            (Prediction("p", "cell", Box(0, 60, 100, 100) if at < 4 else place, 0.9),),
        )
        for at in range(6)
    ]
    found = report("detection", items)
    assert [each.name for each in found.blocks[:2]] == ["summary", priorities.NAME]
    errors = next(each for each in found.blocks if isinstance(each, Table))
    cost = {row.name: row.values[0] for row in errors.rows}
    assert cost["loc"] > cost["miss"] > 0
    assert said(found) == (
        f"Costs most: Wrong place ({cost['loc']:.3f} of AP, 4 errors), then Missed "
        f"({cost['miss']:.3f} of AP, 6 errors). "
        f"Weakest labels: platelet (AP 0.000, 6 truths), then cell (AP "
        f"{label(found, 'cell', 'ap'):.3f}, 6 truths). "
        "Of 10 truths without a right prediction 6 are platelet."
    )


def label(found, name, column):
    table = next(e for e in found.blocks if isinstance(e, PerLabel) and e.name == "per_label")
    at = [each.name for each in table.columns].index(column)
    return next(row.values[at] for row in table.rows if row.label == name)


def test_labels_tell_the_most_frequent_confusion():
    labels = [("dog", "cat")] * 3 + [("dog", "dog")] * 3 + [("cat", "cat")] * 4
    items = [
        Item(f"t_{at}", (Truth("a", truth, Whole()),), (Prediction("p", guess, Whole(), 0.9),))
        for at, (truth, guess) in enumerate(labels)
    ]
    assert said(report("classification", items)) == (
        "Weakest labels: dog (F1 0.667, 6 truths), then cat (F1 0.727, 4 truths). "
        "Of 3 truths without a right prediction 3 are dog. "
        "Most confused: dog → cat (3 times, 50% of these truths)."
    )


def test_spans_tell_the_most_frequent_errors():
    items = [
        Item(
            f"t_{at}",
            (Truth("a", "person", Span(0, 5)), Truth("b", "place", Span(10, 15))),
            (Prediction("p", "person", Span(0, 5 if at else 3), 0.9),),
        )
        for at in range(3)
    ]
    text = said(report("ner", items))
    assert text.startswith(
        "Most frequent: Missed altogether (3), then Wrong boundary (1). Weakest labels: "
    )
    assert "place (F1 0.000, 3 truths)" in text


@pytest.mark.parametrize("name", sorted(kinds.NAMES))
@pytest.mark.parametrize("seed", range(3))
def test_every_number_is_one_of_the_report(name, seed):
    found = report(name, cases.items(name, seed))
    rest = [each.to_dict() for each in found.blocks if each.name != priorities.NAME]
    assert found.blocks == priorities.told([e for e in found.blocks if e.name != priorities.NAME])
    shares = {f"{value:.3f}" for value in numbers(rest) if isinstance(value, float)}
    assert {*re.findall(r"\b0\.\d{3}", said(found))} <= shares


def numbers(data):
    if isinstance(data, dict | list | tuple):
        for each in data.values() if isinstance(data, dict) else data:
            yield from numbers(each)
    else:
        yield data


@pytest.mark.parametrize("name", ["detection", "classification", "ner"])
def test_nothing_is_said_where_all_is_right(name):
    items = [
        replace(
            item,
            predictions=tuple(
                Prediction(f"p{each.annotation_id}", each.label, each.shape, 0.9)
                for each in item.truths[:1]
            ),
            truths=tuple(replace(each, crowd=False, ignored=False) for each in item.truths[:1]),
            predicted=True,
        )
        for item in cases.items(name, 2)
        if item.truths
    ]
    found = report(name, items)
    assert not [
        each for each in found.blocks if isinstance(each, Text) and each.name == "priorities"
    ]
    assert not said(report(name, []))
