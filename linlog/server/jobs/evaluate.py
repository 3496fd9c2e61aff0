"""The job that computes an evaluation: match some tasks at a time, merge, summarize, store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog.errors import Invalid
from linlog.server.services import evaluations

if TYPE_CHECKING:
    from linlog.server.jobs._protocol import Progress, Transactions


def run(transactions: Transactions, payload: dict[str, Any], progress: Progress) -> None:
    """Compute the evaluation that `payload` names."""
    from linlog.evaluation import tallies

    evaluation_id = payload["evaluation_id"]
    parts = []
    with transactions.read() as ctx:
        todo = evaluations.work(ctx, evaluation_id)
        try:
            for some in evaluations.items(ctx, todo):
                parts.append(todo.kind.match(some, todo.config))
                progress(0.9 * min(1.0, len(parts) * len(some) / len(todo.task_ids)))
        except ValueError as error:
            raise Invalid(str(error)) from error
    report = todo.kind.summarize(todo.kind.merge(parts), todo.config)
    progress(0.95)
    with transactions.write() as ctx:
        evaluations.save(ctx, evaluation_id, report, [tallies.encode(part) for part in parts])
