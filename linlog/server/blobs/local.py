"""Blobs in a local folder, named by the hash of their bytes."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final

_KEY: Final = re.compile(r"[0-9a-f]{64}(-[0-9a-z]{1,16})?")


@dataclass(frozen=True, slots=True)
class Blob:
    """Stored bytes: `key` is their SHA-256 in hexadecimal."""

    key: str
    size_bytes: int


class LocalBlobs:
    """Blobs below `root`. A put is on disk, or leaves nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, data: bytes, *, suffix: str = "") -> Blob:
        """Store `data`; the same bytes have the same key. `suffix` names a derived form."""
        return self.put_at(hashlib.sha256(data).hexdigest() + suffix, data)

    def put_at(self, key: str, data: bytes) -> Blob:
        """Store `data` under `key`, such as a thumbnail beside what it was made from."""
        path = self._path(key)
        if not path.exists():
            _write_durably(path, data)
        return Blob(key, len(data))

    def read(self, key: str) -> bytes:
        """The bytes of `key`. Raises FileNotFoundError where there are none."""
        return self._path(key).read_bytes()

    def path(self, key: str) -> Path:
        """Where the bytes of `key` lie on this machine."""
        return self._path(key)

    def holds(self, key: str) -> bool:
        """Whether there are bytes for `key`."""
        return self._path(key).exists()

    def delete(self, key: str) -> None:
        """Remove the bytes of `key`, if there are any."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            message = f"{key[:80]!r} is no key of a blob"
            raise ValueError(message)
        return self.root / key[:2] / key[2:]


def _write_durably(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    temporary = path.parent / f".{token_hex(8)}"
    try:
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
