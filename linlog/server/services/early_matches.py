"""Matching while predictions still come, so that little is left to do when the last one has.

A task is matched when its predictions have settled, and once: what changes on it later waits until
nothing comes any more. So however the predictions jump between tasks, they are not matched again
and again. When a report is asked for, whatever is left is matched from both ends: by the evaluation
from the first task on, and here from the last.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from time import monotonic, sleep, thread_time
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

SETTLED_S: Final = 0.25
"""Seconds without a prediction after which a task is taken to have all of them."""
QUIET_S: Final = 10.0
"""Seconds without a prediction after which a model run is: a slow sender's batches lie apart."""
FLOOD_PER_S: Final = 15_000
"""Predictions a second that may leave nothing over: neither of the processors nor of the disk."""
LEFT_OVER: Final = 0.3
"""Of a processor, what matching must get of it to go on in a flood."""
LOOK_SHARE: Final = 0.1
"""Of the time, what looking for something to do may take."""
STAY_S: Final = 2.0
"""Seconds for which a job stays with a model run that gets more, before others have their turn.

Whoever comes back has to read anew what the dataset holds.
"""
SHORTEST_PAUSE_S: Final = 0.05
"""Seconds between two looks for which it stays, at the least."""
AT_ONCE: Final = SIZE * tally_parts.PARTS_AT_ONCE
"""Tasks that are matched before it is looked whether a report is wanted."""
KEPT_AT_ONCE: Final = 16
"""Parts that are kept in one transaction: each keeps others from writing for a moment."""


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
        contents.freeze_missing(transactions, access.judged_dataset_id(run), last_first=True)
        return
    took = monotonic() - begun
    for name in names:
        # What a kind does not take is told by the evaluation that somebody asks for.
        with suppress(ValueError, _ReportWanted):
            kind = kinds.get(name)
            took += _Ahead(transactions, run, kind, progress).go_on()
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


class _Ahead:
    """Matches what no part holds yet, in whole parts, of the tasks that do not move."""

    def __init__(
        self,
        transactions: Transactions,
        run: ModelRun,
        kind: kinds.Kind,
        progress: Callable[[float], None],
    ) -> None:
        self._transactions, self._run, self._kind = transactions, run, kind
        self._progress, self._config = progress, kind.Config()
        self._dataset_id = access.judged_dataset_id(run)
        self._unmatched = tally_parts.Unmatched(run.id, kind, self._config)

    def go_on(self) -> float:
        """Match until nothing more comes, nothing is left over for us, or others have their turn.

        Gives the seconds that it took to see what there is.
        """
        until = monotonic() + STAY_S
        while True:
            begun = monotonic()
            with self._transactions.read() as ctx:
                state = _look(ctx, self._run.id)
                found = self._unmatched.look(ctx)
            settled = found if state.awaited else found - state.moving
            took = monotonic() - begun
            if len(settled) >= SIZE:
                settled &= self._members
            whole = len(settled) // SIZE * SIZE
            if whole and not self._match(sorted(settled)[-whole:], state):
                return took
            if monotonic() > until or not (whole or state.moving):
                return took
            if not whole:
                sleep(max(SHORTEST_PAUSE_S, took / LOOK_SHARE))

    @cached_property
    def _truth(self) -> Frozen:
        contents.freeze_missing(self._transactions, self._dataset_id, last_first=True)
        with self._transactions.read() as ctx:
            return contents.now(ctx, self._dataset_id)

    @cached_property
    def _members(self) -> frozenset[str]:
        return frozenset(entry.task_id for entry in self._truth.manifest.entries)

    def _match(self, task_ids: list[str], state: _State) -> bool:
        """Match tasks from the last one on; whether it is worth while to look for more."""
        made: list[tally_parts.Made] = []
        left_over, awaited = True, state.awaited
        while task_ids and left_over and awaited == state.awaited:
            some = task_ids[-AT_ONCE:]
            begun, worked = monotonic(), thread_time()
            with self._transactions.read() as ctx:
                todo = tally_parts.work_on(
                    ctx, self._run.id, self._kind, self._config, self._truth, some
                )
                made += tally_parts.match_new(self._transactions.compute, ctx, todo)
            share = (thread_time() - worked) / (monotonic() - begun)
            with self._transactions.read() as ctx:
                awaited = evaluation_rows.is_awaited(ctx.conn, ctx.scope, self._run.id)
            left_over = not state.flood or share >= LEFT_OVER
            task_ids = task_ids[: -len(some)]
            if awaited or len(made) >= KEPT_AT_ONCE:
                self._keep(todo, made)
                task_ids = self._left(task_ids)
        self._keep(todo, made)
        return left_over

    def _keep(self, todo: tally_parts.Work, made: list[tally_parts.Made]) -> None:
        if made:
            tally_parts.keep(self._transactions, todo, made)
            self._progress(0.0)
            made.clear()

    def _left(self, task_ids: list[str]) -> list[str]:
        """Those of some tasks that nobody has matched meanwhile, in order."""
        with self._transactions.read() as ctx:
            left = self._unmatched.left(ctx, task_ids)
        return [task_id for task_id in task_ids if task_id in left]


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
    contents.freeze_missing(transactions, access.judged_dataset_id(run), last_first=True)
    with transactions.read() as ctx:
        truth = contents.now(ctx, access.judged_dataset_id(run))
        todo = tally_parts.work_so_far(ctx, run.id, kind, kind.Config(), truth)
        tally_parts.bring_up_to_date(transactions, ctx, todo, go_on)
