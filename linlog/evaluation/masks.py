"""The pixels of polygons and masks: each drawn on its image, holes cut out, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil
from typing import Final

import numpy as np

from linlog import limits
from linlog.evaluation import bands, outlines, runs
from linlog.evaluation.bands import Bands
from linlog.evaluation.items import Item
from linlog.evaluation.matching import Pairs, expanded
from linlog.evaluation.runs import Runs
from linlog.evaluation.tallies import Bools, Ints, Rows
from linlog.shapes import Mask, Polygon, Shape

SHAPES: Final = ("polygon", "mask")
"""The shapes that have pixels of their own."""
AT_ONCE: Final = 16
"""Images that are drawn together: few enough for the cache, and for the memory."""
LARGEST_SIDE: Final = limits.MASK_SIDE
"""Pixels; larger sizes are not believed, and what lies farther out is cut off."""
_CUT: Final = -(1 << 20)
"""Weight of a hole: more than a segment has outlines."""


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """The images that regions are drawn on, one an item."""

    height: Ints
    """In pixels."""
    width: Ints
    """In pixels."""
    known: Bools
    """False where neither the item nor a mask of it said how large the image is, so that the
    smallest frame around its shapes was taken."""


def frames(items: Sequence[Item]) -> Frames:
    """The size of each item's image: its own, else its first mask's, else what holds its shapes."""
    found = [_frame(item) for item in items]
    columns = np.array(found, dtype=np.int64).reshape(-1, 3)
    return Frames(columns[:, 0], columns[:, 1], columns[:, 2] == 1)


def check(shapes: Sequence[Shape], kind: str) -> None:
    """Raise ValueError that names the shapes that have no pixels."""
    others = sorted({shape.name for shape in shapes} - {*SHAPES})
    if others:
        raise ValueError(
            f"{kind} takes polygons and masks, but some shapes are {', '.join(others)}"
        )


def drawn(shapes: Sequence[Shape], height: Ints, width: Ints) -> Runs:
    """The pixels of each shape on its image, whose `height` and `width` are by shape.

    A mask keeps its own size, whatever its image's: it has pixels in common only with what is
    of the same size.
    """
    tall, wide = height.copy(), width.copy()
    masked: list[int] = []
    outlined: list[int] = []
    for place, shape in enumerate(shapes):
        if isinstance(shape, Mask):
            masked.append(place)
            tall[place], wide[place] = shape.size
        elif isinstance(shape, Polygon):
            outlined.append(place)
    places = [np.array(some, dtype=np.int64) for some in (masked, outlined)]
    parts = [
        _masks([shapes[at] for at in masked], tall[masked], wide[masked]),
        _polygons([shapes[at] for at in outlined], tall[outlined], wide[outlined]),
    ]
    return runs.joined(parts, places, tall, wide)


def _frame(item: Item) -> tuple[int, int, bool]:
    if item.height and item.width and max(item.height, item.width) <= LARGEST_SIDE:
        return item.height, item.width, True
    shapes = [truth.shape for truth in item.truths]
    shapes += [prediction.shape for prediction in item.predictions]
    for shape in shapes:
        if isinstance(shape, Mask):
            return shape.size[0], shape.size[1], True
    bounds = [shape.bounds for shape in shapes if shape.bounds is not None]
    width, height = (
        min(max((ceil(bound[side]) for bound in bounds), default=1), LARGEST_SIDE)
        for side in (2, 3)
    )
    return max(height, 1), max(width, 1), not bounds


def _masks(shapes: Sequence[Shape], height: Ints, width: Ints) -> Runs:
    counts = [shape.counts for shape in shapes if isinstance(shape, Mask)]
    owner = np.repeat(np.arange(len(counts)), [len(each) for each in counts])
    lengths = np.fromiter(chain.from_iterable(counts), dtype=np.int64, count=len(owner))
    return runs.counted(owner, lengths, height, width)


def _polygons(shapes: Sequence[Shape], height: Ints, width: Ints) -> Runs:
    """Outlines less their holes, and of several segments the union."""
    segments = [
        (place, segment)
        for place, shape in enumerate(shapes)
        if isinstance(shape, Polygon)
        for segment in shape.segments
    ]
    paths, part, weight = [], [], []
    for number, (_, segment) in enumerate(segments):
        paths += [segment.path, *segment.holes]
        part += [number] * (1 + len(segment.holes))
        weight += [1] + [_CUT] * len(segment.holes)
    owner = np.array([place for place, _ in segments], dtype=np.int64)
    parts = np.array(part, dtype=np.int64)
    outer = owner[parts]
    points = np.fromiter(chain.from_iterable(chain.from_iterable(paths)), dtype=np.float64)
    begin = np.append(0, np.cumsum([len(path) for path in paths], dtype=np.int64))
    found = outlines.drawn(points.reshape(-1, 2), begin, height[outer], width[outer])
    cut = _merged(found, parts, np.array(weight, dtype=np.int64), (height[owner], width[owner]))
    return _merged(cut, owner, np.ones(len(owner), dtype=np.int64), (height, width))


def _merged(parts: Runs, region: Ints, weight: Ints, size: tuple[Ints, Ints]) -> Runs:
    """The regions covered by their parts; those of one part are passed on as they are."""
    counts = np.bincount(region, minlength=len(size[0]))
    if len(region) == len(size[0]) and (counts == 1).all():
        return Runs(parts.owner, parts.start, parts.end, *size)
    alone = counts[region] == 1
    several = runs.taken(parts, ~alone)
    tables = [
        runs.taken(parts, alone),
        runs.covered(several, region[~alone], weight[~alone], *size),
    ]
    return runs.joined(tables, [region[alone], np.arange(len(size[0]))], *size)


def facts(frames: Frames, *sides: tuple[Runs, Ints]) -> Rows:
    """By item: whether the size of its image is `known`, and how many masks are `misfits`.

    The sides are regions, and by region its item.
    """
    misfits = np.zeros(len(frames.known), dtype=np.int64)
    for drawn, owner in sides:
        other = drawn.height != frames.height[owner]
        other |= drawn.width != frames.width[owner]
        misfits += np.bincount(owner[other], minlength=len(misfits))
    return {"known": frames.known, "misfits": misfits}


def pairs(regions: Bands, owner: Ints, truths: int, least: float, crowd: Bools) -> Pairs:
    """All pairs of a truth and a prediction of one item with an IoU of at least `least`.

    The first `truths` regions are truths, the others predictions, each ascending by `owner`,
    their item. The IoU is `common / (a + b - common)`; with a truth that is a `crowd`,
    `common / b`, the share of the prediction that lies in it. Equals `pycocotools.mask.iou`.
    """
    sides = owner[:truths], owner[truths:]
    low, high = (np.searchsorted(*sides, side=side) for side in ("left", "right"))
    found = [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))]
    for prediction, truth in expanded(low, high):
        rows, box = bands.near(regions, (truth, truths + prediction))
        one, other = truth[rows], truths + prediction[rows]
        most = np.minimum(box, np.minimum(regions.area[one], regions.area[other]))
        ample = most >= (1 - 1e-9) * least * _union(regions, one, other, most, crowd)
        one, other = one[ample], other[ample]
        both = bands.common(regions, (one, other))
        iou = both / np.maximum(_union(regions, one, other, both, crowd), 1)
        enough = iou >= least
        found.append((one[enough], other[enough] - truths, iou[enough]))
    first, second, measured = (np.concatenate(column) for column in zip(*found, strict=True))
    return first, second, measured


def _union(regions: Bands, one: Ints, other: Ints, both: Ints, crowd: Bools) -> Ints:
    own = regions.area[other]
    return np.where(crowd[one], own, own + regions.area[one] - both)
