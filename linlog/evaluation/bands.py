"""Regions cut into bands, which makes the common pixels of many pairs a few sums.

A band has at most one run in each column: the first runs of all columns of a region are its
first band, the second runs its second, and so on. Most objects are a band or two. Two bands share
`sum over columns of max(0, min(bottoms) - max(tops))`, so that pairs of bands need no merging of
run lengths, only rows of a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.evaluation import columns, runs
from linlog.evaluation.runs import Runs, spread, summed
from linlog.evaluation.tallies import Array, Ints

CELLS_AT_ONCE: Final = 1 << 17
"""Columns of pairs that are looked at together: what fits in the cache."""
RAGGED: Final = 24
"""Columns of pairs of bands a run, from which bisection of the runs is the faster way."""


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """Regions as bands, each a row of columns with a top and a bottom."""

    runs: Runs
    region: Ints
    """By region its first band, and one past the last: shape (regions + 1,)."""
    cell: Ints
    """By band the place of its first column in the tables below, and one past the last."""
    left: Ints
    """By band its first column."""
    top: Array
    """By cell, int32: the first row of the run in this column."""
    bottom: Array
    """By cell, int32: the row after the last; no more than `top` where there is no run."""
    area: Ints
    """By region its pixels."""
    bounds: Ints
    """Left, top, right, bottom by region in pixels; noughts for none: shape (4, regions)."""

    def __len__(self) -> int:
        return len(self.runs)

    @property
    def right(self) -> Ints:
        """By band the column after its last."""
        return np.asarray(self.left + np.diff(self.cell))


def of(regions: Runs) -> Bands:
    """Cut regions into bands."""
    owner, column, top, bottom = regions.columns()
    depth = _depth(owner, column)
    begin = np.flatnonzero(columns.heads(owner))
    deepest, bounds = np.zeros(len(regions), np.int64), np.zeros((4, len(regions)), np.int64)
    if len(begin):
        some, end = owner[begin], np.append(begin[1:], len(owner)) - 1
        deepest[some] = np.maximum.reduceat(depth, begin) + 1
        bounds[:, some] = (
            column[begin],
            np.minimum.reduceat(top, begin),
            column[end] + 1,
            np.maximum.reduceat(bottom, begin),
        )
    region = np.append(0, np.cumsum(deepest))
    band = region[owner] + depth
    left, right = _reach(np.repeat(bounds[::2], deepest, axis=1), band, column, depth)
    cell = np.append(0, np.cumsum(right - left))
    place = (cell[:-1] - left)[band] + column
    tops, bottoms = np.zeros((2, int(cell[-1])), dtype=np.int32)
    tops[place], bottoms[place] = top, bottom
    return Bands(regions, region, cell, left, tops, bottoms, regions.area, bounds)


def _reach(sides: Ints, band: Ints, column: Ints, depth: Ints) -> tuple[Ints, Ints]:
    """By band its first column and the one after its last; `sides` are those of its region."""
    left, right = sides
    deep = np.flatnonzero(depth)
    inner, where = band[deep], column[deep]
    reach = right[inner], left[inner]
    left[inner], right[inner] = reach
    np.minimum.at(left, inner, where)
    np.maximum.at(right, inner, where + 1)
    return left, right


def common(bands: Bands, pairs: tuple[Ints, Ints]) -> Ints:
    """Pixels that both regions of each pair hold: shape (pairs,)."""
    begin = np.searchsorted(bands.runs.owner, np.arange(len(bands) + 1))
    counts, depth = np.diff(begin), np.diff(bands.region)
    cells = np.diff(bands.cell[bands.region])
    one, other = pairs
    effort = np.minimum(cells[one] * depth[other], cells[other] * depth[one])
    ragged = effort > RAGGED * np.minimum(counts[one], counts[other])
    found = np.zeros(len(one), dtype=np.int64)
    for rows, way in ((ragged, _bisected), (~ragged, _summed)):
        if rows.any():
            found[rows] = way(bands, (one[rows], other[rows]))
    return found


def near(bands: Bands, pairs: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Which pairs have bounds that overlap, on images of one size, and by how many pixels."""
    one, other = pairs
    left, top, right, bottom = bands.bounds
    across = np.minimum(right[one], right[other]) - np.maximum(left[one], left[other])
    down = np.minimum(bottom[one], bottom[other]) - np.maximum(top[one], top[other])
    rows = np.flatnonzero((across > 0) & (down > 0))
    one, other = one[rows], other[rows]
    tall, wide = bands.runs.height, bands.runs.width
    alike = (tall[one] == tall[other]) & (wide[one] == wide[other])
    return rows[alike], (across[rows] * down[rows])[alike]


def _bisected(bands: Bands, pairs: tuple[Ints, Ints]) -> Ints:
    return runs.common(bands.runs, pairs)


def _summed(bands: Bands, pairs: tuple[Ints, Ints]) -> Ints:
    """The same by summing over the columns that two bands share."""
    one, other, pair = _band_pairs(bands, pairs)
    right = bands.right
    low = np.maximum(bands.left[one], bands.left[other])
    width = np.minimum(right[one], right[other]) - low
    near = np.flatnonzero(width > 0)
    one, other, pair, low, width = one[near], other[near], pair[near], low[near], width[near]
    first = bands.cell[one] + low - bands.left[one]
    second = bands.cell[other] + low - bands.left[other]
    found = np.zeros(len(one), dtype=np.int64)
    for some in runs.stretches(width, CELLS_AT_ONCE):
        found[some] = _shared(bands, first[some], second[some], width[some])
    return summed(found, pair, len(pairs[0]))


def _shared(bands: Bands, first: Ints, second: Ints, width: Ints) -> Ints:
    """Pixels that rows of cells share, from two first cells and a number of columns each."""
    starts = np.cumsum(width) - width
    cells = np.arange(int(width.sum()))
    a = np.repeat(first - starts, width) + cells
    b = np.repeat(second - starts, width) + cells
    depth = np.minimum(bands.bottom[a], bands.bottom[b]) - np.maximum(bands.top[a], bands.top[b])
    np.maximum(depth, 0, out=depth)
    return np.asarray(np.add.reduceat(depth, starts, dtype=np.int64))


def _band_pairs(bands: Bands, pairs: tuple[Ints, Ints]) -> tuple[Ints, Ints, Ints]:
    """Every band of one region with every band of the other, and the pair they come from."""
    depth = np.diff(bands.region)
    a, b = depth[pairs[0]], depth[pairs[1]]
    if ((a == 1) & (b == 1)).all():
        return bands.region[pairs[0]], bands.region[pairs[1]], np.arange(len(a))
    place, pair = spread(np.zeros(len(a), dtype=np.int64), a * b)
    return (
        bands.region[pairs[0]][pair] + place // b[pair],
        bands.region[pairs[1]][pair] + place % b[pair],
        pair,
    )


def _depth(owner: Ints, column: Ints) -> Ints:
    """Place of each run among those of its column."""
    head = np.ones(len(owner), dtype=bool)
    head[1:] = (owner[1:] != owner[:-1]) | (column[1:] != column[:-1])
    place = np.arange(len(owner))
    return place - np.maximum.accumulate(place * head)
