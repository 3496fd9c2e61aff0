"""Everything that the commands print: tables and JSON on stdout, sentences on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from linlog.client.resources._resource import Page

_CELL: Final = 60
# What stands in data of others must not reach the terminal as commands to it.
_CONTROLS: Final = {code: None for code in (*range(32), *range(127, 160)) if code not in {9, 10}}


def console() -> Console:
    """The terminal, or the file or pipe in its place: then as wide as what is printed."""
    out = sys.stdout
    wide = None if out.isatty() else 200
    return Console(file=out, width=wide, highlight=False, soft_wrap=False)


def clean(value: Any) -> str:
    """A value as a cell shows it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".") if abs(value) < 1e6 else f"{value:g}"
    return str(value).translate(_CONTROLS)


def table(rows: Iterable[Any], columns: Mapping[str, str], *, count: int | None = None) -> None:
    """Records as a table: `columns` is field name and heading."""
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for heading in columns.values():
        drawn.add_column(heading, overflow="ellipsis", no_wrap=True)
    shown = 0
    for row in rows:
        drawn.add_row(*(Text(_short(clean(row[key]))) for key in columns))
        shown += 1
    console().print(drawn)
    if count is not None and count > shown:
        say(f"{shown} of {count} shown; see --limit and --offset")


def page(found: Page[Any], columns: Mapping[str, str], *, as_json: bool) -> None:
    """A page of a list: as JSON, or as a table that says how many there are in all."""
    if as_json:
        data(found)
    else:
        table(found, columns, count=found.count)


def grid(headings: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "") -> None:
    """Cells as a table; all columns but the first are right-aligned."""
    drawn = Table(box=None, pad_edge=False, header_style="bold", title=title or None)
    drawn.title_justify = "left"
    for place, heading in enumerate(headings):
        drawn.add_column(Text(clean(heading)), justify="left" if place == 0 else "right")
    for row in rows:
        drawn.add_row(*(Text(_short(clean(cell))) for cell in row))
    console().print(drawn)


def record(entry: Any) -> None:
    """One record, a field a line."""
    drawn = Table(box=None, pad_edge=False, show_header=False)
    drawn.add_column(style="bold")
    drawn.add_column(overflow="fold")
    for key, value in entry.items():
        drawn.add_row(key.replace("_", " "), Text(_field(value)))
    console().print(drawn)


def heading(text: str) -> None:
    """A title between tables."""
    console().print(Text(f"\n{clean(text)}", style="bold underline"))


def paragraph(text: str) -> None:
    """Text on stdout, as a part of the data."""
    console().print(Text(clean(text)))


def data(entry: Any) -> None:
    """JSON on stdout: a record, a list of them, or plain data."""
    plain: Any = entry
    if isinstance(entry, list):
        plain = [one.to_dict() for one in entry]
    elif not isinstance(entry, dict):
        plain = entry.to_dict()
    print(json.dumps(plain, indent=2, ensure_ascii=False, default=_written))  # noqa: T201 - this file is what prints


def text(document: str) -> None:
    """A whole document on stdout, as it is."""
    sys.stdout.write(document)


def line(text: str) -> None:
    """One line of data on stdout, such as a token."""
    print(text)  # noqa: T201 - this file is what prints


def say(text: str) -> None:
    """A sentence on stderr."""
    print(text.translate(_CONTROLS), file=sys.stderr)  # noqa: T201 - this file is what prints


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def _field(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"{len(value)}: " + ", ".join(_name(entry) for entry in value[:20]) if value else "–"
    if hasattr(value, "to_dict"):
        value = value.to_dict()
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=_written) if value else "–"
    return clean(value)


def _name(entry: Any) -> str:
    for key in ("name", "label", "id"):
        found = getattr(entry, key, None)
        if isinstance(found, str):
            return clean(found)
    return clean(entry)


def _short(text: str) -> str:
    first = text.split("\n", maxsplit=1)[0]
    return first if len(first) <= _CELL else f"{first[: _CELL - 1]}…"
