"""What a model of the demo says, and how it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from linlog.shapes import Shape


@dataclass(frozen=True, slots=True)
class Prediction:
    """A digit that a model says is in a picture."""

    label: str
    """Which digit."""
    shape: Shape
    """Where: a box, or the whole picture."""
    confidence: float
    """How sure the model is, from 0 to 1."""


class Predictor(Protocol):
    """A trained model."""

    def predict(self, png: bytes) -> list[Prediction]:
        """What is in a picture, most confident first."""
        ...
