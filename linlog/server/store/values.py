"""How values are kept: times as microseconds, free data as JSON text, long keys as hashes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import msgspec
import sqlalchemy as sa

Scope = str
"""The id of the organisation that a query is bound to."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LONGEST_KEY: Final = 200
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


def index_key(text: str) -> str:
    """What a text is called in an index, which takes no long ones: its start and its hash then."""
    if len(text) <= _LONGEST_KEY:
        return text
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[: _LONGEST_KEY - len(digest)]}{digest}"


def not_before(earlier: sa.ColumnElement[int], now: int) -> sa.ColumnElement[int]:
    """Now, unless the clock was set back since: nothing ends before it began."""
    return sa.case((earlier > now, earlier), else_=sa.literal(now, earlier.type))
