"""A pack: a task's predictions of one request, as one array of bytes.

Pure. A row of its own for every box would cost the database ten times the time and the space.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import msgspec

from linlog import shapes
from linlog.evaluation.box_rows import BoxRows
from linlog.server.hot import SentBox, SentSpan, SentWhole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linlog.server.hot import SentPrediction
    from linlog.wire.predictions import BoxRow, PredictionCreate

    Numbered = tuple[int, SentPrediction | PredictionCreate]

T = TypeVar("T")


class Pack(NamedTuple):
    """What one maker of ids said of a task in one request."""

    maker: str
    task_id: str
    seen: int
    """How many predictions there are, with those that found nothing."""
    size: int
    """How many the rows hold."""
    marks: tuple[tuple[str, str], ...]
    """The labels of the rows with their shapes, each once, as they come."""
    rows: bytes


class _Row(msgspec.Struct, array_like=True, gc=False):
    """One prediction of a pack."""

    number: int
    label: str
    confidence: float | None
    shape: _Box | _Span | _Whole | _Any
    attributes: dict[str, Any] | None = None


_BOX: Final = "b"


class _Box(msgspec.Struct, array_like=True, tag=_BOX, gc=False):
    left: float
    top: float
    width: float
    height: float
    rotation: float


class _BoxRow(msgspec.Struct, array_like=True, gc=False):
    """A `_Row` that is a box."""

    number: int
    label: str
    confidence: float | None
    shape: _Box
    attributes: dict[str, Any] | None = None


class _Span(msgspec.Struct, array_like=True, tag="s", gc=False):
    start: int
    end: int


class _Whole(msgspec.Struct, array_like=True, tag="w", gc=False):
    pass


class _Any(msgspec.Struct, array_like=True, tag="j", gc=False):
    data: Any


_NOTHING: Final[dict[str, Any]] = {}
"""The attributes of whatever has none: a dictionary each would cost as much as all the rest."""
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(list[_Row]).decode
_decode_boxes: Final = msgspec.msgpack.Decoder(list[_BoxRow]).decode


def of_predictions(maker: str, some: Sequence[Numbered]) -> Iterator[Pack]:
    """Packs of predictions that one maker has numbered.

    Where nothing was found on a task the rows are none, and the pack says that the task was seen.
    """
    for task_id, on_it in _by_task([each.task_id for _, each in some], some):
        size = len(on_it) - sum([each.shape is None for _, each in on_it])
        yield Pack(maker, task_id, len(on_it), size, _marks(on_it), write(on_it))


def of_boxes(maker: str, boxes: Sequence[BoxRow]) -> Iterator[Pack]:
    """Packs of boxes that one maker has numbered, the same as of the predictions they stand for."""
    for task_id, on_it in _by_task(map(itemgetter(0), boxes), boxes):
        labels = dict.fromkeys(map(itemgetter(2), on_it))
        rows = _encode(
            [
                (number, label, confidence, (_BOX, left, top, width, height, 0.0), None)
                for _, number, label, confidence, left, top, width, height in on_it
            ]
        )
        marks = tuple([(label, SentBox.name) for label in labels])
        yield Pack(maker, task_id, len(on_it), len(on_it), marks, rows)


def write(rows: Iterable[Numbered]) -> bytes:
    """Pack predictions with their numbers; those that found nothing are left out."""
    return _encode(
        [
            _Row(
                number,
                each.label,
                each.confidence,
                # Nearly every shape, and there may be millions.
                _Box(shape.left, shape.top, shape.width, shape.height, shape.rotation)
                if type(shape := each.shape) is SentBox
                else _packed(shape),
                each.attributes or None,
            )
            for number, each in rows
            if each.label is not None and each.shape is not None
        ]
    )


def read(pack: bytes) -> list[tuple[int, str, float | None, shapes.Shape, dict[str, Any]]]:
    """Number, label, confidence, shape and attributes of each prediction of a pack."""
    return [
        (row.number, row.label, row.confidence, _shape(row.shape), row.attributes or {})
        for row in _decode(pack)
    ]


def read_boxes(some: Sequence[tuple[str, bytes]]) -> BoxRows | None:
    """Packs with the makers of their ids, as columns; None where not all are boxes."""
    found = BoxRows()
    for maker, pack in some:
        try:
            rows = _decode_boxes(pack)
        except msgspec.ValidationError:
            return None
        boxes = [row.shape for row in rows]
        found.labels += [row.label for row in rows]
        found.confidences += [row.confidence for row in rows]
        found.attributes += [row.attributes or _NOTHING for row in rows]
        found.ids += [identity(maker, row.number) for row in rows]
        found.lefts += [box.left for box in boxes]
        found.tops += [box.top for box in boxes]
        found.widths += [box.width for box in boxes]
        found.heights += [box.height for box in boxes]
        found.rotations += [box.rotation for box in boxes]
    return found


def identity(maker: str, number: int) -> str:
    """The id that `ids.maker_and_number` took apart."""
    return maker if number < 0 else f"{maker}-{number}"


def _by_task(task_ids: Iterable[str], some: Iterable[T]) -> Iterable[tuple[str, list[T]]]:
    """Whatever is on each task, in the order in which the tasks come."""
    by_task: dict[str, list[T]] = {}
    last, theirs = "", []
    for task_id, each in zip(task_ids, some, strict=True):
        if task_id != last:
            # Often the one before.
            last = task_id
            theirs = by_task.setdefault(last, [])
        theirs.append(each)
    return by_task.items()


def _marks(some: Sequence[Numbered]) -> tuple[tuple[str, str], ...]:
    """Labels with their shapes, each once, as they come."""
    return tuple(
        {
            (label, shape.name): None
            for _, each in some
            if (label := each.label) is not None and (shape := each.shape) is not None
        }
    )


def _packed(shape: Any) -> _Box | _Span | _Whole | _Any:
    kind = type(shape)
    if kind is SentBox or kind is shapes.Box:
        return _Box(shape.left, shape.top, shape.width, shape.height, shape.rotation)
    if kind is SentSpan or kind is shapes.Span:
        return _Span(shape.start, shape.end)
    if kind is SentWhole or kind is shapes.Whole:
        return _Whole()
    return _Any(shape.to_json() if isinstance(shape, shapes.Shape) else shape)


def _shape(packed: _Box | _Span | _Whole | _Any) -> shapes.Shape:
    if type(packed) is _Box:
        return shapes.Box(packed.left, packed.top, packed.width, packed.height, packed.rotation)
    if type(packed) is _Span:
        return shapes.Span(packed.start, packed.end)
    if type(packed) is _Any:
        return shapes.from_json(packed.data)
    return shapes.Whole()
