"""Tasks in the order of a field: numbers by size, texts by characters, what is missing last."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import is_
from typing import Any, Final

import numpy as np

from linlog.evaluation import slicing
from linlog.evaluation.live_tasks import Judging
from linlog.evaluation.slicing import Coded, Column, Selection
from linlog.evaluation.tallies import Floats, Ints

FIELDS: Final = (
    *("created_date", "batch", "status", "kind", "unique_id", "filename", "split", "annotations"),
    *("image.width", "image.height", "image.area", "text.length", "metadata.KEY"),
    *("score", "predictions", "prediction.confidence"),
)
_LONG: Final = {"created": "created_date", "confidence": "prediction.confidence"}
_TYPES: Final = {int: 0, float: 0, str: 1}
_FEW: Final = 1000
"""New values up to which putting each in its place is quicker than sorting all."""


def sorted_by(sort: str, places: Ints, known: Judging) -> Ints:
    """Places in the order of a field, with a minus before it from the highest down.

    Tasks that are alike stay in their order. Of confidences a task has its lowest. Raises
    ValueError for what no tasks are sorted by, and where an evaluation is needed.
    """
    name = sort.removeprefix("-")
    name = _LONG.get(name, name)
    if not any(slicing.is_field(name, each) for each in FIELDS):
        raise ValueError(
            f"tasks cannot be sorted by {name[:40]!r}; by {', '.join(FIELDS)} they can"
        )
    if known.judged is None and name.startswith(slicing.JUDGED):
        raise ValueError(f"sorting by {name} needs an evaluation")
    ranks = _ranks(name, known)[places]
    if sort.startswith("-"):
        ranks = -ranks
    return places[np.argsort(np.where(np.isnan(ranks), np.inf, ranks), kind="stable")]


def _ranks(name: str, known: Judging) -> Floats:
    """By task where it stands, NaN where the field is missing."""
    if name == "prediction.confidence":
        assert known.judged is not None, "checked before"
        marks = known.judged.predictions
        lowest = np.full(known.size, np.inf)
        np.minimum.at(lowest, marks.task, np.asarray(marks.columns["confidence"]))
        return np.where(np.isinf(lowest), np.nan, lowest)
    if name == "created_date":
        return np.arange(known.size, dtype=np.float64)
    if name in {"score", "predictions"}:
        return np.asarray(Selection(known).task_column(name), np.float64)
    column = known.column(name)
    return known.view.keep(f"ranks {name}", lambda: _ranked(name, column, known), column)


def _ranked(name: str, column: Column, known: Judging) -> Floats:
    if isinstance(column, Coded):
        return _places(name, column.names, known)[column.codes]
    if column.dtype == object:
        names: dict[Any, int] = {}
        codes = [names.setdefault(each, len(names)) for each in column.tolist()]
        return _places(name, [*names], known)[np.array(codes, np.int64)]
    return np.asarray(column, np.float64)


def _places(field: str, names: Sequence[Any], known: Judging) -> Floats:
    """By value its place among all; NaN for None."""

    def change(before: Ranking | None) -> Ranking:
        return ranking(names, before)

    return known.view.lasting(f"ranking {field}", change).of_names()


_Key = tuple[int, float, str]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Values in order: numbers, texts, then whatever else. Never changed once it is made."""

    names: Sequence[Any]
    """The values that were asked for."""
    numbers: Ints
    """By value a number that alike ones share, -1 for None."""
    codes: Mapping[_Key, int]
    """These numbers; some may be of values that are gone."""
    places: Ints
    """By that number its place among all."""
    keys: Sequence[_Key]
    """What values are sorted by, in order."""

    def of_names(self) -> Floats:
        """By value its place; NaN for None."""
        found = np.full(len(self.names), np.nan)
        there = self.numbers >= 0
        found[there] = self.places[self.numbers[there]]
        return found


_NOTHING: Final = Ranking([], np.zeros(0, np.int64), {}, np.zeros(0, np.int64), [])


def ranking(names: Sequence[Any], before: Ranking | None) -> Ranking:
    """The places of some values, from those of values before, of which some may be gone."""
    before = before or _NOTHING
    begun = len(before.names)
    if begun > len(names) or not all(map(is_, before.names, names)):
        begun = 0
    if not begun and len(before.codes) > 2 * len(names) + _FEW:
        before = _NOTHING
    keys = [None if name is None else _key(name) for name in names[begun:]]
    wanted = {key for key in keys if key is not None}
    new = wanted - before.codes.keys()
    if len(new) <= _FEW:
        ranked = _with(before, sorted(new))
    elif not begun:
        ranked = _sorted(wanted)
    else:
        # All is sorted anew, and what had a number gets another one.
        return ranking(names, None)
    numbers = [-1 if key is None else ranked.codes[key] for key in keys]
    every = np.concatenate([before.numbers[:begun], np.array(numbers, np.int64)])
    return replace(ranked, names=[*names], numbers=every)


def _sorted(keys: set[_Key]) -> Ranking:
    ordered = sorted(keys)
    codes = {key: at for at, key in enumerate(ordered)}
    return replace(_NOTHING, codes=codes, places=np.arange(len(ordered)), keys=ordered)


def _with(before: Ranking, new: Sequence[_Key]) -> Ranking:
    """The same with more values, each put in its place."""
    if not new:
        return before
    at = [bisect_left(before.keys, key) for key in new]
    keys = [*before.keys]
    for place, key in reversed([*zip(at, new, strict=True)]):
        keys.insert(place, key)
    codes = {**before.codes, **{key: len(before.codes) + n for n, key in enumerate(new)}}
    # Each place moves on by the number of new values that go before it.
    moved = before.places + np.searchsorted(at, before.places, side="right")
    places = np.append(moved, np.array(at, np.int64) + np.arange(len(at)))
    return replace(before, codes=codes, places=places, keys=keys)


def _key(value: Any) -> _Key:
    kind = _TYPES.get(type(value), 2)
    return (kind, value if kind == 0 else 0.0, value if kind == 1 else str(value) if kind else "")
