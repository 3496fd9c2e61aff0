"""A polygon: one or more outlines on an image, each with holes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from linlog.shapes import _read
from linlog.shapes._protocol import Bounds, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Path = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """One outline of a polygon and the holes cut out of it."""

    path: Path
    holes: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Polygon(Shape):
    """One or more outlines with holes, in pixels of the original image."""

    segments: tuple[Segment, ...]
    type: Literal["polygon"] = "polygon"

    name: ClassVar[str] = "polygon"

    @property
    def area(self) -> float:
        """The outlines' areas less their holes' (shoelace formula), in square pixels."""
        return max(
            0.0,
            sum(
                shoelace(part.path) - sum(shoelace(hole) for hole in part.holes)
                for part in self.segments
            ),
        )

    @property
    def bounds(self) -> Bounds:
        """The smallest upright rectangle around every outline."""
        return around(point for part in self.segments for point in part.path)

    def to_json(self) -> dict[str, Any]:
        """The polygon as plain data."""
        return {
            "type": "polygon",
            "segments": [{"path": part.path, "holes": part.holes} for part in self.segments],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Polygon:
        """Read a polygon: `segments`, each a `path` of three points or more, and `holes`."""
        _read.only(data, ("segments",))
        parts = data.get("segments")
        if not isinstance(parts, (list, tuple)) or not parts:
            message = "segments must be a list of at least one {path, holes}"
            raise ValueError(message)
        _read.few_enough(sum(map(_points, parts)), "segments")
        return cls(tuple(_segment(part, place) for place, part in enumerate(parts)))


def shoelace(path: Path) -> float:
    """The area that a closed path encloses, in square pixels."""
    doubled = sum(
        a[0] * b[1] - b[0] * a[1] for a, b in zip(path, (*path[1:], path[0]), strict=True)
    )
    return abs(doubled) / 2


def around(points: Iterable[tuple[float, float]]) -> Bounds:
    """The smallest upright rectangle around `points`."""
    horizontal, vertical = zip(*points, strict=True)
    return (min(horizontal), min(vertical), max(horizontal), max(vertical))


def _points(part: Any) -> int:
    """How many points a part claims to have, whatever else is wrong with it."""
    if not isinstance(part, dict):
        return 0
    holes = part.get("holes")
    paths = [part.get("path"), *(holes if isinstance(holes, (list, tuple)) else ())]
    return sum(len(path) for path in paths if isinstance(path, (list, tuple)))


def _segment(part: Any, place: int) -> Segment:
    key = f"segments[{place}]"
    if not isinstance(part, dict):
        message = f"{key} must be an object with a path"
        raise ValueError(message)  # noqa: TRY004 - the readers of JSON turn ValueError into 422
    _read.only(part, ("path", "holes"))
    holes = part.get("holes", ())
    if not isinstance(holes, (list, tuple)):
        message = f"{key}.holes must be a list of paths"
        raise ValueError(message)  # noqa: TRY004 - as above
    return Segment(
        _read.points(part.get("path"), f"{key}.path", 3),
        tuple(_read.points(hole, f"{key}.holes[{at}]", 3) for at, hole in enumerate(holes)),
    )
