"""The jobs there are: name → module with `run(worker_context, payload, progress)`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from linlog.server.log import log

if TYPE_CHECKING:
    from linlog.server.jobs._protocol import GiveUp, Run

TABLE: Final = {
    "change_tasks": "linlog.server.jobs.change_tasks:run",
    "collect": "linlog.server.jobs.collect:run",
    "evaluate": "linlog.server.jobs.evaluate:run",
    "fetch_file": "linlog.server.jobs.fetch_file:run",
    "freeze": "linlog.server.jobs.freeze:run",
    "match": "linlog.server.jobs.match:run",
}

APART: Final = frozenset({"freeze", "match"})
"""Jobs that nobody waits for; a server leaves them to a process of their own."""


def get(name: str) -> Run:
    """The job `name`, imported on first use."""
    module, _, member = TABLE[name].partition(":")
    found: Run = getattr(import_module(module), member)
    return found


@cache
def make_ready() -> None:
    """Load what only an evaluation needs, so that whoever asks for one need not wait for it.

    Once: a worker calls this at each look at a queue that may be woken by every request.
    """
    from linlog.evaluation import kinds

    try:
        get("evaluate")
        for name in kinds.UNASKED:
            kinds.get(name)
    except ImportError as error:
        # Jobs that need it fail with this reason; all others go on.
        log("error", "what an evaluation needs cannot be loaded", error=repr(error))


def giving_up(name: str) -> GiveUp | None:
    """What the job `name` does when it has failed for good, if it has to do anything."""
    found: GiveUp | None = getattr(import_module(TABLE[name].partition(":")[0]), "give_up", None)
    return found
