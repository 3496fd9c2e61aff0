"""Strict JSON: what has one reading, and what both databases keep alike.

What two readers could take for two different things is refused: keys that come twice, data that is
too deep for some, NUL and code points that are no characters, numbers that are none.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from linlog import limits
from linlog.errors import Invalid, TooLarge
from linlog.wire import codec
from linlog.wire.constraints import NO_CHARACTERS, endless_number

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST: Final = limits.JSON_DEPTH
MALFORMED: Final = 400
"""The status of what is no JSON at all; JSON that is wrong has 422."""
NUL: Final = rb"\u0000"
"""How JSON writes the character that ends a text in one database and fails in another."""
_NO_CHARACTERS: Final = (b"\xbf\xbe", b"\xbf\xbf", b"\xef\xb7")
"""What is in the UTF-8 of every code point that stands for no character, and of few others."""
_ESCAPED: Final = re.compile(rb"\\u(?:[Ff][DdFf]|[Dd][Ff])")
"""How such a code point is written by its number; the second half of a pair says it."""
_SPACED: Final = re.compile(rb'"[ \t\r\n]+:')
_LONG_NUMBER: Final = re.compile(rb"[0-9]{19}")
_WHOLE: Final = range(-(2**63), 2**63)


_HEAVY: Final = (
    (b"{", limits.JSON_OBJECTS, "objects"),
    (b"[", limits.JSON_LISTS, "lists"),
    (b",", limits.JSON_VALUES, "values"),
)
"""What a reader makes of each sign takes some hundred bytes, however short it was sent."""


class _Repeated(Exception):
    """A key that an object has twice."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def decode(body: bytes, *, verbatim: bool = False) -> Any:
    """The data of strict JSON. Raises Invalid."""
    anything: Any = Any
    try:
        data = codec.decode(body, anything)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        _refuse_endless(body)
        message = f"the body is no valid JSON: {error}"
        raise malformed(message) from None
    expected = pairs(data)
    # Every pair has such a colon; those that stand inside of texts are told apart exactly.
    if body.count(b'":') != expected or is_spaced(body):
        _refuse_repeated(body)
    if not verbatim and (NUL in body or _LONG_NUMBER.search(body) or _may_be_no_text(body)):
        for place, value in _scalars(data):
            _refuse_scalar(place, value)
    return data


def refuse_heavy(body: bytes) -> None:
    """Refuse a large body that would take many times its size to read. Raises TooLarge.

    What stands in texts counts too: telling it apart would cost as much as reading.
    """
    if len(body) <= limits.LARGE_BODY_BYTES:
        return
    if len(body) > limits.JSON_BYTES:
        message = (
            f"a JSON body has at most {limits.JSON_BYTES:,} bytes; send it in several requests"
        )
        raise TooLarge(message)
    for sign, most, what in _HEAVY:
        if body.count(sign) > most:
            message = f"the body has more than {most:,} {what}; send it in several requests"
            raise TooLarge(message)


def is_right(body: bytes, *, verbatim: bool = False) -> bool:
    """Whether a body is strict JSON."""
    try:
        decode(body, verbatim=verbatim)
    except Invalid:
        return False
    return True


def malformed(message: str) -> Invalid:
    """The refusal of what is no JSON at all."""
    error = Invalid(message)
    error.status = MALFORMED
    return error


def pairs(data: Any) -> int:
    """How many pairs of key and value the objects have. Raises Invalid where it is too deep."""
    level, found = [data] if isinstance(data, (dict, list)) else [], 0
    for _ in range(DEEPEST):
        if not level:
            return found
        inner: list[Any] = []
        for value in level:
            if type(value) is dict:
                found += len(value)
                if len(value) > limits.JSON_KEYS:
                    raise _too_many_keys()
                inner += [each for each in value.values() if type(each) in (dict, list)]
            else:
                inner += [each for each in value if type(each) in (dict, list)]
        level = inner
    if level:
        raise _too_deep()
    return found


def is_spaced(body: bytes) -> bool:
    """Whether a key and its colon may lie apart, so that counting the one misses the other."""
    return any(one in body for one in (b" :", b"\n", b"\t", b"\r")) and bool(_SPACED.search(body))


def _may_be_no_text(body: bytes) -> bool:
    if b"\\u" in body and _ESCAPED.search(body):
        return True
    return not body.isascii() and any(one in body for one in _NO_CHARACTERS)


def _too_deep() -> Invalid:
    return malformed(f"the body is nested too deeply; at most {DEEPEST} levels are read")


def _too_many_keys() -> Invalid:
    message = f"an object of the body has more than {limits.JSON_KEYS:,} keys"
    return Invalid(message)


def _refuse_repeated(body: bytes) -> None:
    try:
        json.loads(body, object_pairs_hook=_once)
    except _Repeated as error:
        message = f"the body has the key {error.key[:80]!r} twice in one object"
        raise malformed(message) from None


def _once(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise _Repeated(key)
        seen.add(key)


def _scalars(data: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every value and every key, with the place where it stands."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield place, key
            yield from _scalars(value, f"{place}.{key}" if place else key)
    elif isinstance(data, list):
        for at, value in enumerate(data):
            yield from _scalars(value, f"{place}.{at}" if place else str(at))
    else:
        yield place, data


def _refuse_scalar(place: str, value: Any) -> None:
    if isinstance(value, str) and "\0" in value:
        message = "must not hold a NUL character"
    elif isinstance(value, str) and not value.isascii() and (odd := NO_CHARACTERS.search(value)):
        message = f"must not hold U+{ord(odd[0]):04X}, which is no character"
    elif type(value) is int and value not in _WHOLE:
        message = "must be a whole number of at most 64 bits; send a larger one as a text"
    else:
        return
    field = NO_CHARACTERS.sub("\ufffd", place.replace("\0", "\ufffd"))[:200] or None
    raise Invalid(f"{field or 'the body'} {message}", field=field)


def _refuse_endless(body: bytes) -> None:
    """Name the field that holds NaN or an infinity, where that is what makes a body no JSON."""
    try:
        found = endless_number(json.loads(body))
    except (ValueError, RecursionError):
        return
    if found is not None:
        field, number = found
        message = f"{field or 'the body'} must be a finite number, but is {number}"
        raise Invalid(message, field=field or None)
