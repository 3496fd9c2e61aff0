"""Where in a picture a digit might be: the boxes that a detector then looks into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.demo import raster
from linlog.demo.raster import Floats
from linlog.shapes import Bounds, Box

LEAST_SIDE: Final = 5
"""Pixels that a proposal must be wide, and twice that high."""
MOST_SIDE: Final = 90
TILE: Final = 40
"""Pixels that a tile, whose median stands for the paper there, is wide and high at most."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a detector looks at it."""

    pixels: Floats
    """Grey values from 0 to 255."""
    ink: Floats
    """How much each pixel stands out from the paper around it; ink is positive."""


def most_ink(picture: Picture) -> Box:
    """The box around the largest components; the whole picture where there is no ink."""
    soft = raster.blurred(picture.ink, 0.6)
    found = raster.components(soft > _otsu(soft))
    largest = max((box.area for box in found), default=0.0)
    kept = [box.bounds for box in found if box.area * 8 >= largest]
    if not kept:
        return Box(0, 0, soft.shape[1], soft.shape[0])
    left, top, right, bottom = np.array(kept).T
    return _between(left.min(), top.min(), right.max(), bottom.max())


def read(png: bytes) -> Picture:
    """Open a picture and find its paper."""
    pixels = raster.from_png(png)
    ink = pixels - paper(pixels)
    darker = float((ink * ink * ink).sum()) < 0
    return Picture(pixels, -ink if darker else ink)


def global_threshold(picture: Picture) -> list[Box]:
    """Components of what differs from the usual grey by more than Otsu's one threshold."""
    difference = np.abs(picture.pixels - np.median(picture.pixels))
    return _sized(raster.components(difference > _otsu(difference)))


def local_thresholds(picture: Picture, levels: Iterable[float]) -> list[Box]:
    """Components at several multiples of the noise above the paper around, and their parts.

    Two components that all but touch are proposed together too; a component that is wide or
    high is proposed in two parts, cut where it has the least ink.
    """
    noise = max(float(np.median(np.abs(picture.ink))) * 1.5, 1.0)
    soft = raster.blurred(picture.ink, 0.6)
    found: dict[Bounds, Box] = {}
    for level in levels:
        whole = _sized(raster.components(soft > level * noise), least=3)
        for box in (*whole, *_joined(whole), *_parts(whole, soft)):
            found.setdefault(box.bounds, box)
    return _sized(list(found.values()))


def paper(picture: Floats) -> Floats:
    """The paper without what is written on it, from the medians of large tiles."""
    tile = min(TILE, min(picture.shape) // 3)
    height, width = (length // tile * tile for length in picture.shape)
    tiles = picture[:height, :width].reshape(height // tile, tile, width // tile, tile)
    return raster.stretched(np.median(tiles, axis=(1, 3)), picture.shape)


def _otsu(values: Floats) -> float:
    """The threshold that divides values into the two groups that differ most."""
    counts, edges = np.histogram(values, bins=128)
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts).astype(np.float64)
    above = below[-1] - below
    sums = np.cumsum(counts * middles)
    both = np.flatnonzero((below > 0) & (above > 0))
    if not both.size:
        return float(values.max())
    means = sums[both] / below[both], (sums[-1] - sums[both]) / above[both]
    apart = below[both] * above[both] * (means[0] - means[1]) ** 2
    return float(middles[both[apart.argmax()]])


def _sized(boxes: list[Box], least: int = LEAST_SIDE) -> list[Box]:
    """The boxes that are neither specks nor larger than any digit."""
    return [
        box
        for box in boxes
        if least <= box.width <= MOST_SIDE and 2 * least <= box.height <= MOST_SIDE
    ]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two boxes that may be one digit in two pieces."""

    first: Box
    second: Box

    @property
    def around(self) -> Box:
        """The box around both."""
        one, two = self.first.bounds, self.second.bounds
        low, high = map(min, one[:2], two[:2]), map(max, one[2:], two[2:])
        return _between(*low, *high)

    @property
    def gap(self) -> float:
        """Pixels between the two, along the axis where they are further apart."""
        one, two = self.first.bounds, self.second.bounds
        return max(
            max(one[0], two[0]) - min(one[2], two[2]), max(one[1], two[1]) - min(one[3], two[3])
        )


def _joined(boxes: list[Box], gap: float = 4.0) -> list[Box]:
    """The boxes around pairs that all but touch."""
    pairs = (_Pair(one, two) for place, one in enumerate(boxes) for two in boxes[:place])
    return [pair.around for pair in pairs if pair.gap <= gap]


def _parts(boxes: list[Box], ink: Floats) -> list[Box]:
    """Both parts of each large box, cut across and along where it has the least ink."""
    parts: list[Box] = []
    for box in boxes:
        left, top, right, bottom = (int(edge) for edge in box.bounds)
        inside = ink[top:bottom, left:right]
        if box.width >= 4 * LEAST_SIDE:
            cut = left + _thinnest(inside.sum(axis=0))
            parts += [_between(left, top, cut, bottom), _between(cut, top, right, bottom)]
        if box.height >= 8 * LEAST_SIDE:
            cut = top + _thinnest(inside.sum(axis=1))
            parts += [_between(left, top, right, cut), _between(left, cut, right, bottom)]
    return parts


def _between(left: float, top: float, right: float, bottom: float) -> Box:
    """The box with these edges."""
    return Box(left, top, right - left, bottom - top)


def _thinnest(profile: Floats) -> int:
    """The place in the middle half of a profile where it is lowest."""
    quarter = len(profile) // 4
    return quarter + int(np.argmin(profile[quarter : len(profile) - quarter]))
