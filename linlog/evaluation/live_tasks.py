"""Tasks of today in the order of lists, as queries are asked of them.

A `View` is of one moment. The one that comes after it takes over all that did not change: the order
of the tasks, columns, and what was counted and sorted of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np

from linlog.evaluation import live_order
from linlog.evaluation.live_columns import (
    CODED_OF_MARKS,
    NAN,
    NUMBERS,
    TEXTS,
    Coding,
    Columns,
    Listed,
)
from linlog.evaluation.live_order import Order, Part
from linlog.evaluation.slicing import Coded, Column, Judged, Marks, deep, objects
from linlog.evaluation.tallies import Array, Bools, Floats, Ints

T = TypeVar("T")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class View:
    """Tasks in the order of lists, oldest first, as queries ask of them."""

    def __init__(
        self,
        parts: Sequence[Part],
        batches: Mapping[str, str],
        splits: Mapping[str, str | None] | None = None,
        before: View | None = None,
    ) -> None:
        """Some tasks of projects.

        `batches` names batches by their ids; `splits` gives tasks of a dataset theirs. `before` is
        a view that was made of the same projects earlier: what still holds of it is taken over.
        """
        self._parts = [*parts]
        self._batches = batches
        self._splits = splits
        self.order: Order = live_order.ordered(parts, None if before is None else before.order)
        self.ids = self.order.ids
        """The tasks' ids, in order."""
        self.created = self.order.created
        """When they were made, in microseconds since 1970."""
        self.size = len(self.ids)
        """How many tasks there are."""
        self.kept: dict[str, tuple[tuple[Any, ...], Any]] = {}
        """What was made of what does not change with every view, after what it was made of."""
        self.orders: dict[str, Any] = {} if before is None else {**before.orders}
        """What is true of values, whatever tasks have them."""
        self._latest: dict[str, tuple[Any, Any]] = {}
        if before is not None and before.order is self.order:
            self.kept.update(before.kept)

    def is_of(
        self,
        parts: Sequence[Part],
        batches: Mapping[str, str],
        splits: Mapping[str, str | None] | None = None,
    ) -> bool:
        """Whether a view of these would hold the same."""
        return (
            len(parts) == len(self._parts)
            and self._splits is splits
            and self._batches == batches
            and all(
                old.project_id == new.project_id
                and old.columns.alike(new.columns)
                and np.array_equal(old.wanted, new.wanted)
                for old, new in zip(self._parts, parts, strict=True)
            )
        )

    def within(self, judged: Judged | None, name: str) -> Judging:
        """The same tasks, with what an evaluation found of them; `name` says which."""
        return Judging(self, judged, name)

    def places(self) -> dict[str, int]:
        """The place of each task by its id."""
        return self.order.places

    def keep(self, name: str, make: Callable[[], T], *of: Any) -> T:
        """What `make` gives, made once of what it is told to be made of.

        Later views of the same tasks take it over. So whatever it depends on, beside which tasks
        there are and in which order, must be in `of`: texts that are equal, or the same objects.
        """
        kept = self.kept.get(name)
        if kept is None or not _same(kept[0], of):
            kept = self.kept[name] = of, make()
        found: T = kept[1]
        return found

    def latest(self, name: str, setting: Any, make: Callable[[], T]) -> T:
        """What `make` gives for a setting of this view: kept until another one is asked for."""
        kept = self._latest.get(name)
        if kept is None or kept[0] != setting:
            kept = self._latest[name] = setting, make()
        found: T = kept[1]
        return found

    def lasting(self, name: str, change: Callable[[T | None], T]) -> T:
        """What `change` makes of what it made last, be it of other tasks."""
        found = self.orders[name] = change(self.orders.get(name))
        return found

    def column(self, name: str) -> Column:
        """A field of the tasks, see `slicing.TASK`."""
        return self.keep(f"column {name}", lambda: self._column(name), *self._sources(name))

    def tags(self) -> Marks:
        """The tags, as the column `tag`."""
        return self.keep("tags", self._tags, *(each.columns.tags for each in self._parts))

    def annotations(self) -> Marks:
        """The annotations of all tasks, as far as they were read."""
        held = [each.columns.marks for each in self._parts]
        return self.keep("annotations", self._annotations, *held)

    def metadata_keys(self) -> list[str]:
        """The keys of the tasks' own data, those first that most have."""
        return self.keep("keys", self._keys, *self._metadata)

    @property
    def _metadata(self) -> list[Listed]:
        return [each.columns.metadata for each in self._parts]

    def _sources(self, name: str) -> list[Any]:
        """What a column is made of, beside the order."""
        if name in {"created_date", "project_id"}:
            return []
        if name == "split":
            return [self._splits]
        if name.startswith("metadata."):
            return self._metadata
        sides = ("image.width", "image.height")
        names = sides if name == "image.area" else (name,)
        found = [each.columns.plain[one] for each in self._parts for one in names]
        return [*found, self._batches] if name == "batch" else found

    def _column(self, name: str) -> Column:
        if name == "created_date":
            return objects([_text(each) for each in self.created.tolist()])
        if name == "split":
            splits = self._splits or {}
            return _coded([splits.get(each) for each in self.ids])
        if name == "project_id":
            return Coded([each.project_id for each in self._parts], self.order.part)
        if name == "image.area":
            sides = (self._numbers(f"image.{side}") for side in ("width", "height"))
            return np.multiply(*sides)
        if name.startswith("metadata."):
            return self._own(name.removeprefix("metadata."))
        if name in NUMBERS:
            return self._numbers(name)
        if name in TEXTS:
            return self.order.gathered([each.columns.plain[name] for each in self._parts])
        found = self._coded([(c.coding(name).names, c.plain[name]) for _, c, _ in self._parts])
        if name == "batch":
            return Coded([self._batches.get(each, each) for each in found.names], found.codes)
        return found

    def _numbers(self, name: str) -> Floats:
        held = [each.columns.plain[name] for each in self._parts]
        return self.order.gathered(held).astype(np.float64)

    def _coded(self, pieces: Sequence[tuple[Sequence[Any], Ints]]) -> Coded:
        names: list[Any] = []
        codes: list[Ints] = []
        for known, some in pieces:
            codes.append(some + len(names))
            names += known
        return Coded(names, self.order.gathered(codes).astype(np.int64))

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
        for _, columns, _ in self._parts:
            names = [None, *columns.codings.get(f"metadata.{key}", Coding()).names]
            dense = np.zeros(len(columns.ids), np.int64)
            number = columns.coding("key").places.get(key, -1)
            rows = columns.metadata.columns["key"] == number
            dense[columns.metadata.slot[rows]] = columns.metadata.columns["value"][rows] + 1
            pieces.append((names, dense))
        return self._coded(pieces)

    def _keys(self) -> list[str]:
        counts: dict[str, int] = {}
        for at, (_, columns, _) in enumerate(self._parts):
            held = columns.metadata
            alive = self.order.by_slot(at, len(columns.ids))[held.slot] >= 0
            names = [*columns.coding("key").names]
            found = np.bincount(held.columns["key"][alive], minlength=len(names))
            for name, number in zip(names, found.tolist(), strict=True):
                counts[name] = counts.get(name, 0) + number
        return sorted((name for name in counts if counts[name]), key=lambda name: -counts[name])

    def _tags(self) -> Marks:
        held = [(c, c.tags) for _, c, _ in self._parts]
        return Marks(*_listed(held, self._kept_rows(held), ("tag",), ""))

    def _annotations(self) -> Marks:
        held = [(c, c.marks) for _, c, _ in self._parts if c.marks is not None]
        assert len(held) == len(self._parts), "annotations are read before they are asked for"
        places = self._kept_rows(held)
        task, columns = _listed(held, places, CODED_OF_MARKS, "annotation.")
        attributes: Sequence[Mapping[str, Any]] = ()
        if all(c.shaped for c, _ in held):
            plain = _unlisted(held, places, ("area", "width", "height", "attributes"))
            attributes = plain.pop("attributes").tolist()
            columns |= plain
        return Marks(task, columns, attributes)

    def _kept_rows(self, held: Sequence[tuple[Columns, Listed]]) -> list[Ints]:
        """By part and row the place of its task, or -1."""
        return [
            self.order.by_slot(at, len(columns.ids))[each.slot]
            for at, (columns, each) in enumerate(held)
        ]


def _listed(
    held: Sequence[tuple[Columns, Listed]], places: Sequence[Ints], names: Sequence[str], stem: str
) -> tuple[Ints, dict[str, Column]]:
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
    held: Sequence[tuple[Columns, Listed]], places: Sequence[Ints], names: Sequence[str]
) -> dict[str, Array]:
    return {
        name: np.concatenate(
            [
                np.zeros(0, object if name == "attributes" else np.float64),
                *(
                    each.columns[name][place >= 0]
                    for place, (_, each) in zip(places, held, strict=True)
                ),
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


def _same(before: tuple[Any, ...], after: tuple[Any, ...]) -> bool:
    return len(before) == len(after) and all(
        one is other or (isinstance(one, str) and one == other)
        for one, other in zip(before, after, strict=True)
    )


def _coded(values: Sequence[Any]) -> Coded:
    coding = Coding()
    codes = [coding.code(each) for each in values]
    return Coded(coding.names, np.array(codes, np.int64))


def _text(micros: int) -> str:
    return (_EPOCH + timedelta(microseconds=micros)).isoformat().replace("+00:00", "Z")
