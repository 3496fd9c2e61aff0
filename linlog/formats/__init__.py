"""The formats of files, and the table that finds one by its name without loading the rest."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from linlog.formats._protocol import Account, Entry, Format, Mark, Opened, Refused, Side

__all__ = [
    "NAMES",
    "TABLE",
    "Account",
    "Entry",
    "Format",
    "Mark",
    "Opened",
    "Refused",
    "Side",
    "get",
]

TABLE: Final[dict[str, str]] = {
    "coco": "linlog.formats.coco:COCO",
    "conll": "linlog.formats.conll:CONLL",
    "csv": "linlog.formats.csv:CSV",
}
NAMES: Final = tuple(TABLE)


def get(name: str) -> Format:
    """The format `name`, imported on first use. Raises ValueError that names those there are."""
    if name not in TABLE:
        raise ValueError(f"unknown format {name[:40]!r}; expected one of {', '.join(NAMES)}")
    module, _, member = TABLE[name].partition(":")
    found: Format = getattr(import_module(module), member)
    return found
