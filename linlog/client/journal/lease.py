"""The lease of a journal: one process, and one place in it, has it at a time.

It is a lock that the system keeps with the open file, so it ends with its owner, however that
died, and holds between threads, processes and, where the file system carries locks, machines.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

fcntl: Final[Any] = import_module("fcntl") if find_spec("fcntl") else None
"""None on systems without such locks, where what waits is kept in memory."""


def take(descriptor: int) -> bool:
    """Take the lease of an open file; False where somebody else has it.

    Raises OSError where the file system or the system knows no such locks.
    """
    if fcntl is None:
        raise OSError("this system has no locks that end with their owner")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def taken(descriptor: int) -> bool:
    """Whether somebody has the lease of an open file now."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False
