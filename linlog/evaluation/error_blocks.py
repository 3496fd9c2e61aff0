"""The blocks on what went wrong with boxes and regions, and what it costs."""

from __future__ import annotations

from typing import Final

from linlog.evaluation import error_types, reports
from linlog.evaluation.instance_findings import Findings
from linlog.wire.blocks import Column, PerLabel, Scalar, Scalars

DESCRIBED: Final = {
    "cls": ("Wrong label", "on a truth of another label"),
    "loc": ("Wrong place", "near a truth of the label, IoU {low:g} to {iou:g}"),
    "both": ("Both wrong", "near truths, but neither of the label nor in place"),
    "dupe": ("Duplicate", "on a truth that a surer prediction took"),
    "bkg": ("Background", "IoU with every truth at most {low:g}"),
    "miss": ("Missed", "truths that no prediction would find with its label or place put right"),
}
"""The title of each type of error, and what it is."""


def errors(found: Findings) -> Scalars:
    """What each type of error costs, and how often it is made."""
    costs, iou = found.costs, found.config.iou_threshold
    said = {
        name: (title, text.format(low=error_types.BACKGROUND, iou=iou))
        for name, (title, text) in DESCRIBED.items()
    }
    lost = [
        _lost(f"tide_{name}", title, costs.gains[name], f"AP lost by these: {text}.")
        for name, (title, text) in said.items()
    ]
    special = [
        _lost(
            "tide_false_positives",
            "False positives",
            costs.gains["false_positives"],
            "AP lost by all predictions that are not right, whatever their type.",
        ),
        _lost(
            "tide_false_negatives",
            "False negatives",
            costs.gains["false_negatives"],
            "AP lost by all truths that are not found, whatever the reason.",
        ),
        reports.scalar(
            "tide_ap",
            "AP of all this",
            costs.precision,
            f"What is lost from: AP at IoU {iou:g}, at most {error_types.MOST_ON_AN_IMAGE} "
            "predictions an image, mean over labels with a truth or a prediction.",
        ),
    ]
    counts = [
        reports.count(
            f"tide_{name}_count",
            title,
            int(amounts.sum()),
            f"How many at or above the confidence threshold: {text}.",
            better="lower",
        )
        for (name, (title, text)), amounts in zip(said.items(), found.error_counts, strict=True)
    ]
    return Scalars(
        name="errors",
        title="What errors cost",
        scalars=(*lost, *special, *counts),
        note="The six types of TIDE (Bolya et al. 2020): the shares say how much higher AP would "
        "be if that type alone were put right, over all confidences; they do not sum to what is "
        "missing. The counts are of predictions at or above the confidence threshold.",
    )


def _lost(name: str, title: str, value: float, text: str) -> Scalar:
    return reports.scalar(name, title, value, text, better="lower")


def by_label(found: Findings) -> PerLabel:
    """The same by label."""
    columns = [
        (Column(name=name, title=title), found.costs.by_label[name])
        for name, (title, _) in DESCRIBED.items()
    ]
    columns += [
        (Column(name=f"{name}_count", title=f"{title}, count", count=True), amounts)
        for (name, (title, _)), amounts in zip(DESCRIBED.items(), found.error_counts, strict=True)
    ]
    return reports.table(
        "errors_by_label",
        "What errors cost by label",
        found.tally.labels,
        columns,
        "AP of the label that each type costs, and how many there are at or above the confidence "
        "threshold: predictions by the label they have, missed truths by theirs.",
    )
