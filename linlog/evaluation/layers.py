"""Regions laid on their images, small ones over large ones, and what two such layers share.

No raster is made: all places where any region of an image begins or ends part it into stretches
that look the same from end to end, so that painting and counting cost what the outlines cost and
not what the pixels do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linlog.evaluation.runs import Runs, check, spread, summed
from linlog.evaluation.tallies import Bools, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One side of a comparison: regions on the images of some items."""

    regions: Runs
    """The smaller ones lie on top, of equal ones the later."""
    item: Ints
    """By region the item that it lies on, ascending."""

    def fits(self, height: Ints, width: Ints) -> Bools:
        """By region whether its size is that of its item's image, which are by item."""
        return np.asarray(
            (self.regions.height == height[self.item]) & (self.regions.width == width[self.item])
        )


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """What is seen of two layers, and how much of it coincides."""

    first: Ints
    """By pair a region of the first layer."""
    second: Ints
    """By pair a region of the second layer."""
    pixels: Ints
    """By pair the pixels where the one is on top of its layer and so is the other."""
    first_seen: Ints
    """By region of the first layer its pixels that no other region covers."""
    second_seen: Ints
    """By region of the second layer the same."""
    covered: Ints
    """By item the pixels that any region of either layer covers."""


def overlaid(first: Layer, second: Layer, height: Ints, width: Ints) -> Overlay:
    """Lay both layers on the images; regions of another size than their image are left out."""
    stride = int((height * width).max(initial=0)) + 1
    bounds = [_bounds(layer, layer.fits(height, width), stride) for layer in (first, second)]
    edges, place = np.unique(
        np.concatenate([side for _, *sides in bounds for side in sides]), return_inverse=True
    )
    ends = np.cumsum([len(side) for _, *sides in bounds for side in sides])
    begins, stops = np.split(place, ends[:-1])[0::2], np.split(place, ends[:-1])[1::2]
    seen = [
        _painted(layer.regions.area, owner, (begin, stop), len(edges))
        for layer, (owner, *_), begin, stop in zip(
            (first, second), bounds, begins, stops, strict=True
        )
    ]
    length = np.diff(edges, append=edges[-1:])
    item = edges // stride
    some = np.flatnonzero((seen[0] >= 0) | (seen[1] >= 0))
    top = [side[some] for side in seen]
    pairs = _shared(top[0], top[1], length[some])
    return Overlay(
        first=pairs[0],
        second=pairs[1],
        pixels=pairs[2],
        first_seen=_counted(top[0], length[some], len(first.regions)),
        second_seen=_counted(top[1], length[some], len(second.regions)),
        covered=summed(length[some], item[some], len(height)),
    )


def _bounds(layer: Layer, fitting: Bools, stride: int) -> tuple[Ints, Ints, Ints]:
    """Of the runs of the regions that fit: region, and first and last place on all images."""
    runs = layer.regions
    kept = fitting[runs.owner]
    owner = runs.owner[kept]
    base = layer.item[owner] * stride
    return owner, base + runs.start[kept], base + runs.end[kept]


def _painted(area: Ints, owner: Ints, ends: tuple[Ints, Ints], stretches: int) -> Ints:
    """By stretch the region on top of it, or -1."""
    order = np.argsort(-area, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    highest = np.full(stretches, -1, dtype=np.int64)
    check(int((ends[1] - ends[0]).sum()))
    stretch, run = spread(ends[0], ends[1] - ends[0])
    np.maximum.at(highest, stretch, rank[owner[run]])
    return np.append(order, -1)[highest]


def _counted(region: Ints, length: Ints, regions: int) -> Ints:
    """Pixels by region; -1 is none."""
    order = np.argsort(region, kind="stable")
    return summed(length[order], region[order], regions)


def _shared(first: Ints, second: Ints, length: Ints) -> tuple[Ints, Ints, Ints]:
    """The pairs that stretches belong to, each once, with its pixels."""
    both = np.flatnonzero((first >= 0) & (second >= 0))
    first, second, length = first[both], second[both], length[both]
    size = int(second.max(initial=0)) + 1
    codes, pair = np.unique(first * size + second, return_inverse=True)
    order = np.argsort(pair, kind="stable")
    return codes // size, codes % size, summed(length[order], pair[order], len(codes))
