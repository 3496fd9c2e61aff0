"""Predictions: what a model says is in a task, with its confidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final

from linlog import ids, limits
from linlog.shapes import Shape
from linlog.wire.constraints import Between, Checked, Finite, Length, Maker, Name, Prefix
from linlog.wire.record import Record

LARGEST_BATCH: Final = limits.PREDICTIONS
MOST_BOXES: Final = limits.BOXES


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction(Record):
    """A shape with a label and a confidence, made by a model version on a task."""

    id: str
    """Begins with pr_."""
    model_run_id: str
    """The model run that it is a part of."""
    task_id: str
    """The task that was looked at."""
    label: str
    """The class name."""
    shape: Shape
    """What the model marked."""
    confidence: float | None = None
    """From 0 to 1; null where the model gives none, and then counted as 1."""
    attributes: dict[str, Any] = field(default_factory=dict)
    """Further properties by key."""
    created_date: datetime
    """When it was stored, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionCreate(Checked, Record):
    """A prediction to store. Sending the same id again changes nothing.

    Without label and shape it says that the model looked at the task and found nothing, which is
    not the same as a task that it never saw.
    """

    id: Annotated[str, Prefix("prediction")]
    """Made by the client, so that a repeated request cannot store it twice."""
    task_id: Annotated[str, Prefix("task")]
    """A task of the model run's dataset or project."""
    label: Name | None = None
    """The class name, one that the model version was made with or that those who label have; any
    where the version named no labels. Null where the model found nothing."""
    shape: Shape | None = None
    """What the model marked; null where it found nothing."""
    confidence: Annotated[float | None, Between(0, 1)] = None
    """From 0 to 1, both included; null where the model gives none."""
    attributes: Annotated[dict[str, Any], Length(0, limits.ATTRIBUTES), Finite()] = field(
        default_factory=dict
    )
    """Further properties by key."""

    def __post_init__(self) -> None:
        Checked.__post_init__(self)
        if (self.label is None) != (self.shape is None):
            raise ValueError("give both label and shape, or neither where nothing was found")


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionsCreate(Checked, Record):
    """Predictions of one model run; each is accepted or refused on its own."""

    predictions: Annotated[tuple[PredictionCreate, ...], Length(1, LARGEST_BATCH)]
    """What to store."""


Confidence = Annotated[float, Between(0, 1)]
Coordinate = Annotated[float, Between(-limits.COORDINATE, limits.COORDINATE)]
Side = Annotated[float, Between(0, limits.COORDINATE)]
BoxRow = tuple[
    Annotated[str, Prefix("task")],
    Annotated[int, Between(0, ids.HIGHEST_NUMBER)],
    Name,
    Confidence | None,
    Coordinate,
    Coordinate,
    Side,
    Side,
]
"""A box that is not turned: its task, number, label, confidence, left, top, width, height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxesCreate(Checked, Record):
    """Boxes of one model run, a short row each; each is accepted or refused on its own."""

    client_id: Annotated[str, Maker("prediction")]
    """Names who numbers them: `pr_`, this, a hyphen and the number are a prediction's id."""
    boxes: Annotated[tuple[BoxRow, ...], Length(1, MOST_BOXES)]
    """What to store. Sending the same number again changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionRefusal(Record):
    """One prediction that was not stored, and why."""

    prediction_id: str
    """The prediction."""
    task_id: str
    """The task it named."""
    code: str
    """Which kind of error."""
    detail: str
    """Why, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionReceipt(Record):
    """What became of a request: accepted + repeated + refused = sent."""

    accepted: int
    """Newly stored."""
    repeated: int
    """Already there, by their ids."""
    refused: tuple[PredictionRefusal, ...] = ()
    """Not stored, each with the reason."""
    highest: int | None = None
    """The highest number of the ids' maker that the run holds; null where they are of several."""
