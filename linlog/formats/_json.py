"""Long JSON arrays of objects, read a stretch at a time, however large the file.

A stretch ends where whole entries end. That place is guessed, as a decoder is many times quicker
than counting brackets: a wrong guess, in a string or a nested list, leaves brackets open and cannot
be decoded. Where both guesses are wrong, brackets are counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import msgspec

from linlog import limits
from linlog.errors import FormatError

AT_ONCE: Final = 1 << 20
"""Bytes that are looked at together, at least."""
_NEAR: Final = 1 << 12
"""Bytes before the end of what is in sight in which two entries nearly always meet."""
LARGEST_ENTRY: Final = limits.ROW_BYTES
"""Bytes of the longest entry."""
_BETWEEN: Final = re.compile(rb"\}\s*,\s*\{")
_CLOSING: Final = re.compile(rb"\}\s*\](?=\s*(?:[,}]|$))")
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}"]', re.DOTALL)
_DEPTH: Final = {b"{": 1, b"[": 1, b"}": -1, b"]": -1}
_SPACE: Final = b" \t\r\n"


class Nothing(msgspec.Struct):
    """An object of which nothing is wanted."""


class Stretch(NamedTuple):
    """Entries that follow one another in an array."""

    key: str
    """Of the array in the document; nothing where the document is the array."""
    first: int
    """Place of the first entry in the array, from 0."""
    entries: list[Any]
    """Each as the kind that was asked for, or the error that says why it is none."""

    def place(self, at: int) -> str:
        """Where one of them stands in the document."""
        return f"{self.key}[{self.first + at}]"


def arrays(path: Path, kinds: Mapping[str, type[Any]]) -> Iterator[Stretch]:
    """The stretches of each array of a document.

    `kinds` says what the entries of each array are, `""` that of a document that is one array.
    Other values are passed over. Raises FormatError with the byte where the document is broken.
    """
    with path.open("rb") as file:
        reader = _Reader(path, file)
        opening = reader.next_sign()
        if opening == b"[":
            yield from reader.stretches("", kinds.get("", Nothing))
        elif opening == b"{":
            yield from _members(reader, kinds)
        else:
            raise reader.wrong("expected a JSON object or array")
        if reader.next_sign():
            raise reader.wrong("expected nothing after the end of the document")


def _members(reader: _Reader, kinds: Mapping[str, type[Any]]) -> Iterator[Stretch]:
    sign = reader.next_sign()
    while sign != b"}":
        if sign != b'"':
            raise reader.wrong("expected a key in quotation marks")
        key = reader.text()
        if reader.next_sign() != b":":
            raise reader.wrong("expected : after a key")
        if key in kinds:
            if reader.next_sign() != b"[":
                raise reader.wrong(f"expected {key} to be an array")
            yield from reader.stretches(key, kinds[key])
        else:
            reader.pass_over()
        sign = reader.next_sign()
        if sign == b",":
            sign = reader.next_sign()
        elif sign != b"}":
            raise reader.wrong("expected , or } after a value")


class _Reader:
    """A document read forward; `buffer` from `at` on is what is in sight."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self.file = file
        self.buffer = b""
        self.at = 0
        self.before = 0
        if self.more() and self.buffer.startswith(b"\xef\xbb\xbf"):
            self.at = 3

    def wrong(self, message: str) -> FormatError:
        """The error at the present place."""
        return FormatError(f"{self.path.name}: {message}, at byte {self.before + self.at}")

    def more(self) -> bool:
        """Read on, as much as is in sight again; whether there was anything."""
        self.before += self.at
        self.buffer, self.at = self.buffer[self.at :], 0
        if len(self.buffer) > LARGEST_ENTRY:
            raise self.wrong(f"a part is longer than {LARGEST_ENTRY:,} bytes")
        found = self.file.read(max(AT_ONCE, len(self.buffer)))
        self.buffer += found
        return bool(found)

    def next_sign(self) -> bytes:
        """The next sign that is no space, taken; nothing at the end."""
        while True:
            while self.at < len(self.buffer):
                sign = self.buffer[self.at : self.at + 1]
                self.at += 1
                if sign not in _SPACE:
                    return sign
            if not self.more():
                return b""

    def text(self) -> str:
        """The string whose first quotation mark was taken."""
        self.at -= 1
        while True:
            found = _TOKEN.match(self.buffer, self.at)
            if found and found.group() != b'"':
                value = _loaded(found.group())
                if not isinstance(value, str):
                    raise self.wrong("a string is broken")
                self.at = found.end()
                return value
            if not self.more():
                raise self.wrong("a string does not end")

    def pass_over(self) -> None:
        """Take a value that nobody wants."""
        sign = self.next_sign()
        if sign == b'"':
            self.text()
        elif sign in _DEPTH and _DEPTH[sign] > 0:
            self._pass_over_brackets()
        elif sign and sign not in b",:]}":
            self._pass_over_word()
        else:
            raise self.wrong("expected a value")

    def _pass_over_brackets(self) -> None:
        depth = 1
        while depth:
            found = _TOKEN.search(self.buffer, self.at)
            if found is None or found.group() == b'"':
                self.at = found.start() if found else len(self.buffer)
                if not self.more():
                    raise self.wrong("the document ends in the middle of a value")
            else:
                self.at = found.end()
                depth += _DEPTH.get(found.group(), 0)

    def _pass_over_word(self) -> None:
        """A number, or one of the three words."""
        while True:
            while self.at < len(self.buffer):
                if self.buffer[self.at : self.at + 1] in b",]} \t\r\n":
                    return
                self.at += 1
            if not self.more():
                return

    def stretches(self, key: str, kind: type[Any]) -> Iterator[Stretch]:
        """The entries of an array whose opening bracket was taken."""
        decoder = msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]
        first, sign = 0, self.next_sign()
        if sign == b"]":
            return
        while True:
            if sign != b"{":
                raise self.wrong(f"expected entry {first} of {key or 'the array'} to be an object")
            self.at -= 1
            entries = self._stretch(decoder, kind)
            yield Stretch(key, first, entries)
            first += len(entries)
            sign = self.next_sign()
            if sign == b"]":
                return
            if sign != b",":
                raise self.wrong("expected , or ] after an entry")
            sign = self.next_sign()

    def _stretch(self, decoder: msgspec.json.Decoder[Any], kind: type[Any]) -> list[Any]:
        """As many whole entries as are in sight, at least one."""
        while len(self.buffer) - self.at < AT_ONCE and self.more():
            pass
        while True:
            for end in self._ends():
                data = b"[" + self.buffer[self.at : end] + b"]"
                found = _decoded(data, decoder, kind)
                if found is not None:
                    self.at = end
                    return found
            if not self.more():
                raise self.wrong("the document is broken in an entry that begins here or later")

    def _ends(self) -> Iterator[int]:
        """Where the last whole entry in sight may end, the likeliest first."""
        closing = _CLOSING.search(self.buffer, self.at)
        if closing:
            yield closing.start() + 1
        between = self._last_between(_NEAR)
        between = self._last_between(AT_ONCE) if between is None else between
        if between is not None:
            yield between + 1
        counted = self._counted_end()
        if counted is not None:
            yield counted

    def _last_between(self, reach: int) -> int | None:
        """Where two entries seem to meet last, in so many bytes before the end of what is there."""
        begin = max(self.at, len(self.buffer) - reach)
        return max((each.start() for each in _BETWEEN.finditer(self.buffer, begin)), default=None)

    def _counted_end(self) -> int | None:
        """The end of the last whole entry in sight, by counting brackets."""
        depth, end = 0, None
        for found in _TOKEN.finditer(self.buffer, self.at):
            depth += _DEPTH.get(found.group(), 0)
            if depth < 0 or found.group() == b'"':
                break
            if depth == 0 and found.group() == b"}":
                end = found.end()
        return end


def _decoded(data: bytes, decoder: msgspec.json.Decoder[Any], kind: type[Any]) -> list[Any] | None:
    """The entries of an array, each as `kind` or as an error; None where it cannot be decoded."""
    try:
        found: list[Any] = decoder.decode(data)
    except (msgspec.DecodeError, RecursionError):
        plain = _loaded(data)
        return [_converted(each, kind) for each in plain] if isinstance(plain, list) else None
    return found


def _loaded(data: bytes) -> Any:
    """JSON with the NaN and Infinity that Python writes; None where it is broken."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _converted(value: Any, kind: type[Any]) -> Any:
    try:
        return msgspec.convert(value, type=kind)
    except msgspec.ValidationError as error:
        return error
