"""The shapes that an annotation can mark, and the table that finds one by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from linlog.shapes._protocol import Bounds, Shape
from linlog.shapes.box import Box
from linlog.shapes.keypoints import Keypoint, Keypoints
from linlog.shapes.mask import Mask
from linlog.shapes.other import Other
from linlog.shapes.point import Point
from linlog.shapes.polygon import Polygon, Segment
from linlog.shapes.polyline import Polyline
from linlog.shapes.span import Span
from linlog.shapes.whole import Whole

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "NAMES",
    "TABLE",
    "Bounds",
    "Box",
    "Keypoint",
    "Keypoints",
    "Mask",
    "Other",
    "Point",
    "Polygon",
    "Polyline",
    "Segment",
    "Shape",
    "Span",
    "Whole",
    "from_json",
]

TABLE: Final[dict[str, type[Shape]]] = {
    "box": Box,
    "polygon": Polygon,
    "polyline": Polyline,
    "point": Point,
    "keypoints": Keypoints,
    "mask": Mask,
    "span": Span,
    "whole": Whole,
    "other": Other,
}
NAMES: Final = tuple(TABLE)


def from_json(data: Shape | Mapping[str, Any]) -> Shape:
    """Read any shape by its `type`. Raises ValueError that says what was expected."""
    if isinstance(data, Shape):
        return data
    if not isinstance(data, dict):
        message = f"a shape must be an object with a type, not {type(data).__name__}"
        raise ValueError(message)  # noqa: TRY004 - the readers of JSON turn ValueError into 422
    name = data.get("type")
    known = TABLE.get(name) if isinstance(name, str) else None
    if known is None:
        message = (
            f"unknown shape {str(data.get('type'))[:40]!r}; expected one of {', '.join(NAMES)}"
        )
        raise ValueError(message)
    return known.from_json(data)
