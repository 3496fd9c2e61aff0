"""Scenes of handwritten digits with exactly known boxes, composed by chance from a seed.

The digits are the 1,797 that scikit-learn ships: 8×8 pixels each, written by 43 people. Those
of the training scenes are never used in the test scenes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from sklearn.datasets import load_digits

from linlog.demo import boxes, marks, raster
from linlog.demo.raster import Floats, Ints
from linlog.shapes import Box

Split = Literal["train", "test"]

LABELS: Final = tuple("0123456789")
WIDTH: Final = 320
HEIGHT: Final = 240
SMALLEST: Final = 22
"""Pixels that a digit is high before it is turned."""
LARGEST: Final = 58
CROP: Final = 72
"""Width and height of the picture of a single digit."""
TEST_SHARE: Final = 1 / 3
FAINT: Final = 0.12
"""Ink below this opacity is left out, so that a box ends where the ink does."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture of several digits, and where each of them is."""

    name: str
    """Unique: the split and a number."""
    split: Split
    """Whether models may learn from it."""
    png: bytes
    """The picture as a PNG file."""
    boxes: tuple[Box, ...]
    """The tight box of each digit's ink."""
    labels: tuple[str, ...]
    """Which digit is in each box."""
    sources: tuple[int, ...]
    """The place of each digit in scikit-learn's digits."""
    paper: str
    """light or dark."""
    noise: float
    """Standard deviation of the grey values' noise."""


@dataclass(frozen=True, slots=True)
class Digit:
    """A picture of one digit, and which one it is."""

    name: str
    """Unique: the split and a number."""
    split: Split
    """Whether models may learn from it."""
    png: bytes
    """The picture as a PNG file."""
    label: str
    """Which digit it is."""
    source: int
    """Its place in scikit-learn's digits."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The digits that one split may use."""

    images: Floats
    """Ink from 0 to 1: shape (all digits, 8, 8)."""
    labels: Ints
    """Which digit each is: shape (all digits,)."""
    places: Ints
    """The places that belong to the split."""


def pools(seed: int) -> dict[Split, Pool]:
    """The digits shuffled and divided between training and test, every digit in one of them."""
    digits = load_digits()
    images, labels = digits.images / 16.0, digits.target.astype(np.int64)
    order = _generator(seed, "pools", 0).permutation(len(labels))
    cut = round(len(labels) * TEST_SHARE)
    return {
        "train": Pool(images, labels, order[cut:]),
        "test": Pool(images, labels, order[:cut]),
    }


def compose(split: Split, count: int, seed: int) -> list[Scene]:
    """Scenes of a split; the same seed gives the same scenes, however many are asked for."""
    pool = pools(seed)[split]
    return [_scene(f"{split}-{number:04}", split, pool, seed, number) for number in range(count)]


def single(split: Split, count: int, seed: int) -> list[Digit]:
    """Pictures of single digits of a split, each of another digit of its pool."""
    pool = pools(seed)[split]
    chosen = pool.places[:count]
    return [
        _digit(f"{split}-digit-{number:04}", split, pool, int(place), seed)
        for number, place in enumerate(chosen)
    ]


def _generator(seed: int, what: str, number: int) -> np.random.Generator:
    """Chance that depends on nothing but the seed and what it is for."""
    return np.random.default_rng([seed, number, *what.encode()])


# ------------------------------------------------------------------ one digit's ink


def ink(image: Floats, size: float, turn: float, chance: np.random.Generator) -> Floats:
    """A digit drawn `size` pixels high and turned by `turn` degrees: opacity, cut to its ink."""
    angle = np.radians(turn)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    slant = np.array([[1.0, 0.0], [chance.uniform(-0.15, 0.15), 1.0]])
    scale = np.diag([8 / size, 8 / (size * chance.uniform(0.85, 1.15))])
    side = int(size * 1.6) + 4
    drawn = raster.warped(np.pad(image, 2), scale @ slant @ rotation, (side, side))
    return _trimmed(_sharpened(drawn, pen=chance.uniform(0.3, 0.42)))


def _sharpened(drawn: Floats, pen: float) -> Floats:
    """The blurred strokes with firm edges; a lower `pen` draws broader."""
    rise = np.clip((drawn - pen) / 0.25, 0, 1)
    opacity = rise * rise * (3 - 2 * rise)
    return np.where(opacity < FAINT, 0.0, opacity)


