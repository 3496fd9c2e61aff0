"""A polyline: an open path on an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from linlog.shapes import _read
from linlog.shapes._protocol import Bounds, Shape
from linlog.shapes.polygon import Path, around

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Polyline(Shape):
    """An open path of two points or more, in pixels of the original image."""

    points: Path
    type: Literal["polyline"] = "polyline"

    name: ClassVar[str] = "polyline"

    @property
    def area(self) -> float:
        """0: a line encloses nothing."""
        return 0.0

    @property
    def bounds(self) -> Bounds:
        """The smallest upright rectangle around the path."""
        return around(self.points)

    def to_json(self) -> dict[str, Any]:
        """The polyline as plain data."""
        return {"type": "polyline", "points": self.points}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Polyline:
        """Read a polyline of two points or more."""
        _read.only(data, ("points",))
        return cls(_read.points(data.get("points"), "points", 2))
