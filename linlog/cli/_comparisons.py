"""Comparisons, drawn in a terminal: what is evidence first, then what to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from linlog.cli import output
from linlog.rendering import comparisons
from linlog.wire.comparisons import Comparison, LabelDifference, ScalarDifference, SliceDifference

_LISTED: Final = 5
"""Tasks of a list that are shown."""
_NAMED: Final = 10
"""Labels without evidence that are named."""


def draw(found: Comparison) -> None:
    """Print what changes from the baseline to each of the others."""
    names = [
        f"{each.model_name} {each.model_version_name}" if each.model_name else each.evaluation_id
        for each in found.compared
    ]
    if found.slice_name is not None:
        output.paragraph(f"Only tasks of the slice {found.slice_name}.")
    for at, pair in enumerate((found, *found.others), 1):
        if names:
            output.heading(f"{names[0]} → {names[at]}")
        _draw_pair(pair)
    output.paragraph(found.note)


def _draw_pair(found: Comparison) -> None:
    interval = f"{found.level * 100:g} % INTERVAL"
    output.grid(
        ["NUMBER", "FIRST", "SECOND", "DIFFERENCE", interval, "P", "VERDICT"],
        [_row(one.title, one, one.p_value) for one in found.scalars],
    )
    certain = [label for label in found.labels if label.verdict != "no evidence"]
    if certain:
        output.grid(
            ["LABEL", "FIRST", "SECOND", "DIFFERENCE", interval, "P, HOLM", "VERDICT"],
            [_row(label.label, label, label.p_adjusted) for label in certain],
        )
    unproven = [label.label for label in found.labels if label.verdict == "no evidence"]
    if unproven:
        output.paragraph(f"No evidence for {_named(unproven)}.")
    if found.slices:
        output.grid(
            [
                "SLICE",
                "TASKS",
                "NUMBER",
                "FIRST",
                "SECOND",
                "DIFFERENCE",
                interval,
                "P, HOLM",
                "VERDICT",
            ],
            [_of_slice(each, one) for each in found.slices for one in _shown(each.numbers)],
        )
    output.paragraph(comparisons.won_and_lost(found))
    listed = {"lost": found.lost, "won": found.won, "both wrong": found.both_wrong}
    output.grid(
        ["TASK", "", "FIRST", "SECOND"],
        [
            (each.task_id, word, each.first, each.second)
            for word, some in listed.items()
            for each in some[:_LISTED]
        ],
    )


def _named(labels: Sequence[str]) -> str:
    """Labels by name, as many as a line holds."""
    rest = len(labels) - _NAMED
    more = f" and {rest:,} other labels" if rest > 0 else ""
    return ", ".join(labels[:_NAMED]) + more


def _shown(numbers: Sequence[ScalarDifference]) -> list[ScalarDifference]:
    """The headline, and whatever else is evidence."""
    headline, *others = numbers
    return [headline, *(one for one in others if one.verdict != "no evidence")]


def _of_slice(found: SliceDifference, one: ScalarDifference) -> tuple[str | float | None, ...]:
    title, *others = _row(one.title, one, one.p_adjusted)
    return (found.name, f"{found.tasks:,}", title, *others)


def _row(
    title: str, one: ScalarDifference | LabelDifference, p_value: float | None
) -> tuple[str | float | None, ...]:
    bounds = None if one.low is None or one.high is None else f"{one.low:+.4f} … {one.high:+.4f}"
    return (title, one.first, one.second, _signed(one.difference), bounds, _p(p_value), one.verdict)


def _signed(value: float | None) -> str | None:
    return None if value is None else f"{value:+.4f}"


def _p(value: float | None) -> str | None:
    if value is None:
        return None
    return "< 0.0001" if value < 0.0001 else f"{value:.4f}"
