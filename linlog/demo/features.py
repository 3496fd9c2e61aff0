"""What a model sees of a crop: its pixels, or the directions of its edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

from linlog.demo.raster import Floats

Features: TypeAlias = Callable[[Floats], Floats]

DIRECTIONS: Final = 8
CELL: Final = 4
"""Pixels that a cell of edges is wide and high."""


def pixels(crops: Floats) -> Floats:
    """Grey values as they are, each crop brought to mean 0 and spread 1: shape (n, side²)."""
    flat = crops.reshape(len(crops), crops.shape[1] * crops.shape[2])
    centred = flat - flat.mean(axis=1, keepdims=True)
    spread = np.maximum(flat.std(axis=1, keepdims=True), 1e-6)
    return np.asarray(centred / spread, dtype=np.float32)


def edge_directions(crops: Floats) -> Floats:
    """Histograms of edge directions by cell, as in HOG, with the pixels at a quarter beside.

    Every edge gives its strength to the two nearest of eight directions; each group of 2 × 2
    cells is brought to length 1, so that contrast does not matter.
    """
    by_cell = _cells(_strengths(crops))
    groups = np.concatenate(
        [by_cell[:, :-1, :-1], by_cell[:, :-1, 1:], by_cell[:, 1:, :-1], by_cell[:, 1:, 1:]],
        axis=-1,
    )
    length = np.sqrt((groups**2).sum(axis=-1, keepdims=True))
    blocks = (groups / np.maximum(length, 1e-6)).astype(np.float32)
    coarse = _means(crops, 2)
    return np.concatenate([blocks.reshape(len(crops), -1), 0.2 * pixels(coarse)], axis=1)


def _strengths(crops: Floats) -> Floats:
    """How strong the edge at each pixel is, by direction: shape (n, side, side, directions)."""
    down, right = np.gradient(crops, axis=(1, 2))
    strength = np.hypot(down, right)
    turn = (np.arctan2(down, right) / (2 * np.pi) % 1.0) * DIRECTIONS
    low = np.floor(turn).astype(np.int64) % DIRECTIONS
    share = turn - np.floor(turn)
    spread = np.zeros((*crops.shape, DIRECTIONS))
    np.put_along_axis(spread, low[..., None], (strength * (1 - share))[..., None], axis=-1)
    high = ((low + 1) % DIRECTIONS)[..., None]
    np.put_along_axis(spread, high, (strength * share)[..., None], axis=-1)
    return spread


def _cells(strengths: Floats) -> Floats:
    """The strengths summed by cell: shape (n, cells, cells, directions)."""
    count, side, _, directions = strengths.shape
    cells = side // CELL
    tiles = strengths.reshape(count, cells, CELL, cells, CELL, directions)
    return np.asarray(tiles.sum(axis=(2, 4)))


def _means(crops: Floats, factor: int) -> Floats:
    """The crops shrunk by a whole factor."""
    count, side, _ = crops.shape
    small = side // factor
    return np.asarray(crops.reshape(count, small, factor, small, factor).mean(axis=(2, 4)))
