"""Tasks of today as columns: a query over a hundred thousand of them takes milliseconds.

A `Columns` is never changed: what changed of its project gives another one, which shares what has
not. A row is a task's slot and stays it; tasks that went leave theirs empty. A `View` puts the
tasks of one or more projects into the order of lists, and is what queries are asked of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
import numpy as np

from linlog.evaluation import frozen
from linlog.evaluation.slicing import Coded, Column, Judged, Marks, deep, objects
from linlog.evaluation.tallies import Array, Bools, Floats, Ints

T = TypeVar("T")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CODED: Final = ("batch", "kind", "status")
_TEXTS: Final = ("unique_id", "filename")
_NUMBERS: Final = ("annotations", "text.length", "image.width", "image.height")
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
        """What it is when the rows of some slots are others."""
        gone = np.zeros(max(int(self.slot.max(initial=-1)), int(slots.max(initial=-1))) + 1, bool)
        gone[slots] = True
        kept = ~gone[self.slot] if len(self.slot) else np.zeros(0, bool)
        columns = {
            name: np.concatenate([column[kept], _like(column, rows[name])])
            for name, column in self.columns.items()
        }
        return Listed(np.concatenate([self.slot[kept], np.array(new, np.int32)]), columns)

    @property
    def size_bytes(self) -> int:
        """What it takes up in memory, about."""
        return self.slot.nbytes + sum(each.nbytes for each in self.columns.values())


def _like(column: Array, values: list[Any]) -> Array:
    return objects(values) if column.dtype == object else np.array(values, column.dtype)


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
            **{name: np.zeros(0, object) for name in _TEXTS},
            **{name: np.zeros(0, np.float64) for name in _NUMBERS},
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
        there, created = _grown(self.there, size), _grown(self.created, size)
        there[slots] = True
        created[slots] = [row.created for row in rows]
        plain = {name: _grown(column, size) for name, column in self.plain.items()}
        for name, values in self._plain(rows).items():
            plain[name][slots] = values
        return replace(
            self,
            revision=revision,
            there=there,
            created=created,
            plain=plain,
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
        wanted: dict[str, Any] = {"label": np.int32, "shape": np.int32, "annotator": np.int32}
        if shaped:
            wanted |= dict.fromkeys(("area", "width", "height"), np.float64)
            wanted["attributes"] = np.object_
        rows: dict[str, list[Any]] = {name: [] for name in wanted}
        new: list[int] = []
        label, shape, annotator = (
            self.coding(f"annotation.{name}").code for name in ("label", "shape", "annotator")
        )
        for mark in marks:
            new.append(self.slots[mark.task_id])
            rows["label"].append(label(mark.label))
            rows["shape"].append(shape(mark.shape))
            rows["annotator"].append(annotator(mark.annotator))
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


def _grown(column: Array, size: int) -> Array:
    made = np.zeros(size, column.dtype)
    made[: len(column)] = column
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


# ------------------------------------------------------------------------------------ views


class View:
    """Tasks in the order of lists, oldest first, as queries ask of them."""

    def __init__(
        self,
        parts: Sequence[tuple[str, Columns, Ints]],
        batches: Mapping[str, str],
        splits: Mapping[str, str | None] | None = None,
    ) -> None:
        """Some tasks of projects: a project's id, its columns, and which slots of them.

        `batches` names batches by their ids; `splits` gives tasks of a dataset theirs.
        """
        self._parts = [
            (project, columns, _alive(columns, slots)) for project, columns, slots in parts
        ]
        self._batches = batches
        self._splits = splits
        created = np.concatenate(
            [np.zeros(0, np.int64), *(c.created[s] for _, c, s in self._parts)]
        )
        names = [columns.ids[slot] for _, columns, slots in self._parts for slot in slots.tolist()]
        self._order = _ordered(created, names)
        self.ids = [names[place] for place in self._order.tolist()]
        """The tasks' ids, in order."""
        self.created = created[self._order]
        """When they were made, in microseconds since 1970."""
        self.judged: Judged | None = None
        self._kept: dict[str, Any] = {}

    @property
    def size(self) -> int:
        """How many tasks there are."""
        return len(self.ids)

    def within(self, judged: Judged | None, name: str) -> Judging:
        """The same tasks, with what an evaluation found of them; `name` says which."""
        return Judging(self, judged, name)

    def places(self) -> dict[str, int]:
        """The place of each task by its id."""
        found: dict[str, int] = self.keep(
            "places", lambda: {each: at for at, each in enumerate(self.ids)}
        )
        return found

    def keep(self, name: str, make: Any) -> Any:
        """What `make` gives, made once."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def latest(self, name: str, setting: Any, make: Callable[[], T]) -> T:
        """What `make` gives for a setting: kept until another setting is asked for."""
        kept = self._kept.get(name)
        if kept is None or kept[0] != setting:
            kept = self._kept[name] = setting, make()
        found: T = kept[1]
        return found

    def column(self, name: str) -> Column:
        """A field of the tasks, see `slicing.TASK`."""
        found: Column = self.keep(f"column {name}", lambda: self._column(name))
        return found

    def tags(self) -> Marks:
        """The tags, as the column `tag`."""
        found: Marks = self.keep("tags", self._tags)
        return found

    def annotations(self) -> Marks:
        """The annotations of all tasks, as far as they were read."""
        found: Marks = self.keep("annotations", self._annotations)
        return found

    def metadata_keys(self) -> list[str]:
        """The keys of the tasks' own data, those first that most have."""
        found: list[str] = self.keep("keys", self._keys)
        return found

    def _column(self, name: str) -> Column:
        if name == "created_date":
            return objects([_text(each) for each in self.created.tolist()])
        if name == "split":
            splits = self._splits or {}
            return _coded([splits.get(each) for each in self.ids])
        if name == "project_id":
            counts = [len(slots) for _, _, slots in self._parts]
            codes = np.repeat(np.arange(len(counts)), counts)[self._order]
            return Coded([project for project, _, _ in self._parts], codes)
        if name == "image.area":
            sides = (self._numbers(f"image.{side}") for side in ("width", "height"))
            return np.multiply(*sides)
        if name.startswith("metadata."):
            return self._own(name.removeprefix("metadata."))
        if name in _NUMBERS:
            return self._numbers(name)
        if name in _TEXTS:
            return self._joined([columns.plain[name][slots] for _, columns, slots in self._parts])
        found = self._coded([(c.coding(name), c.plain[name][slots]) for _, c, slots in self._parts])
        if name == "batch":
            return Coded([self._batches.get(each, each) for each in found.names], found.codes)
        return found

    def _numbers(self, name: str) -> Floats:
        pieces = [columns.plain[name][slots] for _, columns, slots in self._parts]
        return self._joined([np.zeros(0), *pieces])

    def _joined(self, pieces: Sequence[Array]) -> Array:
        if not pieces:
            return np.zeros(0, object)
        return np.asarray(np.concatenate(pieces)[self._order])

    def _coded(self, pieces: Sequence[tuple[Coding, Ints]]) -> Coded:
        names: list[Any] = []
        codes: list[Ints] = [np.zeros(0, np.int64)]
        for coding, some in pieces:
            codes.append(some + len(names))
            names += coding.names
        return Coded(names, self._joined(codes).astype(np.int64))

    def _own(self, key: str) -> Column:
        """The values of a key of the tasks' own data, which may go deeper at its dots."""
        whole = self._value(key)
        head, dot, rest = key.partition(".")
        if not dot:
            return whole
        outer = self._value(head)
        inner = Coded([deep(each, rest) for each in outer.names], outer.codes)
        # The key that holds dots itself goes before.
        known = np.array([each is not None for each in whole.names], bool)[whole.codes]
        return Coded(
            [*whole.names, *inner.names],
            np.where(known, whole.codes, inner.codes + len(whole.names)),
        )

    def _value(self, key: str) -> Coded:
        pieces = []
        for _, columns, slots in self._parts:
            names = [*columns.codings.get(f"metadata.{key}", Coding()).names, None]
            values = Coding(names)
            dense = np.full(len(columns.ids), len(names) - 1)
            number = columns.coding("key").places.get(key, -1)
            rows = columns.metadata.columns["key"] == number
            dense[columns.metadata.slot[rows]] = columns.metadata.columns["value"][rows]
            pieces.append((values, dense[slots]))
        return self._coded(pieces)

    def _keys(self) -> list[str]:
        counts: dict[str, int] = {}
        for _, columns, slots in self._parts:
            alive = np.zeros(len(columns.ids), bool)
            alive[slots] = True
            held = columns.metadata
            names = [*columns.coding("key").names]
            found = np.bincount(held.columns["key"][alive[held.slot]], minlength=len(names))
            for name, number in zip(names, found.tolist(), strict=True):
                counts[name] = counts.get(name, 0) + number
        return sorted((name for name in counts if counts[name]), key=lambda name: -counts[name])

    def _tags(self) -> Marks:
        task, columns = self._listed([(c, c.tags) for _, c, _ in self._parts], ("tag",), "")
        return Marks(task, columns)

    def _annotations(self) -> Marks:
        held = [(c, c.marks) for _, c, _ in self._parts if c.marks is not None]
        assert len(held) == len(self._parts), "annotations are read before they are asked for"
        coded = ("label", "shape", "annotator")
        task, columns = self._listed(held, coded, "annotation.")
        attributes: Sequence[Mapping[str, Any]] = ()
        if all(c.shaped for c, _ in held):
            plain = self._unlisted(held, ("area", "width", "height", "attributes"))
            attributes = plain.pop("attributes").tolist()
            columns |= plain
        return Marks(task, columns, attributes)

    def _ranks(self) -> list[Ints]:
        """By part and slot the place of its task, or -1."""
        rank = np.empty(self.size, np.int64)
        rank[self._order] = np.arange(self.size)
        found, begun = [], 0
        for _, columns, slots in self._parts:
            dense = np.full(len(columns.ids), -1)
            dense[slots] = rank[begun : begun + len(slots)]
            begun += len(slots)
            found.append(dense)
        return found

    def _listed(
        self, held: Sequence[tuple[Columns, Listed]], names: Sequence[str], stem: str
    ) -> tuple[Ints, dict[str, Column]]:
        ranks = self._ranks()
        places = [rank[each.slot] for rank, (_, each) in zip(ranks, held, strict=True)]
        columns: dict[str, Column] = {}
        for name in names:
            values: list[Any] = []
            codes = [np.zeros(0, np.int64)]
            for place, (whole, each) in zip(places, held, strict=True):
                codes.append(each.columns[name][place >= 0] + len(values))
                values += whole.coding(stem + name).names
            columns[name] = Coded(values, np.concatenate(codes))
        task = np.concatenate([np.zeros(0, np.int64), *(each[each >= 0] for each in places)])
        return task, columns

    def _unlisted(
        self, held: Sequence[tuple[Columns, Listed]], names: Sequence[str]
    ) -> dict[str, Array]:
        ranks = self._ranks()
        kept = [rank[each.slot] >= 0 for rank, (_, each) in zip(ranks, held, strict=True)]
        return {
            name: np.concatenate(
                [
                    np.zeros(0, object if name == "attributes" else np.float64),
                    *(each.columns[name][rows] for rows, (_, each) in zip(kept, held, strict=True)),
                ]
            )
            for name in names
        }


