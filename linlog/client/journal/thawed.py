"""Frozen dataclasses made in a third of the time, where a loop makes one at every turn."""

from __future__ import annotations

from dataclasses import fields, make_dataclass
from typing import Any


def thawed(frozen: type[Any]) -> Any:
    """A class with the fields of a frozen dataclass with slots, and its bases, but not frozen.

    A frozen dataclass sets each field through `object.__setattr__`. The thawed one takes all of
    them by place, in their order, and `made.__class__ = frozen` freezes what was made.
    """
    made = make_dataclass(
        frozen.__name__,
        [each.name for each in fields(frozen)],
        bases=frozen.__bases__,
        eq=False,
        repr=False,
        slots=True,
    )
    # Nothing is called on it before it is frozen.
    made.__abstractmethods__ = frozenset()  # type: ignore[attr-defined]
    return made
