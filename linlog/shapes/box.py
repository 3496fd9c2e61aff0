"""A box: an upright or rotated rectangle on an image."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from linlog.shapes import _read
from linlog.shapes._protocol import Bounds, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Box(Shape):
    """A rectangle by its left top corner and its size, in pixels of the original image.

    `rotation` turns it about its centre, in degrees, clockwise on screen.
    """

    left: float
    top: float
    width: float
    height: float
    rotation: float = 0.0
    type: Literal["box"] = "box"

    name: ClassVar[str] = "box"

    @property
    def area(self) -> float:
        """Width times height, in square pixels."""
        return self.width * self.height

    @property
    def bounds(self) -> Bounds:
        """The upright rectangle around the box; the box itself where it is not rotated."""
        if self.rotation == 0:
            return (self.left, self.top, self.left + self.width, self.top + self.height)
        turn = radians(self.rotation)
        half_width = (abs(self.width * cos(turn)) + abs(self.height * sin(turn))) / 2
        half_height = (abs(self.width * sin(turn)) + abs(self.height * cos(turn))) / 2
        x, y = self.left + self.width / 2, self.top + self.height / 2
        return (x - half_width, y - half_height, x + half_width, y + half_height)

    def to_json(self) -> dict[str, Any]:
        """The box as plain data."""
        return {
            "type": "box",
            "left": self.left,
            "top": self.top,
            "width": self.width,
            "height": self.height,
            "rotation": self.rotation,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Box:
        """Read a box; width and height must not be negative."""
        _read.only(data, ("left", "top", "width", "height", "rotation"))
        return cls(
            _read.number(data, "left"),
            _read.number(data, "top"),
            _read.size(data, "width"),
            _read.size(data, "height"),
            _read.number(data, "rotation", 0.0),
        )
