"""Bodies of the hot ways in, predictions and log entries, read by msgspec alone.

What is read here is right by the same rules as the wire's classes. Whatever is not read, wrong or
merely rare, is left to them, and so are the sentences that say what is wrong.

msgspec takes the last of two equal keys. That none came twice is found by counting: a body has as
many colons as what was read of it has keys, or it is read again by those who look at every key.
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime
from itertools import repeat
from operator import attrgetter, is_
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

import msgspec
from msgspec import Meta

from linlog import ids, limits
from linlog.server import strict
from linlog.shapes._read import MOST_POINTS
from linlog.wire import log_entries, predictions
from linlog.wire.constraints import NAME_LENGTH, Length, Maker

if TYPE_CHECKING:
    from collections.abc import Sequence

_LARGEST: Final = limits.COORDINATE
_MOST_ATTRIBUTES: Final = limits.ATTRIBUTES
_MOST_KEYS: Final = limits.LOG_KEYS
_NAME: Final = Length(1, NAME_LENGTH)
_CLIENT: Final = Length(1, 64)
_MAKER: Final = Maker("prediction")

Coordinate = Annotated[float, Meta(ge=-_LARGEST, le=_LARGEST)]
Side = Annotated[float, Meta(ge=0, le=_LARGEST)]
Share = Annotated[float, Meta(ge=0, le=1)]
Place = Annotated[int, Meta(ge=0, le=int(_LARGEST))]
Ring = Annotated[list[tuple[Coordinate, Coordinate]], Meta(min_length=3)]


class _NoDict(dict[str, Any]):
    """Attributes that were not sent."""


class _NoList(list[Any]):
    """Holes that were not sent."""


_NO_TURN: Final = float("0")
"""The very number that stands for a rotation that was not sent."""
_NO_SEGMENT: Final = -1
_KEYS: Final = attrgetter("keys")


class _Strict(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """Refuses unknown keys, as the native API does."""


class SentBox(_Strict, tag_field="type", tag="box"):
    """A box."""

    name: ClassVar[str] = "box"
    left: Coordinate
    top: Coordinate
    width: Side
    height: Side
    rotation: Coordinate = _NO_TURN


class SentSpan(_Strict, tag_field="type", tag="span"):
    """A span."""

    name: ClassVar[str] = "span"

    start: Place
    end: Place
    keys: ClassVar[int] = 3

    @property
    def is_right(self) -> bool:
        """Whether it holds anything."""
        return self.end > self.start


class SentWhole(_Strict, tag_field="type", tag="whole"):
    """The whole item."""

    name: ClassVar[str] = "whole"
    keys: ClassVar[int] = 1
    is_right: ClassVar[bool] = True


class SentSegment(_Strict):
    """An outline of a polygon and its holes."""

    path: Ring
    holes: list[Ring] = msgspec.field(default_factory=_NoList)


class SentPolygon(_Strict, tag_field="type", tag="polygon"):
    """A polygon."""

    name: ClassVar[str] = "polygon"

    segments: Annotated[list[SentSegment], Meta(min_length=1)]

    @property
    def keys(self) -> int:
        """How many keys were sent."""
        return 2 + sum(1 if type(one.holes) is _NoList else 2 for one in self.segments)

    @property
    def is_right(self) -> bool:
        """Whether it has no more points than a shape may have."""
        rings = [ring for one in self.segments for ring in (one.path, *one.holes)]
        return sum(map(len, rings)) <= MOST_POINTS


class SentPrediction(_Strict):
    """A `PredictionCreate`."""

    id: str
    task_id: str
    label: str | None = None
    shape: SentBox | SentSpan | SentWhole | SentPolygon | None = None
    confidence: Share | None = None
    attributes: dict[str, Any] = msgspec.field(default_factory=_NoDict)


class SentPredictions(_Strict):
    """A `PredictionsCreate`."""

    predictions: Annotated[
        list[SentPrediction], Meta(min_length=1, max_length=predictions.LARGEST_BATCH)
    ]


SentBoxRow = tuple[
    str,
    Annotated[int, Meta(ge=0, le=ids.HIGHEST_NUMBER)],
    str,
    Share | None,
    Coordinate,
    Coordinate,
    Side,
    Side,
]
"""A `BoxRow`."""


class SentBoxes(_Strict):
    """A `BoxesCreate`."""

    client_id: str
    boxes: Annotated[list[SentBoxRow], Meta(min_length=1, max_length=predictions.MOST_BOXES)]


class SentEntry(_Strict):
    """A `LogEntryCreate` whose data is JSON as it came."""

    number: Annotated[int, Meta(ge=0, le=log_entries.LARGEST_STEP)]
    step: Annotated[int, Meta(ge=-log_entries.LARGEST_STEP, le=log_entries.LARGEST_STEP)]
    data: dict[str, Any]
    logged_date: datetime | None = None
    segment: Annotated[int, Meta(ge=0, le=log_entries.LARGEST_STEP)] = _NO_SEGMENT


class SentEntries(_Strict):
    """A `LogEntriesCreate`."""

    client_id: str
    entries: Annotated[list[SentEntry], Meta(min_length=1, max_length=log_entries.LARGEST_BATCH)]
    late: bool = False


_predictions: Final = msgspec.json.Decoder(SentPredictions)
_boxes: Final = msgspec.json.Decoder(SentBoxes)
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
    if not _are_right(found.predictions):
        return None
    once = body.count(b":") == 1 + _keys(found.predictions)
    return found if once or strict.is_right(body) else None


def read_boxes(body: bytes) -> SentBoxes | None:
    """Boxes that are right; None where the wire's own classes must read them."""
    try:
        found = _boxes.decode(body)
        for label in {row[2] for row in found.boxes}:
            _NAME.check(label)
        _MAKER.check(found.client_id)
    except (ValueError, RecursionError):
        return None
    if not ids.are_ids("task", {row[0] for row in found.boxes}):
        return None
    return found if body.count(b":") == 2 or strict.is_right(body) else None


