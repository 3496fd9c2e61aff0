"""The blocks of a report on boxes, masks or keypoints, in reading order.

Shared by the kinds that compare shapes in place.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from linlog.evaluation import (
    average_precision,
    basis,
    calibration,
    confusion_blocks,
    coverage,
    curves,
    examples,
    level_blocks,
    outcomes,
    priorities,
    reports,
)
from linlog.evaluation.instance_findings import ALL, AT_50, AT_75, Findings
from linlog.evaluation.tallies import Floats, Tally
from linlog.wire.blocks import (
    Block,
    Column,
    Curve,
    Marker,
    Matrix,
    PerLabel,
    Report,
    Scalar,
    Scalars,
    Series,
    Text,
)

NOTHING: Final = "(background)"
"""The row of predictions without a truth and the column of truths without a prediction."""
DRAWN: Final = 20
"""Labels with a precision-recall line of their own: those with most truths."""


def report(
    kind: str,
    whole: Tally,
    found: Findings,
    *,
    about: tuple[str, ...] = (),
    errors: tuple[Block, ...] = (),
    more: tuple[Block, ...] = (),
    note: str = "",
) -> Report:
    """The report of a kind. `whole` holds the tasks that were left out, too.

    `about` are sentences on what this kind compares, `errors` its blocks on what went wrong,
    `more` others of its own, which come before the examples; `note` stands under these.
    """
    blocks = (
        _headline(found),
        _about(whole, found, about),
        *errors,
        _pr_curve(found),
        _confidence_curve(found),
        *level_blocks.blocks(found),
        _calibration(found),
        _confusion(found),
        confusion_blocks.pairs(found),
        *_histograms(found),
        _per_label(found),
        *more,
        confusion_blocks.examples_of(found),
        examples.examples(found.tally, found.outcomes, found.task_scores, note),
    )
    return Report(kind=kind, headline="map", blocks=priorities.told(blocks))


def _headline(found: Findings) -> Scalars:
    return Scalars(
        name="summary",
        title="Summary",
        scalars=(*_precisions(found), *_at_threshold(found), *_recalls(found)),
        note="AP and AR are COCO's; precision, recall and F1 come from the confusion matrix.",
    )


def _precisions(found: Findings) -> list[Scalar]:
    precision, mean, iou = found.precision, average_precision.mean, found.rules.measure
    every = f"Mean of AP over labels and the {iou} thresholds 0.50 to 0.95"
    named = [
        ("map", "mAP", precision[ALL], every),
        ("ap50", "AP50", precision[ALL, AT_50], f"Mean of AP over labels at {iou} 0.50"),
        ("ap75", "AP75", precision[ALL, AT_75], f"Mean of AP over labels at {iou} 0.75"),
    ]
    for place, size in enumerate(found.rules.sizes):
        if place != ALL:
            text = f"mAP of truths with {_range(found, size)} square pixels"
            named.append((f"map_{size}", f"mAP {size}", precision[place], text))
    return [
        reports.scalar(name, title, mean(part), f"{text}.") for name, title, part, text in named
    ]


def _recalls(found: Findings) -> list[Scalar]:
    mean = average_precision.mean
    named = [
        (
            f"ar{cut}",
            f"AR{cut}",
            found.recall(cut)[ALL],
            (
                f"Mean recall over labels and {found.rules.measure} 0.50 to 0.95, with at most "
                f"{reports.plural(cut, 'prediction')} a label and image"
            ),
        )
        for cut in found.rules.cuts
    ]
    for name, threshold in found.rules.at:
        level = f"{found.rules.measure} {found.rules.thresholds[threshold]:.2f}"
        text = f"Mean recall over labels at {level}"
        named.append((name, name.upper(), found.recall(found.rules.most)[ALL, threshold], text))
    most = found.rules.most
    by_size = found.recall(most)
    for place, size in enumerate(found.rules.sizes):
        if place != ALL:
            text = f"AR{most} of truths with {_range(found, size)} square pixels"
            named.append((f"ar_{size}", f"AR {size}", by_size[place], text))
    return [
        reports.scalar(name, title, mean(part), f"{text}.") for name, title, part, text in named
    ]


def _at_threshold(found: Findings) -> list[Scalar]:
    total, matrix = found.scores.total, found.matrix
    confused = int(matrix[:-1, :-1].sum() - np.trace(matrix[:-1, :-1]))
    false = int(matrix[-1].sum())
    return [
        reports.scalar("precision", "Precision", total.precision, "Hits / predictions."),
        reports.scalar("recall", "Recall", total.recall, "Hits / truths."),
        reports.scalar("f1", "F1", total.f1, "Harmonic mean of precision and recall."),
        reports.scalar(
            "confidence_threshold",
            "Confidence threshold",
            found.threshold,
            "Predictions of lower confidence do not count for precision, recall and F1.",
            better="neither",
        ),
        reports.count("truths", "Truths", int(total.truths[0]), "Annotations taken as right."),
        reports.count(
            "predictions", "Predictions", int(total.predictions[0]), "At or above the threshold."
        ),
        reports.count("hits", "Hits", int(total.hits[0]), "Right label, right place."),
        reports.count(
            "confused", "Confused", confused, "Right place, wrong label.", better="lower"
        ),
        reports.count(
            "missed", "Missed", int(matrix[:, -1].sum()), "Truths not found.", better="lower"
        ),
        reports.count(
            "false_positives",
            "False positives",
            false,
            "Predictions without a truth, duplicates included.",
            better="lower",
        ),
        *_calibration_errors(found),
    ]


def _calibration_errors(found: Findings) -> list[Scalar]:
    text = f"Expected calibration error of {{}}, {calibration.BINS} bins."
    named = (
        ("ece", "Calibration error", found.level.reliability(), "all predictions"),
        (
            "ece_counted",
            "Calibration error, counted",
            found.level.reliability(found.threshold),
            "predictions at or above the confidence threshold",
        ),
    )
    return [
        reports.scalar(name, title, each.error, text.format(of), better="lower")
        for name, title, each, of in named
    ]


def _about(whole: Tally, found: Findings, more: tuple[str, ...]) -> Text:
    config = found.config
    chosen = "chosen" if config.confidence_threshold is not None else "where F1 is best"
    sentences = [
        coverage.sentence(whole, config.missing),
        (
            f"A prediction is a hit at {_required(found)} and "
            f"confidence {found.threshold:.4g} ({chosen}). Each takes at most one truth of its "
            "label, the more confident first; what is left over is then matched in place across "
            "labels, which gives the confusions."
        ),
        "A prediction without confidence counts as 1.",
        (
            f"Average precision follows COCO: 101 recalls, ten {found.rules.measure} thresholds, "
            "at most "
            f"{found.rules.most} predictions of a label on an image."
        ),
        *_passed_over(found),
        *more,
    ]
    return Text(name="about", title="What was counted", text=" ".join(sentences))


def _required(found: Findings) -> str:
    """From where a prediction is at the place of a truth: IoU 0.50."""
    return f"{found.rules.measure} {basis.threshold(found.config.iou_threshold)}"


def _passed_over(found: Findings) -> list[str]:
    """What was neither asked for nor held against the model, if anything was."""
    crowds = int(found.tally.truths["crowd"].sum())
    others = int((~found.real).sum()) - crowds
    if not crowds + others:
        return []
    parts = [reports.plural(crowds, "crowd")] if crowds else []
    parts += [reports.plural(others, "ignored truth")] if others else []
    inside = int((found.same == outcomes.PASSED_OVER).sum())
    verb, were = "counts" if crowds + others == 1 else "count", "is" if inside == 1 else "are"
    return [
        (
            f"{' and '.join(parts)} {verb} neither as found nor as missed, and "
            f"{reports.plural(inside, 'prediction')} on such {were} neither right nor wrong."
        )
    ]


def _pr_curve(found: Findings) -> Curve:
    """Precision at 101 recalls at IoU 0.50: of all predictions pooled, and of frequent labels."""
    tally, recalls = found.tally, average_precision.RECALLS
    lines: list[Series] = []
    if found.pooled is not None:
        lines.append(reports.series("all", recalls, found.pooled))
    truths, rows = found.averages.truths, found.averages.curves
    frequent = [int(code) for code in np.argsort(-truths, kind="stable")[:DRAWN] if truths[code]]
    if len(tally.labels) > 1:
        lines += [reports.series(tally.labels[code], recalls, rows[code]) for code in frequent]
    return Curve(
        name="pr_curve",
        title=f"Precision and recall at {found.rules.measure} 0.50",
        x_title="Recall",
        y_title="Precision",
        series=tuple(lines),
        note="Precision at 101 recalls, interpolated as in COCO: the area under a label's line is "
        f"its AP50. `all` pools the predictions of all labels. At most {DRAWN} labels are drawn.",
    )


def _confidence_curve(found: Findings) -> Curve:
    level = found.level
    thresholds, best = level.thresholds, level.best
    keep = () if best is None else (int(np.searchsorted(thresholds, best)),)
    drawn = level.curve(thresholds[curves.thin(thresholds, keep=keep)])
    named = {"precision": drawn.precision, "recall": drawn.recall, "F1": drawn.f1}
    markers: tuple[Marker, ...] = ()
    if best is not None:
        value = float(level.curve(np.array([best])).f1[0])
        markers = (Marker(title="best F1", x=best, y=value),)
    return Curve(
        name="confidence_curve",
        title=f"Precision, recall and F1 by confidence at {_required(found)}",
        x_title="Confidence threshold",
        y_title="Value",
        series=tuple(
            reports.series(name, drawn.threshold, values) for name, values in named.items()
        ),
        markers=markers,
        note=f"Over all labels. {reports.drawn(len(thresholds), 'threshold')}",
    )


def _calibration(found: Findings) -> Curve:
    return reports.calibration_curve(
        found.level.reliability(),
        "Share of hits",
        of=f"all predictions, at {_required(found)} and whatever their confidence",
    )


def _confusion(found: Findings) -> Matrix:
    return reports.matrix(
        "confusion_matrix",
        "Confusion matrix",
        found.matrix,
        found.tally.labels,
        NOTHING,
        f"At {_required(found)} and confidence "
        f"{found.threshold:.4g}. Row {NOTHING}: predictions without a truth; column {NOTHING}: "
        "truths not found.",
    )


def _histograms(found: Findings) -> list[Block]:
    pairs, scores, hits = found.tally.pairs, found.task_scores, reports.binned(found.level.hits)
    settled = found.outcomes
    confused = settled.confused[settled.confused >= 0]
    return [
        reports.histogram(
            "iou_histogram",
            f"{found.rules.measure} of matches",
            found.rules.measure,
            [
                ("hits", pairs["iou"][settled.same[settled.hit]]),
                ("confused", pairs["iou"][confused]),
            ],
            "Of matches at or above both thresholds.",
        ),
        reports.counted_histogram(
            "confidence_histogram",
            "Confidence of predictions",
            "Confidence",
            [("hits", hits), ("others", reports.binned(found.level.counted) - hits)],
            f"Of all predictions, at the {found.rules.measure} threshold and whatever their "
            "confidence.",
        ),
        reports.histogram(
            "task_histogram",
            "F1 of images",
            "F1",
            [("images", scores[~np.isnan(scores)])],
            "Of images with a truth or a prediction that counts.",
        ),
    ]


def _per_label(found: Findings) -> PerLabel:
    scores, matrix, size = found.scores, found.matrix, len(found.tally.labels)
    precision = found.precision[ALL]
    false = scores.predictions - scores.hits
    columns = [
        (Column(name="truths", title="Truths", count=True), scores.truths),
        (Column(name="predictions", title="Predictions", count=True), scores.predictions),
        (Column(name="ap", title="AP"), _column_means(precision)),
        (Column(name="ap50", title="AP50"), precision[AT_50]),
        (Column(name="precision", title="Precision"), scores.precision),
        (Column(name="recall", title="Recall"), scores.recall),
        (Column(name="f1", title="F1"), scores.f1),
        (Column(name="hits", title="Hits", count=True), scores.hits),
        (Column(name="missed", title="Missed", count=True), matrix[:size, -1]),
        (Column(name="false_positives", title="False positives", count=True), false),
    ]
    return reports.table(
        "per_label",
        "By label",
        found.tally.labels,
        columns,
        "False positives of a label include truths of other labels that were called so.",
    )


def _column_means(values: Floats) -> Floats:
    """Mean over thresholds; a label has all of them or none."""
    return np.asarray(values.mean(axis=0))


def _range(found: Findings, size: str) -> str:
    low, high = found.rules.sizes[size]
    return f"{low:,.0f} to {high:,.0f}"
