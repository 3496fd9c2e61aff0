"""Boxes compared with boxes: IoU, containment, and non-maximum suppression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linlog.demo.raster import Floats
from linlog.shapes import Box


def edges(boxes: Sequence[Box]) -> Floats:
    """Left, top, right and bottom of each box: shape (n, 4)."""
    return np.array([box.bounds for box in boxes], dtype=np.float64).reshape(-1, 4)


def areas(boxes: Floats) -> Floats:
    """The area of each box that is given by its edges."""
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))


def intersections(first: Floats, second: Floats) -> Floats:
    """The area that each of the first boxes shares with each of the second."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    sides = np.clip(high - low, 0, None)
    return np.asarray(sides[..., 0] * sides[..., 1])


def iou(first: Sequence[Box], second: Sequence[Box]) -> Floats:
    """Intersection over union of each of the first boxes with each of the second."""
    one, two = edges(first), edges(second)
    shared = intersections(one, two)
    union = areas(one)[:, None] + areas(two)[None, :] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def suppressed(boxes: Sequence[Box], confidences: Floats, iou_threshold: float) -> list[int]:
    """Places of the boxes that stay, most confident first.

    A box goes when a more confident one that stays shares more than `iou_threshold` with it.
    """
    shared = iou(boxes, boxes)
    staying: list[int] = []
    for place in np.argsort(-confidences, kind="stable"):
        if all(shared[place, other] <= iou_threshold for other in staying):
            staying.append(int(place))
    return staying


def widened(box: Box, share: float) -> Box:
    """A box with some of its surroundings: wider and higher by this share of itself."""
    x, y = box.width * share / 2, box.height * share / 2
    return Box(box.left - x, box.top - y, box.width + 2 * x, box.height + 2 * y)
