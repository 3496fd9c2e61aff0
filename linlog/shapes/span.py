"""A span: a range of characters in a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from linlog.shapes import _read
from linlog.shapes._protocol import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Span(Shape):
    """The characters from `start` up to, not including, `end`, counted as Python counts them."""

    start: int
    end: int
    type: Literal["span"] = "span"

    name: ClassVar[str] = "span"

    @property
    def area(self) -> float:
        """0: a span has no place on an image."""
        return 0.0

    @property
    def bounds(self) -> None:
        """None: a span has no place on an image."""
        return

    def to_json(self) -> dict[str, Any]:
        """The span as plain data."""
        return {"type": "span", "start": self.start, "end": self.end}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Span:
        """Read a span; it must hold at least one character."""
        _read.only(data, ("start", "end"))
        start, end = _read.whole_number(data, "start"), _read.whole_number(data, "end")
        if end <= start:
            message = f"end must be after start, but the span is {start} to {end}"
            raise ValueError(message)
        return cls(start, end)
