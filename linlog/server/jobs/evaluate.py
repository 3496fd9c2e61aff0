"""The job that computes an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog.server.services import evaluations

if TYPE_CHECKING:
    from linlog.server.jobs._protocol import Progress, Transactions


def run(transactions: Transactions, payload: dict[str, Any], progress: Progress) -> None:
    """Compute the evaluation that `payload` names."""
    evaluations.compute(transactions, payload["evaluation_id"], progress)
