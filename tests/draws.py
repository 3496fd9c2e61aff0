"""Ids, tokens and secrets of a test, drawn by its name, so that a test that failed fails again."""

from __future__ import annotations

import os
import random
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = os.environ.get("LINLOG_SEED", "")
"""Another one draws everything else."""


@contextmanager
def by_name(name: str) -> Iterator[None]:
    """Draw by a name what this process takes from the system's random bytes meanwhile.

    Processes that it starts, and copies of itself, draw from the system as ever: what they call
    something must differ from what this one does.
    """
    drawn, system, process = random.Random(f"{SEED} {name}"), os.urandom, os.getpid()

    def randomly(size: int) -> bytes:
        return drawn.randbytes(size) if os.getpid() == process else system(size)

    # The second is what `secrets` reads.
    with patch("os.urandom", randomly), patch("random._urandom", randomly):
        yield
