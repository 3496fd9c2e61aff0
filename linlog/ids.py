"""Identifiers: a short prefix that says what a thing is, and 22 random characters.

An id is `<prefix>_<22 characters of 0-9A-Za-z>`: more than 120 random bits, so that no id can
be guessed from another and clients may make ids themselves.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LENGTH: Final = 22
_MOST_DIGITS: Final = 15
HIGHEST_NUMBER: Final = 10**_MOST_DIGITS - 1
"""Of what one process made."""

PREFIXES: Final[dict[str, str]] = {
    "organisation": "o",
    "user": "u",
    "session": "s",
    "token": "tk",
    "audit entry": "ae",
    "project": "p",
    "label": "l",
    "batch": "b",
    "task": "t",
    "annotation": "a",
    "comment": "cm",
    "review": "rv",
    "file": "f",
    "dataset": "d",
    "dataset version": "dv",
    "slice": "sl",
    "model": "m",
    "model version": "mv",
    "log entry": "le",
    "model run": "mr",
    "prediction": "pr",
    "evaluation": "e",
    "job": "j",
}

_CHARACTERS: Final = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))
"""The character that stands for each random byte; the first eight come up a little more often."""
_FORMS: Final = {
    noun: re.compile(f"{prefix}_[A-Za-z0-9_-]{{1,64}}") for noun, prefix in PREFIXES.items()
}
_NOUNS: Final = {prefix: noun for noun, prefix in PREFIXES.items()}


def name() -> str:
    """A new name that no other process makes: 22 characters, 131 random bits."""
    return os.urandom(LENGTH).translate(_CHARACTERS).decode("ascii")


def new(noun: str) -> str:
    """Make a new id for `noun`, a key of `PREFIXES`."""
    return f"{PREFIXES[noun]}_{name()}"


def numbered(noun: str, maker: str, number: int) -> str:
    """The id that the process named `maker` gives to its `number`-th `noun`, from 0."""
    return f"{PREFIXES[noun]}_{maker}-{number}"


def maker_and_number(identity: str) -> tuple[str, int]:
    """Who made an id, and as which one; an id that was not `numbered` made itself, as -1."""
    maker, _, digits = identity.rpartition("-")
    if not (maker and digits.isdecimal() and len(digits) <= _MOST_DIGITS):
        return identity, -1
    # Only the one way to write a number counts, so that no two ids are the same pair.
    return (identity, -1) if digits[0] == "0" and digits != "0" else (maker, int(digits))


def numbered_by(identities: Sequence[str]) -> tuple[str, list[int]] | None:
    """Who made all of some ids, and as which ones; None unless one `numbered` all of them.

    What `maker_and_number` says of each, in a third of the time.
    """
    maker, number = maker_and_number(identities[0])
    begin, size = f"{maker}-", len(maker) + 1
    # An id that begins otherwise makes another begin so twice, and its rest is no number.
    if number < 0 or "\n".join(identities).count(begin) != len(identities):
        return None
    digits = [identity[size:] for identity in identities]
    try:
        numbers = [*map(int, digits)]
    except ValueError:
        return None
    usual = min(numbers) >= 0 and max(numbers) <= HIGHEST_NUMBER
    return (maker, numbers) if usual and [*map(str, numbers)] == digits else None


def is_id(noun: str, value: object) -> bool:
    """Whether `value` has the form of an id of `noun`. Older servers' shorter ids pass too."""
    return isinstance(value, str) and _FORMS[noun].fullmatch(value) is not None


def are_ids(noun: str, values: Collection[str]) -> bool:
    """Whether all of `values` have the form of ids of `noun`: quicker than asking for each."""
    text = "\n".join(values)
    if text.count("\n") >= len(values) > 0:
        return False
    return not values or _form_of_lines(noun).fullmatch(text) is not None


@cache
def _form_of_lines(noun: str) -> re.Pattern[str]:
    """Ids, one a line."""
    one = _FORMS[noun].pattern
    return re.compile(f"{one}(?:\n{one})*")


def explain(noun: str, value: object) -> str:
    """A sentence that says why `value` is no id of `noun`."""
    wanted = f"expected the id of {_a(noun)}, which begins with {PREFIXES[noun]}_"
    if isinstance(value, str):
        other = _NOUNS.get(value.partition("_")[0])
        if other is not None and other != noun and "_" in value:
            return f"{value[:40]!r} is the id of {_a(other)}; {wanted}"
    return f"{str(value)[:40]!r} is not an id; {wanted}"


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"
