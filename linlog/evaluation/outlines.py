"""From outlines to the pixels inside them, pixel for pixel as COCO draws polygons.

The rule is that of `rleFrPoly` in the COCO API (Lin et al. 2014, `common/maskApi.c`): corners are
rounded on a grid of five points a pixel, edges are walked from grid point to grid point, and
where an edge steps over the middle of a column, the pixels below it in that column change sides.
COCO walks the whole outline; here the steps over the middle of a column are computed directly,
for all edges of all outlines at once, with the same floating point operations.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from linlog.evaluation.runs import Runs, paired
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
    outline, low, high = _edges(points, begin)
    wide = np.abs(high[:, 0] - low[:, 0]) >= np.abs(high[:, 1] - low[:, 1])
    steps = [
        (outline[rows], *step(low[rows], high[rows], width[outline[rows]]))
        for rows, step in ((wide, _flat_steps), (~wide, _steep_steps))
    ]
    owner = np.concatenate([some[edge] for some, edge, _, _ in steps])
    column = np.concatenate([column for _, _, column, _ in steps])
    level = np.concatenate([level for _, _, _, level in steps])
    tall = height[owner]
    row = np.ceil(np.clip((level + 0.5) / GRID - 0.5, 0, tall)).astype(np.int64)
    return paired(owner, column * tall + row, height, width)


def _edges(points: Floats, begin: Ints) -> tuple[Ints, Ints, Ints]:
    """Of each edge its outline and its ends on the grid, each of shape (edges, 2)."""
    corner = (GRID * points + 0.5).astype(np.int64)
    counts = np.diff(begin)
    after = np.arange(1, len(points) + 1)
    some = counts > 0
    after[begin[1:][some] - 1] = begin[:-1][some]
    return np.repeat(np.arange(len(counts)), counts), corner, corner[after]


def _columns(least: Ints, most: Ints, width: Ints) -> tuple[Ints, Ints]:
    """The edges, once for each column whose middle lies between, and those columns."""
    first = np.maximum(-((BEFORE - least) // GRID), 0)
    last = np.minimum((most - BEFORE - 1) // GRID, width - 1)
    counts = np.maximum(last - first + 1, 0)
    edge = np.repeat(np.arange(len(counts)), counts)
    offset = first - np.cumsum(counts) + counts
    return edge, np.arange(len(edge)) + offset[edge]


def _flat_steps(one: Ints, other: Ints, width: Ints) -> tuple[Ints, Ints, Ints]:
    """Steps over the middle of a column of edges that are at least as wide as high.

    Returns for each step its edge, its column, and the lower of the two grid rows.
    """
    swapped = (one[:, 0] > other[:, 0])[:, None]
    low, high = np.where(swapped, other, one), np.where(swapped, one, other)
    edge, column = _columns(low[:, 0], high[:, 0], width)
    run = np.maximum(high[:, 0] - low[:, 0], 1)
    slope = ((high[:, 1] - low[:, 1]) / run)[edge]
    along, base = GRID * column + BEFORE - low[edge, 0], low[edge, 1]
    before = (base + slope * along + 0.5).astype(np.int64)
    after = (base + slope * (along + 1) + 0.5).astype(np.int64)
    return edge, column, np.minimum(before, after)


def _steep_steps(one: Ints, other: Ints, width: Ints) -> tuple[Ints, Ints, Ints]:
    """The same of edges that are higher than wide."""
    swapped = (one[:, 1] > other[:, 1])[:, None]
    low, high = np.where(swapped, other, one), np.where(swapped, one, other)
    sides = np.minimum(low[:, 0], high[:, 0]), np.maximum(low[:, 0], high[:, 0])
    edge, column = _columns(*sides, width)
    slope = ((high[:, 0] - low[:, 0]) / np.maximum(high[:, 1] - low[:, 1], 1))[edge]
    base, goal = low[edge, 0], GRID * column + BEFORE + 1
    rising = slope > 0
    along = np.ceil((goal - 0.5 - base) / slope).astype(np.int64)

    def over(place: Ints) -> Bools:
        return np.asarray(((base + slope * place + 0.5).astype(np.int64) >= goal) == rising)

    # The division may end a step beside the place where the walk itself steps over.
    while (early := ~over(along)).any():
        along += early
    while (late := over(along - 1)).any():
        along -= late
    return edge, column, low[edge, 1] + along - 1
