"""How values are kept: times as microseconds, free data as JSON text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

Scope = str
"""The id of the organisation that a query is bound to."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder().decode


def micros(moment: datetime) -> int:
    """Microseconds since 1970; a time without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _MICROSECOND


def moment(micros_since: int) -> datetime:
    """The time in UTC."""
    return _EPOCH + timedelta(microseconds=micros_since)


def moment_or_none(micros_since: int | None) -> datetime | None:
    """The time in UTC, or None."""
    return None if micros_since is None else moment(micros_since)


def to_json(value: Any) -> str:
    """JSON text of plain data and wire classes."""
    return _encode(value).decode()


def from_json(text: str) -> Any:
    """Plain data of JSON text."""
    return _decode(text)
