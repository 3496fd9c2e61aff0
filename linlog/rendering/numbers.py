"""Numbers as people read them, the same in every rendering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from linlog.wire.blocks import Column, Matrix

NOTHING: Final = "–"
"""What stands for a number that is undefined."""
_LEVELS: Final = " ▁▂▃▄▅▆▇█"


def number(value: float | None) -> str:
    """Whole numbers with commas, others with four digits.

    >>> number(1234.0), number(0.25), number(None)
    ('1,234', '0.2500', '–')
    """
    if value is None:
        return NOTHING
    if float(value).is_integer() and abs(value) < 1e15 and (abs(value) > 1):
        return f"{value:,.0f}"
    return f"{value:.4f}" if abs(value) < 1e6 else f"{value:.4g}"


def share(value: float | None) -> str:
    """A number between 0 and 1, with four digits."""
    return NOTHING if value is None else f"{value:.4f}"


def count(value: float | None) -> str:
    """A number of things; parts of things with what digits they need."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def cell(value: float | None, column: Column, *, signed: bool) -> str:
    """A number of a table, with its sign where the table is of differences."""
    text = count(value) if column.count else share(value)
    if not signed or value is None:
        return text
    return f"+{text}" if value > 0 else text if value else "0"


def interval(low: float | None, high: float | None) -> str:
    """The ends of an interval, or nothing."""
    return "" if low is None or high is None else f"{number(low)} – {number(high)}"


def measure(kind: str) -> str:
    """What the places of a truth and a prediction of a kind are compared by."""
    return "OKS" if kind == "keypoints" else "IoU"


def spark(values: Sequence[float | None], width: int = 40) -> str:
    """A line of bars in text, at most `width` long, scaled to the largest value."""
    step = max(1, -(-len(values) // width))
    parts = [
        [value for value in values[at : at + step] if value is not None]
        for at in range(0, len(values), step)
    ]
    heights = [max(part) if part else None for part in parts]
    top = max((height for height in heights if height is not None), default=0) or 1
    last = len(_LEVELS) - 1
    return "".join("·" if h is None else _LEVELS[round(max(0.0, h / top) * last)] for h in heights)


def largest(block: Matrix) -> list[tuple[str, str, float]]:
    """Row, column and value of the cells off the diagonal that are not 0, the largest first."""
    found = [
        (name, other, value)
        for name, row in zip(block.rows, block.values, strict=True)
        for other, value in zip(block.columns, row, strict=True)
        if value and name != other
    ]
    return sorted(found, key=lambda cell: (-cell[2], cell[0], cell[1]))
