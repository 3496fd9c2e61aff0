"""The job that forgets frozen content that nothing needs any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog.server.services import contents

if TYPE_CHECKING:
    from linlog.server.jobs._protocol import Progress, Transactions


def run(transactions: Transactions, payload: dict[str, Any], progress: Progress) -> None:  # noqa: ARG001 - of the whole organisation, and quick
    """Forget what neither a version nor a task of today needs; later, where evaluations run."""
    with transactions.write() as ctx:
        contents.collect(ctx)
