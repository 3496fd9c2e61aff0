"""What a job is given and what it owes.

Running twice must equal running once: a worker may die after its work and before it says so.
`progress` takes a share from 0 to 1, notes it now and then, and raises `JobLost` then where another
worker has taken over.
An exception of linlog ends the job as failed, with its sentence; any other is a bug and is
tried again, three times in all. A module may have a `give_up`, which is called with the reason
before the job ends as failed, so that nothing waits for it any longer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from linlog.server import context
from linlog.server.settings import Settings

Progress = Callable[[float], None]


class JobLost(Exception):
    """The lease ended and another worker has the job."""


class Transactions(context.Transactions, Protocol):
    """How a job reaches the store, bound to its organisation."""

    @property
    def settings(self) -> Settings:
        """The server's settings."""


Run = Callable[[Transactions, dict[str, Any], Progress], None]
GiveUp = Callable[[Transactions, dict[str, Any], str], None]
