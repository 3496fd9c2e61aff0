"""Markers in `Annotated[...]` that say which values a field takes.

The server (through pydantic) and the client (through `Checked`) read the same marker, and
OpenAPI documents it. Importing this module loads nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args, get_origin, get_type_hints

from linlog import ids, limits

if TYPE_CHECKING:
    from collections.abc import Callable

NO_CHARACTERS: Final = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef{}]".format(
        "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
    )
)
"""Code points that stand for no character, which I-JSON (RFC 7493, 2.1) leaves out."""
NAME_LENGTH: Final = limits.NAME_CHARACTERS
TEXT_LENGTH: Final = limits.TEXT_CHARACTERS
FREE_SIZE: Final = limits.FREE_DATA
MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
)
"""How a date, or a date and a time of day, is written."""


class Constraint:
    """A rule for one value. `check` raises ValueError; `json_schema` is its OpenAPI form."""

    def check(self, value: Any) -> None:
        """Raise ValueError that says what was wrong and what was expected."""
        raise NotImplementedError

    def json_schema(self) -> dict[str, Any]:
        """The keywords of JSON Schema that say the same."""
        return {}

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Let pydantic check and document the rule."""
        from pydantic_core import core_schema

        def check(value: Any) -> Any:
            if value is not None:
                self.check(value)
            return value

        def document(schema: Any, js_handler: Any) -> Any:
            found = js_handler(schema)
            options = [entry for entry in found.get("anyOf", ()) if entry.get("type") != "null"]
            (options[0] if options else found).update(self.json_schema())
            return found

        return core_schema.no_info_after_validator_function(
            check, handler(source), metadata={"pydantic_js_functions": [document]}
        )


