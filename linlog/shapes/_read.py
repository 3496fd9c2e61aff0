"""Small readers that the shapes share: numbers and points out of untrusted JSON."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from linlog import limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST = limits.COORDINATE

MOST_POINTS = limits.POINTS

Point = tuple[float, float]


def number(data: Mapping[str, Any], key: str, default: float | None = None) -> float:
    """The finite number at `key`."""
    value = data.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        message = f"{key} must be a number, not {_said(value)}"
        raise ValueError(message)  # noqa: TRY004 - the readers of JSON turn ValueError into 422
    return _finite(float(value) if abs(value) <= LARGEST else LARGEST * 2, key)


def size(data: Mapping[str, Any], key: str) -> float:
    """The finite number at `key`, zero or larger."""
    value = number(data, key)
    if value < 0:
        message = f"{key} must not be negative, but is {value:g}"
        raise ValueError(message)
    return value


def whole_number(data: Mapping[str, Any], key: str) -> int:
    """The whole number at `key`, zero or larger."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        message = f"{key} must be a whole number of at least 0, not {_said(value)}"
        raise ValueError(message)
    return value


def points(value: Any, key: str, least: int) -> tuple[Point, ...]:
    """A path of at least `least` points, each `[x, y]` or `{"x": …, "y": …}`."""
    if not isinstance(value, (list, tuple)):
        message = f"{key} must be a list of [x, y] points, not {_said(value)}"
        raise ValueError(message)  # noqa: TRY004 - as above
    if len(value) < least:
        message = f"{key} must have at least {least} points, but has {len(value)}"
        raise ValueError(message)
    few_enough(len(value), key)
    return tuple(_point(entry, f"{key}[{place}]") for place, entry in enumerate(value))


def few_enough(number: int, key: str) -> None:
    """Refuse more points than a shape may have."""
    if number > MOST_POINTS:
        message = f"{key} must have at most {MOST_POINTS:,} points, but has {number:,}"
        raise ValueError(message)


def only(data: Mapping[str, Any], allowed: Sequence[str]) -> None:
    """Refuse keys that no shape of this kind has."""
    for key in data:
        if key != "type" and key not in allowed:
            message = f"unknown key {str(key)[:40]!r}; expected {', '.join(allowed) or 'none'}"
            raise ValueError(message)


def _point(entry: Any, key: str) -> Point:
    if isinstance(entry, dict):
        return (number(entry, "x"), number(entry, "y"))
    if isinstance(entry, (list, tuple)) and len(entry) == 2:
        pair = {"x": entry[0], "y": entry[1]}
        return (number(pair, "x"), number(pair, "y"))
    message = f"{key} must be [x, y], not {_said(entry)}"
    raise ValueError(message)


def _finite(value: float, key: str) -> float:
    if not isfinite(value) or abs(value) > LARGEST:
        message = f"{key} must be a finite number below {LARGEST:g}"
        raise ValueError(message)
    return value


def _said(value: object) -> str:
    return "missing" if value is None else repr(value)[:40]
