"""Keypoints: named points of one thing on an image, such as the joints of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from linlog.shapes import _read
from linlog.shapes._protocol import Bounds, Shape
from linlog.shapes.box import Box
from linlog.shapes.polygon import around

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 1000
"""Points of one thing."""
LONGEST_NAME = 100
"""Characters of a point's name."""


@dataclass(frozen=True, slots=True)
class Keypoint:
    """One point and its name, in pixels of the original image.

    `visible` is false where the point is hidden, but its place is known. A point whose place is
    not known is left out.
    """

    name: str
    x: float
    y: float
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Keypoints(Shape):
    """Named points of one thing, and the upright box around that thing where it is known.

    Without any point the box is needed: the thing is there, and none of its points is known.
    """

    points: tuple[Keypoint, ...]
    box: Box | None = None
    type: Literal["keypoints"] = "keypoints"

    name: ClassVar[str] = "keypoints"

    @property
    def area(self) -> float:
        """Of the box, else of the smallest upright rectangle around the points, in pixels²."""
        if self.box is not None:
            return self.box.area
        left, top, right, bottom = self.bounds
        return (right - left) * (bottom - top)

    @property
    def bounds(self) -> Bounds:
        """The smallest upright rectangle around the points and the box."""
        corners = [(point.x, point.y) for point in self.points]
        if self.box is not None:
            left, top, right, bottom = self.box.bounds
            corners += [(left, top), (right, bottom)]
        return around(corners)

    def to_json(self) -> dict[str, Any]:
        """The keypoints as plain data."""
        points = [
            {"name": point.name, "x": point.x, "y": point.y, "visible": point.visible}
            for point in self.points
        ]
        written: dict[str, Any] = {"type": "keypoints", "points": points}
        if self.box is None:
            return written
        box = {key: getattr(self.box, key) for key in ("left", "top", "width", "height")}
        return {**written, "box": box}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Keypoints:
        """Read keypoints: `points`, each with a name of its own, and an upright `box`."""
        _read.only(data, ("points", "box"))
        entries, box = data.get("points"), data.get("box")
        if not isinstance(entries, (list, tuple)) or len(entries) > MOST:
            message = f"points must be a list of at most {MOST} {{name, x, y, visible}}"
            raise ValueError(message)
        if not entries and box is None:
            message = "keypoints must have a point or a box, but have neither"
            raise ValueError(message)
        points = tuple(_point(entry, f"points[{place}]") for place, entry in enumerate(entries))
        if len({point.name for point in points}) < len(points):
            message = "points must have different names"
            raise ValueError(message)
        return cls(points, None if box is None else _box(box))


def _point(entry: Any, key: str) -> Keypoint:
    if not isinstance(entry, dict):
        message = f"{key} must be an object with name, x and y"
        raise ValueError(message)  # noqa: TRY004 - the readers of JSON turn ValueError into 422
    _read.only(entry, ("name", "x", "y", "visible"))
    name, visible = entry.get("name"), entry.get("visible", True)
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME:
        message = f"{key}.name must be a text of 1 to {LONGEST_NAME} characters"
        raise ValueError(message)
    if not isinstance(visible, bool):
        message = f"{key}.visible must be true or false"
        raise ValueError(message)  # noqa: TRY004 - as above
    return Keypoint(name, _read.number(entry, "x"), _read.number(entry, "y"), visible)


def _box(entry: Any) -> Box:
    if not isinstance(entry, dict):
        message = "box must be an object with left, top, width and height"
        raise ValueError(message)  # noqa: TRY004 - as above
    if entry.get("rotation") != 0:
        _read.only(entry, ("left", "top", "width", "height"))
    # A box that stands upright may say so: that is how `Box` itself is written.
    return Box.from_json(entry)
