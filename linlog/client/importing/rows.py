"""The rows of a file as plain data: NDJSON, Parquet and Arrow."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from os import SEEK_CUR
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import msgspec

from linlog import ids, limits
from linlog.errors import ConfigError, FormatError

SUFFIXES: Final = {
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".json": "coco",
}
"""What a file is when nobody says, by the end of its name."""
LONGEST_LINE: Final = limits.ROW_BYTES
"""Bytes of one row of NDJSON."""
BLOCK_BYTES: Final = 1 << 18
"""Of NDJSON, about what is read at once."""
_AT_ONCE: Final = 1000
_NAME: Final = ids.LENGTH


class Row(NamedTuple):
    """One row of a file."""

    number: int
    """Its place among the rows, from 0; of NDJSON, its line from 0."""
    place: str
    """The same in words."""
    done: float
    """How much of the file is read, from 0 to 1."""
    data: dict[str, Any]
    """What stands there; nothing where it cannot be read."""
    wrong: str = ""
    """Why it cannot be read."""


Take = Callable[[int, bytes, float], bool]
"""Is offered some whole lines with the number of the first and how much of the file is read then;
says whether it took all of them."""
_Part = tuple[int, list[Any], float]
"""The number of the first of some rows, their data, and how much of the file is read then."""


def name_of(path: Path) -> str:
    """What ids of the file's rows begin with: 131 bits of its SHA-256."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return named(digest)


def named(digest: bytes) -> str:
    """A digest as the name of a maker of ids."""
    number, letters = int.from_bytes(digest, "big"), []
    for _ in range(_NAME):
        number, at = divmod(number, len(ids.ALPHABET))
        letters.append(ids.ALPHABET[at])
    return "".join(letters)


def format_of(path: Path, given: str | None) -> str:
    """The format that is said, or that the file's name ends in. Raises ValueError."""
    known = sorted({*SUFFIXES.values()})
    found = given or SUFFIXES.get(path.suffix.lower())
    if found not in known:
        said = f"unknown format {given[:40]!r}" if given else f"{path.name} does not say its format"
        raise ValueError(f"{said}; expected one of {', '.join(known)}")
    return found


def read(path: Path, format: str) -> Iterator[Row]:
    """The rows of a file that holds nothing else. Raises FormatError where it cannot be read."""
    return lines(path) if format == "ndjson" else of_table(path, format)


def of_table(
    path: Path, format: str, take: Callable[[int, list[Any], float], bool] = lambda *_: False
) -> Iterator[Row]:
    """The rows of Parquet or Arrow, but for those that `take` takes.

    It is offered the data of some rows with the number of the first and how much of the file is
    read then. Raises FormatError where the file cannot be read.
    """
    for number, found, done in {"parquet": _parquet, "arrow": _arrow}[format](path):
        if not take(number, found, done):
            yield from (in_table(found, number, at, done) for at in range(len(found)))


def in_table(some: Sequence[Any], number: int, at: int, done: float = 1.0) -> Row:
    """The row of one of some data of a table, of which the first has a number."""
    return Row(number + at, f"row {number + at + 1}", done, some[at])


def lines(path: Path, take: Take = lambda *_: False) -> Iterator[Row]:
    """The rows of NDJSON, but for those that `take` takes."""
    size_bytes = max(1, path.stat().st_size)
    with path.open("rb") as file:
        number = 0
        while some := file.read(BLOCK_BYTES) + file.readline(LONGEST_LINE + 1):
            end = file.tell()
            whole = len(some) <= BLOCK_BYTES + LONGEST_LINE
            if whole and take(number, some, end / size_bytes):
                number += some.count(b"\n")
                continue
            file.seek(-len(some), SEEK_CUR)
            for row in _one_by_one(file, number, end, size_bytes):
                number += 1
                if row is not None:
                    yield row


def left(found: Iterable[Row], take: Callable[[Sequence[Row]], bool]) -> Iterator[Row]:
    """The rows but for those that `take`, which is offered some at a time, takes."""
    rest = iter(found)
    while some := [*islice(rest, _AT_ONCE)]:
        if not take(some):
            yield from some


