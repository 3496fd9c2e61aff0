"""A report or a comparison as HTML: one page that needs no network, or a part of a notebook.

There is no script in it and nothing to fetch; what comes from users is text and cannot become
anything else. The page carries what it shows as JSON and the SHA-256 of that text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from linlog.rendering import comparisons, html_blocks, svg
from linlog.rendering.comparisons import Section

if TYPE_CHECKING:
    from linlog.wire.blocks import Report
    from linlog.wire.comparisons import Comparison

Facts = Sequence[tuple[str, str]]
"""What a report is of: pairs of a name and a value."""
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
.linlog h3{font-size:14px;margin:20px 0 4px}
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
.linlog .interval{stroke-width:2}.linlog .no-evidence{stroke:var(--soft);fill:var(--soft)}
.linlog .better{stroke:#1a7f37;fill:#1a7f37}.linlog .worse{stroke:#cf222e;fill:#cf222e}
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
    return _page(html_blocks.sections(report), document, "report", title=title, facts=facts)


def fragment(report: Report) -> str:
    """The report as a part of a page, such as a notebook."""
    return _fragment(html_blocks.sections(report))


def comparison_page(found: Comparison, *, title: str, facts: Facts = ()) -> str:
    """A comparison as a whole document: the same comparison and facts give the same bytes."""
    document = _canonical("comparison", found, title=title, facts=facts)
    return _page(_compared(found), document, "comparison", title=title, facts=facts)


def comparison_fragment(found: Comparison) -> str:
    """The comparison as a part of a page, such as a notebook."""
    return _fragment(_compared(found))


def canonical(report: Report, *, title: str, facts: Facts = ()) -> str:
    """The report, its title and its facts as JSON with sorted keys and without spaces."""
    return _canonical("report", report, title=title, facts=facts)


def _canonical(name: str, found: Report | Comparison, *, title: str, facts: Facts) -> str:
    document = {"title": title, "facts": [list(fact) for fact in facts], name: found.to_dict()}
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _page(body: str, document: str, name: str, *, title: str, facts: Facts) -> str:
    """A whole document, with what it shows as JSON and that JSON's SHA-256."""
    stamp = hashlib.sha256(document.encode()).hexdigest()
    pairs = ((escape(each), escape(value)) for each, value in facts)
    rows = html_blocks.rows_of(pairs, words=True)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width">'
        f'<meta name="linlog-sha256" content="{stamp}"><title>{escape(title)}</title>'
        f"<style>{_STYLE}body{{margin:0}}main{{max-width:1000px;margin:auto;padding:24px}}</style>"
        f'</head><body class="linlog"><main><h1>{escape(title)}</h1>'
        f"<table>{rows}</table>{body}"
        f'<h2>Stamp</h2><p class="soft">SHA-256 of the {name} as JSON, which this page carries: '
        f"<code>{stamp}</code></p></main>"
        f'<script type="application/json" id="{name}">{_inside_script(document)}</script>'
        "</body></html>\n"
    )


def _fragment(body: str) -> str:
    return f'<style>{_STYLE}</style><div class="linlog">{body}</div>'


def _compared(found: Comparison) -> str:
    return "".join(map(_section, comparisons.sections(found)))


def _section(one: Section) -> str:
    text = "".join(f"<p>{escape(each)}</p>" for each in one.text)
    picture = svg.intervals(one.intervals) if one.intervals else ""
    rows = [[escape(cell) for cell in row] for row in one.rows]
    table = html_blocks.table(one.head, rows, last_is_words=True) if rows else ""
    note = f'<p class="soft">{escape(one.note)}</p>' if one.note else ""
    level = "h2" if one.opens else "h3"
    return f"<section><{level}>{escape(one.title)}</{level}>{text}{picture}{table}{note}</section>"


def _inside_script(document: str) -> str:
    """JSON that cannot end the element that holds it, and is read as the same."""
    return document.replace("<", "\\u003c")
