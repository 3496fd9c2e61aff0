"""A whole installation copied to another place: a backup, a restore, a move to other databases."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from linlog.errors import Conflict, LinLogError
from linlog.server.databases import INSTALLATION
from linlog.server.store import copies

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.server.blobs._protocol import Blobs
    from linlog.server.databases._protocol import Database


@dataclass(frozen=True, slots=True)
class Place:
    """Where an installation keeps its rows and its files."""

    database: Database
    blobs: Blobs


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds, all of it compared with the source."""

    rows: int
    files: int
    missing: tuple[str, ...]
    """Hashes of files whose bytes the source itself has lost."""


def copy(source: Place, target: Place) -> Copied:
    """Copy all rows and files, as they are at one moment, and compare both sides.

    The source may be in use meanwhile. Files come before the rows that name them. Raises Conflict
    where the target holds something, LinLogError where what arrived differs; the target's rows are
    then as before.
    """
    with source.database.read() as reading:
        with target.database.write(INSTALLATION) as writing:
            if not copies.is_empty(writing):
                message = "the place to copy to holds data already; choose an empty one"
                raise Conflict(message)
        keys = copies.file_hashes(reading)
        missing = tuple(key for key in keys if not _copy_blob(source.blobs, target.blobs, key))
        with target.database.write(INSTALLATION) as writing:
            copies.copy(reading, writing)
            rows = _compare(reading, writing)
    return Copied(rows, len(keys) - len(missing), missing)


def _copy_blob(source: Blobs, target: Blobs, key: str) -> bool:
    """Whether the bytes were there to be copied. Raises LinLogError for damaged ones."""
    if target.holds(key):
        return True
    try:
        data = source.read(key)
    except FileNotFoundError:
        return False
    if sha256(data).hexdigest() != key:
        message = f"the bytes of file {key} are damaged at their source; restore them first"
        raise LinLogError(message)
    target.put_at(key, data)
    return True


def _compare(source: Connection, target: Connection) -> int:
    """The number of rows. Raises LinLogError that names the tables which differ."""
    here, there = copies.fingerprints(source), copies.fingerprints(target)
    differing = sorted(name for name in here if here[name] != there[name])
    if differing:
        message = f"the copy differs from its source in {', '.join(differing)}; nothing was kept"
        raise LinLogError(message)
    return sum(found.rows for found in here.values())
