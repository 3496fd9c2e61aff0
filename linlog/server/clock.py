"""The one place where the server reads the time."""

from __future__ import annotations

from time import time_ns


def now() -> int:
    """Microseconds since 1970, in UTC."""
    return time_ns() // 1000
