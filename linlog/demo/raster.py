"""Pixels as arrays: PNG to and from, blur, stretch, crops and connected components."""

from __future__ import annotations

from io import BytesIO
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage  # type: ignore[import-untyped]

from linlog.shapes import Box

Floats: TypeAlias = NDArray[np.floating[Any]]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]


def to_png(pixels: Floats) -> bytes:
    """Grey values from 0 to 255 as the bytes of a PNG file."""
    file = BytesIO()
    grey = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
    Image.fromarray(grey).save(file, "PNG")
    return file.getvalue()


def from_png(png: bytes) -> Floats:
    """The grey values of a PNG file, from 0 to 255, by row and column."""
    with Image.open(BytesIO(png)) as image:
        return np.asarray(image.convert("L"), dtype=np.float64)


def blurred(pixels: Floats, sigma: float) -> Floats:
    """The picture under a Gaussian blur of `sigma` pixels."""
    return np.asarray(ndimage.gaussian_filter(pixels, sigma, mode="nearest"), dtype=np.float64)


def stretched(pixels: Floats, shape: tuple[int, int]) -> Floats:
    """The picture at another size, with smooth changes between its values."""
    image = Image.fromarray(pixels.astype(np.float32))
    height, width = shape
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float64)


def warped(pixels: Floats, inverse: Floats, shape: tuple[int, int]) -> Floats:
    """The picture moved about its centre: `inverse` takes a new place to an old one."""
    old_centre = (np.array(pixels.shape) - 1) / 2
    new_centre = (np.array(shape) - 1) / 2
    offset = old_centre - inverse @ new_centre
    moved = ndimage.affine_transform(pixels, inverse, offset=offset, output_shape=shape, order=3)
    return np.asarray(moved, dtype=np.float64)


def components(marked: Bools) -> list[Box]:
    """The boxes around the connected groups of marked pixels, diagonals connecting too."""
    groups, _ = ndimage.label(marked, structure=np.ones((3, 3), dtype=np.int64))
    return [
        Box(columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
        for rows, columns in ndimage.find_objects(groups)
    ]


def crops(pixels: Floats, boxes: list[Box], side: int) -> Floats:
    """What lies in each box, stretched to `side` × `side`; beyond the edge the edge goes on."""
    if not boxes:
        return np.zeros((0, side, side))
    margin = max(pixels.shape)
    image = Image.fromarray(np.pad(pixels, margin, mode="edge").astype(np.float32))
    size = (side, side)
    return np.stack(
        [
            np.asarray(image.resize(size, Image.Resampling.BILINEAR, _shifted(box, margin)))
            for box in boxes
        ]
    ).astype(np.float64)


def _shifted(box: Box, margin: int) -> tuple[float, float, float, float]:
    """The bounds of a box on a picture that has grown by `margin` on every side."""
    left, top, right, bottom = box.bounds
    return (left + margin, top + margin, right + margin, bottom + margin)
