"""Object keypoint similarity: how well named points coincide, for many pairs at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.evaluation.tallies import Array, Bools, Floats, Ints
from linlog.shapes import Keypoints

SIGMAS: Final[dict[str, float]] = {
    "nose": 0.026,
    **dict.fromkeys(("left_eye", "right_eye"), 0.025),
    **dict.fromkeys(("left_ear", "right_ear"), 0.035),
    **dict.fromkeys(("left_shoulder", "right_shoulder"), 0.079),
    **dict.fromkeys(("left_elbow", "right_elbow"), 0.072),
    **dict.fromkeys(("left_wrist", "right_wrist"), 0.062),
    **dict.fromkeys(("left_hip", "right_hip"), 0.107),
    **dict.fromkeys(("left_knee", "right_knee"), 0.087),
    **dict.fromkeys(("left_ankle", "right_ankle"), 0.089),
}
"""COCO's, of the joints of a person: how far people differ when they mark a point, as a share of
the root of the person's area."""
MOST_CELLS: Final = 1 << 25
"""Things times names of points that fit in memory."""
CELLS_AT_ONCE: Final = 1 << 20
"""Points of pairs that are looked at together."""


@dataclass(frozen=True, slots=True, eq=False)
class Poses:
    """Keypoints of many things by name, NaN where a point is not there."""

    x: Floats
    """In pixels: shape (things, names)."""
    y: Floats
    """In pixels: shape (things, names)."""
    box: Floats
    """Left, top, width, height of the box around the thing, NaN where none is known."""

    @property
    def given(self) -> Bools:
        """Which points are there: shape (things, names)."""
        return np.asarray(~np.isnan(self.x))


@dataclass(frozen=True, slots=True, eq=False)
class Similarity:
    """How alike the points of some pairs are."""

    oks: Floats
    """By pair, from 0 to 1."""
    points: Floats
    """By pair and name what the point adds, from 0 to 1; NaN where it is not asked for."""
    distance: Floats
    """By pair and name in pixels; NaN where the point is missing on either side."""


def names_of(shapes: Sequence[Keypoints]) -> tuple[str, ...]:
    """The names of all points, ascending."""
    return tuple(sorted({point.name for shape in shapes for point in shape.points}))


def poses(shapes: Sequence[Keypoints], names: Sequence[str]) -> Poses:
    """The points of shapes in the order of `names`, which has all of theirs.

    Raises ValueError for so many names that they cannot be what points are called.
    """
    if len(shapes) * len(names) > MOST_CELLS:
        raise ValueError(
            f"the points of {len(shapes):,} things have {len(names):,} different names: a name "
            "says which point of a thing it is, the same on every thing"
        )
    place = {name: code for code, name in enumerate(names)}
    row = np.repeat(np.arange(len(shapes)), [len(shape.points) for shape in shapes])
    points = [point for shape in shapes for point in shape.points]
    code = np.array([place[point.name] for point in points], dtype=np.int64)
    found = np.full((2, len(shapes), len(names)), np.nan)
    found[:, row, code] = np.array([(p.x, p.y) for p in points], dtype=np.float64).reshape(-1, 2).T
    boxes = [shape.box for shape in shapes]
    columns = [
        (np.nan,) * 4 if box is None else (box.left, box.top, box.width, box.height)
        for box in boxes
    ]
    return Poses(found[0], found[1], np.array(columns, dtype=np.float64).reshape(-1, 4))


def similarity(
    truths: Poses, predictions: Poses, pairs: tuple[Ints, Ints], area: Floats, sigma: Floats
) -> Similarity:
    """Compare pairs of a truth and a prediction.

    `oks = mean(exp(-d² / (8 sigma² (area + eps))))` over the points of the truth, d the distance
    in pixels, `area` that of the truth in square pixels, `sigma` by name. A point that the
    prediction lacks adds 0. Of a truth without points, the prediction's own are compared with
    the truth's box made three times as large: within it d is 0. Source: `COCOeval.computeOks` of
    pycocotools 2.0.11, https://cocodataset.org/#keypoints-eval.
    """
    truth, prediction = pairs
    bare = np.asarray(~truths.given.any(axis=1))[truth]
    x, y = predictions.x[prediction], predictions.y[prediction]
    dx, dy = x - truths.x[truth], y - truths.y[truth]
    box = truths.box[truth[bare]]
    dx[bare] = _beyond(x[bare], box[:, 0], box[:, 2])
    dy[bare] = _beyond(y[bare], box[:, 1], box[:, 3])
    asked = np.where(bare[:, None], predictions.given[prediction], truths.given[truth])
    squared = dx**2 + dy**2
    error = squared / (2 * sigma) ** 2 / (area[truth, None] + np.spacing(1)) / 2
    alike = np.exp(-np.where(np.isnan(error), np.inf, error))
    amount = asked.sum(axis=1)
    total = np.where(asked, alike, 0.0).sum(axis=1)
    oks = np.divide(total, amount, out=np.zeros(len(total)), where=amount > 0)
    return Similarity(oks, np.where(asked, alike, np.nan), np.sqrt(squared))


def sigmas(names: Sequence[str], given: Mapping[str, float], others: float) -> Floats:
    """The sigma of each name: the given one, else COCO's of that name, else `others`."""
    return np.array([given.get(name, SIGMAS.get(name, others)) for name in names], dtype=np.float64)


def _beyond(place: Floats, begin: Floats, length: Floats) -> Floats:
    """How far places lie outside of a range that is as long again on either side."""
    low, high = (begin - length)[:, None], (begin + 2 * length)[:, None]
    return np.asarray(np.maximum(0, low - place) + np.maximum(0, place - high))


def listed(found: Similarity, names: Sequence[str], kept: Ints, first: int = 0) -> dict[str, Array]:
    """The points that truths of the `kept` pairs ask for, as rows.

    `pair` counts the kept pairs from `first`; `distance` is in pixels, NaN where the prediction
    lacks the point; `similarity` is what the point adds, from 0 to 1.
    """
    pair, code = np.nonzero(~np.isnan(found.points[kept]))
    encoded = np.array([name.encode() for name in names], dtype=np.bytes_)
    return {
        "pair": (pair + first).astype(np.int32),
        "name": encoded[code],
        "similarity": found.points[kept][pair, code],
        "distance": found.distance[kept][pair, code],
    }
