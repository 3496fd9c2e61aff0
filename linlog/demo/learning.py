"""Training a scikit-learn classifier epoch by epoch, so that its curves can be logged live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from linlog.demo.raster import Floats, Ints

Log: TypeAlias = Callable[[dict[str, float]], object]
"""Takes the numbers of one epoch."""

LEAST: Final = 1e-7
"""Confidences are held above this when their logarithm is taken."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learned from: features, and the number of the right label of each."""

    features: Floats
    labels: Ints


class Learner(Protocol):
    """A classifier that learns an epoch at a time."""

    def learn(self, lessons: Lessons, epoch: int) -> float:
        """Go once through the lessons; give the learning rate that was used."""
        ...

    def confidences(self, features: Floats) -> Floats:
        """How sure it is of each label: shape (n, labels), each row adding up to 1."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """Settings of logistic regression by stochastic gradient descent."""

    classifier: str = "logistic regression"
    epochs: int = 12
    learning_rate: float = 0.01
    decay: float = 0.85
    """What the learning rate is multiplied by after every epoch."""
    alpha: float = 1e-4
    """Weight of the L2 penalty."""
    seed: int = 0

    def learner(self, labels: int) -> Learner:
        """An untrained learner of so many labels."""
        return _LogisticLearner(self, labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Settings of a neural network with one hidden layer, trained by Adam."""

    classifier: str = "neural network"
    epochs: int = 20
    hidden: int = 96
    learning_rate: float = 1e-3
    batch_size: int = 128
    alpha: float = 1e-2
    """Weight of the L2 penalty."""
    seed: int = 0

    def learner(self, labels: int) -> Learner:
        """An untrained learner of so many labels."""
        return _NetworkLearner(self, labels)


class _LogisticLearner:
    """Logistic regression that learns an epoch at a time, slower from epoch to epoch."""

    def __init__(self, settings: Logistic, labels: int) -> None:
        self.settings = settings
        self.labels = np.arange(labels)
        self.model: Any = SGDClassifier(
            loss="log_loss",
            alpha=settings.alpha,
            learning_rate="constant",
            eta0=settings.learning_rate,
            random_state=settings.seed,
        )

    def learn(self, lessons: Lessons, epoch: int) -> float:
        rate = self.settings.learning_rate * self.settings.decay**epoch
        self.model.set_params(eta0=rate, random_state=self.settings.seed + epoch)
        self.model.partial_fit(lessons.features, lessons.labels, classes=self.labels)
        return rate

    def confidences(self, features: Floats) -> Floats:
        return np.asarray(self.model.predict_proba(features), dtype=np.float64)


class _NetworkLearner:
    """A neural network that learns an epoch at a time."""

    def __init__(self, settings: Network, labels: int) -> None:
        self.settings = settings
        self.labels = np.arange(labels)
        self.model: Any = MLPClassifier(
            hidden_layer_sizes=(settings.hidden,),
            alpha=settings.alpha,
            learning_rate_init=settings.learning_rate,
            random_state=settings.seed,
        )

    def learn(self, lessons: Lessons, epoch: int) -> float:
        del epoch
        self.model.set_params(batch_size=min(self.settings.batch_size, len(lessons.labels)))
        self.model.partial_fit(lessons.features, lessons.labels, classes=self.labels)
        return self.settings.learning_rate

    def confidences(self, features: Floats) -> Floats:
        return np.asarray(self.model.predict_proba(features), dtype=np.float64)


def train(
    settings: Logistic | Network, learned: Lessons, validated: Lessons, labels: int, log: Log
) -> Learner:
    """Train for all epochs; after each, `log` the loss and accuracy on both parts.

    One thread computes: two only wait for each other in matrices of this size.
    """
    learner = settings.learner(labels)
    for epoch in range(settings.epochs):
        with threadpool_limits(limits=1):
            rate = learner.learn(learned, epoch)
            numbers = dict(_numbers("", learner, learned))
            numbers |= dict(_numbers("validation_", learner, validated))
        log({**numbers, "learning_rate": rate})
    return learner


def _numbers(prefix: str, learner: Learner, lessons: Lessons) -> Iterator[tuple[str, float]]:
    """Loss and accuracy on some lessons."""
    confidences = learner.confidences(lessons.features)
    right = confidences[np.arange(len(lessons.labels)), lessons.labels]
    yield f"{prefix}loss", float(-np.log(np.maximum(right, LEAST)).mean())
    yield f"{prefix}accuracy", float((confidences.argmax(axis=1) == lessons.labels).mean())
