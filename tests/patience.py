"""How long tests wait for what another process does, and what a busy machine adds to it."""

from __future__ import annotations

import os

PATIENCE_S = 300.0
"""Seconds until a wait is given up: a machine with much other work does nothing at once."""


def shared() -> float:
    """How much work there was for each processor in the last minute, but 1 at least."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
