"""Matching while predictions still come, so that little is left to do when the last one has.

A task is matched when its predictions have settled, and once: what changes on it later waits until
nothing comes any more. So however the predictions jump between tasks, they are not matched again
and again, and what comes in is not held up.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from linlog.evaluation import kinds
from linlog.server.services import access, contents, evaluations, jobs, tally_parts
from linlog.server.store import evaluations as evaluation_rows
from linlog.server.store import predictions

if TYPE_CHECKING:
    from collections.abc import Callable

    from linlog.server.context import Context, Transactions
    from linlog.wire.model_runs import ModelRun

SETTLED_S: Final = 1.0
"""Seconds without a prediction after which a task is taken to have all of them."""
QUIET_S: Final = 10.0
"""Seconds without a prediction after which a model run is: a slow sender's batches lie apart."""
FLOOD_PER_S: Final = 15_000
"""Predictions a second that leave nothing over: neither of the processors nor of the disk."""
AT_ONCE: Final = tally_parts.SIZE * tally_parts.PARTS_AT_ONCE
"""Tasks that are matched before it is looked whether somebody waits for a report."""


class _ReportWanted(Exception):
    """An evaluation is about to match what is left, and should not wait for us."""


def ask(ctx: Context, run_id: str) -> None:
    """See to it that the predictions of a model run are matched when they have settled."""
    jobs.enqueue_once(
        ctx, "match", subject_id=run_id, payload={"model_run_id": run_id}, after_s=SETTLED_S
    )


def match(transactions: Transactions, run_id: str, progress: Callable[[float], None]) -> None:
    """Match what has settled, and come back later where more may come."""
    with transactions.read() as ctx:
        run = access.model_run(ctx, run_id)
        names = evaluations.kinds_of(ctx, run)
        came = predictions.numbers_since(ctx.conn, ctx.scope, run_id, since=_before(ctx, SETTLED_S))
        newest = predictions.newest(ctx.conn, ctx.scope, run_id)
        quiet = newest is None or newest < _before(ctx, QUIET_S)
        flood = came.total() > FLOOD_PER_S * SETTLED_S

    def go_on(_: float = 0.0) -> None:
        progress(0.0)
        with transactions.read() as ctx:
            if evaluation_rows.is_awaited(ctx.conn, ctx.scope, run_id):
                raise _ReportWanted

    with suppress(_ReportWanted):
        go_on()
        names = [] if flood else names
        contents.freeze_missing(transactions, run.dataset_id)
        for name in names:
            # What a kind does not take is told by the evaluation that somebody asks for.
            with suppress(ValueError):
                if quiet:
                    _match_rest(transactions, run, kinds.get(name), go_on)
                else:
                    _match_settled(transactions, run, kinds.get(name), {*came}, go_on)
    if not quiet:
        with transactions.write() as ctx:
            ask(ctx, run_id)


def _before(ctx: Context, seconds: float) -> int:
    return ctx.now - int(seconds * 1_000_000)


def _match_settled(
    transactions: Transactions,
    run: ModelRun,
    kind: kinds.Kind,
    moving: set[str],
    go_on: Callable[[], None],
) -> None:
    """Match the tasks that were not matched before and do not move, in whole parts."""
    config = kind.Config()
    with transactions.read() as ctx:
        settled = sorted(tally_parts.unmatched(ctx, run.id, kind, config) - moving)
        if len(settled) < tally_parts.SIZE:
            return
        truth = contents.now(ctx, run.dataset_id)
    members = {entry.task_id for entry in truth.manifest.entries}
    settled = [task_id for task_id in settled if task_id in members]
    whole = len(settled) // tally_parts.SIZE * tally_parts.SIZE
    for start in range(0, whole, AT_ONCE):
        with transactions.read() as ctx:
            some = settled[start : min(start + AT_ONCE, whole)]
            todo = tally_parts.work_on(ctx, run.id, kind, config, truth, some)
            tally_parts.match_new(transactions, ctx, todo)
        go_on()


def _match_rest(
    transactions: Transactions, run: ModelRun, kind: kinds.Kind, go_on: Callable[[float], None]
) -> None:
    """Match whatever is not matched as it is now, on the tasks that have predictions or had."""
    with transactions.read() as ctx:
        truth = contents.now(ctx, run.dataset_id)
        todo = tally_parts.work_so_far(ctx, run.id, kind, kind.Config(), truth)
        tally_parts.bring_up_to_date(transactions, ctx, todo, go_on)
