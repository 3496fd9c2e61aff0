"""The two reports of a classification: of one label a task, and of several."""

from __future__ import annotations

from typing import Final

import numpy as np

from linlog.evaluation import label_blocks, label_examples, reports
from linlog.evaluation.label_findings import LabelFindings
from linlog.evaluation.one_label import MOST_TOPS, TOPS, OneLabel
from linlog.evaluation.reports import plural
from linlog.evaluation.several_labels import SeveralLabels
from linlog.wire.blocks import Block, Curve, Scalar, Scalars, Text

_DECIDING: Final = "the deciding label"
_GIVEN: Final = "every label given"
_AVERAGES: Final = (
    "Macro and weighted averages are over labels with a truth or a prediction that counts; a value "
    "undefined for a label counts as 0 in them, as in scikit-learn with zero_division=0, and is "
    "empty in the table."
)


def of_one(found: OneLabel, covered: str) -> tuple[Block, ...]:
    """The blocks where the most confident label decides; `covered` says which tasks count."""
    return (
        _scalars(found, [*_first_numbers(found), *_tops(found)], _DECIDING, _one_counts(found)),
        _about_one(found, covered),
        label_blocks.roc_curve(found),
        label_blocks.pr_curve(found),
        label_blocks.reliability_curve(found, of=_DECIDING),
        label_blocks.confusion_matrix(
            found, f"Column {label_blocks.NOTHING}: items with truth that were given no label."
        ),
        label_blocks.confused_pairs(found, "Truth → predicted."),
        _top_curve(found),
        label_blocks.histogram(found, "Confidence of the deciding labels"),
        label_blocks.per_label(found),
        label_examples.surest_mistakes(found),
    )


def of_several(found: SeveralLabels, covered: str) -> tuple[Block, ...]:
    """The blocks where every label of enough confidence counts."""
    loss = reports.scalar(
        "hamming_loss",
        "Hamming loss",
        found.hamming_loss,
        "Share of the pairs of task and label that are wrong.",
        better="lower",
    )
    numbers = [*_first_numbers(found), *label_blocks.sample_averages(found.by_task), loss]
    return (
        _scalars(found, numbers, _GIVEN, _several_counts(found)),
        _about_several(found, covered),
        label_blocks.roc_curve(found),
        label_blocks.pr_curve(found),
        label_blocks.reliability_curve(found, of=_GIVEN),
        label_blocks.confusion_matrix(
            found,
            "A task with m missed and w wrong labels spreads the lesser of both evenly over its "
            f"m × w pairs; the rest is in {label_blocks.NOTHING}. Rows sum to truths, columns to "
            "predictions.",
        ),
        label_blocks.confused_pairs(
            found, "Missed → wrong label of the same task; in how many tasks."
        ),
        label_blocks.histogram(found, "Confidence of the given labels"),
        label_blocks.per_label(found),
        label_examples.worst_tasks(found),
    )


def _first_numbers(found: LabelFindings) -> list[Scalar]:
    """Accuracy and averages, the headline first."""
    right, judged = int((found.right & found.judged).sum()), int(found.judged.sum())
    scalars = [
        reports.scalar(
            "accuracy",
            "Accuracy",
            right / judged if judged else None,
            "Tasks labelled right / tasks judged.",
        ),
        *label_blocks.averages(found),
    ]
    return sorted(scalars, key=lambda each: each.name != found.names[0].name)


def _scalars(found: LabelFindings, numbers: list[Scalar], of: str, counts: list[Scalar]) -> Scalars:
    threshold = reports.scalar(
        "confidence_threshold",
        "Confidence threshold",
        found.threshold,
        "Labels of lower confidence do not count.",
        better="neither",
    )
    sure = label_blocks.sureties(found, of=of)
    parts = (*numbers, *label_blocks.areas(found), *sure, threshold, *counts)
    return Scalars(name="summary", title="Summary", scalars=parts)


def _tops(found: OneLabel) -> list[Scalar]:
    return [
        reports.scalar(
            f"top_{k}",
            f"Top-{k} accuracy",
            found.top_accuracies[k - 1],
            f"Tasks whose label is among the {k} most confident ones.",
        )
        for k in TOPS
    ]


def _one_counts(found: OneLabel) -> list[Scalar]:
    judged, answered = int(found.judged.sum()), int(found.answered.sum())
    right = int(found.right.sum())
    return [
        reports.count("truths", "Items with truth", judged, "Items that are judged."),
        reports.count("right", "Right", right, "Items labelled right."),
        reports.count("wrong", "Wrong", answered - right, "Items labelled wrong.", better="lower"),
        reports.count(
            "unanswered",
            "Without prediction",
            judged - answered,
            "Items with truth that were given no label.",
            better="lower",
        ),
    ]


def _several_counts(found: SeveralLabels) -> list[Scalar]:
    hits, truths, predictions = (len(each.label) for each in found.counted)
    return [
        reports.count("truths", "Truths", truths, "Labels that tasks have."),
        reports.count("predictions", "Predictions", predictions, "Labels that count as given."),
        reports.count("hits", "Hits", hits, "Labels given rightly."),
        reports.count("missed", "Missed", truths - hits, "Not given.", better="lower"),
        reports.count("wrong", "Wrong", predictions - hits, "Given wrongly.", better="lower"),
    ]


def _about_one(found: OneLabel, covered: str) -> Text:
    void = int((~found.judged).sum())
    sentences = [
        covered,
        (
            "Tasks have one label. The label of highest confidence decides, the first by name "
            "among equals; a prediction without confidence counts as 1."
        ),
        *([f"A label counts from confidence {found.threshold:g}."] if found.threshold else []),
        _AVERAGES,
        *_repeated(found),
    ]
    if void:
        sentences.append(f"{plural(void, 'item')} without truth cannot be judged and do not count.")
    return Text(name="about", title="What was counted", text=" ".join(sentences))


def _about_several(found: SeveralLabels, covered: str) -> Text:
    amounts = found.truths.counts(len(found.tally))
    more, none = int((amounts > 1).sum()), int((amounts == 0).sum())
    sentences = [
        covered,
        (
            f"Tasks may have several labels: {plural(more, 'task')} more than one, "
            f"{plural(none, 'task')} none. Every label given with a confidence from "
            f"{found.threshold:g} counts; a prediction without confidence counts as 1."
        ),
        _AVERAGES,
        "Averages by task leave out tasks that have and were given no label.",
        *_repeated(found),
    ]
    return Text(name="about", title="What was counted", text=" ".join(sentences))


def _repeated(found: LabelFindings) -> list[str]:
    rows = found.tally.predictions["task"]
    repeated = int(found.judged[rows].sum()) - len(found.given)
    if not repeated:
        return []
    verb = "repeats" if repeated == 1 else "repeat"
    return [
        f"{plural(repeated, 'prediction')} {verb} a label of its task; the most confident counts."
    ]


def _top_curve(found: OneLabel) -> Curve:
    most = min(MOST_TOPS, len(found.tally.labels)) if len(found.truths) else 0
    drawn = reports.series("all", np.arange(1.0, most + 1), found.top_accuracies[:most])
    return Curve(
        name="top_k",
        title="Top-k accuracy",
        x_title="k",
        y_title="Accuracy",
        series=(drawn,) if most else (),
        note="Share of tasks whose label is among the k most confident ones given.",
    )
