"""The numbers of a log by key, as columns: read from entries, kept in packs, summed up by key."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from linlog import limits
from linlog.server.store.values import from_json, to_json
from linlog.wire import codec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

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

    def add(
        self,
        sequence: int,
        step: int,
        time: int,
        segment: int,
        data: Any,
        *,
        keys: Collection[str | None] | None = None,
    ) -> int:
        """Add an entry, whose data is marked as on the wire, with some of its keys or with all.

        Gives how many numbers came.
        """
        axes = self.axes
        place = len(axes["sequence"])
        axes["sequence"].append(sequence)
        axes["step"].append(step)
        axes["time"].append(time)
        axes["segment"].append(segment)
        found = numbers_of(codec.unmark_numbers(data))
        if keys is not None:
            found = [each for each in found if each[0] in keys]
        for key, number in found:
            if key not in self.numbers:
                self.places[key], self.numbers[key] = [], []
            self.places[key].append(place)
            self.numbers[key].append(number)
        return len(found)

    def axis(self, name: str) -> np.ndarray:
        """What the entries have on an axis."""
        import numpy as np

        return np.array(self.axes[name], np.int64)

    def columns(self) -> dict[str, Column]:
        """The keys as columns."""
        import numpy as np

        return {
            key: Column(np.array(self.places[key], np.int64), np.array(numbers, np.float64))
            for key, numbers in self.numbers.items()
        }


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

    def add(self, sequence: int, total: int, last: float, finite: Sequence[float]) -> None:
        """Take note of further numbers, of which an entry has the last.

        `finite` holds the lowest and the highest of those that are finite, or all of these.
        """
        self.total += total
        if sequence >= self.sequence:
            self.sequence, self.last = sequence, last if isfinite(last) else None
        if finite:
            low, high = min(finite), max(finite)
            self.lowest = low if self.lowest is None else min(low, self.lowest)
            self.highest = high if self.highest is None else max(high, self.highest)

    def add_pack(self, start: int, places: bytes, numbers: bytes) -> None:
        """Take note of a row of a pack, whose first entry has this place in the log."""
        import numpy as np

        found = np.frombuffer(numbers, "<f8")
        last = int(np.frombuffer(places, "<u2")[-1]) if places else len(found) - 1
        finite = found[np.isfinite(found)]
        extremes = [float(finite.min()), float(finite.max())] if len(finite) else []
        self.add(start + last + 1, len(found), float(found[-1]), extremes)


def summed(known: dict[str, Summary], columns: Columns) -> dict[str, Summary]:
    """The summaries with further entries added."""
    for key, numbers in columns.numbers.items():
        sequence = columns.axes["sequence"][columns.places[key][-1]]
        finite = [number for number in numbers if isfinite(number)]
        known.setdefault(key, Summary()).add(sequence, len(numbers), numbers[-1], finite)
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
    """One key of some entries in a row: places among them, ascending, and a number for each."""

    places: np.ndarray
    numbers: np.ndarray
    """Empty where places alone were asked for."""


def joined(parts: Iterable[tuple[int, bytes, bytes]], size: int) -> Column:
    """A column of the rows of packs: (place of the pack, places in it, numbers)."""
    import numpy as np

    places, numbers = [], []
    for start, where, held in parts:
        if where:
            places.append(start + np.frombuffer(where, "<u2").astype(np.int64))
        else:
            places.append(np.arange(start, start + size))
        numbers.append(np.frombuffer(held, "<f8"))
    return Column(np.concatenate(places), np.concatenate(numbers))
