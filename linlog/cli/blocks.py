"""The blocks of a report, drawn in a terminal."""

from __future__ import annotations

from typing import Any, Final

from linlog.cli import output
from linlog.rendering import numbers
from linlog.wire.blocks import (
    Basis,
    Curve,
    Examples,
    Histogram,
    Matrix,
    PerLabel,
    PerSlice,
    Scalars,
    Table,
    Text,
)

_WIDTH: Final = 60
_WORST: Final = 10
_ABREAST: Final = 5
"""Slices side by side."""
_WIDEST: Final = 20
"""Columns of a matrix that fit; of a larger one the largest cells off its diagonal are listed."""


def draw(block: Any) -> None:
    """Print one block; those of a newer server that are unknown are passed over."""
    drawers: dict[type[Any], Any] = {
        Scalars: _scalars,
        Curve: _curve,
        Matrix: _matrix,
        Histogram: _histogram,
        PerLabel: _per_label,
        PerSlice: _per_slice,
        Table: _table,
        Examples: _examples,
        Text: _text,
        Basis: _text,
    }
    drawer = drawers.get(type(block))
    if drawer is None:
        return
    output.heading(block.title)
    if _empty(block):
        output.paragraph("None.")
    else:
        drawer(block)
    if getattr(block, "note", ""):
        output.paragraph(block.note)


def _empty(block: Any) -> bool:
    """Whether a table or a list has nothing in it, so that its headings would say nothing."""
    if isinstance(block, Examples):
        return not block.examples
    return isinstance(block, PerLabel | PerSlice | Table) and not block.rows


def _scalars(block: Scalars) -> None:
    rows = [(one.title, one.value, _interval(one)) for one in block.scalars]
    output.grid(["NUMBER", "VALUE", "95 % INTERVAL"], rows)


def _curve(block: Curve) -> None:
    rows = [(one.name, numbers.spark(one.y, _WIDTH)) for one in block.series]
    output.grid([f"{block.y_title} over {block.x_title}", ""], rows)
    for marker in block.markers:
        output.paragraph(f"{marker.title}: {marker.x:.3f}, {marker.y:.3f}")


def _matrix(block: Matrix) -> None:
    if len(block.columns) > _WIDEST:
        cells = numbers.largest(block)[:_WIDEST]
        output.grid([block.row_title.upper(), block.column_title.upper(), "COUNT"], cells)
        return
    rows = [(name, *counts) for name, counts in zip(block.rows, block.values, strict=True)]
    output.grid([f"{block.row_title} ↓ {block.column_title} →", *block.columns], rows)


def _histogram(block: Histogram) -> None:
    rows = [(one.name, numbers.spark(one.counts, _WIDTH), sum(one.counts)) for one in block.series]
    low, high = block.edges[0], block.edges[-1]
    output.grid([f"{block.x_title}, {low:g} to {high:g}", "", "COUNT"], rows)


def _per_label(block: PerLabel) -> None:
    rows = [(one.label, *one.values) for one in block.rows]
    output.grid(["LABEL", *(column.title.upper() for column in block.columns)], rows)


def _per_slice(block: PerSlice) -> None:
    # Slices are few and numbers are many: a terminal has room for a column a slice.
    titles = ["Tasks", *(column.title for column in block.columns)]
    values = [(one.tasks, *one.values) for one in block.rows]
    names = [one.name for one in block.rows]
    for start in range(0, len(names), _ABREAST):
        some = slice(start, start + _ABREAST)
        rows = zip(titles, *values[some], strict=True)
        output.grid(["NUMBER", *names[some]], rows)


def _table(block: Table) -> None:
    rows = [
        (
            one.title,
            *(
                numbers.cell(value, column, signed=block.signed)
                for value, column in zip(one.values, block.columns, strict=True)
            ),
        )
        for one in block.rows
    ]
    output.grid(
        [block.row_title.upper(), *(column.title.upper() for column in block.columns)], rows
    )


def _examples(block: Examples) -> None:
    rows = [
        (one.task_id, one.score, ", ".join(sorted({entry.outcome for entry in one.outcomes})))
        for one in block.examples[:_WORST]
    ]
    output.grid(["TASK", "SCORE", "OUTCOMES"], rows)


def _text(block: Text | Basis) -> None:
    output.paragraph(block.text)


def _interval(one: Any) -> str | None:
    return None if one.low is None or one.high is None else f"{one.low:.4f} – {one.high:.4f}"
