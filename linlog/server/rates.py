"""How many requests a person or a token sends in a minute, and when those beyond are refused.

Each process keeps its own.
"""

from __future__ import annotations

from hashlib import sha256
from math import ceil
from threading import Lock
from typing import Final

from linlog import limits
from linlog.errors import RateLimited

_MINUTE_S: Final = 60.0
_SECOND: Final = 1_000_000
_MOST_KNOWN: Final = 10_000


class Rates:
    """What each may still send: a minute's worth at once, filled up as time goes by."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._left: dict[str, tuple[float, int]] = {}
        self._refused: dict[bytes, str] = {}
        """Whose the credentials are that came with refused requests, by their hash."""
        self._lock = Lock()

    def count(self, whose: str, *, now: int, shown: str = "") -> None:
        """Count a request that showed such credentials.

        Raises RateLimited, which says when to come back, beyond the limit.
        """
        if not self._per_minute:
            return
        with self._lock:
            if len(self._left) > _MOST_KNOWN:
                self._left.clear()
            left = self._left_of(whose, now)
            if left < 1.0:
                self._left[whose] = (left, now)
                self._remember(whose, shown)
                raise self._refusal(left)
            self._left[whose] = (left - 1.0, now)

    def check(self, shown: str, *, now: int) -> None:
        """Raise RateLimited where the same credentials were refused, and still would be.

        So nobody has to be looked up to be refused again. Counts nothing.
        """
        if not self._refused:
            return
        key = _digest(shown)
        with self._lock:
            whose = self._refused.get(key)
            left = 1.0 if whose is None else self._left_of(whose, now)
            if left < 1.0:
                raise self._refusal(left)
            self._refused.pop(key, None)

    def _left_of(self, whose: str, now: int) -> float:
        left, since = self._left.get(whose, (float(self._per_minute), now))
        gained = max(0, now - since) / _SECOND * self._per_minute / _MINUTE_S
        return min(float(self._per_minute), left + gained)

    def _remember(self, whose: str, shown: str) -> None:
        if len(self._refused) > _MOST_KNOWN:
            self._refused.clear()
        self._refused[_digest(shown)] = whose

    def _refusal(self, left: float) -> RateLimited:
        error = RateLimited(f"more than {self._per_minute:,} requests a minute; slow down")
        error.retry_after = str(ceil((1.0 - left) * _MINUTE_S / self._per_minute))
        return error


class Refusals:
    """When those are told who ask too often: the answers to one come one after the other.

    Whoever asks again at once would else take from others what it costs to refuse.
    """

    def __init__(self) -> None:
        self._next: dict[bytes, float] = {}

    def wait_s(self, shown: str, *, now: float) -> float:
        """The seconds until whoever showed such credentials is told."""
        if len(self._next) > _MOST_KNOWN:
            self._next.clear()
        key = _digest(shown)
        earliest = now + limits.REFUSAL_MS / 1000
        at = min(max(earliest, self._next.get(key, 0.0)), now + limits.REFUSAL_S)
        self._next[key] = at + limits.REFUSAL_MS / 1000
        return at - now


def _digest(shown: str) -> bytes:
    return sha256(shown.encode("latin-1", "replace")).digest()
