"""Classification: one label for the whole item, judged by the label of highest confidence.

Takes the shape `whole`. Several labels may be predicted for an item, each with its confidence; the
most confident decides, the first by name among equals. An item with two true labels is refused;
an item without truth does not count. The headline is `accuracy`. The one setting is `missing`.

| number | meaning |
| --- | --- |
| `accuracy` | right items / items with truth; an item without prediction is wrong |
| `precision_macro`, `recall_macro`, `f1_macro` | mean over labels with a truth or a prediction |
| `precision_micro`, `recall_micro`, `f1_micro` | over all items; precision over the answered |
| `precision_weighted`, `recall_weighted`, `f1_weighted` | mean over labels weighted by truths |
| `ece` | expected calibration error of the deciding label, 15 bins of equal width |
| `brier_top` | mean of (confidence - right)² of the deciding label |
| `truths`, `right`, `wrong`, `unanswered` | counts behind them |

The averages equal scikit-learn with `zero_division=0`: a value that is undefined for a label counts
as 0 in them. In the table by label it is null.

`missing` says what becomes of tasks for which the model run has no predictions at all: `missed`
counts their truths as missed, `left out` leaves the tasks out of every number; the report says
which, and how many. A prediction without confidence counts as 1. An undefined number is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Final

import numpy as np

from linlog.evaluation import calibration, confusion, coverage, examples, reports, tallies
from linlog.evaluation.items import Item
from linlog.evaluation.reports import plural
from linlog.evaluation.resampling import Name, Numbers
from linlog.evaluation.tallies import Bools, Floats, Ints, Tally
from linlog.wire.blocks import (
    Column,
    Curve,
    Example,
    Examples,
    Histogram,
    Matrix,
    Outcome,
    PerLabel,
    Report,
    Scalar,
    Scalars,
    Text,
)

NOTHING: Final = "(no prediction)"
"""The column of items that the model gave no label."""
MOST_CONFUSIONS: Final = 20
"""Rows of the table of confusions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationConfig:
    """Settings of a classification evaluation."""

    missing: coverage.Missing = "missed"
    """Tasks without any prediction submitted: they count as wrong (`missed`), or are `left out`."""

    def __post_init__(self) -> None:
        coverage.check(self.missing)


class Classification:
    """The kind `classification`: whole items with one label each."""

    __slots__ = ()
    name: ClassVar[str] = "classification"
    version: ClassVar[int] = 1
    shapes: ClassVar[tuple[str, ...]] = ("whole",)
    Config: ClassVar[type[ClassificationConfig]] = ClassificationConfig

    def match(self, items: Iterable[Item], config: ClassificationConfig) -> Tally:  # noqa: ARG002 - one matching serves every config
        """Keep the label of each item and every label predicted for it.

        Raises ValueError for another shape than the whole item and for an item with two labels.
        """
        ordered = tallies.ordered(items)
        _check(ordered)
        return tallies.tally(self.name, ordered)

    def merge(self, parts: Iterable[Tally]) -> Tally:
        """One tally of all tasks; of none, the empty tally."""
        return tallies.merge([self.match((), ClassificationConfig()), *parts])

    def relabel(self, tally: Tally, names: Mapping[str, str]) -> Tally:
        """The tally under other names of labels; those of one name become one."""
        return tallies.relabelled(tally, names)

    def summarize(self, tally: Tally, config: ClassificationConfig) -> Report:
        """Accuracy, averages over labels, calibration, confusions and the surest mistakes."""
        found = _Findings(tally, config)
        blocks = (
            _headline(found),
            _about(tally, found, config),
            _reliability(found),
            _confusion(found),
            _top_confusions(found),
            _histogram(found),
            _per_label(found),
            _worst(found),
        )
        return Report(kind=self.name, headline="accuracy", blocks=blocks)

    def numbers(self, tally: Tally, config: ClassificationConfig) -> Numbers:
        """The main numbers, to be computed again on resampled items."""
        found = _Findings(tally, config)
        return Numbers(_NAMES, found.tally.labels, found.values, found.task_scores)


CLASSIFICATION: Final = Classification()


def _check(items: list[Item]) -> None:
    for item in items:
        labels = {truth.label for truth in item.truths}
        if len(labels) > 1:
            raise ValueError(
                f"task {item.task_id} has the labels {', '.join(sorted(labels))}; "
                "classification takes one label an item"
            )
    truths, predictions = tallies.shapes(items)
    others = sorted({shape.name for shape in truths + predictions} - {"whole"})
    if others:
        raise ValueError(
            f"classification takes whole items, but some shapes are {', '.join(others)}"
        )


