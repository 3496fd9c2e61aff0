"""Marks that are no digits: lines, arcs, rings, crosses, blots and scribbles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from PIL import Image, ImageDraw

from linlog.demo.raster import Floats

FINE: Final = 2
"""Marks are drawn this many times larger and then shrunk, so that their edges are soft."""
FULL: Final = 255

Draw: TypeAlias = ImageDraw.ImageDraw
Mark: TypeAlias = Callable[[Draw, float, int, np.random.Generator], None]


def opacity(reach: float, stroke: int, chance: np.random.Generator) -> Floats:
    """A mark of any kind that reaches `reach` pixels from its middle: opacity from 0 to 1."""
    side = 2 * int(np.ceil(reach + stroke))
    canvas = Image.new("L", (side * FINE, side * FINE))
    mark = MARKS[int(chance.integers(len(MARKS)))]
    mark(ImageDraw.Draw(canvas), reach * FINE, stroke * FINE, chance)
    return np.asarray(canvas.resize((side, side), Image.Resampling.BOX)) / FULL


def _middle(draw: Draw) -> float:
    """The middle of the square canvas."""
    return float(draw.im.size[0]) / 2


def _around(draw: Draw, reach: float) -> tuple[float, float, float, float]:
    """The square around the middle."""
    middle = _middle(draw)
    return (middle - reach, middle - reach, middle + reach, middle + reach)


def line(draw: Draw, reach: float, stroke: int, chance: np.random.Generator) -> None:
    """A straight stroke in any direction."""
    angle = chance.uniform(0, np.pi)
    x, y = reach * np.cos(angle), reach * np.sin(angle)
    middle = _middle(draw)
    draw.line((middle - x, middle - y, middle + x, middle + y), fill=FULL, width=stroke)


def arc(draw: Draw, reach: float, stroke: int, chance: np.random.Generator) -> None:
    """A part of a circle."""
    start = chance.uniform(0, 360)
    draw.arc(_around(draw, reach), start, start + chance.uniform(60, 200), FULL, stroke)


def ring(draw: Draw, reach: float, stroke: int, chance: np.random.Generator) -> None:
    """A flat ellipse, unlike a nought."""
    left, top, right, bottom = _around(draw, reach)
    flat = reach * chance.uniform(0.45, 0.7)
    draw.ellipse((left, top + flat, right, bottom - flat), outline=FULL, width=stroke)


def cross(draw: Draw, reach: float, stroke: int, chance: np.random.Generator) -> None:
    """Two strokes, one over the other."""
    line(draw, reach, stroke, chance)
    line(draw, reach, stroke, chance)


def blot(draw: Draw, reach: float, stroke: int, chance: np.random.Generator) -> None:
    """A filled ellipse."""
    left, top, right, bottom = _around(draw, min(reach, 3.0 * stroke))
    flat = (right - left) * chance.uniform(0, 0.25)
    draw.ellipse((left, top + flat, right, bottom - flat), fill=FULL)


def scribble(draw: Draw, reach: float, stroke: int, chance: np.random.Generator) -> None:
    """A zigzag of a few strokes."""
    middle = _middle(draw)
    corners = middle + chance.uniform(-reach, reach, (int(chance.integers(4, 7)), 2))
    points = [(float(x), float(y)) for x, y in corners]
    draw.line(points, fill=FULL, width=stroke, joint="curve")


MARKS: Final[tuple[Mark, ...]] = (line, arc, ring, cross, blot, scribble)