@dataclass(frozen=True, slots=True)
class Between(Constraint):
    """A finite number from `low` to `high`, both included."""

    low: float
    high: float

    def check(self, value: Any) -> None:
        """Refuse NaN, infinities and whatever lies outside."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            message = f"must be a number from {self.low:g} to {self.high:g}, not {value!r}"
            raise ValueError(message)  # noqa: TRY004 - one kind of error for every refusal
        # Neither of NaN nor of a number with thousands of digits, which no float holds.
        if not self.low <= value <= self.high:
            message = f"must be from {self.low:g} to {self.high:g}, but is {value!r:.40}"
            raise ValueError(message)

    def json_schema(self) -> dict[str, Any]:
        """`minimum` and `maximum`."""
        return {"minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class Prefix(Constraint):
    """The id of a `noun`, a key of `linlog.ids.PREFIXES`."""

    noun: str

    def check(self, value: Any) -> None:
        """Refuse ids of other things."""
        if not ids.is_id(self.noun, value):
            raise ValueError(ids.explain(self.noun, value))

    def json_schema(self) -> dict[str, Any]:
        """`pattern` of the prefix."""
        return {"pattern": f"^{ids.PREFIXES[self.noun]}_[A-Za-z0-9_-]{{1,64}}$"}


@dataclass(frozen=True, slots=True)
class Maker(Constraint):
    """The name of who numbers things of a `noun`; with any number it makes an id of one."""

    noun: str

    def check(self, value: Any) -> None:
        """Refuse what makes no id."""
        if not ids.is_id(self.noun, ids.numbered(self.noun, value, ids.HIGHEST_NUMBER)):
            message = "must have 1 to 48 letters, digits, hyphens or underscores"
            raise ValueError(message)

    def json_schema(self) -> dict[str, Any]:
        """`pattern` of the characters."""
        return {"pattern": "^[A-Za-z0-9_-]{1,48}$"}


@dataclass(frozen=True, slots=True)
class Length(Constraint):
    """A text, list or object of at least `least` and at most `most` characters or entries."""

    least: int
    most: int

    def check(self, value: Any) -> None:
        """Refuse what is too short or too long; a text of blanks alone counts as empty."""
        size = len(value.strip()) if isinstance(value, str) and self.least else len(value)
        if size < self.least:
            message = "must not be empty" if size == 0 else f"must have at least {self.least}"
            raise ValueError(message)
        if len(value) > self.most:
            message = f"must have at most {self.most:,}, but has {len(value):,}"
            raise ValueError(message)
        if isinstance(value, str):
            _storable(value)

    def json_schema(self) -> dict[str, Any]:
        """Nothing: whether characters or entries are meant depends on the field."""
        return {}


@dataclass(frozen=True, slots=True)
class Finite(Constraint):
    """Free data without NaN and infinities, which JSON has not and which would arrive as null."""

    def check(self, value: Any) -> None:
        """Refuse data that holds such a number anywhere, naming the place."""
        found = endless_number(value) if value else None
        if found is not None:
            place, number = found
            where = f" at {place}" if place else ""
            message = f"must hold finite numbers, but has {number}{where}; send null or a text"
            raise ValueError(message)
        if value and size_of(value) > FREE_SIZE:
            message = f"must have at most {FREE_SIZE:,} characters and values in all"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Moment(Constraint):
    """A time that is one in UTC too: an offset may lead out of the years 1 to 9999.

    It is written as a date and a time of day; a text of digits alone, which some read as seconds
    since 1970 and some as milliseconds, is none.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Let pydantic check and document the rule."""
        from pydantic_core import core_schema

        def read(value: Any) -> Any:
            if not isinstance(value, str):
                return value
            if not MOMENT.fullmatch(value):
                message = "must be a time such as 2024-01-31T12:00:00Z"
                raise ValueError(message)
            return datetime.fromisoformat(value.upper())

        inner = Constraint.__get_pydantic_core_schema__(self, source, handler)
        return core_schema.no_info_before_validator_function(read, inner)

    def check(self, value: Any) -> None:
        """Refuse a time that UTC has not."""
        if value.tzinfo is None:
            return
        try:
            value.astimezone(UTC)
        except OverflowError:
            message = "must be a time between the years 1 and 9999 in UTC"
            raise ValueError(message) from None


@dataclass(frozen=True, slots=True)
class Colour(Constraint):
    """A colour as `#rrggbb`."""

    def check(self, value: Any) -> None:
        """Refuse anything but six hexadecimal digits after a hash."""
        digits = value[1:].lower() if isinstance(value, str) else ""
        if len(digits) != 6 or value[0] != "#" or any(c not in "0123456789abcdef" for c in digits):
            message = f"must be a colour such as #1c7ed6, not {str(value)[:20]!r}"
            raise ValueError(message)

    def json_schema(self) -> dict[str, Any]:
        """`pattern` of the digits."""
        return {"pattern": "^#[0-9a-fA-F]{6}$"}


class Checked:
    """Gives a dataclass a constructor that checks its constraints and names the field."""

    __slots__ = ()

    def __post_init__(self) -> None:
        kind: Any = type(self)
        for name, optional, check in _checks(kind):
            value = getattr(self, name)
            if optional and (value is None or type(value).__name__ == "Unset"):
                continue
            try:
                check(value)
            except (TypeError, ValueError) as error:
                message = f"{name} {error}" if str(error).startswith("must") else f"{name}: {error}"
                raise ValueError(message) from None


@cache
def _checks(kind: Any) -> list[tuple[str, bool, Callable[[Any], None]]]:
    hints = get_type_hints(kind, include_extras=True)
    found: list[tuple[str, bool, Callable[[Any], None]]] = []
    for entry in fields(kind):
        for optional, rule in _rules(hints[entry.name]):
            found.append((entry.name, optional, rule.check))
    return found


def _rules(hint: Any) -> list[tuple[bool, Constraint]]:
    """The constraints of a hint itself or of one side of its union, not of what it contains."""
    if get_origin(hint) is Annotated:
        inner, *marks = get_args(hint)
        optional = type(None) in get_args(inner)
        return [(optional, mark) for mark in marks if isinstance(mark, Constraint)]
    if get_origin(hint) in (tuple, list, dict):
        return []
    return [
        (True, mark)
        for side in get_args(hint)
        if get_origin(side) is Annotated
        for mark in get_args(side)[1:]
        if isinstance(mark, Constraint)
    ]


def endless_number(data: Any) -> tuple[str, float] | None:
    """Where free data holds NaN or an infinity, as `key.0.key`, and which; None where nowhere."""
    waiting: list[tuple[str, Any]] = [("", data)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, float) and not isfinite(value):
            return place.removeprefix("."), value
        if isinstance(value, dict):
            inner = [*value.items()]
        elif isinstance(value, (list, tuple)):
            inner = [*enumerate(value)]
        else:
            continue
        waiting += [(f"{place}.{key}", entry) for key, entry in reversed(inner)]
    return None


def size_of(data: Any) -> int:
    """How much free data holds: one for each value, and the characters of keys and texts."""
    found, waiting = 0, [data]
    while waiting and found <= FREE_SIZE:
        value = waiting.pop()
        found += 1
        if isinstance(value, str):
            found += len(value)
        elif isinstance(value, dict):
            found += sum(map(len, map(str, value)))
            waiting += value.values()
        elif isinstance(value, (list, tuple)):
            waiting += value
    return found


def _storable(text: str) -> None:
    if "\0" in text:
        message = "must not hold a NUL character"
        raise ValueError(message)
    if not text.isascii() and (found := NO_CHARACTERS.search(text)):
        message = f"must not hold U+{ord(found[0]):04X}, which is no character"
        raise ValueError(message)


Name = Annotated[str, Length(1, NAME_LENGTH)]
"""A name of 1 to 200 characters."""
