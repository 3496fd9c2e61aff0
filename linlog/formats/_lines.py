"""The lines of a text file with their numbers, none longer than a page of books."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from linlog import limits
from linlog.errors import FormatError

LONGEST: Final = limits.LINE_BYTES
"""Bytes of the longest line."""


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Each line with its number from 1, without its end and without a byte order mark.

    Raises FormatError with the line for one that is too long, is not UTF-8 or holds NUL.
    """
    with path.open("rb") as file:
        number = 0
        while data := file.readline(LONGEST + 1):
            number += 1
            if len(data) > LONGEST:
                raise FormatError(
                    f"{path.name}:{number}: the line is longer than {LONGEST:,} bytes"
                )
            try:
                text = data.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise FormatError(f"{path.name}:{number}: not UTF-8: {error.reason}") from None
            if "\0" in text:
                raise FormatError(f"{path.name}:{number}: a NUL character, which no text has")
            yield number, text.rstrip("\r\n")
