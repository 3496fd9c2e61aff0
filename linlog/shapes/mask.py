"""A mask: the pixels of an image that belong to an object, as run lengths."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from linlog import limits
from linlog.shapes import _read
from linlog.shapes._protocol import Bounds, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_SIDE = limits.MASK_SIDE


@dataclass(frozen=True, slots=True)
class Mask(Shape):
    """Run lengths down the columns of an image, as COCO's uncompressed form has them.

    `size` is (height, width) in pixels; the first run counts pixels outside, the second inside.
    """

    size: tuple[int, int]
    counts: tuple[int, ...]
    type: Literal["mask"] = "mask"

    name: ClassVar[str] = "mask"

    @property
    def area(self) -> float:
        """The number of pixels inside."""
        return float(sum(self.counts[1::2]))

    @property
    def bounds(self) -> Bounds | None:
        """The smallest upright rectangle around the pixels inside; None where there are none."""
        height, ends = self.size[0], list(accumulate(self.counts))
        runs = [
            (ends[place - 1], ends[place] - 1)
            for place in range(1, len(ends), 2)
            if self.counts[place]
        ]
        if not runs:
            return None
        columns = [(first // height, last // height) for first, last in runs]
        rows = [
            (first % height, last % height)
            if first // height == last // height
            else (0, height - 1)
            for first, last in runs
        ]
        return (
            float(min(left for left, _ in columns)),
            float(min(top for top, _ in rows)),
            float(max(right for _, right in columns) + 1),
            float(max(bottom for _, bottom in rows) + 1),
        )

    def to_json(self) -> dict[str, Any]:
        """The mask as plain data."""
        return {"type": "mask", "size": self.size, "counts": self.counts}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Mask:
        """Read a mask; its runs must add up to height times width."""
        _read.only(data, ("size", "counts"))
        size: Any = data.get("size")
        counts: Any = data.get("counts")
        if (
            not _whole(size)
            or len(size) != 2
            or not all(1 <= side <= LARGEST_SIDE for side in size)
        ):
            message = f"size must be [height, width], each from 1 to {LARGEST_SIDE}"
            raise ValueError(message)
        if not _whole(counts) or any(run < 0 for run in counts):
            message = "counts must be a list of whole run lengths of at least 0"
            raise ValueError(message)
        if sum(counts) != size[0] * size[1]:
            message = f"counts add up to {sum(counts)}, but size has {size[0] * size[1]} pixels"
            raise ValueError(message)
        return cls((size[0], size[1]), tuple(counts))


def _is_side(side: int) -> bool:
    return 1 <= side <= LARGEST_SIDE


def _whole(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(type(entry) is int for entry in value)
