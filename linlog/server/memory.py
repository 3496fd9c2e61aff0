"""What is worth keeping in memory for a while: least recently used first out, bounded in bytes.

A key must say everything that a value depends on, so that a kept value is never wrong. Threads
that ask for one value at once compute it once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Making:
    """A value that somebody computes."""

    lock: Lock = field(default_factory=Lock)
    waiting: int = 0


class Memory:
    """Values by key, up to a number of bytes altogether."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._lock = Lock()
        self._kept: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._size = 0
        self._making: dict[str, _Making] = {}

    @property
    def size_bytes(self) -> int:
        """What the kept values take up."""
        return self._size

    @property
    def most_bytes(self) -> int:
        """What kept values may take up altogether."""
        return self._most

    def get(self, key: str, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """The value of a key, made where it is not kept. What `make` raises goes to its caller."""
        with self._lock:
            making = self._making.setdefault(key, _Making())
            making.waiting += 1
        try:
            with making.lock:
                found = self._find(key)
                value: T = make() if found is None else found[0]
                if found is None:
                    self.put(key, value, size(value))
                return value
        finally:
            with self._lock:
                making.waiting -= 1
                if not making.waiting:
                    self._making.pop(key, None)

    def known(self, key: str) -> Any | None:
        """The value of a key, where it is kept."""
        found = self._find(key)
        return None if found is None else found[0]

    def put(self, key: str, value: Any, size: int) -> None:
        """Keep a value, and let go of those not used for longest; too large a one is not kept."""
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._size -= before
            if size > self._most:
                return
            self._kept[key] = (value, size)
            self._size += size
            while self._size > self._most:
                _, (_, gone) = self._kept.popitem(last=False)
                self._size -= gone

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def _find(self, key: str) -> tuple[Any, int] | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)
