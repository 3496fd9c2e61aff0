"""How often an account and a source have failed to sign in of late, kept by each process.

An attempt counts from its beginning, so that many at once do not slip past the limit, and is
given back when it succeeds. A refused one does not count, so that nobody is locked out for ever;
and where somebody has signed in to an account before, strangers elsewhere cannot lock it at all.
"""

from __future__ import annotations

from collections import deque
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Final

from linlog import limits
from linlog.errors import RateLimited

WINDOW_S: Final = 15 * 60
PER_ACCOUNT: Final = limits.ATTEMPTS_PER_ACCOUNT
"""Failures within the window; the tenth attempt waits."""
PER_SOURCE: Final = limits.ATTEMPTS_PER_SOURCE
_MOST_KEYS: Final = 100_000
_SECOND: Final = 1_000_000
_SITE_BITS: Final = 64
"""Of an IPv6 address: whoever has one has all that begin alike."""

Key = tuple[str, ...]


class Attempts:
    """Counts of failures by account and by source; safe to use from many threads."""

    def __init__(
        self,
        *,
        window_s: int = WINDOW_S,
        per_account: int = PER_ACCOUNT,
        per_source: int = PER_SOURCE,
        deed: str = "attempts to sign in failed",
    ) -> None:
        self._window = window_s * _SECOND
        self._most = (per_account, per_source)
        self._deed = deed
        self._failed: dict[Key, deque[int]] = {}
        self._known: dict[Key, None] = {}
        self._lock = Lock()

    def begin(self, account: str, source: str, *, now: int) -> None:
        """Count an attempt as if it had failed. Raises RateLimited, which counts nothing."""
        with self._lock:
            keys = self._keys(account, source)
            for key, most in zip(keys, self._most, strict=True):
                self._refuse_beyond(most, self._times(key, now), now)
            for key in keys:
                self._times(key, now).append(now)

    def give_back(self, account: str, source: str, *, now: int) -> None:
        """Forget an attempt that was not looked at."""
        with self._lock:
            for key in self._keys(account, source):
                self._forget(key, now)

    def succeed(self, account: str, source: str, *, now: int) -> None:
        """Forget an attempt, and all failures of the account from where it may be reached."""
        with self._lock:
            of_account, of_source = self._keys(account, source)
            self._forget(of_source, now)
            self._failed.pop(of_account, None)
            self._known.setdefault((account, _site(source)))
            _shorten(self._known)

    def _keys(self, account: str, source: str) -> tuple[Key, Key]:
        site = _site(source)
        own = (account, site)
        return own if own in self._known else (account,), ("from", site, "")

    def _times(self, key: Key, now: int) -> deque[int]:
        times = self._failed.setdefault(key, deque())
        while times and not now - self._window < times[0] <= now:
            times.popleft()
        _shorten(self._failed)
        return times

    def _forget(self, key: Key, began: int) -> None:
        times = self._failed.get(key)
        if times and began in times:
            times.remove(began)

    def _refuse_beyond(self, most: int, times: deque[int], now: int) -> None:
        if len(times) < most:
            return
        wait_s = max(1, -((now - times[0] - self._window) // _SECOND))
        message = f"too many {self._deed}; try again in {wait_s:,} seconds"
        error = RateLimited(message)
        error.retry_after = str(wait_s)
        raise error


def _site(source: str) -> str:
    """What an attacker at an address has one of."""
    try:
        address = ip_address(source)
    except ValueError:
        return source
    if not isinstance(address, IPv6Address):
        return source
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _SITE_BITS), strict=False))


def _shorten(held: dict[Key, deque[int]] | dict[Key, None]) -> None:
    if len(held) > _MOST_KEYS:
        del held[next(iter(held))]
