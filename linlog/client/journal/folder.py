"""Where journals lie, what waits in them, and what was set aside because the server refused it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from linlog import errors
from linlog.client import settings
from linlog.client.journal import files
from linlog.client.journal.files import SUFFIX, Head, Journal
from linlog.client.streams import Refusal
from linlog.wire.record import Record

REFUSED: Final = ".refused.jsonl"
_PIECE_BYTES: Final = 1024 * 1024
_BEGINNING_S: Final = 3600.0
"""Seconds after which nobody is still beginning a journal."""
_PIECE_RECORDS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Record):
    """What one journal holds."""

    journal: str
    """The file."""
    target: str | None = None
    """The model version or model run; null where it is no journal, or too damaged to tell."""
    address: str | None = None
    """The server that it is for."""
    records: int = 0
    """How many are not delivered, the damaged ones not counted."""
    size_bytes: int
    """The size of all that is not delivered."""
    damaged: int = 0
    """How many are damaged."""
    in_use: bool = False
    """Whether a process has its lease."""


def prepared() -> Path:
    """The folder, made for its owner alone where it is new. Raises OSError where it cannot be."""
    folder = settings.journal_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def begin(head: Head) -> Journal:
    """Begin a journal in the folder. Raises OSError."""
    return files.create(prepared(), head)


def journals() -> list[Path]:
    """Every journal of the folder, oldest first."""
    _sweep()
    return sorted(_ending(SUFFIX), key=_age)


def _sweep() -> None:
    """Remove what processes left that were killed while they began a journal: no records."""
    for path in _ending(SUFFIX, hidden=True):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _BEGINNING_S:
                path.unlink()


def waiting() -> list[Waiting]:
    """What each journal of the folder holds; those that cannot be read say so by their head."""
    found = (_look(path) for path in journals())
    return [entry for entry in found if entry is not None]


def _look(path: Path) -> Waiting | None:
    try:
        journal, in_use = files.look(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return Waiting(journal=str(path), size_bytes=path.stat().st_size)
    records = damaged = 0
    size_bytes, end = journal.waiting_bytes, journal.size_bytes
    try:
        while piece := journal.read(end, most=_PIECE_RECORDS, size_bytes=_PIECE_BYTES):
            records += len(piece.frames)
            damaged += piece.lost
            journal.skip(piece)
    finally:
        journal.abandon()
    return Waiting(
        journal=str(path),
        target=journal.head.target,
        address=journal.head.address,
        records=records,
        size_bytes=size_bytes,
        damaged=damaged,
        in_use=in_use,
    )


def _age(path: Path) -> tuple[int, str]:
    try:
        return path.stat().st_mtime_ns, path.name
    except OSError:
        return 0, path.name


def set_aside(journal: Path, refusals: Sequence[Refusal]) -> None:
    """Keep what the server refused beside its journal, with the reasons. Raises OSError."""
    lines = [
        msgspec.json.encode(
            {
                "what": refusal.what,
                "code": refusal.error.code,
                "detail": refusal.error.detail,
                "record": msgspec.Raw(refusal.entry),
            }
        )
        for refusal in refusals
    ]
    place = journal.with_suffix(REFUSED)
    descriptor = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.writelines(line + b"\n" for line in lines)


def refused() -> dict[Path, int]:
    """The files of what was set aside, and how many records each holds."""
    return {path: path.read_bytes().count(b"\n") for path in sorted(_ending(REFUSED))}


def _ending(suffix: str, *, hidden: bool = False) -> list[Path]:
    """The files of the folder that end so; none where there is no folder."""
    try:
        found = list(settings.journal_folder().iterdir())
    except (OSError, errors.ConfigError):
        return []
    return [
        path for path in found if path.name.endswith(suffix) and (path.name[0] == ".") is hidden
    ]
