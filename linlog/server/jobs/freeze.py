"""The job that freezes a new dataset before somebody predicts on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog.server.services import contents

if TYPE_CHECKING:
    from linlog.server.jobs._protocol import Progress, Transactions


def run(transactions: Transactions, payload: dict[str, Any], progress: Progress) -> None:  # noqa: ARG001 - nobody waits for it
    """Keep the content of the dataset that `payload` names."""
    contents.freeze_missing(transactions, payload["dataset_id"], last_first=True)
