"""What to fix first: what a report says of errors and labels, the costliest first, in sentences.

It reads nothing but the blocks themselves, so that no number here differs from the one shown there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from linlog.evaluation.reports import plural
from linlog.wire.blocks import Block, LabelRow, PerLabel, Scalars, Table, Text

NAME: Final = "priorities"
_WORTH: Final = 0.0005
"""What is less than this is 0 as reports write it, and what lacks less than this is 1."""
_NAMED: Final = 2
"""Errors, and labels, that are named."""
_ERRORS: Final = ("type", "boundary", "boundary_and_type", "duplicate", "spurious", "untouched")
"""Errors of spans that exclude each other."""
_VALUES: Final = ("ap", "f1", "iou")
"""Of the columns by label the one that tells how good it is: the first of these."""


def told(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, with what to fix first, where there is something, right after the first."""
    sentences = [*_costs(blocks), *_counts(blocks), *_labels(blocks), *_confusions(blocks)]
    if not sentences:
        return tuple(blocks)
    first, *others = blocks
    said = Text(name=NAME, title="What to fix first", text=" ".join(sentences))
    return (first, said, *others)


def _costs(blocks: Sequence[Block]) -> Iterator[str]:
    """Of boxes and regions: the errors that cost most average precision."""
    table = next((e for e in blocks if isinstance(e, Table) and e.name == "errors"), None)
    if table is None:
        return
    place = {column.name: at for at, column in enumerate(table.columns)}
    lost, count = place["ap_lost"], place["count"]
    costs = [
        (row.values[lost] or 0.0, row.values[count] or 0.0, row.title)
        for row in table.rows
        if row.values[count] is not None
    ]
    costs = sorted((each for each in costs if each[0] >= _WORTH), reverse=True)[:_NAMED]
    if costs:
        said = [
            f"{title} ({cost:.3f} of AP, {plural(int(amount), 'error')})"
            for cost, amount, title in costs
        ]
        yield f"Costs most: {', then '.join(said)}."


def _counts(blocks: Sequence[Block]) -> Iterator[str]:
    """Of spans: the errors that are most frequent."""
    found = [
        (one.value or 0.0, one.title)
        for block in blocks
        if isinstance(block, Scalars) and block.name == "errors"
        for one in block.scalars
        if one.name in _ERRORS
    ]
    found = sorted((each for each in found if each[0]), key=lambda each: -each[0])[:_NAMED]
    if found:
        said = [f"{title} ({amount:,.0f})" for amount, title in found]
        yield f"Most frequent: {', then '.join(said)}."


def _labels(blocks: Sequence[Block]) -> Iterator[str]:
    """The labels that do worst, and the one that most of what is not found has."""
    table = next((e for e in blocks if isinstance(e, PerLabel) and e.name == "per_label"), None)
    if table is None:
        return
    place = {column.name: at for at, column in enumerate(table.columns)}
    rows = [row for row in table.rows if row.values[0]]
    if len(rows) < _NAMED:
        return
    name = next(each for each in _VALUES if each in place)
    yield from _worst(rows, place[name], table.columns[place[name]].title, pixels="iou" in place)
    if "truths" in place and "hits" in place:
        yield from _not_found(rows, place["truths"], place["hits"])


def _worst(rows: Sequence[LabelRow], at: int, title: str, *, pixels: bool) -> Iterator[str]:
    known = [
        (value, row) for row in rows if (value := row.values[at]) is not None and value < 1 - _WORTH
    ]
    known = sorted(known, key=lambda each: (each[0], -(each[1].values[0] or 0)))[:_NAMED]
    if not known:
        return
    said = [
        f"{row.label} ({title} {value:.3f}, {_truths(row.values[0], pixels=pixels)})"
        for value, row in known
    ]
    yield f"Weakest labels: {', then '.join(said)}."


def _truths(amount: float | None, *, pixels: bool) -> str:
    return plural(int(amount or 0), "pixel" if pixels else "truth")


def _not_found(rows: Sequence[LabelRow], truths: int, hits: int) -> Iterator[str]:
    """The label that most of what is not found has, where one has more than half of it."""
    lacking = [((row.values[truths] or 0) - (row.values[hits] or 0), row.label) for row in rows]
    total = sum(amount for amount, _ in lacking)
    most, label = max(lacking)
    if most > total / 2:
        yield f"Of {total:,.0f} truths without a right prediction {most:,.0f} are {label}."


def _confusions(blocks: Sequence[Block]) -> Iterator[str]:
    """The most frequent confusion, where it is no single case."""
    for block in blocks:
        if isinstance(block, PerLabel) and block.name == "top_confusions" and block.rows:
            first = block.rows[0]
            amount, share = first.values[0] or 0, first.values[1]
            if amount > 1:
                part = "" if share is None else f", {share:.0%} of these truths"
                yield f"Most confused: {first.label} ({amount:,.0f} times{part})."
