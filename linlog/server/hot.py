"""Bodies of the hot ways in, predictions and log entries, read by msgspec alone.

What is read here is right by the same rules as the wire's classes. Whatever is not read, wrong or
merely rare, is left to them, and so are the sentences that say what is wrong.
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Any, ClassVar, Final

import msgspec
from msgspec import Meta

from linlog import ids
from linlog.wire import log_entries, predictions
from linlog.wire.constraints import NAME_LENGTH, Length

_LARGEST: Final = 1e9
_MOST_ATTRIBUTES: Final = 100
_MOST_KEYS: Final = 10_000
_NAME: Final = Length(1, NAME_LENGTH)
_CLIENT: Final = Length(1, 64)

Coordinate = Annotated[float, Meta(ge=-_LARGEST, le=_LARGEST)]
Side = Annotated[float, Meta(ge=0, le=_LARGEST)]
Place = Annotated[int, Meta(ge=0, le=int(_LARGEST))]
Ring = Annotated[list[tuple[Coordinate, Coordinate]], Meta(min_length=3)]


class _Strict(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """Refuses unknown keys, as the native API does."""


class SentBox(_Strict, tag_field="type", tag="box"):
    """A box."""

    name: ClassVar[str] = "box"
    left: Coordinate
    top: Coordinate
    width: Side
    height: Side
    rotation: Coordinate = 0.0


class SentSpan(_Strict, tag_field="type", tag="span"):
    """A span."""

    name: ClassVar[str] = "span"

    start: Place
    end: Place


class SentWhole(_Strict, tag_field="type", tag="whole"):
    """The whole item."""

    name: ClassVar[str] = "whole"


class SentSegment(_Strict):
    """An outline of a polygon and its holes."""

    path: Ring
    holes: list[Ring] = []


class SentPolygon(_Strict, tag_field="type", tag="polygon"):
    """A polygon."""

    name: ClassVar[str] = "polygon"

    segments: Annotated[list[SentSegment], Meta(min_length=1)]


class SentPrediction(_Strict):
    """A `PredictionCreate`."""

    id: str
    task_id: str
    label: str | None = None
    shape: SentBox | SentSpan | SentWhole | SentPolygon | None = None
    confidence: Annotated[float, Meta(ge=0, le=1)] | None = None
    attributes: dict[str, Any] = {}


class SentPredictions(_Strict):
    """A `PredictionsCreate`."""

    predictions: Annotated[
        list[SentPrediction], Meta(min_length=1, max_length=predictions.LARGEST_BATCH)
    ]


class SentEntry(_Strict):
    """A `LogEntryCreate` whose data is JSON as it came."""

    number: Annotated[int, Meta(ge=0, le=log_entries.LARGEST_STEP)]
    step: Annotated[int, Meta(ge=-log_entries.LARGEST_STEP, le=log_entries.LARGEST_STEP)]
    data: dict[str, Any]
    logged_date: datetime | None = None
    segment: Annotated[int, Meta(ge=0, le=log_entries.LARGEST_STEP)] = 0


class SentEntries(_Strict):
    """A `LogEntriesCreate`."""

    client_id: str
    entries: Annotated[list[SentEntry], Meta(min_length=1, max_length=log_entries.LARGEST_BATCH)]
    late: bool = False


_predictions: Final = msgspec.json.Decoder(SentPredictions)
_entries: Final = msgspec.json.Decoder(SentEntries)


def read_predictions(body: bytes) -> SentPredictions | None:
    """Predictions that are right; None where the wire's own classes must read them."""
    try:
        found = _predictions.decode(body)
        for label in {each.label for each in found.predictions}:
            if label is not None:
                _NAME.check(label)
    except (ValueError, RecursionError):
        return None
    task_ids = {each.task_id for each in found.predictions}
    right = (
        ids.are_ids("task", task_ids)
        and ids.are_ids("prediction", [each.id for each in found.predictions])
        and all(map(_is_right, found.predictions))
    )
    return found if right else None


def read_entries(body: bytes) -> SentEntries | None:
    """Log entries that are right; None where the wire's own classes must read them."""
    try:
        found = _entries.decode(body)
        _CLIENT.check(found.client_id)
    except (ValueError, RecursionError):
        return None
    return found if all(map(_is_usual, found.entries)) else None


def _is_usual(sent: SentEntry) -> bool:
    """What is left to check of an entry; an offset may lead out of the first and last year."""
    logged = sent.logged_date
    return len(sent.data) <= _MOST_KEYS and (logged is None or MINYEAR < logged.year < MAXYEAR)


def _is_right(sent: SentPrediction) -> bool:
    """What is left to check of a prediction."""
    shape, attributes = sent.shape, sent.attributes
    return (
        (not attributes or len(attributes) <= _MOST_ATTRIBUTES)
        and (sent.label is None) == (shape is None)
        and (type(shape) is not SentSpan or shape.end > shape.start)
    )
