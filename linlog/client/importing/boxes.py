"""Rows that are boxes, many at a time: what nearly every row of predictions is.

What is read here is right by the same rules as row by row. Where one of some rows is wrong, rare or
on no task, all of them are left to be read row by row, and so are the sentences that say what is
wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Annotated, Any, Final, NamedTuple, Protocol

import msgspec
from msgspec import Meta

from linlog import ids, limits
from linlog.client import prediction_rows
from linlog.client.importing.rows import Row
from linlog.formats._coco_shapes import Boxed, Id
from linlog.wire.constraints import NAME_LENGTH, Length

KEYS: Final = ("task_id", "unique_id", "filename")
"""What a row may name its task by; the first that it gives counts."""
_FAREST: Final = limits.COORDINATE
_NAME: Final = Length(1, NAME_LENGTH)

Coordinate = Annotated[float, Meta(ge=-_FAREST, le=_FAREST)]
Side = Annotated[float, Meta(ge=0, le=_FAREST)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Places(Protocol):
    """The tasks of a dataset by what files call them."""

    def by(self, key: str) -> dict[str, str | None]:
        """The ids of tasks by one of the `KEYS`; None for a name of several."""
        ...


class Made(NamedTuple):
    """What some rows have become."""

    entries: list[bytes]
    """The predictions as they are sent, one a row."""
    task_ids: list[str]
    """What they are on."""


class _Box(msgspec.Struct, tag_field="type", tag="box", omit_defaults=True, gc=False):
    """A `Box`."""

    left: Coordinate
    top: Coordinate
    width: Side
    height: Side
    rotation: Coordinate = 0.0


class _Turned(msgspec.Struct, gc=False):
    """A `PredictionCreate` of a box that is turned, without what a row of a file seldom has."""

    id: str
    task_id: str
    label: str
    shape: _Box
    confidence: float | None


class _Line(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, gc=False):
    """A row of NDJSON."""

    label: str
    task_id: str | None = None
    unique_id: str | None = None
    filename: str | None = None
    confidence: Share | None = None
    named_confidence: Share | None = msgspec.field(default=None, name="confidence_score")
    score: Share | None = None


class _WithShape(_Line, kw_only=True, gc=False):
    """One that has its box below `shape`."""

    shape: _Box


class _Flat(_Line, kw_only=True, gc=False):
    """One that has its box beside the rest."""

    left: Coordinate
    top: Coordinate
    width: Side
    height: Side

    @property
    def shape(self) -> _Box:
        """The box."""
        return _Box(self.left, self.top, self.width, self.height)


class _Result(msgspec.Struct, gc=False):
    """A result of COCO that is a box and says nothing else."""

    image_id: Id
    label: Id = msgspec.field(name="category_id")
    bbox: tuple[Coordinate, Coordinate, Side, Side]
    score: Share | None
    attributes: None


_encode: Final = msgspec.json.Encoder().encode
_KINDS: Final[tuple[type[_Line], ...]] = (_WithShape, _Flat)
_OF_LINES: Final = {kind: msgspec.json.Decoder(kind).decode_lines for kind in _KINDS}
_OF_ROWS: Final[dict[type[_Line], Any]] = {_WithShape: list[_WithShape], _Flat: list[_Flat]}


class Boxes:
    """Makes the entries of rows of one file, as far as they are boxes on tasks of a dataset."""

    def __init__(self, maker: str, places: Places) -> None:
        self._begin = ids.numbered("prediction", maker, 0)[:-1]
        self._places = places
        self._labels: set[str] = set()
        self._kinds = _KINDS

    def of_lines(self, number: int, lines: bytes) -> Made | None:
        """What some whole lines are, the first of a number; None where one must be looked at."""
        found = self._read(lambda kind: _OF_LINES[kind](lines))
        # A blank line is a line, but no row.
        if len(found) < lines.count(b"\n") + (not lines.endswith(b"\n")):
            return None
        return self._made(found, range(number, number + len(found)))

    def of_rows(self, rows: Sequence[Row]) -> Made | None:
        """What some rows are; None where one must be looked at."""
        if any(row.wrong for row in rows):
            return None
        return self.of_data([row.number for row in rows], [row.data for row in rows])

    def of_data(self, numbers: Sequence[int], data: Sequence[Any]) -> Made | None:
        """The same of their numbers and what stands there."""
        found = self._read(lambda kind: msgspec.convert(data, _OF_ROWS[kind]))
        return self._made(found, numbers)

    def of_results(
        self,
        number: int,
        found: Sequence[Any],
        tasks: Mapping[str, str],
        labels: Mapping[str, str],
    ) -> Made | None:
        """What some results of COCO are, the first of a number; None where one must be looked at.

        `tasks` and `labels` are those of images and categories, by what COCO calls these.
        """
        if {*map(type, found)} != {Boxed}:
            return None
        try:
            boxes = msgspec.convert(found, list[_Result], from_attributes=True)
            task_of = {each: tasks[str(each)] for each in {box.image_id for box in boxes}}
            label_of = {each: labels[str(each)] for each in {box.label for box in boxes}}
        except (ValueError, KeyError):
            return None
        if not self._are_names({*label_of.values()}):
            return None
        task_ids = [task_of[box.image_id] for box in boxes]
        entries = [
            prediction_rows.write(task_id, at, label_of[box.label], box.score, box.bbox)
            for at, (task_id, box) in enumerate(zip(task_ids, boxes, strict=True), number)
        ]
        return Made(entries, task_ids)

    def _made(self, found: Sequence[Any], numbers: Sequence[int]) -> Made | None:
        tasks = self._tasks(found)
        if tasks is None or not self._are_names({line.label for line in found}):
            return None
        entries = [
            self._entry(number, task, line)
            for number, task, line in zip(numbers, tasks, found, strict=True)
        ]
        return Made(entries, tasks)

    def _entry(self, number: int, task_id: str, line: Any) -> bytes:
        box, label, confidence = line.shape, line.label, _confidence(line)
        if box.rotation:
            identity = f"{self._begin}{number}"
            return _encode(_Turned(identity, task_id, label, box, confidence))
        sides = (box.left, box.top, box.width, box.height)
        return prediction_rows.write(task_id, number, label, confidence, sides)

    def _read(self, read: Callable[[type[_Line]], Sequence[Any]]) -> Sequence[Any]:
        """Rows of one kind, nearly always that of those before; none where one is of another."""
        for at, kind in enumerate(self._kinds):
            try:
                found = read(kind)
            except (ValueError, RecursionError):
                continue
            if at:
                self._kinds = self._kinds[::-1]
            return found
        return ()

    def _tasks(self, found: Sequence[_Line]) -> list[str] | None:
        """The task of each line; None where one has none, or they name theirs in several ways."""
        key = next((key for key in KEYS if found and getattr(found[0], key) is not None), None)
        if key is None:
            return None
        for earlier in KEYS[: KEYS.index(key)]:
            if any(name is not None for name in map(attrgetter(earlier), found)):
                return None
        by_name: dict[Any, Any] = self._places.by(key)
        tasks: list[Any] = [by_name.get(name) for name in map(attrgetter(key), found)]
        return None if None in tasks else tasks

    def _are_names(self, labels: set[str]) -> bool:
        """Whether all labels are right."""
        new = labels - self._labels
        try:
            for label in new:
                _NAME.check(label)
        except ValueError:
            return False
        self._labels |= new
        return True


def _confidence(line: _Line) -> float | None:
    if line.confidence is not None:
        return line.confidence
    return line.score if line.named_confidence is None else line.named_confidence
