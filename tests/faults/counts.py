"""How often each fault is tried: a share of the full counts, which `LINLOG_FAULTS` sets.

The test command tries a twenty-fifth; `LINLOG_FAULTS=1` tries all, as before a release.
"""

import os

SHARE = float(os.environ.get("LINLOG_FAULTS", "0.04"))
SOAK_S = float(os.environ.get("LINLOG_SOAK_S", "7200" if SHARE >= 1 else "12"))
"""Seconds that servers work under faults; two hours before a release."""


def tries(full: int) -> range:
    """The seeds of the tries of a fault that is tried `full` times before a release."""
    return range(max(1, round(full * SHARE)))