class _Findings:
    """Everything that the blocks of one report share, each computed once."""

    def __init__(self, tally: Tally, config: ClassificationConfig) -> None:
        self.tally = coverage.covered(tally, config.missing)
        self.labels = len(self.tally.labels)

    @cached_property
    def truth_row(self) -> Ints:
        """By task the row of its truth, or -1."""
        return _first(self.tally.truths["task"], len(self.tally))

    @cached_property
    def truth(self) -> Ints:
        """By task the code of its label; the number of labels where there is no truth."""
        codes = np.append(self.tally.truths["label"], self.labels)
        return np.asarray(codes[self.truth_row])

    @cached_property
    def top_row(self) -> Ints:
        """By task the row of the prediction that decides: most confident, then first by name."""
        rows = self.tally.predictions
        order = np.lexsort((rows["label"], -rows["confidence"], rows["task"]))
        first = _first(rows["task"][order], len(self.tally))
        return np.where(first >= 0, np.append(order, -1)[first], -1)

    @cached_property
    def top(self) -> Ints:
        """By task the code of the predicted label; the number of labels where there is none."""
        codes = np.append(self.tally.predictions["label"], self.labels)
        return np.asarray(codes[self.top_row])

    @cached_property
    def known(self) -> Bools:
        """By task: whether there is a truth to judge by."""
        return np.asarray(self.truth_row >= 0)

    @cached_property
    def right(self) -> Bools:
        """By task: whether the predicted label is the truth."""
        return np.asarray(self.known & (self.truth == self.top))

    @cached_property
    def answered(self) -> Bools:
        """By task: whether there is a truth and a prediction."""
        return np.asarray(self.known & (self.top_row >= 0))

    @cached_property
    def confidence(self) -> Floats:
        """By task the confidence of the prediction that decides; 0 where there is none."""
        return np.asarray(np.append(self.tally.predictions["confidence"], 0.0)[self.top_row])

    @cached_property
    def matrix(self) -> Ints:
        """Rows truth, columns predicted, the last for nothing: shape (labels + 1, labels + 1)."""
        return confusion.counts(self.truth[self.known], self.top[self.known], self.labels + 1)

    @cached_property
    def task_scores(self) -> Floats:
        """By task 1 where right and 0 where wrong; NaN without truth."""
        return np.where(self.known, self.right.astype(np.float64), np.nan)

    def values(self, weights: Floats | None) -> tuple[Floats, Floats]:
        """The main numbers and the F1 of each label, with weighted tasks."""
        hits, truths, predictions = (
            confusion.Counted(codes[rows], rows).by_label(self.labels, weights)
            for codes, rows in (
                (self.truth, np.flatnonzero(self.right)),
                (self.truth, np.flatnonzero(self.known)),
                (self.top, np.flatnonzero(self.answered)),
            )
        )
        used = truths + predictions
        precision, recall = confusion.ratio(hits, predictions), confusion.ratio(hits, truths)
        f1 = confusion.ratio(2 * hits, used)
        total = float(truths.sum())
        numbers = [
            float(hits.sum()) / total if total else float("nan"),
            *(confusion.macro(values, used) for values in (f1, precision, recall)),
            confusion.weighted(f1, truths),
        ]
        return np.array(numbers), f1


_NAMES: Final = (
    Name("accuracy", "Accuracy"),
    Name("f1_macro", "F1, macro"),
    Name("precision_macro", "Precision, macro"),
    Name("recall_macro", "Recall, macro"),
    Name("f1_weighted", "F1, weighted"),
)


def _first(task: Ints, tasks: int) -> Ints:
    """By task its first row in an ascending column of tasks, or -1."""
    found = np.full(tasks, -1, dtype=np.int64)
    rows = np.flatnonzero(np.diff(task, prepend=-1))
    found[task[rows]] = rows
    return found


def _headline(found: _Findings) -> Scalars:
    scores, known = confusion.scores(found.matrix), int(found.known.sum())
    used, total = scores.truths + scores.predictions, scores.total
    named = {"precision": scores.precision, "recall": scores.recall, "f1": scores.f1}
    pooled = {"precision": total.precision, "recall": total.recall, "f1": total.f1}
    titles = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
    accuracy = int(found.right.sum()) / known if known else None
    scalars = [reports.scalar("accuracy", "Accuracy", accuracy, "Right labels / items with truth.")]
    for name, values in named.items():
        title = titles[name]
        macro, average = confusion.macro(values, used), confusion.weighted(values, scores.truths)
        scalars += [
            reports.scalar(f"{name}_macro", f"{title}, macro", macro, "Mean over labels."),
            reports.scalar(f"{name}_micro", f"{title}, micro", pooled[name], "Over all items."),
            reports.scalar(
                f"{name}_weighted", f"{title}, weighted", average, "Mean weighted by truths."
            ),
        ]
    wrong = int((found.answered & ~found.right).sum())
    return Scalars(
        name="summary",
        title="Summary",
        scalars=(
            *scalars,
            *_calibrations(found),
            reports.count("truths", "Items with truth", known, "Items that are judged."),
            reports.count("right", "Right", int(found.right.sum()), "Items labelled right."),
            reports.count("wrong", "Wrong", wrong, "Items labelled wrong.", better="lower"),
            reports.count(
                "unanswered",
                "Without prediction",
                known - int(found.answered.sum()),
                "Items with truth that the model gave no label.",
                better="lower",
            ),
        ),
    )


