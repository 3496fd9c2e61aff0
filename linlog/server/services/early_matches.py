"""Matching while predictions still come, so that little is left to do when the last one has.

A task is matched when its predictions have settled, and once: what changes on it later waits until
nothing comes any more. So however the predictions jump between tasks, they are not matched again
and again. When a report is asked for, whatever is left is matched from both ends: by the evaluation
from the first task on, and here from the last.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from time import monotonic, thread_time
from typing import TYPE_CHECKING, Final

from linlog.evaluation import kinds
from linlog.server.services import access, contents, evaluations, jobs, tally_parts
from linlog.server.services.tally_plans import SIZE
from linlog.server.store import evaluations as evaluation_rows
from linlog.server.store import predictions

if TYPE_CHECKING:
    from collections.abc import Callable

    from linlog.server.context import Context, Transactions
    from linlog.server.services.contents import Frozen
    from linlog.wire.model_runs import ModelRun

SETTLED_S: Final = 0.5
"""Seconds without a prediction after which a task is taken to have all of them."""
QUIET_S: Final = 10.0
"""Seconds without a prediction after which a model run is: a slow sender's batches lie apart."""
FLOOD_PER_S: Final = 15_000
"""Predictions a second that may leave nothing over: neither of the processors nor of the disk."""
LEFT_OVER: Final = 0.5
"""Of a processor, what matching must get of it to go on in a flood."""
LOOK_SHARE: Final = 0.1
"""Of the time, what looking for something to do may take."""
AT_ONCE: Final = SIZE * tally_parts.PARTS_AT_ONCE
"""Tasks that are matched before it is looked again."""


class _ReportWanted(Exception):
    """An evaluation is about to match what is left, and should not wait for us."""


@dataclass(frozen=True, slots=True)
class _State:
    """How the predictions of a model run come, at a moment."""

    awaited: bool
    """Whether somebody waits for a report."""
    moving: set[str]
    """Tasks that have just got some."""
    flood: bool
    empty: bool
    quiet: bool


def prepare(ctx: Context, run_id: str) -> None:
    """See to it that whatever a new model run will be judged by is ready for it."""
    _enqueue(ctx, run_id, after_s=0.0)


def ask(ctx: Context, run_id: str) -> None:
    """See to it that the predictions of a model run are matched when they have settled."""
    _enqueue(ctx, run_id, after_s=SETTLED_S)


def match(transactions: Transactions, run_id: str, progress: Callable[[float], None]) -> None:
    """Match what has settled, and come back later where more may come."""
    begun = monotonic()
    with transactions.read() as ctx:
        run = access.model_run(ctx, run_id)
        names = evaluations.kinds_of(ctx, run)
        state = _look(ctx, run_id)
    if state.empty:
        contents.freeze_missing(transactions, run.dataset_id)
        return
    took = monotonic() - begun
    for name in names:
        # What a kind does not take is told by the evaluation that somebody asks for.
        with suppress(ValueError, _ReportWanted):
            kind = kinds.get(name)
            took += _match_new(transactions, run, kind, progress)
            if state.quiet:
                _match_rest(transactions, run, kind, progress)
    if not state.quiet:
        with transactions.write() as ctx:
            _enqueue(ctx, run_id, after_s=max(SETTLED_S, took / LOOK_SHARE))


def _enqueue(ctx: Context, run_id: str, *, after_s: float) -> None:
    jobs.enqueue_once(
        ctx, "match", subject_id=run_id, payload={"model_run_id": run_id}, after_s=after_s
    )


def _look(ctx: Context, run_id: str) -> _State:
    came = predictions.numbers_since(ctx.conn, ctx.scope, run_id, since=_before(ctx, SETTLED_S))
    newest = predictions.newest(ctx.conn, ctx.scope, run_id)
    return _State(
        awaited=evaluation_rows.is_awaited(ctx.conn, ctx.scope, run_id),
        moving={*came},
        flood=came.total() > FLOOD_PER_S * SETTLED_S,
        empty=newest is None,
        quiet=newest is None or newest < _before(ctx, QUIET_S),
    )


def _before(ctx: Context, seconds: float) -> int:
    return ctx.now - int(seconds * 1_000_000)


def _match_new(
    transactions: Transactions, run: ModelRun, kind: kinds.Kind, progress: Callable[[float], None]
) -> float:
    """Match the tasks that were not matched before and do not move, in whole parts.

    Gives the seconds that it took to see that there are no more.
    """
    config = kind.Config()
    unmatched = tally_parts.Unmatched(run.id, kind, config)
    truth: Frozen | None = None
    members: set[str] = set()
    while True:
        begun = monotonic()
        with transactions.read() as ctx:
            state = _look(ctx, run.id)
            found = unmatched.look(ctx)
        settled = found if state.awaited else found - state.moving
        took = monotonic() - begun
        if truth is None and len(settled) >= SIZE:
            contents.freeze_missing(transactions, run.dataset_id)
            with transactions.read() as ctx:
                truth = contents.now(ctx, run.dataset_id)
            members = {entry.task_id for entry in truth.manifest.entries}
        whole = len(settled & members) // SIZE * SIZE
        if truth is None or not whole:
            return took
        some = sorted(settled & members)[-min(whole, AT_ONCE) :]
        begun, worked = monotonic(), thread_time()
        with transactions.read() as ctx:
            todo = tally_parts.work_on(ctx, run.id, kind, config, truth, some)
            tally_parts.match_new(transactions, ctx, todo)
        progress(0.0)
        if state.flood and thread_time() - worked < LEFT_OVER * (monotonic() - begun):
            return took


def _match_rest(
    transactions: Transactions, run: ModelRun, kind: kinds.Kind, progress: Callable[[float], None]
) -> None:
    """Match whatever is not matched as it is now, on the tasks that have predictions or had."""

    def go_on(_: float = 0.0) -> None:
        progress(0.0)
        with transactions.read() as ctx:
            if evaluation_rows.is_awaited(ctx.conn, ctx.scope, run.id):
                raise _ReportWanted

    go_on()
    contents.freeze_missing(transactions, run.dataset_id)
    with transactions.read() as ctx:
        truth = contents.now(ctx, run.dataset_id)
        todo = tally_parts.work_so_far(ctx, run.id, kind, kind.Config(), truth)
        tally_parts.bring_up_to_date(transactions, ctx, todo, go_on)