def line_of(some: bytes, number: int, at: int) -> Row:
    """The row of one of some lines, of which the first has a number."""
    return _of_line(some.split(b"\n")[at], number + at, 1.0)


def _one_by_one(file: BinaryIO, number: int, end: int, size_bytes: int) -> Iterator[Row | None]:
    """The rows of lines up to a place in the file; None for a blank line."""
    while (at := file.tell()) < end and (line := file.readline(LONGEST_LINE + 1)):
        at += len(line)
        if len(line) > LONGEST_LINE:
            at += _pass_over_line(file)
            yield Row(number, _line(number), at / size_bytes, {}, "the line is too long")
        elif line.strip(b"\xef\xbb\xbf \t\r\n" if number == 0 else b" \t\r\n"):
            yield _of_line(line, number, at / size_bytes)
        else:
            yield None
        number += 1


def _of_line(line: bytes, number: int, done: float) -> Row:
    try:
        found = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return Row(number, _line(number), done, {}, "the line is no JSON")
    if not isinstance(found, dict):
        return Row(number, _line(number), done, {}, "the line is no JSON object")
    return Row(number, _line(number), done, found)


def _line(number: int) -> str:
    return f"line {number + 1}"


def _pass_over_line(file: BinaryIO) -> int:
    """Read on to the end of a line; how many bytes that were."""
    passed = 0
    while line := file.readline(LONGEST_LINE):
        passed += len(line)
        if line.endswith(b"\n"):
            break
    return passed


def _parquet(path: Path) -> Iterator[_Part]:
    arrow, parquet = _pyarrow("pyarrow"), _pyarrow("pyarrow.parquet")
    try:
        with parquet.ParquetFile(path) as file:
            yield from _parts(file.iter_batches(_AT_ONCE), file.metadata.num_rows)
    except arrow.ArrowException as error:
        raise _unreadable(path, error) from None


def _arrow(path: Path) -> Iterator[_Part]:
    arrow, ipc = _pyarrow("pyarrow"), _pyarrow("pyarrow.ipc")
    try:
        with arrow.memory_map(str(path)) as source:
            file = ipc.open_file(source)
            parts = range(file.num_record_batches)
            total = sum(file.get_batch(part).num_rows for part in parts)
            yield from _parts((file.get_batch(part) for part in parts), total)
    except arrow.ArrowException as error:
        raise _unreadable(path, error) from None


def _parts(tables: Iterator[Any], total: int) -> Iterator[_Part]:
    number = 0
    for table in tables:
        for start in range(0, table.num_rows, _AT_ONCE):
            found = _data(table.slice(start, _AT_ONCE))
            yield number, found, (number + len(found)) / total
            number += len(found)


def _data(table: Any) -> list[Any]:
    found: list[Any] = table.to_pylist()
    if any(map(_may_hold_nulls, table.columns)):
        return [_without_nulls(each) for each in found]
    return found


def _may_hold_nulls(column: Any) -> bool:
    """Whether some value of a column is null, or may hold one that is."""
    if column.null_count:
        return True
    types = _pyarrow("pyarrow.types")
    if types.is_struct(column.type):
        return any(map(_may_hold_nulls, column.flatten()))
    held: bool = types.is_nested(column.type) or types.is_dictionary(column.type)
    return held


def _without_nulls(data: Any) -> Any:
    """What a row says: a column that is null in it says nothing."""
    if isinstance(data, dict):
        return {key: _without_nulls(value) for key, value in data.items() if value is not None}
    return [_without_nulls(each) for each in data] if isinstance(data, list) else data


def _pyarrow(module: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError:
        message = 'Parquet and Arrow need pyarrow: pip install "linlog[arrow]"'
        raise ConfigError(message) from None


def _unreadable(path: Path, error: Exception) -> FormatError:
    return FormatError(f"{path.name} cannot be read: {error}")
