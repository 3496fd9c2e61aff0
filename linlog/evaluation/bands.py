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

from linlog.evaluation import runs
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
    """By region left, top, right, bottom in pixels; (0, 0, 0, 0) for none: shape (regions, 4)."""

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
    deepest = np.zeros(len(regions), dtype=np.int64)
    np.maximum.at(deepest, owner, depth + 1)
    region = np.append(0, np.cumsum(deepest))
    band = region[owner] + depth
    order = np.argsort(band, kind="stable") if depth.any() else slice(None)
    band, column, top, bottom = band[order], column[order], top[order], bottom[order]
    heads = np.flatnonzero(np.diff(band, prepend=-1))
    left = column[heads]
    right = column[np.append(heads[1:], len(band)) - 1] + 1 if len(heads) else left
    cell = np.append(0, np.cumsum(right - left))
    place = cell[band] + column - left[band]
    tops, bottoms = np.zeros((2, int(cell[-1])), dtype=np.int32)
    tops[place], bottoms[place] = top, bottom
    bounds = np.zeros((len(regions), 4), dtype=np.int64)
    if len(heads):
        first = np.flatnonzero(np.diff(owner[order][heads], prepend=-1))
        sides = (
            np.minimum.reduceat(left, first),
            np.minimum.reduceat(top, heads[first]),
            np.maximum.reduceat(right, first),
            np.maximum.reduceat(bottom, heads[first]),
        )
        bounds[deepest > 0] = np.column_stack(sides)
    return Bands(regions, region, cell, left, tops, bottoms, regions.area, bounds)


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


def most_common(bands: Bands, pairs: tuple[Ints, Ints]) -> Ints:
    """More pixels than these both regions of each pair cannot hold, by bounds and area.

    0 for regions on images of different sizes.
    """
    one, other = pairs
    low = np.maximum(bands.bounds[one, :2], bands.bounds[other, :2])
    high = np.minimum(bands.bounds[one, 2:], bands.bounds[other, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=1)
    tall, wide = bands.runs.height, bands.runs.width
    alike = (tall[one] == tall[other]) & (wide[one] == wide[other])
    return np.where(alike, np.minimum(shared, np.minimum(bands.area[one], bands.area[other])), 0)


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
    ends = np.cumsum(width)
    found = np.zeros(len(one), dtype=np.int64)
    begin = 0
    while begin < len(one):
        before = int(ends[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(ends, before + CELLS_AT_ONCE, side="right")), begin + 1)
        some = slice(begin, end)
        found[some] = _shared(bands, first[some], second[some], width[some])
        begin = end
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
    return place - np.maximum.accumulate(np.where(head, place, 0))
