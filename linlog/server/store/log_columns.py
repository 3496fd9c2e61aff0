"""The numbers of a log by key, as columns: read from entries, kept in packs, summed up by key."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from linlog import limits
from linlog.server.store.values import from_json, to_json
from linlog.wire import codec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np

DEEPEST: Final = limits.LOG_DEPTH
"""Levels of nested data that numbers are taken of."""
AXES: Final = ("sequence", "step", "time", "segment")
"""What every entry has."""


@dataclass(slots=True)
class Columns:
    """Entries in order, and by key the places of those that have it with their numbers."""

    axes: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in AXES})
    places: dict[str, list[int]] = field(default_factory=dict)
    numbers: dict[str, list[float]] = field(default_factory=dict)

    def add(self, sequence: int, step: int, time: int, segment: int, data: Any) -> None:
        """Add an entry, whose data is marked as on the wire."""
        axes = self.axes
        place = len(axes["sequence"])
        axes["sequence"].append(sequence)
        axes["step"].append(step)
        axes["time"].append(time)
        axes["segment"].append(segment)
        for key, number in numbers_of(codec.unmark_numbers(data)):
            if key not in self.numbers:
                self.places[key], self.numbers[key] = [], []
            self.places[key].append(place)
            self.numbers[key].append(number)


def numbers_of(data: Any, path: str = "", depth: int = 0) -> list[tuple[str, float]]:
    """The numbers in logged data with dotted keys; NaN for what no float can hold."""
    if isinstance(data, bool) or depth > DEEPEST:
        return []
    if isinstance(data, float):
        return [(path, data)]
    if isinstance(data, int):
        try:
            return [(path, float(data))]
        except OverflowError:
            return [(path, nan)]
    if not isinstance(data, dict):
        return []
    found: list[tuple[str, float]] = []
    for key, value in data.items():
        found += numbers_of(value, f"{path}.{key}" if path else str(key), depth + 1)
    return found


@dataclass(slots=True)
class Summary:
    """What one key of a log amounts to; extremes are of finite numbers."""

    total: int = 0
    sequence: int = 0
    """Of the last entry that has it."""
    last: float | None = None
    lowest: float | None = None
    highest: float | None = None

    @classmethod
    def of(cls, column: Column) -> Summary:
        """What a column amounts to."""
        import numpy as np

        finite = column.numbers[np.isfinite(column.numbers)]
        last = float(column.numbers[-1])
        return cls(
            total=len(column.numbers),
            sequence=int(column.places[-1]) + 1,
            last=last if isfinite(last) else None,
            lowest=float(finite.min()) if len(finite) else None,
            highest=float(finite.max()) if len(finite) else None,
        )


def summed(known: dict[str, Summary], columns: Columns) -> dict[str, Summary]:
    """The summaries with further entries added."""
    for key, numbers in columns.numbers.items():
        found = known.setdefault(key, Summary())
        finite = [number for number in numbers if isfinite(number)]
        found.total += len(numbers)
        sequence = columns.axes["sequence"][columns.places[key][-1]]
        if sequence >= found.sequence:
            last = numbers[-1]
            found.sequence, found.last = sequence, last if isfinite(last) else None
        if finite:
            low, high = min(finite), max(finite)
            found.lowest = low if found.lowest is None else min(low, found.lowest)
            found.highest = high if found.highest is None else max(high, found.highest)
    return known


PLACES: Final = {"last": 2, "lowest": 3, "highest": 4}
"""Where each value stands in what a row keeps of a key."""


def write_summaries(summaries: dict[str, Summary]) -> str:
    """The text that a row keeps."""
    return to_json(
        {
            key: [each.total, each.sequence, each.last, each.lowest, each.highest]
            for key, each in summaries.items()
        }
    )


def read_summaries(text: str) -> dict[str, Summary]:
    """The summaries that a row keeps."""
    return {key: Summary(*values) for key, values in from_json(text).items()}


def packed(columns: Columns) -> Iterator[dict[str, Any]]:
    """What each row of a pack holds: its key, the places as uint16 where not all, the numbers."""
    import numpy as np

    size = len(columns.axes["sequence"])
    for name in AXES[1:]:
        yield {"key": name, "places": b"", "numbers": np.array(columns.axes[name], "<i8").tobytes()}
    for key, numbers in columns.numbers.items():
        whole = len(numbers) == size
        places = b"" if whole else np.array(columns.places[key], "<u2").tobytes()
        held = np.array(numbers, "<f8").tobytes()
        yield {"key": to_json(key), "places": places, "numbers": held}


@dataclass(frozen=True, slots=True)
class Column:
    """One key of a whole log: places of entries, ascending, and a number for each."""

    places: np.ndarray
    numbers: np.ndarray


def joined(parts: Iterable[tuple[int, bytes, bytes]], size: int, tail: Column) -> Column:
    """A column of the packs' rows (first place, places, numbers) and what is not packed yet."""
    import numpy as np

    places, numbers = [], []
    for first, where, held in parts:
        found = np.frombuffer(held, "<f8")
        offsets = np.frombuffer(where, "<u2") if where else np.arange(size)
        places.append(first + offsets.astype(np.int64))
        numbers.append(found)
    return Column(np.concatenate([*places, tail.places]), np.concatenate([*numbers, tail.numbers]))
