"""Truths and predictions column by column, without an object for each of hundreds of thousands.

What is matched is read once, as columns. So an item may hold its truths or predictions as columns
from the start, and one of them is made only where somebody looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any, Generic, TypeVar, overload

from linlog.shapes import Box

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class ByColumn(Sequence[T], Generic[T]):
    """Truths or predictions of one item; `columns` has all attributes of `type` by name."""

    type: type[T]
    columns: Mapping[str, Sequence[Any]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            return [*self][place]
        return self.type(**{name: values[place] for name, values in self.columns.items()})


@dataclass(frozen=True, slots=True, eq=False)
class Boxes(Sequence[Box]):
    """Boxes by their sides, in pixels, and by their rotations, in degrees."""

    lefts: Sequence[float]
    tops: Sequence[float]
    widths: Sequence[float]
    heights: Sequence[float]
    rotations: Sequence[float]

    @property
    def columns(self) -> tuple[Sequence[float], ...]:
        """All five, in this order."""
        return self.lefts, self.tops, self.widths, self.heights, self.rotations

    def __len__(self) -> int:
        return len(self.lefts)

    @overload
    def __getitem__(self, place: int) -> Box: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Box]: ...
    def __getitem__(self, place: int | slice) -> Box | Sequence[Box]:
        if isinstance(place, slice):
            return [*self][place]
        return Box(
            self.lefts[place],
            self.tops[place],
            self.widths[place],
            self.heights[place],
            self.rotations[place],
        )


def pieces(some: Iterable[Sequence[Any]], name: str) -> Iterator[Sequence[Any]]:
    """One attribute of the truths, or of the predictions, of each item."""
    read = attrgetter(name)
    for each in some:
        yield each.columns[name] if isinstance(each, ByColumn) else [*map(read, each)]


def gathered(some: Iterable[Sequence[Any]], name: str) -> list[Any]:
    """One attribute of the truths, or of the predictions, of all items."""
    return [*chain.from_iterable(pieces(some, name))]
