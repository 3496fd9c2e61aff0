"""How many requests a person or a token sends in a minute, kept by each process."""

from __future__ import annotations

from math import ceil
from threading import Lock
from typing import Final

from linlog.errors import RateLimited

_MINUTE_S: Final = 60.0
_SECOND: Final = 1_000_000
_MOST_KNOWN: Final = 10_000


class Rates:
    """What each may still send: a minute's worth at once, filled up as time goes by."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._left: dict[str, tuple[float, int]] = {}
        self._lock = Lock()

    def count(self, whose: str, *, now: int) -> None:
        """Count a request. Raises RateLimited, which says when to come back, beyond the limit."""
        if not self._per_minute:
            return
        with self._lock:
            if len(self._left) > _MOST_KNOWN:
                self._left.clear()
            left, since = self._left.get(whose, (float(self._per_minute), now))
            gained = max(0, now - since) / _SECOND * self._per_minute / _MINUTE_S
            left = min(float(self._per_minute), left + gained)
            if left < 1.0:
                self._left[whose] = (left, now)
                raise self._refusal(left)
            self._left[whose] = (left - 1.0, now)

    def _refusal(self, left: float) -> RateLimited:
        error = RateLimited(f"more than {self._per_minute:,} requests a minute; slow down")
        error.retry_after = str(ceil((1.0 - left) * _MINUTE_S / self._per_minute))
        return error
