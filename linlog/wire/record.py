"""The base of every wire class: attributes that also read like a dictionary."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_CELL: Final = 120


class Record:
    """Gives a dataclass `record["id"]`, `dict(record)`, `"id" in record` and a notebook view."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    def keys(self) -> list[str]:
        """The names of the fields, in order."""
        kind: Any = type(self)
        return list(_names(kind))

    def __getitem__(self, key: str) -> Any:
        if key not in self.keys():
            message = f"a {type(self).__name__} has no {key!r}; it has {', '.join(self.keys())}"
            raise KeyError(message)
        return getattr(self, key)

    def __contains__(self, key: object) -> bool:
        return key in self.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def get(self, key: str, default: Any = None) -> Any:
        """The field `key`, or `default` where there is none."""
        return getattr(self, key) if key in self.keys() else default

    def items(self) -> list[tuple[str, Any]]:
        """Pairs of field name and value."""
        return [(key, getattr(self, key)) for key in self.keys()]

    def to_dict(self) -> dict[str, Any]:
        """The record and everything in it as plain dictionaries, lists and scalars."""
        return {key: _plain(value) for key, value in self.items()}

    def _repr_html_(self) -> str:
        shown = {entry.name for entry in fields(self) if entry.repr}  # type: ignore[arg-type]
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(key)}</th>"
            f"<td style='text-align:left'>{escape(_short(value))}</td></tr>"
            for key, value in self.items()
            if key in shown
        )
        return f"<table><caption>{escape(type(self).__name__)}</caption>{rows}</table>"


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(entry.name for entry in fields(kind))


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    if is_dataclass(value) and hasattr(value, "to_json"):
        return value.to_json()
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return value


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _CELL else f"{text[: _CELL - 1]}…"
