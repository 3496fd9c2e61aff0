"""The server's log: one JSON line an event, on standard error."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

LEVELS: Final = ("debug", "info", "warning", "error")
_threshold = 1


def set_level(level: str) -> None:
    """Say nothing below `level`."""
    global _threshold  # noqa: PLW0603 - one process has one log
    _threshold = LEVELS.index(level) if level in LEVELS else 1


def log(level: str, message: str, **facts: Any) -> None:
    """Write one line. Values are JSON, so no text can pretend to be a line of its own."""
    if LEVELS.index(level) < _threshold:
        return
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": level,
        "message": message,
        **facts,
    }
    write(msgspec.json.encode(line, enc_hook=str).decode())


def write(line: str) -> None:
    """Put a line where the log goes."""
    sys.stderr.write(f"{line}\n")
