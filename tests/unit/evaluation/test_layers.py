"""Layers of regions against plain rasters painted one region after the other, large ones first."""

from __future__ import annotations

import numpy as np
import pytest

from linlog.evaluation import masks
from linlog.evaluation.layers import Layer, overlaid
from tests.unit.evaluation.test_masks import drawn, mixed, raster


def painted(layer, item, size):
    """What is on top of one item's image, region by region; -1 for nothing."""
    top = np.full(size, -1)
    for region in sorted(
        np.flatnonzero(layer.item == item), key=lambda at: -layer.regions.area[at]
    ):
        if layer.regions.height[region] == size[0] and layer.regions.width[region] == size[1]:
            top[raster(layer.regions, region)] = region
    return top


@pytest.mark.parametrize("seed", range(5))
def test_layers_show_what_painting_shows(seed):
    random = np.random.default_rng(seed)
    sizes = [(20, 30), (9, 14), (31, 8), (20, 30)]
    height, width = np.array(sizes).T
    sides = []
    for side in range(2):
        items = np.sort(random.integers(0, 4, 25))
        shapes = [mixed(seed * 100 + side * 50 + at, sizes[item], 2)[0][at % 2]
                  for at, item in enumerate(items)]  # fmt: skip
        other = random.random(len(items)) < 0.2
        wide = np.where(other, 99, width[items])
        sides.append(Layer(masks.drawn(shapes, height[items], wide), items))
    found = overlaid(*sides, height, width)
    shared = {}
    for item, size in enumerate(sizes):
        first, second = (painted(side, item, size) for side in sides)
        assert found.covered[item] == ((first >= 0) | (second >= 0)).sum()
        for one, other in zip(first.ravel(), second.ravel(), strict=True):
            shared[one, other] = shared.get((one, other), 0) + 1
    pairs = zip(found.first.tolist(), found.second.tolist(), found.pixels.tolist(), strict=True)
    expected = {pair: count for pair, count in shared.items() if min(pair) >= 0}
    assert {(one, other): count for one, other, count in pairs} == expected
    for side, seen in enumerate((found.first_seen, found.second_seen)):
        totals = [sum(n for pair, n in shared.items() if pair[side] == at) for at in range(25)]
        assert seen.tolist() == totals


def test_nothing_lies_on_nothing():
    empty, none = drawn([], (4, 4)), np.zeros(0, dtype=np.int64)
    found = overlaid(Layer(empty, none), Layer(empty, none), np.array([4, 4]), np.array([4, 5]))
    assert found.covered.tolist() == [0, 0]
    assert found.pixels.tolist() == []
