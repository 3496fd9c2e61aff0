"""Outcomes one by one: as many as the report of the same state counts, over random data."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from linlog.evaluation import kinds, outcome_rows
from linlog.evaluation.kinds import Listing
from linlog.evaluation.outcome_rows import OutcomeRows
from linlog.wire.blocks import Histogram, Matrix, PerLabel, Report, Scalars, Table
from linlog.wire.evaluations import OUTCOME_WORDS, OutcomeFilter
from tests.unit.evaluation import cases

PLACES = ("detection", "segmentation", "keypoints", "ner")
NAMES = (*PLACES, "classification")
WRONG = ("false positive", "confused", "duplicate")
SAID = ("hit", *WRONG)
TRUE = ("hit", "missed", "confused")
SEEDS = range(8)
SETS = {
    "hits": ("hit",),
    "missed": ("missed",),
    "confused": ("confused",),
    "false_positives": ("false positive", "duplicate"),
    "truths": TRUE,
    "predictions": SAID,
}


def asked(name: str, seed: int) -> tuple[Any, Any, Any]:
    """A kind, a random tally and a config, every second with thresholds of its own."""
    kind = kinds.get(name)
    config = kind.Config()
    known = {entry.name for entry in fields(config)}
    if seed % 2:
        chosen = {"confidence_threshold": 0.4, "iou_threshold": 0.3, "oks_threshold": 0.3}
        config = replace(config, **{key: value for key, value in chosen.items() if key in known})
    return kind, kind.match(cases.items(name, seed), config), config


def listing(name: str, seed: int, *, every: bool = False) -> tuple[Report, OutcomeRows]:
    kind, tally, config = asked(name, seed)
    assert isinstance(kind, Listing)
    report = kind.summarize(tally, config)  # type: ignore[attr-defined]
    of = replace(config, confidence_threshold=0.0) if every else config
    return report, kind.list_outcomes(tally, of)


def count(rows: OutcomeRows, **wanted: Any) -> int:
    return len(outcome_rows.chosen(rows, OutcomeFilter(**wanted)))


def block(report: Report, name: str) -> Any:
    return next(each for each in report.blocks if each.name == name)


def between(name: str, edges: tuple[float, ...], at: int) -> dict[str, float]:
    """What a bar asks for; 1 is in the last one."""
    last = at == len(edges) - 2
    return {f"{name}__gte": edges[at], **({} if last else {f"{name}__lt": edges[at + 1]})}


def check_bars(report: Report, rows: OutcomeRows, words: tuple[str, str]) -> None:
    """Each bar by confidence is as high as what it asks for; a word for each of its parts."""
    bars: Histogram = block(report, "confidence_histogram")
    for series, word in zip(bars.series, words, strict=True):
        for at, value in enumerate(series.counts):
            within = between("confidence", bars.edges, at)
            assert count(rows, outcome=(word,), **within) == value


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", PLACES)
def test_every_cell_of_the_matrix_is_listed(name: str, seed: int) -> None:
    report, rows = listing(name, seed)
    found: Matrix = block(report, "confusion_matrix")
    for truth, line in zip(found.rows, found.values, strict=True):
        for prediction, value in zip(found.columns, line, strict=True):
            wanted: dict[str, Any] = {"truth_label": truth, "prediction_label": prediction}
            if truth.startswith("("):
                wanted = {"outcome": SETS["false_positives"], "prediction_label": prediction}
            elif prediction.startswith("("):
                wanted = {"outcome": ("missed",), "truth_label": truth}
            if truth.startswith("(") and prediction.startswith("("):
                continue
            assert count(rows, **wanted) == value


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", PLACES)
def test_the_counts_of_the_summary_are_listed(name: str, seed: int) -> None:
    report, rows = listing(name, seed)
    summary: Scalars = block(report, "summary")
    counted = [each for each in summary.scalars if each.name in SETS]
    assert len(counted) >= 3
    for each in counted:
        assert count(rows, outcome=SETS[each.name]) == each.value


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", PLACES)
def test_the_counts_by_label_are_listed(name: str, seed: int) -> None:
    report, rows = listing(name, seed)
    table: PerLabel = block(report, "per_label")
    named = {
        "hits": ("truth_label", ("hit",)),
        "missed": ("truth_label", ("missed",)),
        "truths": ("truth_label", TRUE),
        "predictions": ("prediction_label", SAID),
        "false_positives": ("prediction_label", WRONG),
    }
    for row in table.rows:
        for column, value in zip(table.columns, row.values, strict=True):
            if column.name in named:
                side, words = named[column.name]
                assert count(rows, outcome=words, **{side: row.label}) == value
        either = count(rows, label=row.label)
        both = count(rows, truth_label=row.label, prediction_label=row.label)
        sides = [count(rows, **{f"{side}_label": row.label}) for side in ("truth", "prediction")]
        assert either == sum(sides) - both


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", PLACES)
def test_the_bars_by_confidence_are_listed(name: str, seed: int) -> None:
    report, rows = listing(name, seed, every=True)
    bars: Histogram = block(report, "confidence_histogram")
    for series, words in zip(bars.series, (("hit",), WRONG), strict=True):
        for at, value in enumerate(series.counts):
            within = between("confidence", bars.edges, at)
            assert count(rows, outcome=words, **within) == value


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["detection", "segmentation", "keypoints"])
def test_the_bars_by_iou_and_by_score_are_listed(name: str, seed: int) -> None:
    report, rows = listing(name, seed)
    bars: Histogram = block(report, "iou_histogram")
    for series, word in zip(bars.series, ("hit", "confused"), strict=True):
        for at, value in enumerate(series.counts):
            assert count(rows, outcome=(word,), **between("iou", bars.edges, at)) == value
    bars = block(report, "task_histogram")
    for at, value in enumerate(bars.series[0].counts):
        within = between("score", bars.edges, at)
        assert count(rows, outcome=(*SAID, "missed"), one_a_task=True, **within) == value


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["detection", "segmentation"])
def test_the_types_of_error_are_listed(name: str, seed: int) -> None:
    report, rows = listing(name, seed)
    table: Table = block(report, "errors")
    counted = {row.name: row.values[2] for row in table.rows if row.values[2] is not None}
    assert set(counted) == {"cls", "loc", "both", "dupe", "bkg", "miss"}
    for kind, value in counted.items():
        assert count(rows, error_type=kind) == value
    by_label: PerLabel = block(report, "errors_by_label")
    for row in by_label.rows:
        for column, value in zip(by_label.columns, row.values, strict=True):
            kind = column.name.removesuffix("_count")
            if kind != column.name:
                side = "truth_label" if kind == "miss" else "prediction_label"
                assert count(rows, error_type=kind, **{side: row.label}) == value


@pytest.mark.parametrize("seed", SEEDS)
def test_what_went_wrong_with_spans_is_listed(seed: int) -> None:
    report, rows = listing("ner", seed)
    errors: Scalars = block(report, "errors")
    for each in errors.scalars:
        assert count(rows, error_type=each.name) == each.value


@pytest.mark.parametrize("seed", SEEDS)
def test_an_item_with_one_label_is_one_outcome(seed: int) -> None:
    kind, config = kinds.get("classification"), kinds.get("classification").Config()
    tally = kind.match(cases.wholes(seed), config)
    report, rows = kind.summarize(tally, config), kind.list_outcomes(tally, config)  # type: ignore[attr-defined]
    summary: Scalars = block(report, "summary")
    numbers = {each.name: each.value for each in summary.scalars}
    words = {"right": ("hit",), "wrong": ("confused",), "unanswered": ("missed",), "truths": TRUE}
    for name, some in words.items():
        assert count(rows, outcome=some) == numbers[name]
    matrix: Matrix = block(report, "confusion_matrix")
    for truth, line in zip(matrix.rows, matrix.values, strict=True):
        for prediction, value in zip(matrix.columns, line, strict=True):
            wanted: dict[str, Any] = {"prediction_label": prediction}
            if prediction.startswith("("):
                wanted = {"outcome": ("missed",)}
            assert count(rows, truth_label=truth, **wanted) == value
    check_bars(report, rows, ("hit", "confused"))


@pytest.mark.parametrize("seed", SEEDS)
def test_of_several_labels_each_is_an_outcome(seed: int) -> None:
    kind, config = kinds.get("classification"), kinds.get("classification").Config(labels="several")
    tally = kind.match(cases.several(seed), config)
    report, rows = kind.summarize(tally, config), kind.list_outcomes(tally, config)  # type: ignore[attr-defined]
    numbers = {each.name: each.value for each in block(report, "summary").scalars}
    words = {
        "hits": ("hit",),
        "missed": ("missed",),
        "wrong": ("false positive",),
        "truths": ("hit", "missed"),
        "predictions": ("hit", "false positive"),
    }
    for name, some in words.items():
        assert count(rows, outcome=some) == numbers[name]
    every = kind.list_outcomes(tally, replace(config, confidence_threshold=0.0))  # type: ignore[attr-defined]
    check_bars(report, every, ("hit", "false positive"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_rows_say_what_the_examples_of_the_report_say(name: str, seed: int) -> None:
    report, rows = listing(name, seed)
    sent = outcome_rows.listed(rows, outcome_rows.chosen(rows, OutcomeFilter()))
    plain = {(each.task_id, *(getattr(each, key) for key in KEYS)) for each in sent}
    told = [
        (example.task_id, *(getattr(each, key) for key in KEYS))
        for example in block(report, "worst").examples
        for each in example.outcomes
    ]
    assert told
    assert set(told) <= plain
    for example in block(report, "worst").examples:
        own = outcome_rows.chosen(rows, OutcomeFilter(task_id=example.task_id))
        assert {each.task_id for each in outcome_rows.listed(rows, own)} == {example.task_id}
        assert len(own) == len([each for each in sent if each.task_id == example.task_id])
    assert count(rows, task_id="t_nothing") == 0


KEYS = (
    *("outcome", "truth_id", "truth_label", "prediction_id"),
    *("prediction_label", "confidence", "iou"),
)


@pytest.mark.parametrize("name", NAMES)
def test_the_surest_comes_first_and_the_missed_last(name: str) -> None:
    _, rows = listing(name, 3)
    sent = outcome_rows.listed(rows, outcome_rows.chosen(rows, OutcomeFilter()))
    sure = [-1.0 if each.confidence is None else each.confidence for each in sent]
    assert sure == sorted(sure, reverse=True)
    assert {each.outcome for each in sent if each.confidence is None} <= {"missed"}
    assert len({(each.truth_id, each.prediction_id, each.task_id) for each in sent}) == len(sent)


def test_crowds_are_ignored_and_listed_as_such() -> None:
    found = [listing_of(cases.hard_boxes(seed)) for seed in range(12)]
    ignored = [count(rows, outcome=("ignored",)) for _, rows in found]
    assert sum(ignored) > 0
    for report, rows in found:
        table: Table = block(report, "errors")
        for row in table.rows:
            if row.values[2] is not None:
                assert count(rows, error_type=row.name) == row.values[2]
        numbers = {each.name: each.value for each in block(report, "summary").scalars}
        assert count(rows, outcome=SAID) == numbers["predictions"]


def listing_of(items: list[Any]) -> tuple[Report, OutcomeRows]:
    kind, config = kinds.get("detection"), kinds.get("detection").Config(confidence_threshold=0.2)
    tally = kind.match(items, config)
    return kind.summarize(tally, config), kind.list_outcomes(tally, config)  # type: ignore[attr-defined]


def test_what_there_is_not_is_refused_by_name() -> None:
    _, rows = listing("detection", 3)
    with pytest.raises(ValueError, match=r"^truth_label: there is no label 'gnu'; there is "):
        count(rows, truth_label="gnu")
    with pytest.raises(ValueError, match=r"^error_type 'type' is not one of cls, loc, "):
        count(rows, error_type="type")
    _, rows = listing("keypoints", 3)
    with pytest.raises(ValueError, match="does not tell them apart"):
        count(rows, error_type="loc")
    with pytest.raises(ValueError, match="outcome must be of hit, "):
        OutcomeFilter(outcome=("wrong",))  # type: ignore[arg-type]


def test_words_have_their_places() -> None:
    assert OUTCOME_WORDS[outcome_rows.HIT] == "hit"
    assert OUTCOME_WORDS[outcome_rows.IGNORED] == "ignored"
    assert np.iinfo(np.int8).max > len(OUTCOME_WORDS)
