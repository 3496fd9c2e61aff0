"""Whether a data folder is its server's alone; looked at before anything in it is opened."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from linlog.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

_KEPT: Final = (
    "linlog.sqlite3",
    "linlog.sqlite3-wal",
    "linlog.sqlite3-shm",
    "linlog.sqlite3-lock",
    "secret",
    "blobs",
)
_WRITABLE_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
_OF_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def make_folder(data: Path) -> None:
    """Make a folder that only its owner may enter, or see that one is nobody else's to change.

    What is in it must be there itself, not by a link, and the server's own. A database that others
    may read is taken from them. Raises ConfigError with what to do.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = data.stat()
    _refuse_foreign(data, found)
    if found.st_mode & _WRITABLE_BY_OTHERS:
        message = f"{data} can be changed by others; run: chmod 700 {data}"
        raise ConfigError(message)
    for name in _KEPT:
        path = data / name
        if path.is_symlink():
            message = f"{path} is a link to {path.readlink()}; put the file itself there"
            raise ConfigError(message)
        if path.exists():
            _refuse_foreign(path, path.stat())
    for path in data.glob("linlog.sqlite3*"):
        mode = path.stat().st_mode
        if mode & _OF_OTHERS:
            path.chmod(mode & ~_OF_OTHERS)


def refuse_unwritable(data: Path) -> None:
    """Refuse what a server must write and may not: SQLite would open it all the same, to read.

    Raises ConfigError with what to do.
    """
    for path in (data / name for name in _KEPT if name != "secret"):
        needed = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
        if path.exists() and not os.access(path, needed):
            message = (
                f"{path} cannot be read and written; run: chmod -R u+rwX {data}, or mount the file "
                "system so that it can be written"
            )
            raise ConfigError(message)


def _refuse_foreign(path: Path, found: os.stat_result) -> None:
    if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        message = (
            f"{path} belongs to user {found.st_uid}, but the server runs as {os.geteuid()}; "
            f"run the server as its owner, or: chown -R {os.geteuid()} {path}"
        )
        raise ConfigError(message)
