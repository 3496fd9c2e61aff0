"""The job that matches a model run's predictions while they come."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from linlog.errors import NotFound
from linlog.server.services import early_matches

if TYPE_CHECKING:
    from linlog.server.jobs._protocol import Progress, Transactions


def run(transactions: Transactions, payload: dict[str, Any], progress: Progress) -> None:
    """Match what has settled of the model run that `payload` names."""
    with suppress(NotFound):
        early_matches.match(transactions, payload["model_run_id"], progress)