def _calibrations(found: _Findings) -> list[Scalar]:
    confidence, right = found.confidence[found.answered], found.right[found.answered]
    error = calibration.reliability(confidence, right).error
    return [
        reports.scalar(
            "ece",
            "Calibration error",
            error,
            f"Expected calibration error of the deciding label, {calibration.BINS} bins.",
            better="lower",
        ),
        reports.scalar(
            "brier_top",
            "Brier score",
            calibration.brier(confidence, right),
            "Mean of (confidence - right)² of the deciding label.",
            better="lower",
        ),
    ]


def _about(whole: Tally, found: _Findings, config: ClassificationConfig) -> Text:
    void = int((~found.known).sum())
    sentences = [
        coverage.sentence(whole, config.missing),
        (
            "The label of highest confidence decides, the first by name among equals; a prediction "
            "without confidence counts as 1."
        ),
        (
            "Macro and weighted averages are over labels with a truth or a deciding prediction; a "
            "value undefined for a label counts as 0 in them, as in scikit-learn with "
            "zero_division=0, and is empty in the table."
        ),
    ]
    if void:
        sentences.append(f"{plural(void, 'item')} without truth cannot be judged and do not count.")
    return Text(name="about", title="What was counted", text=" ".join(sentences))


def _reliability(found: _Findings) -> Curve:
    bins = calibration.reliability(found.confidence[found.answered], found.right[found.answered])
    return Curve(
        name="calibration",
        title="Calibration",
        x_title="Confidence",
        y_title="Accuracy",
        series=(reports.series("all", bins.confidence, bins.accuracy),),
        diagonal=True,
        note=f"Mean confidence and accuracy in {calibration.BINS} bins of equal width; bins "
        "without predictions are left out. On the diagonal a confidence is what it says.",
    )


def _confusion(found: _Findings) -> Matrix:
    block = reports.matrix(
        "confusion_matrix",
        "Confusion matrix",
        found.matrix,
        found.tally.labels,
        NOTHING,
        f"Column {NOTHING}: items with truth that the model gave no label.",
    )
    return Matrix(
        name=block.name,
        title=block.title,
        row_title=block.row_title,
        column_title=block.column_title,
        rows=block.rows[:-1],
        columns=block.columns,
        values=block.values[:-1],
        note=block.note,
    )


def _top_confusions(found: _Findings) -> PerLabel:
    inner = found.matrix[:-1, :-1].copy()
    np.fill_diagonal(inner, 0)
    row, column = np.nonzero(inner)
    amounts = inner[row, column]
    order = np.lexsort((column, row, -amounts))[:MOST_CONFUSIONS]
    row, column, amounts = row[order], column[order], amounts[order]
    labels = found.tally.labels
    return reports.table(
        "top_confusions",
        "Most frequent confusions",
        [f"{labels[first]} → {labels[second]}" for first, second in zip(row, column, strict=True)],
        [
            (Column(name="items", title="Items", count=True), amounts),
            (
                Column(name="share", title="Share of truths"),
                confusion.ratio(amounts, found.matrix[:-1].sum(axis=1)[row]),
            ),
        ],
        "Truth → predicted.",
    )


def _histogram(found: _Findings) -> Histogram:
    wrong = found.answered & ~found.right
    return reports.histogram(
        "confidence_histogram",
        "Confidence of the deciding labels",
        "Confidence",
        [("right", found.confidence[found.right]), ("wrong", found.confidence[wrong])],
    )


def _per_label(found: _Findings) -> PerLabel:
    scores = confusion.scores(found.matrix)
    used = np.flatnonzero(scores.truths + scores.predictions)
    columns = [
        (Column(name="truths", title="Truths", count=True), scores.truths[used]),
        (Column(name="predictions", title="Predictions", count=True), scores.predictions[used]),
        (Column(name="precision", title="Precision"), scores.precision[used]),
        (Column(name="recall", title="Recall"), scores.recall[used]),
        (Column(name="f1", title="F1"), scores.f1[used]),
        (Column(name="hits", title="Hits", count=True), scores.hits[used]),
    ]
    labels = [found.tally.labels[code] for code in used]
    return reports.table("per_label", "By label", labels, columns)


def _worst(found: _Findings) -> Examples:
    rows = np.flatnonzero(found.known & ~found.right)
    order = np.lexsort((rows, -found.confidence[rows], found.top_row[rows] < 0))
    return Examples(
        name="worst",
        title="Worst examples",
        examples=tuple(
            Example(task_id=found.tally.tasks[task], score=0.0, outcomes=(_outcome(found, task),))
            for task in rows[order][: examples.MOST].tolist()
        ),
        note="Items labelled wrong, the most confident first; then those without a prediction.",
    )


def _outcome(found: _Findings, task: int) -> Outcome:
    tally, truth, row = found.tally, int(found.truth_row[task]), int(found.top_row[task])
    annotation = examples.text(tally.truths["id"], truth)
    label = tally.labels[found.truth[task]]
    if row < 0:
        return Outcome(outcome="missed", truth_id=annotation, truth_label=label)
    return Outcome(
        outcome="confused",
        truth_id=annotation,
        truth_label=label,
        prediction_id=examples.text(tally.predictions["id"], row),
        prediction_label=tally.labels[found.top[task]],
        confidence=float(found.confidence[task]),
    )
