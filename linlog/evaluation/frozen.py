"""Frozen content: tasks, annotations and predictions as canonical JSON, and the hashes of them.

Canonical: keys ascending, no blanks, the shortest digits that read back as the same number; a list
without an order of its own is sorted by the bytes of its entries. So equal content has equal
bytes and one hash, in whatever order and in whatever database it arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final, NamedTuple

import msgspec

from linlog import shapes
from linlog.evaluation import box_rows
from linlog.evaluation.box_rows import BoxRows
from linlog.evaluation.items import Item, Prediction, Truth, truth_of
from linlog.shapes import Box, Shape

CHUNK: Final = 128
"""Tasks of one piece of a manifest, about: an edit writes one piece anew, and shares the rest."""

Row = tuple[Any, ...]
_encode: Final = msgspec.json.Encoder(order="sorted").encode
_first: Final = itemgetter(0)
_FAST: Final = ("box", "span", "whole")
"""Shapes of plain numbers, which are read without a look at each: they were checked at the door."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one task is at a moment, as hashes."""

    task_id: str
    item: str
    """Hash of the item and of what is known about it."""
    annotations: str
    """Hash of the annotations, and of the size of the image that they are drawn on."""
    split: str | None = None
    """train, validation or test, where the dataset puts it into one."""


@dataclass(frozen=True)
class Manifest:
    """What a dataset holds at a moment: its tasks, ascending by id, and its labels."""

    entries: tuple[Entry, ...]
    taxonomy: str
    """Hash of the labels."""

    @cached_property
    def name(self) -> str:
        """The hash of all of it."""
        return pieces(self)[0]

    @property
    def hashes(self) -> dict[str, str]:
        """Of its parts: `tasks` with their splits, `annotations` task by task, `taxonomy`."""
        items = [(each.task_id, each.item, each.split) for each in self.entries]
        annotations = [(each.task_id, each.annotations) for each in self.entries]
        return {
            "tasks": digest(encode(items)),
            "annotations": digest(encode(annotations)),
            "taxonomy": self.taxonomy,
        }


def encode(value: Any) -> bytes:
    """Canonical JSON of plain data and dataclasses."""
    return _encode(value)


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return sha256(data).hexdigest()


def marked(rows: Iterable[Row]) -> tuple[bytes, list[Row]]:
    """Annotations or predictions of a task as bytes, and in their canonical order.

    A row is the label, the shape and more, the id last. They are sorted by what they say and only
    then by their ids, so that which of two comes first, where matching asks for it, does not
    depend on ids drawn by chance.
    """
    found = sorted(((_encode(row), row) for row in rows), key=_first)
    return b"[" + b",".join(data for data, _ in found) + b"]", [row for _, row in found]


def predicted(
    rows: Iterable[Row] | BoxRows,
    shapes_of_kind: Sequence[str],
    counting: frozenset[str] | None = None,
) -> tuple[bytes, Sequence[Prediction]]:
    """Predictions of a task as `marked` gives them, as bytes and as evaluations see them.

    Those of other shapes are left out, and those whose ids are not `counting`, where that is
    given. Rows are label, shape, confidence, attributes, id.
    """
    if not isinstance(rows, BoxRows):
        data, some = marked(
            row
            for row in rows
            if row[1].name in shapes_of_kind and (counting is None or row[-1] in counting)
        )
        return data, [
            Prediction(identity, label, shape, confidence)
            for label, shape, confidence, _, identity in some
        ]
    if Box.name not in shapes_of_kind:
        return marked(())[0], ()
    if counting is not None and not counting.issuperset(rows.ids):
        rows = rows.at([at for at, identity in enumerate(rows.ids) if identity in counting])
    return box_rows.predicted(rows)


def truth(rows: Iterable[Row], size: tuple[int, int] | None) -> bytes:
    """What a task is judged by: its annotations, and height and width of its image if known.

    Rows are label, shape, attributes, source, id, and who made it. Those stand apart, and only
    where somebody is known: what was frozen before they were noted has the hash that it had.
    """
    held = [*rows]
    height, width = size or (None, None)
    people = {row[4]: row[5] for row in held if len(row) > 5 and row[5] is not None}
    return b'{"annotations":%b,%b"height":%b,"width":%b}' % (
        marked(row[:5] for row in held)[0],
        b'"annotators":%b,' % _encode(people) if people else b"",
        _encode(height),
        _encode(width),
    )


