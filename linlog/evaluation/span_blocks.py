"""The blocks of a report on spans, from what its findings say."""

from __future__ import annotations

from typing import Final

import numpy as np

from linlog.evaluation import confusion, curves, reports
from linlog.evaluation.span_findings import SpanFindings
from linlog.wire.blocks import (
    Column,
    Curve,
    Histogram,
    Marker,
    Matrix,
    PerLabel,
    Scalars,
    Table,
    Text,
)

NOTHING: Final = "(no span)"
"""The row of predictions without a truth and the column of truths without a prediction."""
_TITLES: Final = {"precision": "Precision", "recall": "Recall", "f1": "F1"}


def headline(found: SpanFindings) -> Scalars:
    """Exact and partial precision, recall and F1, and the counts behind them."""
    scores, total = found.scores, found.scores.total
    used = scores.truths + scores.predictions
    named = {"precision": scores.precision, "recall": scores.recall, "f1": scores.f1}
    halves = found.schemes["partial"]
    return Scalars(
        name="summary",
        title="Summary",
        scalars=(
            reports.scalar("f1", "F1", total.f1, "Harmonic mean of precision and recall."),
            reports.scalar("precision", "Precision", total.precision, "Hits / predictions."),
            reports.scalar("recall", "Recall", total.recall, "Hits / truths."),
            *(
                reports.scalar(
                    f"{name}_macro",
                    f"{_TITLES[name]}, macro",
                    confusion.macro(values, used),
                    "Mean over labels, undefined values as 0.",
                )
                for name, values in named.items()
            ),
            *(
                reports.scalar(
                    f"partial_{name}",
                    f"{title}, partial",
                    getattr(halves, name),
                    "Equal spans count 1, overlapping ones half, whatever the label.",
                )
                for name, title in _TITLES.items()
            ),
            reports.count("truths", "Truths", int(total.truths[0]), "Spans taken as right."),
            reports.count(
                "predictions",
                "Predictions",
                int(total.predictions[0]),
                "At or above the threshold.",
            ),
            reports.count("hits", "Hits", int(total.hits[0]), "Right start, end and label."),
        ),
    )


def about(found: SpanFindings, covered: str) -> Text:
    """What was counted and how; `covered` says which tasks count."""
    sentences = [
        covered,
        (
            "A prediction is a hit if start, end and label equal those of a truth that no other "
            "prediction has taken; a span given twice must be predicted twice."
        ),
        f"Predictions count from confidence {found.threshold:g}; without confidence, as with 1.",
        "Macro averages are over labels with a truth or a prediction.",
    ]
    return Text(name="about", title="What was counted", text=" ".join(sentences))


def schemes(found: SpanFindings) -> Table:
    """The same predictions under the four ways to count of MUC."""
    counts = list(found.schemes.values())
    columns = [(Column(name=name, title=title), name) for name, title in _TITLES.items()]
    columns += [
        (Column(name=name, title=name.capitalize(), count=True), name)
        for name in ("correct", "partial", "incorrect", "missed", "spurious")
    ]
    return reports.plain_table(
        "schemes",
        "Exact and partial",
        "Way to count",
        list(found.schemes),
        [
            (column, np.concatenate([getattr(each, name) for each in counts]))
            for column, name in columns
        ],
        "`strict`: equal span and label. `exact`: equal span, any label. `partial`: the same, and "
        "overlapping spans count half. `type`: overlapping span of equal label. Each prediction "
        "takes at most one truth.",
    )


def boundary_and_label(found: SpanFindings) -> Matrix:
    """Where predictions that touch a truth went wrong: its ends, its label, or both."""
    errors = found.errors
    return Matrix(
        name="boundary_and_label",
        title="Boundary against label",
        row_title="Boundary",
        column_title="Label",
        rows=("equal", "other"),
        columns=("right", "wrong"),
        values=(
            (float(found.outcomes.hit.sum()), float(errors["type"])),
            (float(errors["boundary"]), float(errors["boundary_and_type"])),
        ),
        note="Predictions, without duplicates and those that touch no missed truth.",
    )


