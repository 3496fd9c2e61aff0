"""Tasks in the order of a field: numbers by size, texts by characters, what is missing last."""

from __future__ import annotations

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
        return _ranked(Selection(known).task_column(name))
    found: Floats = known.view.keep(f"ranks {name}", lambda: _ranked(known.column(name)))
    return found


def _ranked(column: Column) -> Floats:
    if isinstance(column, Coded):
        return _places(column.names)[column.codes]
    if column.dtype == object:
        names: dict[Any, int] = {}
        codes = [names.setdefault(each, len(names)) for each in column.tolist()]
        return _places([*names])[np.array(codes, np.int64)]
    return np.asarray(column, np.float64)


def _places(names: Any) -> Floats:
    """By value its place among all: numbers, texts, then whatever else; NaN for None."""
    found = np.full(len(names), np.nan)
    there = [at for at, name in enumerate(names) if name is not None]
    keys = {at: _key(names[at]) for at in there}
    last, place = None, -1
    for at in sorted(there, key=keys.__getitem__):
        place += keys[at] != last
        last = keys[at]
        found[at] = place
    return found


def _key(value: Any) -> tuple[int, float, str]:
    kind = _TYPES.get(type(value), 2)
    return (kind, value if kind == 0 else 0.0, value if kind == 1 else str(value))
