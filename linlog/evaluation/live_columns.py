"""Tasks of today as columns: a query over a hundred thousand of them takes milliseconds.

A `Columns` is never changed: what changed of its project gives another one, which shares what has
not. A row is a task's slot and stays it; tasks that went leave theirs empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from linlog.evaluation import frozen
from linlog.evaluation.slicing import objects
from linlog.evaluation.tallies import Array, Bools, Ints

_CODED: Final = ("batch", "kind", "status")
TEXTS: Final = ("unique_id", "filename")
NUMBERS: Final = ("annotations", "text.length", "image.width", "image.height")
CODED_OF_MARKS: Final = ("label", "shape", "source", "annotator")
"""What annotations have of few values, in the order of `Mark`."""
_SHARED: Final = ("there", "created", "tags", "metadata", "marks")
NAN: Final = float("nan")
_ID_BYTES: Final = 200
"""What an id and its place take up in memory, about."""


class Row(NamedTuple):
    """What is read of a task; `tags` and `metadata` are JSON."""

    id: str
    created: int
    batch: str
    kind: str
    status: str
    unique_id: str | None
    filename: str | None
    annotations: int
    text_length: int | None
    width: int | None
    height: int | None
    told: str
    """Details as JSON, where they may tell an image's size; else empty."""
    tags: str
    metadata: str


class Mark(NamedTuple):
    """What is read of an annotation; shape and attributes are JSON, or not read."""

    task_id: str
    label: str
    shape: str
    source: str | None
    annotator: str | None
    geometry: str | None = None
    attributes: str | None = None


@dataclass(slots=True)
class Coding:
    """Values and their numbers; it only grows, so all that was coded by it stays right."""

    names: list[Any] = field(default_factory=list)
    places: dict[Any, int] = field(default_factory=dict)

    def code(self, value: Any) -> int:
        """The number of a value, a new one where it is new."""
        key = value if isinstance(value, str) or value is None else _key(value)
        found = self.places.get(key)
        if found is None:
            found = self.places[key] = len(self.names)
            self.names.append(value)
        return found


def _key(value: Any) -> tuple[type, Any]:
    """What tells a value from others that Python takes for the same, as it does 1 and true."""
    return type(value), value if isinstance(value, (int, float)) else msgspec.json.encode(value)


@dataclass(frozen=True, slots=True)
class Listed:
    """What tasks have several of, as columns beside the slots of their tasks."""

    slot: Ints
    columns: Mapping[str, Array]

    def replaced(self, slots: Ints, rows: Mapping[str, list[Any]], new: list[int]) -> Listed:
        """What it is when the rows of some slots are others; the same one if they are not."""
        gone = np.zeros(max(int(self.slot.max(initial=-1)), int(slots.max(initial=-1))) + 1, bool)
        gone[slots] = True
        kept = ~gone[self.slot] if len(self.slot) else np.zeros(0, bool)
        added = {name: _like(column, rows[name]) for name, column in self.columns.items()}
        slot = np.array(new, np.int32)
        alike = _alike(self.slot[~kept], slot) and all(
            _alike(column[~kept], added[name]) for name, column in self.columns.items()
        )
        if alike:
            return self
        columns = {
            name: np.concatenate([column[kept], added[name]])
            for name, column in self.columns.items()
        }
        return Listed(np.concatenate([self.slot[kept], slot]), columns)

    @property
    def size_bytes(self) -> int:
        """What it takes up in memory, about."""
        return self.slot.nbytes + sum(each.nbytes for each in self.columns.values())


def _like(column: Array, values: list[Any]) -> Array:
    return objects(values) if column.dtype == object else np.array(values, column.dtype)


def _alike(before: Array, after: Array) -> bool:
    """Whether two columns hold the same, what is missing being like itself."""
    if before.dtype == object:
        return len(before) == len(after) and before.tolist() == after.tolist()
    return np.array_equal(before, after, equal_nan=before.dtype.kind == "f")


