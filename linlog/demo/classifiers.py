"""Two real classifiers of single digits, made of the same parts as the detectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from linlog.demo import boxes, features, learning, proposals, raster
from linlog.demo.learning import Learner, Lessons, Log, Logistic, Network
from linlog.demo.predictions import Prediction
from linlog.demo.proposals import Picture
from linlog.demo.raster import Floats
from linlog.demo.scenes import LABELS, Digit
from linlog.shapes import Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a classifier is made; logged as the config of its training."""

    name: str
    features: Literal["pixels", "edge directions"]
    crop: int
    """Pixels that a picture is wide and high when the model sees it."""
    learner: Logistic | Network
    validation: float = 0.2
    """Share of the pictures kept for the validation curves."""

    @property
    def epochs(self) -> int:
        """How often it goes through what it learns from."""
        return self.learner.epochs

    def config(self) -> dict[str, Any]:
        """The settings as plain data."""
        return asdict(self)


def pixel_settings(seed: int, epochs: int = 12) -> Settings:
    """The simple classifier: raw pixels and logistic regression."""
    return Settings(
        name="pixels",
        features="pixels",
        crop=16,
        learner=Logistic(epochs=epochs, seed=seed),
    )


def edge_settings(seed: int, epochs: int = 20) -> Settings:
    """The careful classifier: edge directions and a neural network."""
    return Settings(
        name="edges",
        features="edge directions",
        crop=24,
        learner=Network(epochs=epochs, seed=seed),
    )


@dataclass(frozen=True, slots=True)
class Classifier:
    """A trained classifier."""

    settings: Settings
    learner: Learner

    def predict(self, png: bytes) -> list[Prediction]:
        """The likeliest digit, as the only prediction."""
        confidences = self.learner.confidences(look(self.settings, [png]))[0]
        label = LABELS[int(confidences.argmax())]
        return [Prediction(label, Whole(), float(confidences.max()))]


def train(settings: Settings, digits: Sequence[Digit], log: Log) -> Classifier:
    """Train a classifier on digits; `log` gets the numbers of each epoch as it ends."""
    cut = round(len(digits) * settings.validation)
    learned, validated = teach(settings, digits[cut:]), teach(settings, digits[:cut])
    learner = learning.train(settings.learner, learned, validated, len(LABELS), log)
    return Classifier(settings, learner)


def teach(settings: Settings, digits: Sequence[Digit]) -> Lessons:
    """What there is to learn in pictures of digits."""
    labels = [LABELS.index(digit.label) for digit in digits]
    seen = look(settings, [digit.png for digit in digits])
    return Lessons(seen, np.array(labels, dtype=np.int64))


def look(settings: Settings, pngs: Sequence[bytes]) -> Floats:
    """What a classifier sees of pictures: one row of features each."""
    seen = np.concatenate([_crop(proposals.read(png), settings.crop) for png in pngs])
    if settings.features == "pixels":
        return features.pixels(seen)
    return features.edge_directions(seen)


def _crop(picture: Picture, side: int) -> Floats:
    """The part of a picture that has the ink."""
    return raster.crops(picture.ink, [boxes.widened(proposals.most_ink(picture), 0.2)], side)
