"""A point on an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from linlog.shapes import _read
from linlog.shapes._protocol import Bounds, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Point(Shape):
    """One point, in pixels of the original image."""

    x: float
    y: float
    type: Literal["point"] = "point"

    name: ClassVar[str] = "point"

    @property
    def area(self) -> float:
        """0: a point encloses nothing."""
        return 0.0

    @property
    def bounds(self) -> Bounds:
        """The point itself, twice."""
        return (self.x, self.y, self.x, self.y)

    def to_json(self) -> dict[str, Any]:
        """The point as plain data."""
        return {"type": "point", "x": self.x, "y": self.y}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Point:
        """Read a point."""
        _read.only(data, ("x", "y"))
        return cls(_read.number(data, "x"), _read.number(data, "y"))
