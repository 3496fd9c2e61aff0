"""The job that changes many tasks at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog.errors import NotFound
from linlog.server.services import task_changes

if TYPE_CHECKING:
    from linlog.server.jobs._protocol import Progress, Transactions


def run(transactions: Transactions, payload: dict[str, Any], progress: Progress) -> None:
    """Change the tasks that `payload` names, as it says; a job that is forgotten ends."""
    try:
        task_changes.run(transactions, payload, progress)
    except NotFound:
        return
