"""A report or a comparison as Markdown: tables and lines of text that read well as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from linlog.rendering import comparisons, numbers
from linlog.rendering.html import Facts
from linlog.rendering.html_blocks import outcomes

if TYPE_CHECKING:
    from linlog.wire.blocks import (
        Basis,
        Curve,
        Examples,
        Histogram,
        Matrix,
        PerLabel,
        PerSlice,
        Report,
        Scalars,
        Table,
        Text,
    )
    from linlog.wire.comparisons import Comparison

WIDEST: Final = 20
"""Columns of a matrix that is written whole; of a larger one the largest cells are listed."""
MOST_EXAMPLES: Final = 20
"""Examples that are listed."""
MOST_OUTCOMES: Final = 3
"""Faults of an example that are named."""
_SPECIAL: Final = re.compile(r"([\\`*\[\]|#~]|(?<![^\W_])_|_(?![^\W_]))")


def document(report: Report, *, title: str, facts: Facts = ()) -> str:
    """A whole document."""
    lines = _opening(title, facts)
    examples = partial(_examples, measure=numbers.measure(report.kind))
    renderers: dict[str, Callable[[Any], Iterable[str]]] = {**_RENDERERS, "examples": examples}
    for block in cast("list[Any]", report.blocks):
        render = renderers.get(block.type)
        if render is not None:
            lines += ["", f"## {clean(block.title)}", "", *render(block)]
            note = getattr(block, "note", "")
            lines += ["", clean(note)] if note else []
    return "\n".join(lines) + "\n"


def comparison_document(found: Comparison, *, title: str, facts: Facts = ()) -> str:
    """A comparison as a whole document."""
    lines = _opening(title, facts)
    for one in comparisons.sections(found):
        lines += ["", f"{'##' if one.opens else '###'} {clean(one.title)}"]
        for text in one.text:
            lines += ["", clean(text)]
        if one.rows:
            rows = [list(map(clean, row)) for row in one.rows]
            lines += ["", *_table(list(map(clean, one.head)), rows)]
        lines += ["", clean(one.note)] if one.note else []
    return "\n".join(lines) + "\n"


def _opening(title: str, facts: Facts) -> list[str]:
    return [f"# {clean(title)}", "", *(f"* {clean(name)}: {clean(value)}" for name, value in facts)]


def clean(text: str) -> str:
    """Text that stays text: on one line, without signs that Markdown or HTML would read."""
    plain = " ".join(text.split())
    return _SPECIAL.sub(r"\\\1", plain.replace("&", "&amp;").replace("<", "&lt;"))


def _scalars(block: Scalars) -> Iterable[str]:
    some = any(one.low is not None for one in block.scalars)
    rows = [
        [
            clean(one.title),
            numbers.share(one.value) if one.share else numbers.count(one.value),
            *([numbers.interval(one.low, one.high)] if some else []),
        ]
        for one in block.scalars
    ]
    return _table(["Number", "Value", *(["95 % interval"] if some else [])], rows)


def _per_label(block: PerLabel) -> Iterable[str]:
    rows = [
        [
            clean(row.label),
            *(
                numbers.count(value) if column.count else numbers.share(value)
                for column, value in zip(block.columns, row.values, strict=True)
            ),
        ]
        for row in block.rows
    ]
    return _table(["Label", *(clean(column.title) for column in block.columns)], rows)


def _per_slice(block: PerSlice) -> Iterable[str]:
    rows = [
        [
            clean(row.name),
            numbers.count(row.tasks),
            *(
                numbers.count(value) if column.count else numbers.share(value)
                for column, value in zip(block.columns, row.values, strict=True)
            ),
        ]
        for row in block.rows
    ]
    return _table(["Slice", "Tasks", *(clean(column.title) for column in block.columns)], rows)


def _plain_table(block: Table) -> Iterable[str]:
    rows = [
        [
            clean(row.title),
            *(
                numbers.cell(value, column, signed=block.signed)
                for column, value in zip(block.columns, row.values, strict=True)
            ),
        ]
        for row in block.rows
    ]
    return _table(
        [clean(block.row_title), *(clean(column.title) for column in block.columns)], rows
    )


def _matrix(block: Matrix) -> Iterable[str]:
    if len(block.columns) > WIDEST:
        cells = numbers.largest(block)[:WIDEST]
        rows = [[clean(name), clean(other), numbers.count(value)] for name, other, value in cells]
        return _table([clean(block.row_title), clean(block.column_title), "Count"], rows)
    rows = [
        [clean(name), *(numbers.count(value) for value in row)]
        for name, row in zip(block.rows, block.values, strict=True)
    ]
    corner = clean(f"{block.row_title} ↓ {block.column_title} →")
    return _table([corner, *(clean(name) for name in block.columns)], rows)


def _curve(block: Curve) -> Iterable[str]:
    head = [clean(f"{block.y_title} over {block.x_title}"), "Line", "From", "To"]
    rows = [
        [clean(one.name), numbers.spark(one.y), _end(one.x, 0), _end(one.x, -1)]
        for one in block.series
    ]
    marks = [
        f"{clean(one.title)}: {numbers.number(one.x)}, {numbers.number(one.y)}"
        for one in block.markers
    ]
    return [*_table(head, rows), *(["", *marks] if marks else [])]


def _end(values: Sequence[float], place: int) -> str:
    return numbers.number(values[place]) if values else numbers.NOTHING


def _histogram(block: Histogram) -> Iterable[str]:
    low, high = numbers.number(block.edges[0]), numbers.number(block.edges[-1])
    rows = [
        [clean(one.name), numbers.spark(one.counts), f"{sum(one.counts):,}"] for one in block.series
    ]
    return _table([clean(f"{block.x_title}, {low} to {high}"), "Bars", "Count"], rows)


def _examples(block: Examples, measure: str = "IoU") -> Iterable[str]:
    rows = [
        [
            clean(one.task_id),
            numbers.share(one.score),
            clean("; ".join(outcomes(one, MOST_OUTCOMES, measure))),
        ]
        for one in block.examples[:MOST_EXAMPLES]
    ]
    return _table(["Task", "Score", "What became of it"], rows)


def _text(block: Text | Basis) -> Iterable[str]:
    return [clean(block.text)]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table; the first column is left, the others right."""
    rule = ["---", *("---:" for _ in head[1:])]
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]


_RENDERERS: Final[dict[str, Callable[[Any], Iterable[str]]]] = {
    "basis": _text,
    "scalars": _scalars,
    "curve": _curve,
    "matrix": _matrix,
    "histogram": _histogram,
    "per_label": _per_label,
    "per_slice": _per_slice,
    "table": _plain_table,
    "examples": _examples,
    "text": _text,
}