class Judging:
    """A view with what an evaluation found of its tasks."""

    def __init__(self, view: View, judged: Judged | None, name: str) -> None:
        self.view = view
        self.judged = judged
        self.name = name
        """Of what was found."""
        self.size = view.size
        self.column = view.column
        self.tags = view.tags
        self.annotations = view.annotations


class Moved:
    """What an evaluation found of the tasks that it judged, told of those of a view.

    Tasks that came later have neither predictions nor outcomes; those that went are left out.
    """

    def __init__(self, judged: Judged, tasks: Sequence[str], view: View) -> None:
        places = view.places()
        self._judged = judged
        self._size = view.size
        self._at = np.array([places.get(each, -1) for each in tasks], np.int64)
        self._config = judged.config

    @cached_property
    def predictions(self) -> Marks:
        """The predictions of the tasks that are still there."""
        found = self._judged.predictions
        task = self._at[found.task]
        kept = task >= 0
        columns: dict[str, Column] = {
            name: Coded(each.names, each.codes[kept]) if isinstance(each, Coded) else each[kept]
            for name, each in found.columns.items()
        }
        return Marks(task[kept], columns)

    @cached_property
    def scores(self) -> Floats:
        """How well the model did on each task."""
        found = np.full(self._size, NAN)
        found[self._at[self._at >= 0]] = self._judged.scores[self._at >= 0]
        return found

    @cached_property
    def outcomes(self) -> Mapping[str, Bools]:
        """By word the tasks that have such an outcome."""
        found = {}
        for word, tasks in self._judged.outcomes.items():
            found[word] = np.zeros(self._size, bool)
            found[word][self._at[(self._at >= 0) & tasks]] = True
        return found

    @property
    def config(self) -> Mapping[str, Any]:
        """The settings of the model version's training."""
        return self._config


def _alive(columns: Columns, slots: Ints) -> Ints:
    return slots[columns.there[slots]] if len(slots) else slots


def _ordered(created: Ints, names: Sequence[str]) -> Ints:
    """Places by time, and by id where several tasks have one."""
    order = np.argsort(created, kind="stable")
    ordered = created[order]
    same = np.flatnonzero(ordered[1:] == ordered[:-1])
    begun = -1
    for at in same.tolist():
        if at < begun:
            continue
        end = int(np.searchsorted(ordered, ordered[at], side="right"))
        run = sorted(order[at:end].tolist(), key=names.__getitem__)
        order[at:end] = run
        begun = end
    return order


def _coded(values: Sequence[Any]) -> Coded:
    coding = Coding()
    codes = [coding.code(each) for each in values]
    return Coded(coding.names, np.array(codes, np.int64))


def _text(micros: int) -> str:
    return (_EPOCH + timedelta(microseconds=micros)).isoformat().replace("+00:00", "Z")