def _trimmed(opacity: Floats) -> Floats:
    """Without the rows and columns around that hold no ink."""
    rows, columns = np.flatnonzero(opacity.any(axis=1)), np.flatnonzero(opacity.any(axis=0))
    return opacity[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


# ------------------------------------------------------------------ one picture


@dataclass(slots=True)
class _Sheet:
    """A picture while it is drawn: paper, and ink that lightens or darkens it."""

    pixels: Floats
    tone: float
    noise: float

    @property
    def paper(self) -> str:
        """What the paper is like, in a word."""
        return "dark" if self.tone > 0 else "light"

    def blend(self, opacity: Floats, left: int, top: int, contrast: float) -> None:
        """Lay ink of this contrast onto the paper."""
        height, width = opacity.shape
        part = self.pixels[top : top + height, left : left + width]
        part += self.tone * contrast * opacity

    def finished(self, chance: np.random.Generator) -> Floats:
        """The picture as a camera sees it: slightly soft, and noisy."""
        soft = raster.blurred(self.pixels, 0.6)
        return np.asarray(soft + chance.normal(0, self.noise, soft.shape))


def _sheet(width: int, height: int, chance: np.random.Generator) -> _Sheet:
    """Empty paper, unevenly lit."""
    dark = chance.random() < 0.3
    level = chance.uniform(30, 70) if dark else chance.uniform(185, 230)
    rows, columns = np.mgrid[0:height, 0:width]
    slope = chance.uniform(-25, 25, 2)
    light = slope[0] * (rows / height - 0.5) + slope[1] * (columns / width - 0.5)
    blotches = raster.stretched(chance.normal(0, 6, (5, 6)), (height, width))
    return _Sheet(level + light + blotches, 1.0 if dark else -1.0, chance.uniform(3, 14))


def _scene(name: str, split: Split, pool: Pool, seed: int, number: int) -> Scene:
    """One scene: paper, marks that are no digits, and one to eight digits."""
    chance = _generator(seed, split, number)
    sheet = _sheet(WIDTH, HEIGHT, chance)
    placed: list[Box] = []
    sources: list[int] = []
    for place in chance.choice(pool.places, chance.integers(1, 9), replace=False):
        box = _write(sheet, pool.images[place], placed, chance)
        if box is not None:
            placed.append(box)
            sources.append(int(place))
    _distract(sheet, placed, chance)
    return Scene(
        name=name,
        split=split,
        png=raster.to_png(sheet.finished(chance)),
        boxes=tuple(placed),
        labels=tuple(LABELS[pool.labels[place]] for place in sources),
        sources=tuple(sources),
        paper=sheet.paper,
        noise=round(sheet.noise, 1),
    )


def _write(
    sheet: _Sheet, image: Floats, placed: Sequence[Box], chance: np.random.Generator
) -> Box | None:
    """Draw a digit where there is room for it, and give its box; None where there is none."""
    size = SMALLEST * (LARGEST / SMALLEST) ** chance.random()
    opacity = ink(image, size, chance.uniform(-18, 18), chance)
    height, width = opacity.shape
    most_shared = 0.3 if chance.random() < 0.25 else 0.0
    for _ in range(40):
        left = int(chance.integers(2, WIDTH - width - 2))
        top = int(chance.integers(2, HEIGHT - height - 2))
        box = Box(left, top, width, height)
        if _shared(box, placed) <= most_shared:
            sheet.blend(opacity, left, top, chance.uniform(45, 150))
            return box
    return None


def _shared(box: Box, placed: Sequence[Box]) -> float:
    """The largest share of a box, or of one placed before, that the two have in common."""
    if not placed:
        return 0.0
    one, others = boxes.edges([box]), boxes.edges(placed)
    smaller = np.minimum(boxes.areas(one), boxes.areas(others))
    return float((boxes.intersections(one, others)[0] / smaller).max())


def _digit(name: str, split: Split, pool: Pool, place: int, seed: int) -> Digit:
    """One digit alone on its paper, near the middle."""
    chance = _generator(seed, f"{split} digit", place)
    sheet = _sheet(CROP, CROP, chance)
    opacity = ink(pool.images[place], chance.uniform(36, 54), chance.uniform(-18, 18), chance)
    opacity = opacity[:CROP, :CROP]
    height, width = opacity.shape
    left, top = (_near_middle(CROP - length, chance) for length in (width, height))
    sheet.blend(opacity, left, top, chance.uniform(40, 150))
    if chance.random() < 0.15:
        _mark(sheet, chance)
    png = raster.to_png(sheet.finished(chance))
    return Digit(name, split, png, LABELS[pool.labels[place]], place)


def _near_middle(room: int, chance: np.random.Generator) -> int:
    """Where something begins that leaves `room` pixels free."""
    return int(np.clip(round(room / 2 + chance.uniform(-6, 6)), 0, max(room, 0)))


# ------------------------------------------------------------------ marks that are no digits


def _distract(sheet: _Sheet, placed: Sequence[Box], chance: np.random.Generator) -> None:
    """Draw a few marks, mostly where no digit is."""
    for _ in range(chance.integers(1, 7)):
        for _ in range(10):
            if _mark(sheet, chance, placed):
                break


def _mark(sheet: _Sheet, chance: np.random.Generator, placed: Sequence[Box] = ()) -> bool:
    """Draw one mark, if there is room for it at a place chosen by chance; tell whether."""
    height, width = sheet.pixels.shape
    opacity = marks.opacity(chance.uniform(6, 24), int(chance.integers(2, 6)), chance)
    side = len(opacity)
    left, top = (int(chance.integers(0, length - side)) for length in (width, height))
    most_shared = 0.3 if chance.random() < 0.15 else 0.0
    if _shared(Box(left, top, side, side), placed) > most_shared:
        return False
    sheet.blend(opacity, left, top, chance.uniform(40, 140))
    return True
