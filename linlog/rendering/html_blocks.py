"""The blocks of a report as sections of HTML, and tables: what comes from users is text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any, Final, cast

from linlog.rendering import numbers, svg

if TYPE_CHECKING:
    from linlog.wire.blocks import (
        Basis,
        Curve,
        Example,
        Examples,
        Histogram,
        Matrix,
        Outcome,
        PerLabel,
        PerSlice,
        Report,
        Scalars,
        Table,
        Text,
    )

MOST_OUTCOMES: Final = 12
"""Outcomes that a row of the examples names."""


def sections(report: Report) -> str:
    """Every block with its title and its note."""
    blocks = cast("list[Any]", report.blocks)
    examples = partial(_examples, measure=numbers.measure(report.kind))
    renderers: dict[str, Callable[[Any], str]] = {**_RENDERERS, "examples": examples}
    return "".join(
        f"<section><h2>{escape(block.title)}</h2>{render(block)}{_note(block)}</section>"
        for block in blocks
        if (render := renderers.get(block.type)) is not None
    )


def _note(block: Any) -> str:
    note = getattr(block, "note", "")
    return f'<p class="soft">{escape(note)}</p>' if note else ""


def _scalars(block: Scalars) -> str:
    some = any(one.low is not None for one in block.scalars)
    head = ["Number", "Value", *(["95 % interval"] if some else []), ""]
    rows = (
        [
            escape(one.title),
            numbers.share(one.value) if one.share else numbers.count(one.value),
            *([numbers.interval(one.low, one.high)] if some else []),
            f'<span class="soft">{escape(one.description)}</span>',
        ]
        for one in block.scalars
    )
    return table(head, rows, last_is_words=True)


def _per_label(block: PerLabel) -> str:
    rows = (
        [
            escape(row.label),
            *(
                numbers.count(value) if column.count else numbers.share(value)
                for column, value in zip(block.columns, row.values, strict=True)
            ),
        ]
        for row in block.rows
    )
    return table(["Label", *(column.title for column in block.columns)], rows)


def _per_slice(block: PerSlice) -> str:
    rows = (
        [
            escape(row.name),
            numbers.count(row.tasks),
            *(
                numbers.count(value) if column.count else numbers.share(value)
                for column, value in zip(block.columns, row.values, strict=True)
            ),
        ]
        for row in block.rows
    )
    return table(["Slice", "Tasks", *(column.title for column in block.columns)], rows)


def _plain_table(block: Table) -> str:
    rows = (
        [
            escape(row.title),
            *(
                numbers.cell(value, column, signed=block.signed)
                for column, value in zip(block.columns, row.values, strict=True)
            ),
        ]
        for row in block.rows
    )
    return table([block.row_title, *(column.title for column in block.columns)], rows)


def _matrix(block: Matrix) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in block.columns)
    body = "".join(
        f"<tr><th>{escape(name)}</th>{''.join(_cells(row))}</tr>"
        for name, row in zip(block.rows, block.values, strict=True)
    )
    corner = escape(f"{block.row_title} ↓ {block.column_title} →")
    return (
        f'<div class="wide"><table><thead><tr><th>{corner}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cells(row: Sequence[float]) -> Iterable[str]:
    """Cells shaded by their share of the row."""
    total = sum(row)
    for value in row:
        heat = f' style="--heat:{value / total:.2f}"' if total and value else ""
        yield f'<td class="cell"{heat}>{numbers.count(value) if value else ""}</td>'


def _curve(block: Curve) -> str:
    lines = [(line.name, "") for line in block.series]
    marks = "".join(
        f'<p class="soft">{escape(one.title)}: {numbers.number(one.x)}, {numbers.number(one.y)}</p>'
        for one in block.markers
    )
    return svg.curve(block) + _key(lines) + marks if lines else "<p>Nothing to draw.</p>"


def _histogram(block: Histogram) -> str:
    groups = [(one.name, f" ({sum(one.counts):,})") for one in block.series]
    return svg.histogram(block) + _key(groups)


def _key(names: Sequence[tuple[str, str]]) -> str:
    entries = "".join(
        f'<li><i class="c{at % svg.COLOURS}"></i>{escape(name + more)}</li>'
        for at, (name, more) in enumerate(names)
    )
    return f'<ul class="key">{entries}</ul>'


def _examples(block: Examples, measure: str = "IoU") -> str:
    if not block.examples:
        return "<p>None.</p>"
    rows = (
        [
            escape(one.task_id),
            numbers.share(one.score),
            "<br>".join(map(escape, outcomes(one, MOST_OUTCOMES, measure))),
        ]
        for one in block.examples
    )
    return table(["Task", "Score", "What became of it"], rows, last_is_words=True)


def outcomes(one: Example, most: int, measure: str) -> list[str]:
    """What became of a task's truths and predictions, in words: faults singly, hits as a number."""
    faults = [_outcome(each, measure) for each in one.outcomes if each.outcome != "hit"]
    hits = len(one.outcomes) - len(faults)
    more = [f"{len(faults) - most:,} more"] if len(faults) > most else []
    return [*faults[:most], *more, *([f"{hits:,} right"] if hits else [])]


def _outcome(one: Outcome, measure: str) -> str:
    label = one.truth_label or one.prediction_label or ""
    if one.truth_label and one.prediction_label and one.truth_label != one.prediction_label:
        label = f"{one.truth_label} → {one.prediction_label}"
    sure = "" if one.confidence is None else f", confidence {one.confidence:.2f}"
    near = "" if one.iou is None else f", {measure} {one.iou:.2f}"
    return f"{one.outcome}: {label}{sure}{near}"


def _text(block: Text | Basis) -> str:
    return f"<p>{escape(block.text)}</p>"


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, last_is_words: bool = False
) -> str:
    """A table; the cells of `rows` are HTML."""
    titles = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = rows_of(rows, words=last_is_words)
    inner = f"<thead><tr>{titles}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="wide"><table>{inner}</table></div>'


def rows_of(rows: Iterable[Sequence[str]], *, words: bool) -> str:
    """Rows of a table; the last cells are words where `words` says so."""
    found = []
    for row in rows:
        *cells, last = row
        kind = ' class="words"' if words else ""
        found.append(
            f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}<td{kind}>{last}</td></tr>"
        )
    return "".join(found)


_RENDERERS: Final[dict[str, Callable[[Any], str]]] = {
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