def item(
    task_id: str,
    held: bytes,
    predictions: Sequence[Prediction],
    *,
    predicted: bool,
    shapes_of_kind: Sequence[str],
) -> Item:
    """A task as evaluations see it, out of what `truth` wrote and of predictions in order."""
    found = box_rows.read_truth(held) or _truth(held)
    return Item(
        task_id=task_id,
        truths=_truths(found, shapes_of_kind),
        predictions=predictions,
        predicted=predicted,
        height=found.height,
        width=found.width,
    )


def _truths(found: box_rows.Held | _Truth, shapes_of_kind: Sequence[str]) -> Sequence[Truth]:
    if isinstance(found, box_rows.Held):
        return box_rows.truths(found) if Box.name in shapes_of_kind else ()
    marks = (
        (label, read_shape(bytes(raw)), attributes, identity)
        for label, raw, attributes, _, identity in found.annotations
    )
    return [
        truth_of(identity, label, shape, attributes)
        for label, shape, attributes, identity in marks
        if shape.name in shapes_of_kind
    ]


class Mark(NamedTuple):
    """An annotation that `truth` wrote."""

    label: str
    shape: Shape
    attributes: dict[str, Any]
    source: str | None
    annotator: str | None
    """Who made it; None where nobody knows."""


def marks(held: bytes) -> Iterator[Mark]:
    """The annotations that `truth` wrote."""
    found = _truth(held)
    for label, raw, attributes, source, identity in found.annotations:
        annotator = found.annotators.get(identity)
        yield Mark(label, read_shape(bytes(raw)), attributes, source, annotator)


def image_size(held: Mapping[str, Any]) -> tuple[int, int] | None:
    """Height and width in pixels of a task's image, where they are known.

    A stored file knows its size; of an image elsewhere, the caller may have told it, as
    `media_specs` among the details.
    """
    told = held["details"].get("media_specs")
    for source in (held, told if isinstance(told, dict) else {}):
        sides = source.get("height"), source.get("width")
        height, width = (side if type(side) is int and side > 0 else None for side in sides)
        if height is not None and width is not None:
            return height, width
    return None


def annotations_by_id(data: bytes) -> dict[str, dict[str, Any]]:
    """The annotations that `truth` wrote as plain data, by id."""
    names = ("label", "shape", "attributes", "source", "id")
    held = msgspec.json.decode(data)
    found = {row[-1]: dict(zip(names, row, strict=True)) for row in held["annotations"]}
    for identity, annotator in held.get("annotators", {}).items():
        found[identity]["annotator_id"] = annotator
    return found


def read_shape(data: bytes | str) -> Shape:
    """A shape out of JSON that was checked when it came."""
    name = _typed(data).type
    if name in _FAST:
        found: Shape = _reader(name).decode(data)
        return found
    return shapes.from_json(msgspec.json.decode(data))


def pieces(manifest: Manifest) -> tuple[str, dict[str, bytes]]:
    """The hash of a manifest, and the contents by hash that it can be read back from.

    The entries are cut where the hash of a task's id says so: two manifests that differ in one
    task differ in one piece, whatever came before it.
    """
    chunks = [encode(chunk) for chunk in _chunks(manifest.entries)]
    hashes = [digest(chunk) for chunk in chunks]
    top = encode({"taxonomy": manifest.taxonomy, "tasks": hashes})
    return digest(top), {digest(top): top, **dict(zip(hashes, chunks, strict=True))}


def piece_hashes(top: bytes) -> tuple[str, list[str]]:
    """The hash of the labels and those of the pieces of a manifest, out of its content."""
    found = msgspec.json.decode(top, type=_Top)
    return found.taxonomy, found.tasks


def manifest_of(taxonomy: str, chunks: Iterable[bytes]) -> Manifest:
    """The manifest that `pieces` took apart."""
    decoder = msgspec.json.Decoder(list[Entry])
    return Manifest(tuple(entry for chunk in chunks for entry in decoder.decode(chunk)), taxonomy)


def combined(hashes: Mapping[str, str]) -> str:
    """One hash of a hash for each task, whatever their order."""
    return digest(encode(sorted(hashes.items())))


class _Typed(msgspec.Struct):
    type: str


_typed: Final = msgspec.json.Decoder(_Typed).decode


class _Truth(msgspec.Struct):
    annotations: list[tuple[str, msgspec.Raw, dict[str, Any], Any, str]]
    height: int | None
    width: int | None
    annotators: dict[str, str] = {}


_truth: Final = msgspec.json.Decoder(_Truth).decode


class _Top(msgspec.Struct):
    taxonomy: str
    tasks: list[str]


def _chunks(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    chunk: list[Entry] = []
    for entry in entries:
        chunk.append(entry)
        if int.from_bytes(sha256(entry.task_id.encode()).digest()[:4]) % CHUNK == 0:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@cache
def _reader(name: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shapes.TABLE[name])
