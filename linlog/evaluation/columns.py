"""The rows of a table as columns by name, and columns that are made when they are first asked for.

Most questions look at a few columns. So a tally that is cut, merged or read from bytes says how to
make each of its columns, and makes those that are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Rows = Mapping[str, Array]
"""Columns of equal length by name: the rows of one table."""
Make = Callable[[], Array]


class Columns(Rows):
    """Columns that are made when they are first asked for; from several threads, too."""

    __slots__ = ("_known", "_lock", "_makers", "_names")

    def __init__(self, makers: Mapping[str, Make]) -> None:
        self._names = tuple(makers)
        self._makers = {**makers}
        self._known: dict[str, Array] = {}
        self._lock = Lock()

    def __getitem__(self, name: str) -> Array:
        found = self._known.get(name)
        if found is None:
            with self._lock:
                found = self._known.get(name)
                if found is None:
                    # What makes a column may hold all of another table: it goes when it is done.
                    found = self._known[name] = self._makers[name]()
                    del self._makers[name]
        return found

    def once(self, name: str) -> Array:
        """A column for one use: it is not kept where it has to be made."""
        found, make = self._known.get(name), self._makers.get(name)
        return self[name] if found is not None or make is None else make()

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __reduce__(self) -> tuple[type[dict[str, Array]], tuple[dict[str, Array]]]:
        """Between processes go the columns themselves."""
        return dict, ({**self},)


def taken(rows: Rows, which: Array) -> Columns:
    """Some rows, by flags or by places."""
    places = np.flatnonzero(which) if which.dtype == np.bool_ else which
    return Columns({name: partial(_at, rows, name, places) for name in rows})


def changed(rows: Rows, **made: Make) -> Columns:
    """The rows with some columns made otherwise."""
    same: dict[str, Make] = {name: partial(rows.__getitem__, name) for name in rows}
    return Columns({**same, **made})


def passed_on(rows: Rows, **made: Make) -> Columns:
    """What `changed` gives; here and in `rows` no column is kept that `once` asks for."""
    same: dict[str, Make] = {name: partial(once, rows, name) for name in rows}
    return Columns({**same, **made})


def once(rows: Rows, name: str) -> Array:
    """A column for one use: it is not kept where it has to be made."""
    return rows.once(name) if isinstance(rows, Columns) else rows[name]


def recoded(rows: Rows, name: str, codes: Array) -> Columns:
    """The rows with the codes of one column exchanged, as int32."""
    return changed(rows, **{name: lambda: codes[rows[name]].astype(np.int32, copy=False)})


def together(names: Rows, make: Callable[[], Rows]) -> Columns:
    """Columns of those names that are all made when one of them is asked for."""
    lock, kept = Lock(), list[Rows]()

    def one(name: str) -> Array:
        with lock:
            if not kept:
                kept.append(make())
        return kept[0][name]

    return Columns({name: partial(one, name) for name in names})


def heads(values: Array) -> Bools:
    """Whether a value is the first of a run of equal ones.

    >>> heads(np.array([3, 3, 5]))
    array([ True, False,  True])
    """
    found = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found


def _at(rows: Rows, name: str, places: Ints) -> Array:
    return rows[name].take(places, axis=0)