def read_entries(body: bytes) -> SentEntries | None:
    """Log entries that are right; None where the wire's own classes must read them."""
    try:
        found = _entries.decode(body)
        _CLIENT.check(found.client_id)
    except (ValueError, RecursionError):
        return None
    if not all(map(_is_usual, found.entries)):
        return None
    number, data = len(found.entries), [each.data for each in found.entries]
    flat = body.count(b"{") == 2 * number + 1 and body.count(b"[") == 1
    dated = number - _times(found.entries, "logged_date", None)
    segmented = number - _times(found.entries, "segment", _NO_SEGMENT)
    keys = 2 + (b'"late":' in body) + 3 * number + dated + segmented + sum(map(len, data))
    if segmented < number:
        for each in found.entries:
            each.segment = max(0, each.segment)
    # There are two colons in each time of day as well, if not three.
    once = flat and body.count(b":") == keys + 2 * dated
    return found if once or strict.is_right(body, verbatim=True) else None


def _keys(sent: list[SentPrediction]) -> int:
    """How many keys usual predictions were sent with, beside what is in their attributes."""
    shapes = _shapes(sent)
    boxes = [shape for shape in shapes if type(shape) is SentBox]
    others = [shape for shape in shapes if type(shape) is not SentBox]
    attributes = [*map(type, map(attrgetter("attributes"), sent))]
    absent = _times(sent, "confidence", None) + attributes.count(_NoDict)
    in_others: int = sum(map(_KEYS, others))
    in_boxes = 6 * len(boxes) - _times(boxes, "rotation", _NO_TURN)
    return 5 * len(sent) + len(shapes) - absent + in_boxes + in_others


def _times(sent: Sequence[Any], name: str, value: Any) -> int:
    """How often an attribute is one very value."""
    return sum(map(is_, map(attrgetter(name), sent), repeat(value)))


def _is_usual(sent: SentEntry) -> bool:
    """What is left to check of an entry; an offset may lead out of the first and last year."""
    logged = sent.logged_date
    return len(sent.data) <= _MOST_KEYS and (logged is None or MINYEAR < logged.year < MAXYEAR)


def _are_right(sent: list[SentPrediction]) -> bool:
    """What is left to check of predictions."""
    return (
        ids.are_ids("task", {each.task_id for each in sent})
        and ids.are_ids("prediction", [each.id for each in sent])
        and not any(len(each.attributes) > _MOST_ATTRIBUTES for each in sent if each.attributes)
        and not any((each.label is None) != (each.shape is None) for each in sent)
        and all(each.is_right for each in _shapes(sent) if type(each) is not SentBox)
    )


def _shapes(sent: list[SentPrediction]) -> list[Any]:
    return [each.shape for each in sent if each.shape is not None]
