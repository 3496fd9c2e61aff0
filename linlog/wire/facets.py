"""Facets: how many tasks of a list have each value of a field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linlog.wire.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue(Record):
    """One value of a facet, or one range of values."""

    value: Any
    """The value; of a range its lower bound."""
    title: str
    """The value as people read it."""
    count: int
    """How many tasks have it, of those that the rest of the query takes."""
    query: dict[str, Any]
    """The query that takes tasks which have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet(Record):
    """The values of one field, with how many tasks have each."""

    field: str
    """The field, as queries name it."""
    title: str
    """The field as people read it."""
    ranges: bool = False
    """Whether the values are ranges in order; else those come first that most tasks have."""
    values: tuple[FacetValue, ...]
    """The values, as far as they are shown."""
    others: int = 0
    """How many more values there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacets(Record):
    """What a query takes of some tasks, and by which values it could take less."""

    count: int
    """How many tasks the query takes."""
    of: int
    """How many tasks there are."""
    query: dict[str, Any]
    """The query, as JSON has it."""
    text: str
    """The query, as a text has it."""
    facets: tuple[Facet, ...]
    """By field how many tasks have each value. What the query says of the field itself is left out,
    so that other values can be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRead(Record):
    """What a text means as a query, or where it goes wrong."""

    query: dict[str, Any] | None
    """The query; null where the text means nothing."""
    text: str
    """The query as text, in its plain form; the text itself where it means nothing."""
    wrong: str | None = None
    """What is wrong with it."""
    place: int | None = None
    """The character, from 0, where it goes wrong."""
