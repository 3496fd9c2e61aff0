"""Blobs in a local folder, named by the hash of their bytes."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from linlog.server import lock
from linlog.server.blobs._protocol import PART_BYTES, Blob, place

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNFINISHED: Final = ".unfinished"
"""A folder of what is being written: what killed processes left is found without a search."""
ABANDONED_S: Final = 3600
"""Seconds after which what nobody writes any more is removed."""


class LocalBlobs:
    """Blobs below `root`. A put is on disk, or leaves nothing that a later one does not remove."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, data: bytes, *, suffix: str = "") -> Blob:
        """Store `data`; the same bytes have the same key. `suffix` names a derived form."""
        return self.put_at(hashlib.sha256(data).hexdigest() + suffix, data)

    def put_at(self, key: str, data: bytes) -> Blob:
        """Store `data` under `key`, such as a thumbnail beside what it was made from."""
        path = self._path(key)
        if path.exists():
            # Who put it may have been killed before its name was on disk.
            _sync_folder(path.parent)
        else:
            _write_durably(path, data, unfinished=self.root / _UNFINISHED)
        return Blob(key, len(data))

    def read(self, key: str) -> bytes:
        """The bytes of `key`. Raises FileNotFoundError where there are none."""
        return self._path(key).read_bytes()

    def stream(self, key: str) -> Iterator[bytes]:
        """The bytes of `key` in parts. Raises FileNotFoundError at once."""
        path = self._path(key)
        path.stat()
        return _parts(path)

    def holds(self, key: str) -> bool:
        """Whether there are bytes for `key`."""
        return self._path(key).exists()

    def delete(self, key: str) -> None:
        """Remove the bytes of `key`, if there are any."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.root / place(key)


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(PART_BYTES):
            yield part


def open_store(url: str) -> LocalBlobs:
    """The store in the folder of a `file:///folder` address."""
    return LocalBlobs(Path(url.removeprefix("file://")))


def _write_durably(path: Path, data: bytes, *, unfinished: Path) -> None:
    for folder in (path.parent, unfinished):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(folder.parent)
    temporary = unfinished / token_hex(8)
    try:
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file:
            lock.take(handle)
            # The file system's own clock, which no other need agree with.
            _sweep(unfinished, before=os.fstat(handle).st_mtime - ABANDONED_S)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            # Its lock ends when it is closed.
            temporary.replace(path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sweep(unfinished: Path, *, before: float) -> None:
    """Remove what was last written before a moment, and is locked by nobody: its writer is dead."""
    for path in unfinished.iterdir():
        # Another may remove it first; and what cannot be removed must keep nobody from storing.
        with suppress(OSError):
            if path.stat().st_mtime < before:
                _remove_unused(path)


def _remove_unused(path: Path) -> None:
    handle = os.open(path, os.O_WRONLY)
    try:
        if lock.take(handle):
            path.unlink()
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
