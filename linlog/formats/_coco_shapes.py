"""Entries of COCO files, and the shape that each of them marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec

from linlog import limits
from linlog.shapes import Box, Keypoint, Keypoints, Mask, Polygon, Segment, Shape

Id = int | str
MOST_POINTS: Final = 1000
"""Points of one thing."""
PERSON: Final = (
    *("nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder"),
    *("left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip"),
    *("left_knee", "right_knee", "left_ankle", "right_ankle"),
)
"""The points of COCO's persons, in their order."""
_MISPLACED = f"a number that is not finite or beyond {limits.COORDINATE:g}"


class WrongShape(Exception):
    """An entry marks nothing that can be used."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class Image(msgspec.Struct):
    """What is looked at."""

    id: Id
    file_name: str = ""
    width: int | None = None
    height: int | None = None
    neg_category_ids: list[Id] | None = None
    not_exhaustive_category_ids: list[Id] | None = None
    attributes: Any = None
    metadata: Any = None


class Category(msgspec.Struct):
    """A label, and the names of its points where it has some."""

    id: Id
    name: str
    keypoints: list[str] | None = None
    frequency: str | None = None


class Runs(msgspec.Struct):
    """A mask as run lengths."""

    size: tuple[int, int]
    counts: list[int] | str


class Boxed(msgspec.Struct, gc=False):
    """An annotation or a result, with its box."""

    image_id: Id
    category_id: Id
    bbox: tuple[float, float, float, float] | None = None
    score: float | None = None
    area: float | None = None
    iscrowd: int | bool | None = None
    ignore: int | bool | None = None
    attributes: Any = None

    def shape(self, names: Sequence[str], *, predicted: bool) -> Shape:  # noqa: ARG002 - of points only
        """What it marks; `names` are those of its points. Raises WrongShape that says why not."""
        if self.bbox is None:
            raise WrongShape("entry has no bbox")
        found = self.box(self.bbox)
        turned = self._rotation
        return replace(found, rotation=turned) if turned else found

    @property
    def _rotation(self) -> float:
        """Degrees clockwise; several programs write them among the attributes."""
        said = self.attributes.get("rotation") if isinstance(self.attributes, dict) else None
        if said is None:
            return 0.0
        if isinstance(said, bool) or not isinstance(said, (int, float)) or not _placed(said):
            raise WrongShape("rotation is no angle in degrees", f"{said!r:.40}")
        return float(said)

    @staticmethod
    def box(numbers: tuple[float, float, float, float]) -> Box:
        """The box of four numbers."""
        left, top, width, height = numbers
        if not all(map(_placed, numbers)):
            raise WrongShape(f"bbox has {_MISPLACED}", str(list(numbers)))
        if width < 0 or height < 0:
            raise WrongShape("bbox has a negative size", str(list(numbers)))
        return Box(left, top, width, height)


class Outlined(Boxed):
    """The same with its outline or mask."""

    segmentation: list[list[float]] | Runs | None = None

    def shape(self, names: Sequence[str], *, predicted: bool) -> Shape:  # noqa: ARG002 - of points only
        """The polygon or the mask."""
        found = self.segmentation
        if found is None:
            raise WrongShape("entry has no segmentation")
        return _mask(found) if isinstance(found, Runs) else _polygon(found)


class Pointed(Boxed):
    """The same with its keypoints: x, y and v of each."""

    keypoints: list[float] | None = None

    def shape(self, names: Sequence[str], *, predicted: bool) -> Shape:
        """The points, without those of a truth that are not known, and their box."""
        numbers = self.keypoints or []
        if len(numbers) % 3 or len(numbers) > 3 * MOST_POINTS:
            raise WrongShape("keypoints are not x, y and v of each point", str(len(numbers)))
        if not all(map(_placed, numbers)):
            raise WrongShape(f"keypoints have {_MISPLACED}")
        columns = numbers[::3], numbers[1::3], numbers[2::3]
        points = tuple(
            Keypoint(name, x, y, v != 1)
            for name, x, y, v in zip(named(names, len(columns[0])), *columns, strict=True)
            if v > 0 or predicted
        )
        around = None if self.bbox is None else self.box(self.bbox)
        if not points and around is None:
            raise WrongShape("entry has neither keypoints nor bbox")
        return Keypoints(points, around)


def named(names: Sequence[str], amount: int) -> Sequence[str]:
    """Names of so many points: those given, or COCO's, or numbers."""
    if len(names) == amount:
        return names
    return PERSON if amount == len(PERSON) else [str(at) for at in range(1, amount + 1)]


def _polygon(paths: list[list[float]]) -> Polygon:
    if not paths or any(len(path) < 6 or len(path) % 2 for path in paths):
        raise WrongShape("segmentation has an outline of fewer than three points")
    if not all(_placed(number) for path in paths for number in path):
        raise WrongShape(f"segmentation has {_MISPLACED}")
    return Polygon(tuple(Segment(tuple(zip(path[::2], path[1::2], strict=True))) for path in paths))


def _placed(number: float) -> bool:
    """Whether a number can be a coordinate; NaN is none either."""
    return abs(number) <= limits.COORDINATE


def _mask(found: Runs) -> Shape:
    counts = expanded(found.counts) if isinstance(found.counts, str) else found.counts
    try:
        return Mask.from_json({"type": "mask", "size": found.size, "counts": counts})
    except ValueError as error:
        raise WrongShape("segmentation is no mask", str(error)) from None


def expanded(text: str) -> list[int]:
    """The runs of a compressed mask.

    Each run is written in signs of five bits, lowest first, with 48 added and 32 set where more
    follow; from the third on it is the difference to the run two before (COCO's maskApi).

    >>> expanded("06")
    [0, 6]
    """
    runs: list[int] = []
    value = shift = 0
    for sign in text.encode():
        bits = sign - 48
        if not 0 <= bits < 64 or shift > 60:
            raise WrongShape("segmentation has compressed runs that are broken")
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits & 0x20:
            continue
        if bits & 0x10:
            value -= 1 << shift
        runs.append(value + runs[-2] if len(runs) > 2 else value)
        value = shift = 0
    return runs
