"""The blocks on what went wrong with boxes and regions, and what it costs."""

from __future__ import annotations

from typing import Final

from linlog.evaluation import basis, error_types, reports
from linlog.evaluation.instance_findings import Findings
from linlog.wire.blocks import Column, PerLabel, Table, TableRow

DESCRIBED: Final = {
    "cls": ("Wrong label", "on a truth of another label"),
    "loc": ("Wrong place", "near a truth of the label, IoU {low} to {iou}"),
    "both": ("Both wrong", "near truths, but neither of the label nor in place"),
    "dupe": ("Duplicate", "on a truth that a surer prediction took"),
    "bkg": ("Background", "IoU with every truth at most {low}"),
    "miss": ("Missed", "truths that no prediction would find with its label or place put right"),
}
"""The title of each type of error, and what it is."""
SPECIAL: Final = {
    "false_positives": "All false positives",
    "false_negatives": "All false negatives",
}
"""Whatever their type: every prediction that is not right, every truth that is not found."""


def errors(found: Findings) -> Table:
    """What each type of error costs, and how often it is made."""
    costs, iou = found.costs, basis.threshold(found.config.iou_threshold)
    low = basis.threshold(error_types.BACKGROUND)
    amounts: dict[str, int] = {
        name: int(row.sum()) for name, row in zip(DESCRIBED, found.error_counts, strict=True)
    }
    titles = {name: title for name, (title, _) in DESCRIBED.items()} | SPECIAL
    told = "; ".join(
        f"{title.lower()}: {text.format(low=low, iou=iou)}" for title, text in DESCRIBED.values()
    )
    return Table(
        name="errors",
        title="What errors cost",
        row_title="Error",
        columns=(
            Column(name="ap_lost", title="AP lost"),
            Column(name="ap", title="AP without them"),
            Column(name="count", title="Errors", count=True),
        ),
        rows=(
            _row("none", "None put right", (None, costs.precision, None)),
            *(
                _row(name, title, (gain, costs.precision + gain, amounts.get(name)))
                for name, title in titles.items()
                for gain in [costs.gains[name]]
            ),
        ),
        note=f"TIDE's six types at IoU {iou} (Bolya et al. 2020): {told}. AP lost is how much "
        "higher AP would be if that type alone were put right, over all confidences; the types do "
        f"not sum to anything. AP is here of at most {error_types.MOST_ON_AN_IMAGE} predictions an "
        "image, and a mean over labels with a truth or a prediction. Errors are those at or above "
        "the confidence threshold.",
    )


def _row(name: str, title: str, values: tuple[float | None, ...]) -> TableRow:
    return TableRow(name=name, title=title, values=tuple(map(reports.number, values)))


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
