"""How long tests wait for what another process does."""

from __future__ import annotations

PATIENCE_S = 300.0
"""Seconds until a wait is given up: a machine with much other work does nothing at once."""
