"""Two made-up model versions on the same tasks, from a seed: alike, or the second better."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from linlog.evaluation.items import Item, Prediction, Truth
from linlog.shapes import Box, Span, Whole

LABELS: Final = ("a", "b", "c", "d", "e")
SHARES: Final = (0.40, 0.25, 0.15, 0.12, 0.08)
Pair = tuple[list[Item], list[Item]]


def images(chance: np.random.Generator, tasks: int, better: float = 0.0) -> Pair:
    """Detectors: of each box both find a share that depends on the image, and some that is none."""
    sides: Pair = ([], [])
    for number in range(tasks):
        amount, easy = int(chance.poisson(6)), chance.beta(6, 3)
        place, size = (
            chance.uniform(0, 500, (amount, 2)),
            np.exp(chance.normal(4, 0.7, (amount, 2))),
        )
        boxes = np.concatenate([place, size], axis=1)
        labels = chance.choice(len(LABELS), amount, p=SHARES)
        truths = tuple(
            Truth(f"a_{number}_{at}", LABELS[label], Box(*map(float, box)))
            for at, (label, box) in enumerate(zip(labels, boxes, strict=True))
        )
        for side, more in zip(sides, (0.0, better), strict=True):
            found = []
            for label, box in zip(labels, boxes, strict=True):
                if chance.random() >= easy + more:
                    continue
                called = label if chance.random() < 0.9 else chance.integers(len(LABELS))
                near = box + chance.normal(0, 0.12, 4) * np.tile(box[2:], 2)
                found.append((called, np.append(near[:2], np.abs(near[2:])), chance.beta(5, 2)))
            for _ in range(int(chance.poisson(2))):
                anywhere = [*chance.uniform(0, 500, 2), *np.exp(chance.normal(4, 0.7, 2))]
                found.append((chance.integers(len(LABELS)), anywhere, chance.beta(2, 4)))
            predictions = tuple(
                Prediction(f"p_{at}", LABELS[label], Box(*map(float, box)), float(confidence))
                for at, (label, box, confidence) in enumerate(found)
            )
            side.append(Item(f"t_{number:05d}", truths, predictions))
    return sides


def wholes(chance: np.random.Generator, tasks: int, better: float = 0.0) -> Pair:
    """Classifiers: right with a probability that depends on the item."""
    sides: Pair = ([], [])
    for number in range(tasks):
        label, easy = LABELS[chance.choice(len(LABELS), p=SHARES)], chance.beta(4, 1.7)
        truths = (Truth(f"a_{number}", label, Whole()),)
        for side, more in zip(sides, (0.0, better), strict=True):
            right = chance.random() < easy + more
            said = label if right else LABELS[chance.integers(len(LABELS))]
            made = Prediction(f"p_{number}", said, Whole(), float(chance.random()))
            side.append(Item(f"t_{number:05d}", truths, (made,)))
    return sides


def texts(chance: np.random.Generator, tasks: int, better: float = 0.0) -> Pair:
    """Taggers: some spans are missed, called wrongly, cut wrongly, or made up."""
    sides: Pair = ([], [])
    for number in range(tasks):
        amount, easy = int(chance.poisson(3)), chance.beta(6, 3)
        labels = chance.choice(len(LABELS), amount, p=SHARES)
        truths = tuple(
            Truth(f"a_{number}_{at}", LABELS[label], Span(10 * at, 10 * at + 5))
            for at, label in enumerate(labels)
        )
        for side, more in zip(sides, (0.0, better), strict=True):
            found = []
            for at, label in enumerate(labels):
                if chance.random() < easy + more:
                    called = label if chance.random() < 0.9 else chance.integers(len(LABELS))
                    end = 10 * at + (5 if chance.random() < 0.9 else 6)
                    found.append((LABELS[called], Span(10 * at, end)))
            for at in range(int(chance.poisson(0.5))):
                made_up = LABELS[chance.integers(len(LABELS))]
                found.append((made_up, Span(200 + 10 * at, 204 + 10 * at)))
            predictions = tuple(
                Prediction(f"p_{at}", label, span, float(chance.random()))
                for at, (label, span) in enumerate(found)
            )
            side.append(Item(f"t_{number:05d}", truths, predictions))
    return sides


MAKERS: Final[dict[str, Callable[..., Pair]]] = {
    "detection": images,
    "classification": wholes,
    "ner": texts,
}
