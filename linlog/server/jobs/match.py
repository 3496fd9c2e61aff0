"""The job that matches a model run's predictions while they come."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from linlog.errors import NotFound
from linlog.server.services import evaluations

if TYPE_CHECKING:
    from linlog.server.jobs._protocol import Progress, Transactions


def run(transactions: Transactions, payload: dict[str, Any], progress: Progress) -> None:  # noqa: ARG001 - nobody waits for it
    """Match what the model run that `payload` names has on its tasks by now."""
    with suppress(NotFound):
        evaluations.match_so_far(transactions, payload["model_run_id"])
