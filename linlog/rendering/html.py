"""A report as HTML: one page that opens from a file without a network, or a part of a notebook.

There is no script in it and nothing to fetch; what comes from users is text and cannot become
anything else. The page carries the report as JSON and the SHA-256 of that text.
"""

from __future__ import annotations

import hashlib
import json
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

Facts = Sequence[tuple[str, str]]
"""What a report is of: pairs of a name and a value."""
MOST_OUTCOMES: Final = 12
"""Outcomes that a row of the examples names."""
_COLOURS: Final = (
    *("#0072b2", "#d55e00", "#009e73", "#cc79a7"),
    *("#a6761d", "#56b4e9", "#7570b3", "#e69f00"),
)
_STYLE: Final = """
.linlog{color-scheme:light dark;--text:#1b1f24;--soft:#59636e;--line:#d1d9e0;--fill:#0969da;
--page:#fff;color:var(--text);background:var(--page);font:14px/1.5 system-ui,sans-serif}
@media(prefers-color-scheme:dark){.linlog{--text:#e6edf3;--soft:#9198a1;--line:#3d444d;
--fill:#4493f8;--page:#0d1117}}
.linlog h1{font-size:22px;margin:0 0 4px}.linlog h2{font-size:16px;margin:28px 0 6px}
.linlog p{max-width:75ch;margin:6px 0}.linlog .soft{color:var(--soft);font-size:13px}
.linlog table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:4px 0}
.linlog .wide{overflow-x:auto;max-width:100%}.linlog th,.linlog td{padding:3px 10px;
border-bottom:1px solid var(--line);text-align:right;vertical-align:top}
.linlog th:first-child,.linlog td:first-child,.linlog .words{text-align:left}
.linlog thead th{font-weight:600;color:var(--soft)}.linlog td.cell{min-width:2.5em;
background:color-mix(in srgb,var(--fill) calc(var(--heat)*70%),transparent)}
.linlog svg{width:100%;max-width:560px;height:auto;display:block;font:11px system-ui,sans-serif}
.linlog svg text{fill:var(--soft)}.linlog .grid{stroke:var(--line);stroke-width:.5}
.linlog .line{fill:none;stroke-width:1.8}.linlog .ideal{stroke:var(--soft);stroke-dasharray:4 4}
.linlog .marker{fill:none;stroke:var(--text);stroke-width:2}
.linlog ul.key{list-style:none;padding:0;margin:4px 0;display:flex;flex-wrap:wrap;gap:2px 16px}
.linlog ul.key i{display:inline-block;width:12px;height:12px;margin-right:6px;border-radius:2px}
.linlog code{font:12px ui-monospace,monospace;overflow-wrap:anywhere}
""" + "".join(
    f".linlog .line.c{at}{{stroke:{colour}}}.linlog .bar.c{at},.linlog .dot.c{at}{{fill:{colour}}}"
    f".linlog i.c{at}{{background:{colour}}}"
    for at, colour in enumerate(_COLOURS)
)
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def page(report: Report, *, title: str, facts: Facts = ()) -> str:
    """A whole document: the same report and facts give the same bytes."""
    document = canonical(report, title=title, facts=facts)
    stamp = hashlib.sha256(document.encode()).hexdigest()
    rows = _rows(((escape(name), escape(value)) for name, value in facts), words=True)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width">'
        f'<meta name="linlog-sha256" content="{stamp}"><title>{escape(title)}</title>'
        f"<style>{_STYLE}body{{margin:0}}main{{max-width:1000px;margin:auto;padding:24px}}</style>"
        f'</head><body class="linlog"><main><h1>{escape(title)}</h1>'
        f"<table>{rows}</table>{_blocks(report)}"
        f'<h2>Stamp</h2><p class="soft">SHA-256 of the report as JSON, which this page carries: '
        f"<code>{stamp}</code></p></main>"
        f'<script type="application/json" id="report">{_inside_script(document)}</script>'
        "</body></html>\n"
    )


def fragment(report: Report) -> str:
    """The report as a part of a page, such as a notebook."""
    return f'<style>{_STYLE}</style><div class="linlog">{_blocks(report)}</div>'


def canonical(report: Report, *, title: str, facts: Facts = ()) -> str:
    """The report, its title and its facts as JSON with sorted keys and without spaces."""
    document = {"title": title, "facts": [list(fact) for fact in facts], "report": report.to_dict()}
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _inside_script(document: str) -> str:
    """JSON that cannot end the element that holds it, and is read as the same."""
    return document.replace("<", "\\u003c")


def _blocks(report: Report) -> str:
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
    return _table(head, rows, last_is_words=True)


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
    return _table(["Label", *(column.title for column in block.columns)], rows)


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
    return _table(["Slice", "Tasks", *(column.title for column in block.columns)], rows)


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
    return _table([block.row_title, *(column.title for column in block.columns)], rows)


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
    return _table(["Task", "Score", "What became of it"], rows, last_is_words=True)


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


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, last_is_words: bool = False
) -> str:
    """A table; the cells of `rows` are HTML."""
    titles = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = _rows(rows, words=last_is_words)
    table = f"<thead><tr>{titles}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="wide"><table>{table}</table></div>'


def _rows(rows: Iterable[Sequence[str]], *, words: bool) -> str:
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