def errors(found: SpanFindings) -> Scalars:
    """How many went wrong in which way."""
    described = {
        "type": ("Wrong label", "Equal span, other label."),
        "boundary": ("Wrong boundary", "Overlaps a missed truth of its label."),
        "boundary_and_type": ("Both wrong", "Overlaps a missed truth of another label only."),
        "duplicate": ("Duplicate", "Equals a truth that was found already."),
        "spurious": ("Spurious", "Overlaps no missed truth."),
        "missed": ("Missed", "Truths whose span no prediction has exactly."),
        "untouched": ("Missed altogether", "Truths that no prediction overlaps."),
    }
    return Scalars(
        name="errors",
        title="What went wrong",
        scalars=tuple(
            reports.count(name, title, found.errors[name], text, better="lower")
            for name, (title, text) in described.items()
        ),
        note="The first five part the predictions that are no hit.",
    )


def errors_by_label(found: SpanFindings) -> PerLabel:
    """What became of the truths of each label, and how many predictions are spurious."""
    titles = {
        "hits": "Hits",
        "type": "Wrong label",
        "boundary": "Wrong boundary",
        "boundary_and_type": "Both wrong",
        "missed": "Missed",
    }
    columns = [
        (Column(name=name, title=title, count=True), found.fates[name])
        for name, title in titles.items()
    ]
    columns.append((Column(name="spurious", title="Spurious", count=True), found.spurious))
    return reports.table(
        "errors_by_label",
        "What went wrong by label",
        found.tally.labels,
        columns,
        "Truths of the label; the first five sum to them. Spurious: predictions of the label that "
        "touch no missed truth.",
    )


def confidence_curve(found: SpanFindings) -> Curve:
    """Precision, recall and F1 against confidence, the best F1 marked."""
    curve, best = found.curve, found.curve.best()
    shown = curves.thin(curve.threshold, keep=() if best is None else (best,))
    named = {"precision": curve.precision, "recall": curve.recall, "F1": curve.f1}
    markers: tuple[Marker, ...] = ()
    if best is not None:
        place, value = float(curve.threshold[best]), float(curve.f1[best])
        markers = (Marker(title="best F1", x=place, y=value),)
    return Curve(
        name="confidence_curve",
        title="Precision, recall and F1 by confidence",
        x_title="Confidence threshold",
        y_title="Value",
        series=tuple(
            reports.series(name, curve.threshold[shown], values[shown])
            for name, values in named.items()
        ),
        markers=markers,
        note=f"Over all labels. {reports.drawn(len(curve.threshold), 'threshold')}",
    )


def confusion_matrix(found: SpanFindings) -> Matrix:
    """Which labels equal spans have and were given."""
    return reports.matrix(
        "confusion_matrix",
        "Confusion of labels",
        found.matrix,
        found.tally.labels,
        NOTHING,
        f"Of exactly equal spans. Row {NOTHING}: predictions without such a truth; column "
        f"{NOTHING}: truths without such a prediction.",
    )


def histogram(found: SpanFindings) -> Histogram:
    """How many hits and others there are by confidence."""
    confidence, hit = found.tally.predictions["confidence"], found.outcomes.same >= 0
    return reports.histogram(
        "confidence_histogram",
        "Confidence of predictions",
        "Confidence",
        [("hits", confidence[hit]), ("others", confidence[~hit])],
        "Of all predictions, whatever the confidence threshold.",
    )


def per_label(found: SpanFindings) -> PerLabel:
    """The exact and partial numbers of each label."""
    scores, halves, size = found.scores, found.partial_by_label, len(found.tally.labels)
    columns = [
        (Column(name="truths", title="Truths", count=True), scores.truths),
        (Column(name="predictions", title="Predictions", count=True), scores.predictions),
        (Column(name="precision", title="Precision"), scores.precision),
        (Column(name="recall", title="Recall"), scores.recall),
        (Column(name="f1", title="F1"), scores.f1),
        (Column(name="hits", title="Hits", count=True), scores.hits),
        (Column(name="missed", title="Missed", count=True), found.matrix[:size, -1]),
        *(
            (Column(name=f"partial_{name}", title=f"{title}, partial"), getattr(halves, name))
            for name, title in _TITLES.items()
        ),
    ]
    return reports.table(
        "per_label",
        "By label",
        found.tally.labels,
        columns,
        "Partial: spans of the label that overlap without being equal count half.",
    )
