"""Two real detectors of digits: boxes are proposed, looked into, and thinned out.

They differ in where they look (one threshold, or several with parts and pairs), in what they
see (pixels, or edge directions with some surroundings) and in what learns (logistic
regression, or a small neural network). Both have a label of their own for "no digit".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np

from linlog.demo import boxes, features, learning, proposals, raster
from linlog.demo.learning import Learner, Lessons, Log, Logistic, Network
from linlog.demo.predictions import Prediction
from linlog.demo.proposals import Picture
from linlog.demo.raster import Floats, Ints
from linlog.demo.scenes import LABELS, Scene
from linlog.shapes import Box

BACKGROUND: Final = len(LABELS)
"""The number of the label that says there is no digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a detector is made; logged as the config of its training."""

    name: str
    proposals: Literal["global threshold", "local thresholds"]
    levels: tuple[float, ...] = ()
    """Thresholds above the paper, in units of the noise; one found by Otsu where none is given."""
    features: Literal["pixels", "edge directions"]
    crop: int
    """Pixels that a crop is wide and high when the model sees it."""
    surroundings: float = 0.0
    """How much of what is around a box the model sees too, as a share of the box."""
    learner: Logistic | Network
    truth_iou: float = 0.6
    """A proposal that shares as much with a truth is learned as that digit."""
    background_iou: float = 0.45
    """A proposal that shares less with every truth is learned as background."""
    jittered: int = 0
    """Truths moved and resized a little that are learned beside each."""
    validation: float = 0.2
    """Share of the scenes kept for the validation curves."""
    iou_threshold: float = 0.35
    """Predictions that share more than this with a more confident one are dropped."""
    least_confidence: float = 0.05
    """Predictions below are not given."""
    seed: int = 0

    @property
    def epochs(self) -> int:
        """How often it goes through what it learns from."""
        return self.learner.epochs

    def config(self) -> dict[str, Any]:
        """The settings as plain data."""
        return asdict(self)


def pixel_settings(seed: int, epochs: int = 12) -> Settings:
    """The simple detector: one threshold, raw pixels, logistic regression."""
    return Settings(
        name="pixels",
        proposals="global threshold",
        features="pixels",
        crop=14,
        learner=Logistic(epochs=epochs, seed=seed),
        seed=seed,
    )


def edge_settings(seed: int, epochs: int = 20) -> Settings:
    """The careful detector: several thresholds, edge directions, a neural network."""
    return Settings(
        name="edges",
        proposals="local thresholds",
        levels=(2.5, 4.0, 6.0, 9.0),
        features="edge directions",
        crop=24,
        surroundings=0.25,
        learner=Network(epochs=epochs, seed=seed),
        jittered=2,
        truth_iou=0.75,
        background_iou=0.5,
        seed=seed,
    )


@dataclass(frozen=True, slots=True)
class Detector:
    """A trained detector."""

    settings: Settings
    learner: Learner

    def predict(self, png: bytes) -> list[Prediction]:
        """The digits in a picture, most confident first."""
        picture = proposals.read(png)
        proposed = propose(self.settings, picture)
        if not proposed:
            return []
        confidences = self.learner.confidences(look(self.settings, picture, proposed))
        return thinned(self.settings, proposed, confidences[:, :BACKGROUND])


def train(settings: Settings, scenes: Sequence[Scene], log: Log) -> Detector:
    """Train a detector on scenes; `log` gets the numbers of each epoch as it ends."""
    cut = round(len(scenes) * settings.validation)
    learned, validated = teach(settings, scenes[cut:]), teach(settings, scenes[:cut])
    learner = learning.train(settings.learner, learned, validated, len(LABELS) + 1, log)
    return Detector(settings, learner)


def propose(settings: Settings, picture: Picture) -> list[Box]:
    """Where a detector looks for digits."""
    if settings.proposals == "global threshold":
        return proposals.global_threshold(picture)
    return proposals.local_thresholds(picture, settings.levels)


def look(settings: Settings, picture: Picture, places: Sequence[Box]) -> Floats:
    """What a detector sees in boxes: one row of features each."""
    wider = [boxes.widened(box, settings.surroundings) for box in places]
    seen = raster.crops(picture.ink, wider, settings.crop)
    if settings.features == "pixels":
        return features.pixels(seen)
    shape = np.array([[box.width, box.height] for box in places], dtype=np.float32) / 40
    return np.concatenate([features.edge_directions(seen), shape], axis=1)


def thinned(settings: Settings, places: Sequence[Box], confidences: Floats) -> list[Prediction]:
    """One prediction for each group of boxes that say the same, most confident first."""
    best = confidences.max(axis=1)
    enough = np.flatnonzero(best >= settings.least_confidence).tolist()
    kept = [places[place] for place in enough]
    staying = boxes.suppressed(kept, best[enough], settings.iou_threshold)
    return [
        Prediction(LABELS[int(confidences[place].argmax())], places[place], float(best[place]))
        for place in (enough[position] for position in staying)
    ]


def teach(settings: Settings, scenes: Sequence[Scene]) -> Lessons:
    """What there is to learn in scenes: proposals, truths, and truths a little beside."""
    chance = np.random.default_rng(settings.seed)
    parts = [_lessons(settings, scene, chance) for scene in scenes]
    return Lessons(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def _lessons(settings: Settings, scene: Scene, chance: np.random.Generator) -> Lessons:
    """What there is to learn in one scene."""
    picture = proposals.read(scene.png)
    near = [_moved(box, chance) for box in scene.boxes for _ in range(settings.jittered)]
    places = [*propose(settings, picture), *near, *scene.boxes]
    labels = _labels(settings, scene, places)
    clear = np.flatnonzero(labels >= 0)
    chosen = [places[place] for place in clear]
    return Lessons(look(settings, picture, chosen), labels[clear])


def _labels(settings: Settings, scene: Scene, places: Sequence[Box]) -> Ints:
    """The number of each box's label; -1 where it is neither a digit nor background."""
    shared = boxes.iou(places, scene.boxes)
    best = shared.max(axis=1, initial=0.0)
    truths = np.array([LABELS.index(label) for label in scene.labels], dtype=np.int64)
    labels = np.full(len(places), -1, dtype=np.int64)
    labels[best < settings.background_iou] = BACKGROUND
    digits = best >= settings.truth_iou
    labels[digits] = truths[shared.argmax(axis=1)[digits]]
    return labels


def _moved(box: Box, chance: np.random.Generator) -> Box:
    """A box a little beside and a little larger or smaller."""
    x, y = chance.uniform(-0.05, 0.05, 2)
    wider, higher = chance.uniform(0.92, 1.08, 2)
    return Box(
        box.left + x * box.width,
        box.top + y * box.height,
        box.width * wider,
        box.height * higher,
    )
