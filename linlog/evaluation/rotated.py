"""Intersection over union of rotated boxes, exact, many pairs at once."""

from __future__ import annotations

from typing import Final

import numpy as np

from linlog.evaluation.tallies import Bools, Floats

_CORNERS: Final = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])


def rotated_iou(first: Floats, second: Floats, crowd: Bools | None = None) -> Floats:
    """Intersection over union of rotated boxes, pair by pair, in float64.

    Both of shape (n, 5): left, top, width, height, and the rotation about the centre in degrees,
    clockwise on screen. Where the first is a `crowd`, the share of the second that lies in it.

    >>> rotated_iou(np.array([[0.0, 0, 2, 2, 45]]), np.array([[0.0, 0, 2, 2, 0]])).round(6)
    array([0.707107])
    """
    areas = first[:, 2] * first[:, 3], second[:, 2] * second[:, 3]
    common = np.clip(_common(first, second), 0.0, np.minimum(*areas))
    union = areas[0] + areas[1] - common
    if crowd is not None:
        union = np.where(crowd, areas[1], union)
    return np.divide(common, union, out=np.zeros_like(common), where=common > 0)


def _common(first: Floats, second: Floats) -> Floats:
    """The area of the intersection, by Green's theorem in the frame of the second box.

    There the second box is upright with its centre at 0, and the area of a polygon inside it is
    the sum over the polygon's edges of the integral of x dy, with y restricted to the box and x
    clamped to it. No corner of the intersection is computed and nothing is decided by the side of
    a line that a point lies on, so edges that coincide cost no accuracy.
    """
    x, y = _corners(first, second)
    half_width, half_height = second[:, 2:3] / 2, second[:, 3:4] / 2
    next_x, next_y = np.roll(x, -1, axis=1), np.roll(y, -1, axis=1)
    begin = np.clip(y, -half_height, half_height)
    end = np.clip(next_y, -half_height, half_height)
    slope = np.divide(next_x - x, next_y - y, out=np.zeros_like(x), where=next_y != y)
    width = _mean_clamped(x + (begin - y) * slope, next_x + (end - next_y) * slope, half_width)
    return np.asarray(np.abs((width * (end - begin)).sum(axis=1)))


def _corners(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """The corners of the first boxes in the frames of the second: x and y of shape (n, 4)."""
    apart = (first[:, :2] - second[:, :2]) + (first[:, 2:4] - second[:, 2:4]) / 2
    frame, turn = np.radians(second[:, 4:5]), np.radians(first[:, 4:5] - second[:, 4:5])
    across, down = (first[:, 2 + axis, None] * _CORNERS[:, axis] for axis in (0, 1))
    x = apart[:, :1] * np.cos(frame) + apart[:, 1:] * np.sin(frame)
    y = apart[:, 1:] * np.cos(frame) - apart[:, :1] * np.sin(frame)
    return (
        x + across * np.cos(turn) - down * np.sin(turn),
        y + across * np.sin(turn) + down * np.cos(turn),
    )


def _mean_clamped(begin: Floats, end: Floats, bound: Floats) -> Floats:
    """Mean of a value that runs evenly from `begin` to `end` and is clamped to [-bound, bound]."""
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    span = high - low
    below = np.minimum(high, -bound) - np.minimum(low, -bound)
    above = np.maximum(high, bound) - np.maximum(low, bound)
    below = np.divide(below, span, out=(low < -bound).astype(np.float64), where=span > 0)
    above = np.divide(above, span, out=(high > bound).astype(np.float64), where=span > 0)
    inside = (np.clip(low, -bound, bound) + np.clip(high, -bound, bound)) / 2
    return np.asarray((above - below) * bound + (1 - above - below) * inside)
