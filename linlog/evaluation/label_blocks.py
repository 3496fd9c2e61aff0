"""The blocks of a classification report, from what its findings say."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from linlog.evaluation import calibration, confusion, curves, ranking, reports
from linlog.evaluation.label_findings import LabelFindings
from linlog.evaluation.ranking import Ranked
from linlog.evaluation.tallies import Floats, Ints
from linlog.wire.blocks import Column, Curve, Histogram, Matrix, PerLabel, Scalar, Series

NOTHING: Final = "(no prediction)"
"""The column of labels that were missed, and the row of labels without a truth."""
MOST_CONFUSIONS: Final = 20
"""Rows of the table of confusions."""
DRAWN: Final = 8
"""Labels whose curves are drawn: those with most truths."""
_TITLES: Final = {"precision": "Precision", "recall": "Recall", "f1": "F1"}


def averages(found: LabelFindings) -> list[Scalar]:
    """Precision, recall and F1: mean over labels, over all, and weighted by truths."""
    scores, total = found.scores, found.scores.total
    used = scores.truths + scores.predictions
    scalars = []
    for name, title in _TITLES.items():
        values: Floats = getattr(scores, name)
        macro, weighted = confusion.macro(values, used), confusion.weighted(values, scores.truths)
        pooled = getattr(total, name)
        scalars += [
            reports.scalar(f"{name}_macro", f"{title}, macro", macro, "Mean over labels."),
            reports.scalar(f"{name}_micro", f"{title}, micro", pooled, "Over all labels."),
            reports.scalar(
                f"{name}_weighted", f"{title}, weighted", weighted, "Mean weighted by truths."
            ),
        ]
    return scalars


def sample_averages(scores: confusion.Scores) -> list[Scalar]:
    """Precision, recall and F1 as means over tasks."""
    used = scores.truths + scores.predictions
    return [
        reports.scalar(
            f"{name}_samples",
            f"{title}, by task",
            confusion.macro(getattr(scores, name), used),
            "Mean over tasks that have or were given a label.",
        )
        for name, title in _TITLES.items()
    ]


def areas(found: LabelFindings) -> list[Scalar]:
    """Areas under the ROC and the precision-recall curve, averaged over labels."""
    truths = np.array([each.truths for each in found.ranked])
    scalars = []
    roc, precision = found.roc_aucs, found.average_precisions
    for name, values, title, text in (
        ("roc_auc", roc, "ROC AUC", "Area under the ROC curve, a label against the others"),
        ("average_precision", precision, "Average precision", "Area under its PR curve"),
    ):
        scalars += [
            reports.scalar(f"{name}_{average}", f"{title}, {average}", value, f"{text}; {how}.")
            for average, value, how in (
                ("macro", ranking.macro(values), "mean over labels"),
                ("micro", getattr(found.pooled, name), "all labels pooled"),
                ("weighted", ranking.weighted(values, truths), "mean weighted by truths"),
            )
        ]
    return scalars


def sureties(found: LabelFindings, *, of: str) -> list[Scalar]:
    """Calibration error, log loss and Brier scores; `of` says of which labels."""
    surety, brier = found.surety, calibration.brier(*found.sure)
    error = f"Expected calibration error of {of}, {calibration.BINS} bins."
    every = "Over tasks with a confidence for every label."
    return [
        reports.scalar("ece", "Calibration error", found.reliability.error, error, better="lower"),
        reports.scalar(
            "brier_top",
            "Brier score, given",
            brier,
            f"Mean of (confidence - right)² of {of}.",
            better="lower",
        ),
        reports.scalar("brier", "Brier score", surety.brier, every, better="lower"),
        reports.scalar("log_loss", "Log loss", surety.log_loss, every, better="lower", share=False),
        reports.count("complete", "Tasks with every confidence", surety.tasks, every),
    ]


def roc_curve(found: LabelFindings) -> Curve:
    """True against false positive rate, pooled and of the most frequent labels."""
    return Curve(
        name="roc_curve",
        title="ROC curve",
        x_title="False positive rate",
        y_title="True positive rate",
        series=tuple(
            _line(name, np.append(0.0, each.fall_out), np.append(0.0, each.recall))
            for name, each in _drawn(found)
            if each.truths and each.falses
        ),
        note="A label against the others, by confidence; a label that was not given ranks last. "
        f"`all` pools the labels. At most {DRAWN} labels are drawn.",
    )


def pr_curve(found: LabelFindings) -> Curve:
    """Precision against recall, pooled and of the most frequent labels."""
    return Curve(
        name="pr_curve",
        title="Precision and recall",
        x_title="Recall",
        y_title="Precision",
        series=tuple(
            _line(name, each.recall, each.precision) for name, each in _drawn(found) if each.truths
        ),
        note="At every confidence, not interpolated; a label that was not given ranks last. "
        f"`all` pools the labels. At most {DRAWN} labels are drawn.",
    )


def reliability_curve(found: LabelFindings, *, of: str) -> Curve:
    """Accuracy against confidence; `of` says of which labels."""
    return reports.calibration_curve(found.reliability, "Accuracy", of=of)


def confusion_matrix(found: LabelFindings, note: str) -> Matrix:
    """The confusion matrix, without the row of nothing where that is empty."""
    block = reports.folded_matrix(
        "confusion_matrix", "Confusion matrix", found.matrix, found.fold, NOTHING, note
    )
    if found.matrix[-1].any():
        return block
    return replace(block, rows=block.rows[:-1], values=block.values[:-1])


def confused_pairs(found: LabelFindings, note: str) -> PerLabel:
    """The pairs of labels that are confused most."""
    first, second, amounts = found.confusions
    order = np.lexsort((second, first, -amounts))[:MOST_CONFUSIONS]
    labels, truths = found.tally.labels, np.asarray(found.scores.truths)
    return reports.table(
        "top_confusions",
        "Most frequent confusions",
        [f"{labels[first[place]]} → {labels[second[place]]}" for place in order],
        [
            (Column(name="items", title="Items", count=True), amounts[order]),
            (
                Column(name="share", title="Share of truths"),
                confusion.ratio(amounts[order], truths[first[order]]),
            ),
        ],
        note,
    )


def histogram(found: LabelFindings, title: str) -> Histogram:
    """How many right and wrong labels there are by confidence."""
    confidence, right = found.sure
    return reports.histogram(
        "confidence_histogram",
        title,
        "Confidence",
        [("right", confidence[right]), ("wrong", confidence[~right])],
    )


def per_label(found: LabelFindings) -> PerLabel:
    """The numbers of each label that has a truth or a prediction."""
    scores = found.scores
    used = np.flatnonzero(np.asarray(scores.truths + scores.predictions))
    columns = [
        (Column(name="truths", title="Truths", count=True), scores.truths),
        (Column(name="predictions", title="Predictions", count=True), scores.predictions),
        (Column(name="precision", title="Precision"), scores.precision),
        (Column(name="recall", title="Recall"), scores.recall),
        (Column(name="f1", title="F1"), scores.f1),
        (Column(name="hits", title="Hits", count=True), scores.hits),
        (Column(name="roc_auc", title="ROC AUC"), found.roc_aucs),
        (
            Column(name="average_precision", title="Average precision"),
            found.average_precisions,
        ),
    ]
    labels = [found.tally.labels[code] for code in used]
    return reports.table(
        "per_label", "By label", labels, [(column, values[used]) for column, values in columns]
    )


def _drawn(found: LabelFindings) -> list[tuple[str, Ranked]]:
    """The pooled curve, and those of the labels with most truths."""
    truths: Ints = np.array([each.truths for each in found.ranked], dtype=np.int64)
    frequent = np.argsort(-truths, kind="stable")[:DRAWN].tolist()
    return [
        ("all", found.pooled),
        *((found.tally.labels[code], found.ranked[code]) for code in frequent if truths[code]),
    ]


def _line(name: str, x: Floats, y: Floats) -> Series:
    shown = curves.thin(x)
    return reports.series(name, x[shown], y[shown])
