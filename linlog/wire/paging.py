"""The one envelope of every list that comes in pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from linlog import limits
from linlog.wire.record import Record

T = TypeVar("T")

DEFAULT_LIMIT: Final = 100
LARGEST_LIMIT: Final = limits.PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Record, Generic[T]):
    """One page of a list."""

    results: tuple[T, ...]
    """The entries of this page, in the list's order."""
    count: int
    """How many entries the whole list has."""
    next: str | None = None
    """Address of the next page, relative to the server; null on the last."""
    previous: str | None = None
    """Address of the page before; null on the first."""
