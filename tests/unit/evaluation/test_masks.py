"""Drawing polygons and counting common pixels, against pycocotools and against plain rasters."""

from __future__ import annotations

import numpy as np
import pytest
from pycocotools import mask as coco

from linlog.evaluation import bands, masks, outlines, runs
from linlog.evaluation.items import Item, Prediction, Truth
from linlog.shapes import Box, Mask, Point, Polygon, Segment
from tests.unit.evaluation import cases

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SIZES = [(1, 1), (31, 17), (48, 64), (200, 300)]


def blob(random, size):
    """A closed path about a point, partly outside of the image, on whole or broken numbers."""
    height, width = size
    centre = random.uniform(-0.2, 1.2, 2) * [width, height]
    turn = np.sort(random.uniform(0, 2 * np.pi, random.integers(3, 25)))
    reach = random.uniform(0, 0.6) * min(size) * random.uniform(0.4, 1.6, (len(turn), 1))
    path = centre + np.c_[np.cos(turn), np.sin(turn)] * reach
    return np.round(path) if random.random() < 0.3 else path


def tangle(random, size):
    """A path that crosses itself, goes back on itself, leaves the image, or has no width."""
    height, width = size
    far = random.choice([1, 1, 50])
    path = random.uniform(-0.5 * far, 1.5 * far, (random.integers(3, 9), 2)) * [width, height]
    if random.random() < 0.4:
        path = np.round(path * 5) / 5 + 0.1 * random.integers(0, 2)
    if random.random() < 0.3:
        path = np.repeat(path, 2, axis=0)
    if random.random() < 0.3:
        path[:, random.integers(0, 2)] = path[0, 0]
    return path


def raster(found, place):
    """One region as a plain array of flags."""
    height, width = int(found.height[place]), int(found.width[place])
    pixels = np.zeros(height * width, dtype=bool)
    for row in np.flatnonzero(found.owner == place):
        pixels[found.start[row] : found.end[row]] = True
    return pixels.reshape(width, height).T


def oracle(path, size):
    return coco.decode(coco.frPyObjects([path.ravel().tolist()], *size)[0]).astype(bool)


def as_path(points):
    return tuple((float(x), float(y)) for x, y in points)


def drawn(shapes, size):
    sides = [np.full(len(shapes), side) for side in size]
    return masks.drawn(shapes, *sides)


def speckled(random, size):
    return random.random(size) < random.choice([0.0, 0.05, 0.5, 0.95, 1.0])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("make", [blob, tangle])
def test_outlines_are_drawn_as_by_pycocotools(size, make):
    random = np.random.default_rng(size[0])
    paths = [make(random, size) for _ in range(150)]
    begin = np.append(0, np.cumsum([len(path) for path in paths]))
    sides = [np.full(len(paths), side) for side in size]
    found = outlines.drawn(np.concatenate(paths), begin, *sides)
    for place, path in enumerate(paths):
        np.testing.assert_array_equal(raster(found, place), oracle(path, size))


def test_steep_and_flat_edges_far_outside_end_where_pycocotools_ends_them():
    paths = [
        np.array([[-3e5, 0.0], [3e5, 10.0], [3e5, 11.0]]),
        np.array([[3.2, -3e5], [4.4, 3e5], [9.0, 3e5]]),
        np.array([[9.4, -3e5], [2.1, 3e5], [-9.0, 3e5]]),
    ]
    for path in paths:
        found = drawn([Polygon((Segment(as_path(path)),))], (13, 11))
        np.testing.assert_array_equal(raster(found, 0), oracle(path, (13, 11)))


@pytest.mark.parametrize("seed", range(4))
def test_holes_are_cut_out_and_segments_joined(seed):
    random, size = np.random.default_rng(seed), (48, 64)
    shapes, expected = [], []
    for _ in range(60):
        segments, pixels = [], np.zeros(size, dtype=bool)
        for _ in range(random.integers(1, 4)):
            path = blob(random, size)
            holes = [blob(random, size) for _ in range(random.integers(0, 3))]
            inside = oracle(path, size)
            for hole in holes:
                inside &= ~oracle(hole, size)
            pixels |= inside
            segments.append(Segment(as_path(path), tuple(as_path(hole) for hole in holes)))
        shapes.append(Polygon(tuple(segments)))
        expected.append(pixels)
    found = drawn(shapes, size)
    for place, pixels in enumerate(expected):
        np.testing.assert_array_equal(raster(found, place), pixels)
    np.testing.assert_array_equal(found.area, [pixels.sum() for pixels in expected])


def test_masks_keep_their_pixels_and_their_size():
    random = np.random.default_rng(3)
    sizes = [(1, 5), (6, 1), (13, 9), (40, 30)] * 10
    rasters = [speckled(random, size) for size in sizes]
    outline = Polygon((Segment(((1.0, 1.0), (9.0, 1.0), (5.0, 9.0))),))
    shapes = [cases.mask(pixels) for pixels in rasters]
    found = drawn([*shapes[:7], outline, *shapes[7:]], (20, 20))
    for place, pixels in enumerate(rasters):
        np.testing.assert_array_equal(raster(found, place + (place >= 7)), pixels)
    assert found.area[7] == oracle(np.array(outline.segments[0].path), (20, 20)).sum()


def test_runs_of_no_length_change_nothing():
    plain, odd = Mask((2, 5), (1, 5, 4)), Mask((2, 5), (1, 2, 0, 3, 0, 0, 4, 0))
    found = drawn([plain, odd], (2, 5))
    np.testing.assert_array_equal(raster(found, 0), raster(found, 1))
    assert bands.common(bands.of(found), (np.array([0]), np.array([1]))).tolist() == [5]


