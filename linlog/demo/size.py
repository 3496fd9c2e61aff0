"""How much the demo does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many pictures are made, and how long the models learn from them."""

    train_scenes: int = 160
    """Scenes that the detectors learn from."""
    test_scenes: int = 120
    """Scenes that they are judged by."""
    train_digits: int = 1000
    """Single digits that the classifiers learn from, 1198 at most."""
    test_digits: int = 400
    """Single digits that they are judged by, 599 at most."""
    pixel_epochs: int = 12
    """Epochs of the models that see pixels."""
    edge_epochs: int = 20
    """Epochs of the models that see edge directions."""
    seed: int = 7
    """What every chance in the demo follows from."""
