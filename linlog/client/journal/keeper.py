"""Forces journals to disk from a thread of its own, so that no caller waits for the disk.

At every hundredth record that is not forced yet, and at least once a second; while the disk is
busy further records gather for the next time.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

FORCED_EVERY: Final = 100
"""Records."""
LONGEST_S: Final = 1.0
_MOST_IDLE: Final = 5
"""Looks without anything to force, after which the thread ends."""


class Keeper:
    """One thread that forces every journal of this process to disk."""

    def __init__(self) -> None:
        # A handler of signals may log while the thread that it interrupts has the lock.
        self._lock = threading.RLock()
        # In the order of asking: who waits longest is forced first.
        self._waiting: dict[Callable[[], None], None] = {}
        # Released to rouse the thread: whoever logs has no time for a condition.
        self._calm = threading.Lock()
        self._calm.acquire()
        self._thread: threading.Thread | None = None

    def ask(self, sync: Callable[[], None]) -> None:
        """Have `sync` called within `LONGEST_S`."""
        with self._lock:
            self._waiting[sync] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="linlog-keeper", daemon=True)
                try:
                    self._thread.start()
                except RuntimeError:
                    # The interpreter is ending; whoever owns the journal forces it at the end.
                    self._thread = None

    def hurry(self) -> None:
        """Have everything forced now."""
        # It is in a hurry already where the lock is free.
        with suppress(RuntimeError):
            self._calm.release()

    def forget(self) -> None:
        """In a forked child: the thread is not here, and the journals are the parent's."""
        self.__init__()  # type: ignore[misc]

    def _run(self) -> None:
        idle = 0
        while idle <= _MOST_IDLE:
            self._calm.acquire(timeout=LONGEST_S)
            with self._lock:
                waiting, self._waiting = self._waiting, {}
                idle = 0 if waiting else idle + 1
                if idle > _MOST_IDLE:
                    self._thread = None
            for sync in waiting:
                sync()


keeper: Final = Keeper()
"""The keeper of this process."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=keeper.forget)