def _listed(**columns: Any) -> Listed:
    return Listed(np.zeros(0, np.int32), {name: np.zeros(0, of) for name, of in columns.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The tasks of a project at one revision."""

    revision: int = -1
    ids: list[str] = field(default_factory=list)
    """By slot; grows, and is shared by all that came of one another, as `slots` and codings are."""
    slots: dict[str, int] = field(default_factory=dict)
    codings: dict[str, Coding] = field(default_factory=dict)
    there: Bools = field(default_factory=lambda: np.zeros(0, bool))
    created: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    plain: Mapping[str, Array] = field(
        default_factory=lambda: {
            **{name: np.zeros(0, np.int32) for name in _CODED},
            **{name: np.zeros(0, object) for name in TEXTS},
            **{name: np.zeros(0, np.float64) for name in NUMBERS},
        }
    )
    tags: Listed = field(default_factory=lambda: _listed(tag=np.int32))
    metadata: Listed = field(default_factory=lambda: _listed(key=np.int32, value=np.int32))
    marks: Listed | None = None
    """None until they are read."""
    shaped: bool = False
    """Whether the marks have sizes and attributes."""

    def coding(self, name: str) -> Coding:
        """The coding of a column."""
        if name not in self.codings:
            self.codings[name] = Coding()
        return self.codings[name]

    def alike(self, other: Columns) -> bool:
        """Whether it holds the same as another one of its project, if at another revision."""
        return (
            self.ids is other.ids
            and all(self.plain[name] is column for name, column in other.plain.items())
            and all(getattr(self, name) is getattr(other, name) for name in _SHARED)
        )

    @property
    def number(self) -> int:
        """How many tasks there are."""
        return len(np.flatnonzero(self.there))

    @property
    def size_bytes(self) -> int:
        """What it takes up in memory, about, with a view of it."""
        listed = (self.tags, self.metadata, *(() if self.marks is None else (self.marks,)))
        texts = len(self.ids) + sum(len(coding.names) for coding in self.codings.values())
        arrays = (self.there, self.created, *self.plain.values())
        size: int = sum(each.nbytes for each in arrays) + sum(each.size_bytes for each in listed)
        return 2 * size + _ID_BYTES * texts

    def changed(self, rows: Iterable[Row], revision: int) -> Columns:
        """What it is when some tasks are new or others than they were."""
        rows = [*rows]
        if not rows:
            return replace(self, revision=revision)
        slots = np.array([self._slot(row.id) for row in rows], np.int64)
        size = len(self.ids)
        values = self._plain(rows)
        return replace(
            self,
            revision=revision,
            there=_changed(self.there, size, slots, [True] * len(rows)),
            created=_changed(self.created, size, slots, [row.created for row in rows]),
            plain={
                name: _changed(column, size, slots, values[name])
                for name, column in self.plain.items()
            },
            tags=self._tagged(rows, slots),
            metadata=self._described(rows, slots),
        )

    def without_others(self, ids: Iterable[str]) -> Columns:
        """What it is when of its tasks only some are there."""
        there = np.zeros(len(self.there), bool)
        there[[self.slots[each] for each in ids]] = True
        return replace(self, there=there)

    def marked(self, marks: Iterable[Mark], changed: Ints | None, *, shaped: bool) -> Columns:
        """What it is with the annotations of the slots `changed`, or of all where that is None."""
        wanted: dict[str, Any] = dict.fromkeys(CODED_OF_MARKS, np.int32)
        if shaped:
            wanted |= dict.fromkeys(("area", "width", "height"), np.float64)
            wanted["attributes"] = np.object_
        rows: dict[str, list[Any]] = {name: [] for name in wanted}
        new: list[int] = []
        codes = [(name, self.coding(f"annotation.{name}").code) for name in CODED_OF_MARKS]
        for mark in marks:
            new.append(self.slots[mark.task_id])
            for (name, code), value in zip(codes, mark[1:], strict=False):
                rows[name].append(code(value))
            if shaped:
                _add_geometry(rows, mark)
        empty = _listed(**wanted)
        before = empty if changed is None or self.marks is None else self.marks
        none = np.zeros(0, np.int64)
        return replace(
            self,
            marks=before.replaced(none if changed is None else changed, rows, new),
            shaped=shaped,
        )

    def slots_of(self, ids: Iterable[str]) -> Ints:
        """The slots of tasks that it has or had."""
        return np.array([self.slots[each] for each in ids], np.int64)

    def _slot(self, task_id: str) -> int:
        if task_id not in self.slots:
            self.slots[task_id] = len(self.ids)
            self.ids.append(task_id)
        return self.slots[task_id]

    def _plain(self, rows: Sequence[Row]) -> dict[str, Any]:
        sizes = [_size(row) for row in rows]
        return {
            "batch": [*map(self.coding("batch").code, (row.batch for row in rows))],
            "kind": [*map(self.coding("kind").code, (row.kind for row in rows))],
            "status": [*map(self.coding("status").code, (row.status for row in rows))],
            "unique_id": objects([row.unique_id for row in rows]),
            "filename": objects([row.filename for row in rows]),
            "annotations": [row.annotations for row in rows],
            "text.length": [_number(row.text_length) for row in rows],
            "image.height": [height for height, _ in sizes],
            "image.width": [width for _, width in sizes],
        }

    def _tagged(self, rows: Sequence[Row], slots: Ints) -> Listed:
        coding, new, codes = self.coding("tag"), [], []
        for row, slot in zip(rows, slots.tolist(), strict=True):
            for tag in msgspec.json.decode(row.tags) if row.tags != "[]" else ():
                new.append(slot)
                codes.append(coding.code(tag))
        return self.tags.replaced(slots, {"tag": codes}, new)

    def _described(self, rows: Sequence[Row], slots: Ints) -> Listed:
        new: list[int] = []
        found: dict[str, list[Any]] = {"key": [], "value": []}
        known: dict[str, list[tuple[int, int]]] = {"{}": []}
        for row, slot in zip(rows, slots.tolist(), strict=True):
            if row.metadata not in known:
                known[row.metadata] = self._codes(msgspec.json.decode(row.metadata))
            for key, value in known[row.metadata]:
                new.append(slot)
                found["key"].append(key)
                found["value"].append(value)
        return self.metadata.replaced(slots, found, new)

    def _codes(self, data: Mapping[str, Any]) -> list[tuple[int, int]]:
        keys = self.coding("key")
        return [
            (keys.code(key), self.coding(f"metadata.{key}").code(value))
            for key, value in data.items()
        ]


def grown(column: Array, size: int, filled: Any = 0) -> Array:
    """A column that is at least so long, with something in its new rows."""
    if len(column) >= size:
        return column
    made = np.full(size, filled, column.dtype)
    made[: len(column)] = column
    return made


def _changed(column: Array, size: int, slots: Ints, values: Sequence[Any]) -> Array:
    """A column with other values in some slots; the same one if they are not other."""
    new = _like(column, [*values])
    if len(column) >= size and _alike(column[slots], new):
        return column
    made = grown(column, size)
    made = made.copy() if made is column else made
    made[slots] = new
    return made


def _number(value: int | None) -> float:
    return NAN if value is None else value


def _size(row: Row) -> tuple[float, float]:
    if row.width is not None or not row.told:
        return _number(row.height), _number(row.width)
    found = frozen.image_size({"details": msgspec.json.decode(row.told)})
    return (NAN, NAN) if found is None else found


def _add_geometry(rows: dict[str, list[Any]], mark: Mark) -> None:
    assert mark.geometry is not None, "read where shapes are wanted"
    shape = frozen.read_shape(mark.geometry)
    bounds = shape.bounds
    rows["area"].append(shape.area)
    rows["width"].append(NAN if bounds is None else bounds[2] - bounds[0])
    rows["height"].append(NAN if bounds is None else bounds[3] - bounds[1])
    rows["attributes"].append(msgspec.json.decode(mark.attributes or "{}"))
