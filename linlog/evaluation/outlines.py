"""From outlines to the pixels inside them, pixel for pixel as COCO draws polygons.

The rule is that of `rleFrPoly` in the COCO API (Lin et al. 2014, `common/maskApi.c`): corners are
rounded on a grid of five points a pixel, edges are walked from grid point to grid point, and
where an edge steps over the middle of a column, the pixels below it in that column change sides.
COCO walks the whole outline; here the steps over the middle of a column are computed directly,
for all edges of all outlines at once, with the same floating point operations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.evaluation import runs
from linlog.evaluation.runs import Runs
from linlog.evaluation.tallies import Bools, Floats, Ints

GRID: Final = 5
"""Grid points a pixel."""
BEFORE: Final = 2
"""Of a column's grid points, counted from 0, the last one before its middle."""


def drawn(points: Floats, begin: Ints, height: Ints, width: Ints) -> Runs:
    """The pixels inside each outline.

    `points` of shape (n, 2), x and y in pixels, outline after outline; `begin` of shape
    (outlines + 1,) holds the first point of each, and one past the last; `height` and `width`
    are the sizes of the outlines' images in pixels, one an outline. What lies outside of the
    image is cut off. Where an outline crosses itself, the even-odd rule decides.
    """
    edges = _Edges.of(points, begin)
    stride = runs.stride(height, width)
    keys = [
        _Steps.of(edges, rows, axis, height, width).keys(stride)
        for axis, rows in enumerate((edges.flat, ~edges.flat))
    ]
    return runs.paired(np.concatenate(keys), height, width)


@dataclass(frozen=True, slots=True, eq=False)
class _Edges:
    """The edges of all outlines, by their ends on the grid."""

    outline: Ints
    x: tuple[Ints, Ints]
    y: tuple[Ints, Ints]

    @classmethod
    def of(cls, points: Floats, begin: Ints) -> _Edges:
        """Round the corners of outlines on the grid and join each with the next."""
        counts = np.diff(begin)
        after = np.arange(1, len(points) + 1)
        some = counts > 0
        after[begin[1:][some] - 1] = begin[:-1][some]
        x, y = (GRID * points + 0.5).astype(np.int64).T.copy()
        return cls(np.repeat(np.arange(len(counts)), counts), (x, x[after]), (y, y[after]))

    @property
    def flat(self) -> Bools:
        """Whether an edge is at least as wide as high."""
        return np.asarray(np.abs(self.x[1] - self.x[0]) >= np.abs(self.y[1] - self.y[0]))


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """Edges that step over the middle of columns, all along the axis on which they are longer.

    The end that comes first on that axis is the low one; places are on the grid.
    """

    outline: Ints
    low_x: Ints
    low_y: Ints
    width: Ints
    """By edge how far the high end lies to the right, negative where it lies to the left."""
    height: Ints
    """By edge how far the high end lies below."""
    axis: int
    """0 for edges at least as wide as high, 1 for the others."""
    first: Ints
    """By edge the first column whose middle lies between its ends."""
    count: Ints
    """By edge how many such columns there are."""
    tall: Ints
    """By edge the height of the image in pixels."""

    @classmethod
    def of(cls, edges: _Edges, wanted: Bools, axis: int, height: Ints, width: Ints) -> _Steps:
        """The wanted edges that step over any middle of a column of their image."""
        least, most = np.minimum(*edges.x), np.maximum(*edges.x)
        first = np.maximum(-((BEFORE - least) // GRID), 0)
        last = np.minimum((most - BEFORE - 1) // GRID, width[edges.outline] - 1)
        kept = np.flatnonzero(wanted & (first <= last))
        (x, other_x), (y, other_y) = ([end[kept] for end in ends] for ends in (edges.x, edges.y))
        swapped = y > other_y if axis else x > other_x
        owner, sign = edges.outline[kept], np.where(swapped, -1, 1)
        return cls(
            outline=owner,
            low_x=np.where(swapped, other_x, x),
            low_y=np.where(swapped, other_y, y),
            width=sign * (other_x - x),
            height=sign * (other_y - y),
            axis=axis,
            first=first[kept],
            count=last[kept] - first[kept] + 1,
            tall=height[owner],
        )

    def keys(self, stride: int) -> Ints:
        """Where pixels change sides: `outline * stride + column * height + row`, a step each."""
        runs.check(int(self.count.sum()))
        edge = np.repeat(np.arange(len(self.count)), self.count)
        place = np.arange(len(edge))
        offset = self.first - np.cumsum(self.count) + self.count
        grid = GRID * place + (GRID * offset + BEFORE)[edge]
        level = (self._steep if self.axis else self._flat)(edge, grid)
        tall = self.tall[edge]
        row = np.minimum(np.maximum((level + GRID - 1 - BEFORE) // GRID, 0), tall)
        base = self.outline * stride + offset * self.tall
        return np.asarray(base[edge] + place * tall + row)

    def _flat(self, edge: Ints, grid: Ints) -> Ints:
        """The lower grid row of each step from one grid column to the next."""
        slope = self.height / self.width
        along = grid - (self.low_x - (slope < 0))[edge]
        return np.asarray((self.low_y[edge] + slope[edge] * along + 0.5).astype(np.int64))

    def _steep(self, edge: Ints, grid: Ints) -> Ints:
        """The same, where it is not known in which grid row the step is."""
        slopes = self.width / self.height
        slope, rising, base = slopes[edge], (slopes > 0)[edge], self.low_x[edge]
        goal = grid + 1
        along = np.ceil((goal - 0.5 - base) / slope)

        def over(place: Floats) -> Bools:
            return np.asarray((base + slope * place + 0.5 >= goal) == rising)

        # The division may end a step beside the place where the walk itself steps over.
        while (early := ~over(along)).any():
            along += early
        while (late := over(along - 1)).any():
            along -= late
        return np.asarray(self.low_y[edge] + along.astype(np.int64) - 1)
