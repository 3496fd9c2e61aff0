"""Locks that end with their process: of a server on a SQLite database, of who writes a file."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from linlog.errors import ConfigError

_fcntl: Final[Any] = import_module("fcntl") if find_spec("fcntl") else None
"""None on systems without such locks, where nobody is kept out."""
_MANY: Final = "docs/how-to/run-on-postgresql.md says how several servers work at once"


def hold(url: str) -> None:
    """Keep other servers from a database until this process ends, however it does.

    The system keeps the lock with a file beside the database, which stays open. PostgreSQL lets
    several in. Raises ConfigError where another server has it, or the file system keeps no locks:
    SQLite would be damaged there.
    """
    if _fcntl is None or not url.startswith("sqlite:"):
        return
    database = url.removeprefix("sqlite:///")
    descriptor = os.open(f"{database}-lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        _fcntl.flock(descriptor, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        message = f"another server works on {database}; stop it first ({_MANY})"
        raise ConfigError(message) from None
    except OSError as error:
        os.close(descriptor)
        folder = Path(database).parent
        message = f"the file system of {folder} keeps no locks ({error.strerror}); use a local disk"
        raise ConfigError(message) from error


def take(descriptor: int) -> bool:
    """Lock an open file until it is closed; False where somebody else has it.

    True without a lock where the system or the file system keeps none.
    """
    if _fcntl is None:
        return True
    try:
        _fcntl.flock(descriptor, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
