"""JSON to wire classes and back, through msgspec.

A tolerant reader: unknown fields pass, unknown blocks and enum values survive. JSON has no NaN
and no infinities, so free data carries them as `{"$number": "NaN"}`; a user's own object that
looks like one gets another dollar sign on the way out and loses it on the way in.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from math import isfinite, isnan
from typing import Any, Final, TypeVar, cast

import msgspec

from linlog import shapes
from linlog.wire.record import Record
from linlog.wire.tagged import Tagged
from linlog.wire.unset import UNSET

T = TypeVar("T")

_MARK: Final = "$number"
_NUMBERS: Final = {
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "-Infinity": float("-inf"),
}


def encode(value: Any) -> bytes:
    """JSON bytes of wire classes and plain data; fields that are `UNSET` are left out."""
    kind: Any = type(value)
    if isinstance(value, Record) and _may_be_unset(kind):
        sent = {key: entry for key, entry in value.items() if entry is not UNSET}
        value = sent if len(sent) < len(value) else value
    return _encoder.encode(value)


def encoded(data: bytes, kind: type[T]) -> T:  # noqa: ARG001 - what it stands for
    """JSON that stands for a `kind` already, to be sent as it is."""
    written: Any = msgspec.Raw(data)
    return cast("T", written)


def decode(data: bytes | str, kind: type[T]) -> T:
    """Read JSON as `kind`. Raises ValueError that names the place and what was expected."""
    key: Any = kind
    found: T = _decoder(key).decode(data)
    return found


def convert(data: Any, kind: type[T]) -> T:
    """Read plain data as `kind`. Raises ValueError that names the place."""
    return msgspec.convert(data, kind, dec_hook=_read)


def mark_numbers(value: Any) -> Any:
    """Plain data in which NaN and infinities are objects that JSON can carry."""
    if isinstance(value, float) and not isfinite(value):
        name = "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
        return {_MARK: name}
    if isinstance(value, dict):
        if len(value) == 1 and _looks_marked(key := next(iter(value))):
            return {f"${key}": mark_numbers(value[key])}
        return {key: mark_numbers(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [mark_numbers(entry) for entry in value]
    return value


def unmark_numbers(value: Any) -> Any:
    """Undo `mark_numbers`."""
    if isinstance(value, dict):
        if len(value) == 1 and _looks_marked(key := next(iter(value))):
            if key != _MARK:
                return {key[1:]: unmark_numbers(value[key])}
            if isinstance(value[key], str) and value[key] in _NUMBERS:
                return _NUMBERS[value[key]]
        return {key: unmark_numbers(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [unmark_numbers(entry) for entry in value]
    return value


def _looks_marked(key: object) -> bool:
    return isinstance(key, str) and key.endswith(_MARK) and key.strip("$") == _MARK.strip("$")


def _read(kind: type[Any], data: Any) -> Any:
    if issubclass(kind, shapes.Shape):
        return shapes.from_json(data)
    if issubclass(kind, Tagged):
        return convert(data, kind.member(data))
    message = f"no way to read {kind.__name__}"
    raise NotImplementedError(message)


def _write(value: Any) -> Any:
    """Subclasses of plain types, such as a label of `classes_` in scikit-learn, as those."""
    for kind in (str, float, int):
        if isinstance(value, kind):
            return kind(value)
    if hasattr(value, "item") and not getattr(value, "shape", ()):
        return value.item()
    message = f"{type(value).__name__} cannot be sent as JSON"
    raise TypeError(message)


_encoder: Final = msgspec.json.Encoder(enc_hook=_write)


@cache
def _may_be_unset(kind: Any) -> bool:
    """Whether any field of the class may be `UNSET`, as those of updates may."""
    return any(entry.default is UNSET for entry in fields(kind))


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, dec_hook=_read)
