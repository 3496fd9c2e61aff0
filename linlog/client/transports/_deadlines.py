"""Ends of connections that take too long: one thread looks at them while there are any.

A timeout of a socket counts every wait anew, so that a server which sends a byte now and then, or
one interim answer after the other, would be read for ever.
"""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

TICK_S: Final = 0.5
"""Seconds between two looks; a connection is cut at most so much later than it should be."""


class Watch:
    """When a connection is cut, and whether it was."""

    def __init__(self, connected: socket.socket, seconds: float) -> None:
        self._connected = connected
        self.end = monotonic() + seconds
        self.is_cut = False

    def cut(self) -> None:
        """Let whoever reads the connection find its end."""
        self.is_cut = True
        with suppress(OSError):
            # Of the plain socket: that of TLS would let its reader see what is encrypted.
            socket.socket.shutdown(self._connected, socket.SHUT_RDWR)


_lock = Lock()
_watches: dict[int, Watch] = {}
_thread: Thread | None = None


@contextmanager
def within(connected: socket.socket, seconds: float) -> Iterator[Watch]:
    """Cut a connection after so many seconds, unless the block has ended by then."""
    watch = Watch(connected, seconds)
    with _lock:
        _watches[id(watch)] = watch
        _start()
    try:
        yield watch
    finally:
        with _lock:
            _watches.pop(id(watch), None)


def _start() -> None:
    global _thread  # noqa: PLW0603 - one thread looks at all connections of a process
    if _thread is None:
        _thread = Thread(target=_look, name="linlog-deadlines", daemon=True)
        # An interpreter that ends starts no thread: its last requests go without.
        try:
            _thread.start()
        except RuntimeError:
            _thread = None


def _look() -> None:
    global _thread  # noqa: PLW0603 - see _start
    never = Event()
    while True:
        never.wait(TICK_S)
        with _lock:
            if not _watches:
                _thread = None
                return
            for watch in _watches.values():
                if monotonic() > watch.end and not watch.is_cut:
                    watch.cut()


def _begin_anew() -> None:
    """In a forked child: neither the thread nor what it looks at is there."""
    global _lock, _thread
    _lock, _thread = Lock(), None
    _watches.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
