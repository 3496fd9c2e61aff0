"""What is drawn of a logged key: all of its points, or of each column of pixels the extremes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from linlog.wire import codec
from linlog.wire.log_entries import LogSeries

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

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


def drawn(log: LogNumbers, key: str, wanted: Wanted) -> LogSeries | None:
    """A key over the axis; None where no entry has both."""
    import numpy as np

    column = log.columns[key]
    places, values = column.places, column.numbers
    x = log.axes["step"][places].astype(np.float64)
    if wanted.x == "time":
        x = log.axes["time"][places] / _MICROSECONDS
    elif wanted.x != "step":
        axis = log.columns.get(axis_key(wanted.x) or "")
        if axis is None:
            return None
        _, mine, its = np.intersect1d(places, axis.places, assume_unique=True, return_indices=True)
        places, values, x = places[mine], values[mine], axis.numbers[its]
    within = np.isfinite(x)
    if wanted.low is not None:
        within &= x >= wanted.low
    if wanted.high is not None:
        within &= x <= wanted.high
    places, values, x = places[within], values[within], x[within]
    values = np.where(np.isfinite(values), values, np.nan)
    segments = log.axes["segment"][places]
    kept = extremes(x, values, segments, wanted.points)
    steps = log.axes["step"][places][kept]
    resumed = bool(segments.any())
    return LogSeries(
        key=key,
        steps=tuple(steps.tolist()),
        values=tuple(None if value != value else value for value in values[kept].tolist()),  # noqa: PLR0124 - NaN
        total=len(values),
        x=() if wanted.x == "step" else tuple(x[kept].tolist()),
        segments=tuple(segments[kept].tolist()) if resumed else (),
    )


def axis_key(x: str) -> str | None:
    """The logged key that an axis means; None for the step and the time."""
    if not x.startswith('"'):
        return None if x in {"step", "time"} else x
    try:
        return codec.decode(x, str)
    except ValueError:
        return x


def extremes(x: np.ndarray, values: np.ndarray, segments: np.ndarray, points: int) -> np.ndarray:
    """Which points stay, as ascending places: all where there are few.

    Otherwise of each of `points` / 4 columns of the axis and of each segment the first, the lowest,
    the highest and the last; NaN is neither low nor high. All are arrays of one length.
    """
    import numpy as np

    size = len(x)
    if size <= points:
        return np.arange(size)
    columns = max(1, points // _KEPT)
    low, high = x.min(), x.max()
    # Halves, for the whole way from the lowest to the highest float is none.
    half = high / 2 - low / 2
    at = np.zeros(size, np.int64)
    if half > 0:
        share = (x / 2 - low / 2) / half
        at = np.minimum(share * columns, columns - 1).astype(np.int64)
    groups = at + segments * columns
    order = np.arange(size)
    if (np.diff(groups) < 0).any():
        order = np.argsort(groups, kind="stable")
        groups, values = groups[order], values[order]
    starts = np.concatenate([[0], np.flatnonzero(np.diff(groups)) + 1])
    sizes = np.diff(np.concatenate([starts, [size]]))
    found = [starts, starts + sizes - 1]
    for least in (np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)):
        same = np.flatnonzero(values == np.repeat(least, sizes))
        _, first = np.unique(groups[same], return_index=True)
        found.append(same[first])
    return np.unique(order[np.concatenate(found)])
