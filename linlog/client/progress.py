"""A progress bar on stderr, for calls that wait: one line on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

_WIDTH: Final = 32


class Show(Protocol):
    """Shows how much is done."""

    def __call__(self, done: float, title: str) -> None:
        """`done` is from 0 to 1."""
        ...


@contextmanager
def bar() -> Iterator[Show]:
    """A bar that is redrawn in place, and gone from the line when the wait is over."""
    stream = sys.stderr
    visible = stream is not None and stream.isatty()

    def show(done: float, title: str) -> None:
        if visible:
            full = round(_WIDTH * max(0.0, min(1.0, done)))
            line = f"{'━' * full}{'╌' * (_WIDTH - full)} {done:4.0%} {title}"
            stream.write(f"\r\x1b[K{line[:120]}")
            stream.flush()

    try:
        yield show
    finally:
        if visible:
            stream.write("\r\x1b[K")
            stream.flush()