def mixed(seed, size, amount):
    """Shapes of every form, and the same as run lengths of pycocotools."""
    random = np.random.default_rng(seed)
    shapes, lengths = [], []
    for place in range(amount):
        if place % 3:
            path = (blob if place % 2 else tangle)(random, size)
            shapes.append(Polygon((Segment(as_path(path)),)))
            lengths.append(coco.frPyObjects([path.ravel().tolist()], *size)[0])
        else:
            pixels = speckled(random, size)
            shapes.append(cases.mask(pixels))
            lengths.append(coco.encode(np.asfortranarray(pixels, dtype=np.uint8)))
    return shapes, lengths


@pytest.mark.parametrize("size", SIZES)
def test_iou_equals_pycocotools_to_the_bit(size):
    shapes, lengths = mixed(size[1], size, 60)
    cut = bands.of(drawn(shapes, size))
    one, other = (side.ravel() for side in np.mgrid[0:60, 0:60])
    area = cut.runs.area
    both = bands.common(cut, (one, other))
    both_sides, owner = drawn([*shapes, *shapes], size), np.zeros(120, dtype=np.int64)
    for crowd in (0, 1):
        whole = area[one] if crowd else area[one] + area[other] - both
        expected = coco.iou(lengths, lengths, [crowd] * 60).ravel()
        ours = np.divide(both, whole, out=np.zeros(len(both)), where=both > 0)
        np.testing.assert_array_equal(ours, expected)
        found = masks.pairs(bands.of(both_sides), owner, 60, 0.1, np.full(60, bool(crowd)))
        at = np.flatnonzero(expected.reshape(60, 60).T >= 0.1)
        pairs = np.sort(found[0] * 60 + found[1])
        np.testing.assert_array_equal(pairs, at)
    np.testing.assert_array_equal(area, coco.area(lengths))
    np.testing.assert_array_equal(both, runs.common(cut.runs, (one, other)))


def test_many_runs_come_in_parts(monkeypatch):
    shapes, _ = mixed(7, (31, 17), 30)
    found = drawn(shapes, (31, 17))
    pairs = tuple(side.ravel() for side in np.mgrid[0:30, 0:30])
    whole = runs.common(found, pairs)
    np.testing.assert_array_equal(whole, bands._summed(bands.of(found), pairs))
    monkeypatch.setattr(runs, "RUNS_AT_ONCE", 50)
    monkeypatch.setattr(bands, "CELLS_AT_ONCE", 50)
    np.testing.assert_array_equal(runs.common(found, pairs), whole)
    np.testing.assert_array_equal(bands._summed(bands.of(found), pairs), whole)


@pytest.mark.parametrize("size", SIZES)
def test_bounds_hold_exactly_the_pixels(size):
    shapes, _ = mixed(size[0] + 1, size, 40)
    cut = bands.of(drawn(shapes, size))
    for place in range(len(cut)):
        rows, columns = np.nonzero(raster(cut.runs, place))
        expected = [0, 0, 0, 0]
        if len(rows):
            expected = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert cut.bounds[:, place].tolist() == expected


def test_no_shapes_have_no_pixels():
    found = drawn([], (5, 5))
    assert len(found) == 0
    none = np.zeros(0, dtype=np.int64)
    assert bands.common(bands.of(found), (none, none)).tolist() == []


def test_an_image_is_as_large_as_is_known_of_it():
    outline = Polygon((Segment(((1.0, 1.0), (9.5, 1.0), (5.0, 7.2))),))
    mask = Mask((30, 40), (1200,))
    truth = (Truth("a_1", "cat", outline),)
    items = [
        Item("t_1", truth, (Prediction("pr_1", "cat", mask),), height=10, width=20),
        Item("t_2", truth, (Prediction("pr_2", "cat", mask),)),
        Item("t_3", truth),
        Item("t_4"),
        Item("t_5", (Truth("a_2", "cat", Polygon((Segment(((0, 0), (1e9, 0), (0, 1e9))),))),)),
    ]
    found = masks.frames(items)
    assert found.height.tolist() == [10, 30, 8, 1, masks.LARGEST_SIDE]
    assert found.width.tolist() == [20, 40, 10, 1, masks.LARGEST_SIDE]
    assert found.known.tolist() == [True, True, False, True, False]


def test_a_size_beyond_belief_is_not_known():
    outline = Polygon((Segment(((1.0, 1.0), (9.5, 1.0), (5.0, 7.2))),))
    item = Item("t_1", (Truth("a_1", "cat", outline),), height=10**12, width=10**12)
    assert masks.frames([item]).known.tolist() == [False]
    assert masks.frames([item]).width.tolist() == [10]


def test_more_than_fits_in_memory_is_refused_with_the_reason():
    side = masks.LARGEST_SIDE
    wide = Polygon((Segment(((0.0, 0.0), (1e9, 0.0), (1e9, 1e9))),))
    with pytest.raises(ValueError, match="are the sizes of the images right"):
        drawn([wide] * 400, (side, side))
    whole = drawn([Mask((side, side), (0, side * side))] * 400, (side, side))
    assert whole.area.tolist() == [side * side] * 400
    with pytest.raises(ValueError, match="more than the 33,554,432"):
        bands.of(whole)


def test_shapes_without_pixels_are_named():
    with pytest.raises(ValueError, match="some shapes are box, point"):
        masks.check([Point(1, 2), Box(0, 0, 1, 1), Mask((1, 1), (1,))], "segmentation")
