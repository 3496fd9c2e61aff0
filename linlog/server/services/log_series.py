"""What is drawn of a logged key: all of its points, or of each column of pixels the extremes."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Final, Protocol

from linlog import limits
from linlog.wire import codec
from linlog.wire.log_entries import LogSeries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np

    from linlog.server.store.log_columns import Column
    from linlog.server.store.log_packs import LogNumbers

_MICROSECONDS: Final = 1_000_000
_KEPT: Final = 4
"""Points that stay of a column: the first, the lowest, the highest, the last."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    points: int
    """At most about so many a key."""
    keys: Sequence[str] | None = None
    """None for every key."""
    x: str = "step"
    """step, time, or a logged key; one that is called so itself stands in quotes, as in JSON."""
    low: float | None = None
    high: float | None = None
    """Bounds of the part of the axis that is drawn, both within it."""


class Reader(Protocol):
    """Gives the numbers of a log from its first entry on; bare keys have places alone."""

    def __call__(self, *, bare: bool) -> Iterable[LogNumbers]:
        """Read it."""


def drawn(read: Reader, keys: Sequence[str], wanted: Wanted) -> list[LogSeries]:
    """The keys over the axis; none of those, or of that, which the log has not.

    The log is read twice, for columns of pixels are known when the ends of the axis are.
    """
    has_axis = axis_key(wanted.x) is None
    extents: dict[str, _Extent] = {}
    for numbers in read(bare=True):
        has_axis = has_axis or numbers.axis is not None
        for key, column in numbers.columns:
            extents.setdefault(key, _Extent()).add(_located(numbers, column, wanted)[1])
    if not has_axis or not extents:
        return []
    thinning = _Thinning.among(wanted.points, len(extents))
    lines = {key: _Points.none() for key in dict.fromkeys([*keys, *extents]) if key in extents}
    for numbers in read(bare=False):
        for key, column in numbers.columns:
            found = lines[key].joined(_points(numbers, column, wanted))
            lines[key] = found.thinned(extents[key], thinning)
    return [_line(key, each, extents[key].total, wanted) for key, each in lines.items()]


def _located(
    numbers: LogNumbers, column: Column, wanted: Wanted
) -> tuple[np.ndarray | slice, np.ndarray]:
    """Which of a column's numbers lie on the part of the axis that is drawn, and where."""
    import numpy as np

    places = column.places
    if wanted.x in {"step", "time"}:
        held = numbers.axes[wanted.x]
        x = (held if len(places) == len(held) else held[places]).astype(np.float64)
        if wanted.x == "time":
            x /= _MICROSECONDS
        chosen = None
    elif numbers.axis is None:
        return places[:0], np.zeros(0)
    else:
        axis = numbers.axis
        _, chosen, its = np.intersect1d(
            places, axis.places, assume_unique=True, return_indices=True
        )
        x = axis.numbers[its]
    within = np.isfinite(x)
    if wanted.low is not None:
        within &= x >= wanted.low
    if wanted.high is not None:
        within &= x <= wanted.high
    if chosen is None and within.all():
        return slice(None), x
    inside = np.flatnonzero(within)
    return inside if chosen is None else chosen[inside], x[inside]


def _points(numbers: LogNumbers, column: Column, wanted: Wanted) -> _Points:
    import numpy as np

    chosen, x = _located(numbers, column, wanted)
    places, values = column.places[chosen], column.numbers[chosen]
    values = np.where(np.isfinite(values), values, np.nan)
    return _Points(x, values, numbers.axes["step"][places], numbers.axes["segment"][places])


def _line(key: str, points: _Points, total: int, wanted: Wanted) -> LogSeries:
    return LogSeries(
        key=key,
        steps=tuple(points.steps.tolist()),
        values=tuple(None if value != value else value for value in points.values.tolist()),  # noqa: PLR0124 - NaN
        total=total,
        x=() if wanted.x == "step" else tuple(points.x.tolist()),
        segments=tuple(points.segments.tolist()) if points.segments.any() else (),
    )


@dataclass(slots=True)
class _Extent:
    """How many points a key has, and from where to where they lie on the axis."""

    total: int = 0
    low: float = inf
    high: float = -inf

    def add(self, x: np.ndarray) -> None:
        """Take note of further points."""
        self.total += len(x)
        if len(x):
            self.low, self.high = min(self.low, x.min()), max(self.high, x.max())


@dataclass(frozen=True, slots=True)
class _Points:
    """Points of a key in the order that they were logged: arrays of one length."""

    x: np.ndarray
    values: np.ndarray
    """NaN where they are not finite."""
    steps: np.ndarray
    segments: np.ndarray

    @classmethod
    def none(cls) -> _Points:
        """Before the first."""
        import numpy as np

        return cls(*(np.zeros(0, each) for each in (float, float, np.int64, np.int64)))

    def joined(self, other: _Points) -> _Points:
        """These and the ones that were logged after them."""
        import numpy as np

        pairs = ((getattr(self, each), getattr(other, each)) for each in self.__slots__)
        return _Points(*(np.concatenate(pair) for pair in pairs))

    def thinned(self, extent: _Extent, thinning: _Thinning) -> _Points:
        """All where the key has few; what was thinned is thinned again with what follows it."""
        import numpy as np

        if extent.total <= thinning.points:
            return self
        columns = max(1, thinning.points // _KEPT)
        at = columns_of(self.x, extent.low, extent.high, columns)
        apart = np.minimum(self.segments, thinning.segments - 1)
        kept = extremes(at + apart * columns, self.values)
        return _Points(*(getattr(self, each)[kept] for each in self.__slots__))


@dataclass(frozen=True, slots=True)
class _Thinning:
    """How much stays of each key, so that the answer stays within bounds."""

    points: int
    segments: int
    """So many are thinned apart, the last of them with all that follow it."""

    @classmethod
    def among(cls, points: int, keys: int) -> _Thinning:
        """What so many keys may have together, for each."""
        each = limits.SERIES_POINTS_TOGETHER // keys
        fewer = max(_KEPT, min(points, each))
        return cls(fewer, max(1, each // fewer))


def axis_key(x: str) -> str | None:
    """The logged key that an axis means; None for the step and the time."""
    if not x.startswith('"'):
        return None if x in {"step", "time"} else x
    try:
        return codec.decode(x, str)
    except ValueError:
        return x


def columns_of(x: np.ndarray, low: float, high: float, columns: int) -> np.ndarray:
    """In which of some columns of equal width from `low` to `high` each place on the axis is."""
    import numpy as np

    # Halves, for the whole way from the lowest to the highest float is none.
    half = high / 2 - low / 2
    if half <= 0:
        return np.zeros(len(x), np.int64)
    share = (x / 2 - low / 2) / half
    return np.minimum(share * columns, columns - 1).astype(np.int64)


def extremes(groups: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Which points stay, as ascending places: of each group four at most.

    The first, the lowest, the highest and the last; NaN is neither low nor high. What stays of
    some points, and others after them, leaves of these what all of them together would have left.
    """
    import numpy as np

    size = len(groups)
    order = np.arange(size)
    if (np.diff(groups) < 0).any():
        order = np.argsort(groups, kind="stable")
        groups, values = groups[order], values[order]
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    sizes = np.diff(starts, append=size)
    found = [starts, starts + sizes - 1]
    if size:
        for least in (np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)):
            same = np.flatnonzero(values == np.repeat(least, sizes))
            _, first = np.unique(groups[same], return_index=True)
            found.append(same[first])
    return np.unique(order[np.concatenate(found)])
