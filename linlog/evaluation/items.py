"""What an evaluation compares: for each item its truths and its predictions."""

from __future__ import annotations

from dataclasses import dataclass

from linlog.shapes import Shape


@dataclass(frozen=True, slots=True)
class Truth:
    """One annotation that is taken as right."""

    annotation_id: str
    """The annotation."""
    label: str
    """What it is."""
    shape: Shape
    """Where it is."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """One thing a model said about an item."""

    prediction_id: str
    """The prediction."""
    label: str
    """What the model says it is."""
    shape: Shape
    """Where the model says it is."""
    confidence: float | None = None
    """How sure the model is, from 0 to 1. None counts as 1: a model that gives no confidence
    says only what it is sure of, and no threshold may then hide it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One task with everything that is known and was predicted about it.

    The order of `truths` and `predictions` decides between equals (equal confidence, equal
    IoU), so hand them over in an order that does not change, such as by creation.
    """

    task_id: str
    """The task."""
    truths: tuple[Truth, ...] = ()
    """The annotations taken as right."""
    predictions: tuple[Prediction, ...] = ()
    """What the model said."""
    predicted: bool = True
    """Whether the model run covers the task at all; a run that looked and found nothing does."""
    height: int | None = None
    """Of the image, in pixels, where it is known; outlines and masks are drawn on it."""
    width: int | None = None
    """Of the image, in pixels, where it is known."""
