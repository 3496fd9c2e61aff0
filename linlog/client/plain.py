"""Numbers, arrays and other values of numpy, torch and their kin as plain data, importing none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from typing import Any, Final, TypeVar

T = TypeVar("T")
_DEEPEST: Final = 200
"""Levels of nesting; deeper data is taken for one that holds itself."""
_KEPT: Final = frozenset({str, int, float, bool, type(None)})


def plain(value: Any, depth: int = 0) -> Any:
    """The value as JSON can carry it, but for NaN and infinities, which stay floats.

    Keys become texts; what no rule knows becomes its `str`.
    """
    if type(value) in _KEPT:
        return _bounded(value) if type(value) is int else value
    if depth > _DEEPEST:
        raise ValueError(f"the data is nested more than {_DEEPEST} levels deep")
    if isinstance(value, Mapping):
        return {_key(key): plain(entry, depth + 1) for key, entry in value.items()}
    if isinstance(value, (list, tuple, AbstractSet)):
        return [plain(entry, depth + 1) for entry in value]
    return _converted(value, depth)


def plain_object(value: Mapping[Any, Any]) -> dict[str, Any]:
    """A mapping as a plain dictionary."""
    if not isinstance(value, Mapping):
        raise ValueError(f"expected a dictionary, not {type(value).__name__}")  # noqa: TRY004 - one kind of refusal
    return {_key(key): plain(entry) for key, entry in value.items()}


def scalar(value: Any) -> Any:
    """A number of numpy or torch as Python's own; the rest as it is."""
    if type(value) in _KEPT or not hasattr(value, "item"):
        return value
    return value.item()


def given(some: Iterable[T] | None) -> Iterable[T]:
    """What was given, or nothing; an array has no truth of its own."""
    return () if some is None else some


def text(value: T) -> T | str:
    """A text of a type of its own, as numpy has one, as Python's own; the rest as it is."""
    return str.__str__(value) if isinstance(value, str) else value


def _key(key: Any) -> str:
    return key if type(key) is str else str(scalar(key))


def _bounded(value: int) -> int | str:
    """Whole numbers of more than 64 bits as text: few readers of JSON keep them."""
    return value if -(2**63) <= value < 2**64 else str(value)


def _converted(value: Any, depth: int) -> Any:
    """Subclasses of plain types, dates, arrays, tensors, records; else the text of the value."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, int):
        return _bounded(int(value))
    if isinstance(value, float):
        return float(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if hasattr(value, "detach"):
        value = value.detach()
    if hasattr(value, "tolist"):
        return plain(value.tolist(), depth + 1)
    if hasattr(value, "item"):
        return plain(value.item(), depth + 1)
    if hasattr(value, "to_dict"):
        return plain(value.to_dict(), depth + 1)
    return str(value)
