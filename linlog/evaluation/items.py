"""What an evaluation compares: for each item its truths and its predictions."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from linlog.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linlog.wire.annotations import Annotation


@dataclass(frozen=True, slots=True)
class Truth:
    """One annotation that is taken as right."""

    annotation_id: str
    """The annotation."""
    label: str
    """What it is."""
    shape: Shape
    """Where it is."""
    crowd: bool = False
    """Whether it marks a group of things that nobody told apart (COCO's `iscrowd`): predictions
    in it are neither right nor wrong, any number of them, and it is not asked to be found."""
    ignored: bool = False
    """Whether it is one thing that counts neither for nor against a model, such as one that is
    too hard to see: not asked to be found, and a prediction of it is neither right nor wrong."""
    area: float | None = None
    """Its size in square pixels, where that is not the shape's own: COCO's boxes carry the area
    of the thing in them."""


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
    area: float | None = None
    """Its size in square pixels, where that is not the shape's own: COCO takes the box's where a
    result has a box beside its mask."""


@dataclass(frozen=True, slots=True)
class Item:
    """One task with everything that is known and was predicted about it.

    The order of `truths` and `predictions` decides between equals (equal confidence, equal
    IoU), so hand them over in an order that does not change, such as by creation.
    """

    task_id: str
    """The task."""
    truths: Sequence[Truth] = ()
    """The annotations taken as right."""
    predictions: Sequence[Prediction] = ()
    """What the model said."""
    predicted: bool = True
    """Whether the model run covers the task at all; a run that looked and found nothing does."""
    height: int | None = None
    """Of the image, in pixels, where it is known; outlines and masks are drawn on it."""
    width: int | None = None
    """Of the image, in pixels, where it is known."""


def truth(annotation: Annotation) -> Truth:
    """The annotation as a truth, with what its attributes say to evaluations.

    `crowd` and `ignored` mean yes where they are true or 1; `area` is read where it is a size.
    Other values belong to the annotators and say nothing here.
    """
    return truth_of(annotation.id, annotation.label, annotation.shape, annotation.attributes)


def truth_of(annotation_id: str, label: str, shape: Shape, attributes: Mapping[str, Any]) -> Truth:
    """Like `truth`, of an annotation's parts."""
    return Truth(annotation_id, label, shape, *marks_of(attributes))


def marks_of(attributes: Mapping[str, Any]) -> tuple[bool, bool, float | None]:
    """What the attributes of an annotation say to evaluations: `crowd`, `ignored`, `area`."""
    if not attributes:
        return False, False, None
    return (
        _yes(attributes.get("crowd")),
        _yes(attributes.get("ignored")),
        _size(attributes.get("area")),
    )


def _yes(value: Any) -> bool:
    return isinstance(value, (bool, int, float)) and value == 1


def _size(value: Any) -> float | None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if number and isfinite(value) and value >= 0 else None
