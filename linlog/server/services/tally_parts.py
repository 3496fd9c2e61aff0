"""Tallies of model runs, kept in parts of some tasks and brought up to date task by task.

A part is never changed. Where a task's annotations or predictions are not what they were, a new
part takes the place of the one that holds the task: of the other tasks the tallies are taken over,
and only that task is matched.
"""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from linlog.errors import Conflict
from linlog.evaluation import frozen, kinds
from linlog.server.services import contents, tally_plans
from linlog.server.services.tally_plans import SIZE, Bundle, Rest
from linlog.server.store import predictions, revisions, tally_parts
from linlog.server.store.tally_parts import Matched, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from linlog.compute._protocol import Compute
    from linlog.evaluation.tallies import Tally
    from linlog.server.context import Context, Transactions
    from linlog.server.services.contents import Frozen

PARTS_AT_ONCE: Final = 4
"""Parts that are made and kept in one transaction, at the least."""
UNUSED_S: Final = 3600
"""Seconds after which a part that nothing needs is forgotten: no job takes longer to use it."""
ASKED: Final = frozenset(
    {"confidence_threshold", "iou_threshold", "missing", "oks_threshold", "unlabelled"}
)
"""Settings that a report can be asked for anew: none of them ever changes a match."""


Made = tuple[Part, "Tally"]
"""A part with its tally."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be matched with what."""

    run_id: str
    kind: kinds.Kind
    config: Any
    truth: Frozen
    wanted: Mapping[str, str]
    """The hash of its annotations for each task."""
    counts: Mapping[str, int]
    """How many predictions the run has on each task that it covers."""
    current: bool = True
    """Whether this is the dataset of today, which later work builds on."""
    only: Mapping[str, frozenset[str]] | None = None
    """Ids of the predictions that count, by task; None for all there are."""

    @property
    def matcher(self) -> str:
        """What makes a tally, in words: equal words, equal tallies of equal content."""
        return matcher(self.kind, self.config)


@dataclass(frozen=True, slots=True)
class Found:
    """The parts that hold every task once, and those of their tallies that were just made."""

    parts: list[Part]
    made: dict[str, Tally] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    """The parts that there were before anything was made."""
    changed: frozenset[str] = frozenset()
    """The tasks that are other than in those."""

    def add(self, made: Iterable[Made]) -> None:
        """Parts with their tallies."""
        for part, tally in made:
            self.parts.append(part)
            self.made[part.id] = tally

    @property
    def predictions(self) -> dict[str, str]:
        """The hash of its predictions for each task."""
        return {
            task_id: matched.predictions
            for part in self.parts
            for task_id, matched in part.tasks.items()
        }


def matcher(kind: kinds.Kind, config: Any) -> str:
    """What makes a tally, in words: equal words, equal tallies of equal content."""
    from linlog.evaluation import tallies

    fixed = {key: value for key, value in asdict(config).items() if key not in ASKED}
    settings = frozen.digest(frozen.encode(fixed))[:12]
    return f"{kind.name} {kind.version}.{tallies.VERSION} {settings}"


def work(
    ctx: Context, run_id: str, kind: kinds.Kind, config: Any, truth: Frozen, *, current: bool
) -> Work:
    """What is to be matched on every task, with the predictions that there are."""
    counts = revisions.prediction_counts(ctx.conn, ctx.scope, run_id)
    wanted = {each.task_id: each.annotations for each in truth.manifest.entries}
    return Work(run_id, kind, config, truth, wanted, counts, current)


def work_so_far(ctx: Context, run_id: str, kind: kinds.Kind, config: Any, truth: Frozen) -> Work:
    """What can be matched while predictions still come: tasks that have some, or had."""
    todo = work(ctx, run_id, kind, config, truth, current=True)
    parts = tally_parts.current(ctx.conn, ctx.scope, run_id, todo.matcher)
    held = {task_id for part in parts for task_id in part.tasks} | todo.counts.keys()
    wanted = {task_id: name for task_id, name in todo.wanted.items() if task_id in held}
    return replace(todo, wanted=wanted)


def work_on(
    ctx: Context,
    run_id: str,
    kind: kinds.Kind,
    config: Any,
    truth: Frozen,
    task_ids: Sequence[str],
) -> Work:
    """What is to be matched on some tasks."""
    counts = revisions.prediction_counts(ctx.conn, ctx.scope, run_id, task_ids)
    some = {*task_ids}
    wanted = {
        each.task_id: each.annotations for each in truth.manifest.entries if each.task_id in some
    }
    return Work(run_id, kind, config, truth, wanted, counts)


class Unmatched:
    """Tasks with predictions that are part of nothing yet; each look costs what is new."""

    def __init__(self, run_id: str, kind: kinds.Kind, config: Any) -> None:
        self._run_id, self._matcher = run_id, matcher(kind, config)
        self._known: set[str] = set()
        self._held: set[str] = set()

    def look(self, ctx: Context) -> set[str]:
        """Those of the moment."""
        counts = revisions.prediction_counts(ctx.conn, ctx.scope, self._run_id)
        return self.left(ctx, counts.keys())

    def left(self, ctx: Context, task_ids: Iterable[str]) -> set[str]:
        """Those of some tasks that are part of nothing yet."""
        new = tally_parts.current_beside(
            ctx.conn, ctx.scope, self._run_id, self._matcher, self._known
        )
        self._known.update(part.id for part in new)
        self._held.update(task_id for part in new for task_id in part.tasks)
        return {*task_ids} - self._held


def bring_up_to_date(
    transactions: Transactions,
    ctx: Context,
    todo: Work,
    progress: Callable[[float], None] = lambda _: None,
) -> Found:
    """Match what has changed and keep it; `ctx` reads, and sees one moment throughout.

    Raises ValueError for what the kind does not take, and ConfigError where what computes is away.
    """
    parts = tally_parts.current(ctx.conn, ctx.scope, todo.run_id, todo.matcher)
    planned = tally_plans.plan(parts, todo.wanted, todo.counts, size=SIZE)
    found = Found(
        [*planned.whole],
        before=tuple(part.id for part in parts),
        changed=tally_plans.changed(planned, todo.wanted),
    )
    rest = Rest(planned.bundles, known={part.id for part in parts})
    compute = transactions.compute
    at_once = max(PARTS_AT_ONCE, compute.width) if planned.bundles else PARTS_AT_ONCE
    while some := rest.take(at_once):
        made = [*_made(compute, ctx, todo, some, planned.broken)]
        keep(transactions, todo, made)
        found.add(made)
        rest.known.update(part.id for part, _ in made)
        if todo.current and rest.new:
            found.add(_made_elsewhere(transactions, todo, rest))
        progress(1 - len(rest) / len(planned.bundles))
    if todo.current and planned.broken:
        with transactions.write() as writing:
            ids = {part.id for part in planned.broken} - {part.id for part in found.parts}
            tally_parts.retire(writing.conn, writing.scope, sorted(ids))
    return found


def match_new(compute: Compute, ctx: Context, todo: Work) -> list[Made]:
    """Parts of tasks that no part holds yet, to be kept beside those that there are.

    Raises what `bring_up_to_date` does.
    """
    bundles = tally_plans.plan([], todo.wanted, todo.counts, size=SIZE).bundles
    return [*_made(compute, ctx, todo, bundles, [])]


def merged(ctx: Context, kind: kinds.Kind, found: Found) -> Tally:
    """The tally of all parts."""
    from linlog.evaluation import tallies

    stored = [part.id for part in found.parts if part.id not in found.made]
    data = tally_parts.tallies(ctx.conn, ctx.scope, stored)
    return kind.merge([*found.made.values(), *(tallies.decode(data[one]) for one in stored)])


def match(ctx: Context, todo: Work) -> tuple[Tally, dict[str, str]]:
    """Match all that is wanted and keep nothing; the hash of its predictions for each task."""
    task_ids = sorted(todo.wanted)
    parts: list[Tally] = []
    hashes: dict[str, str] = {}
    for start in range(0, len(task_ids), SIZE):
        found = [*items(ctx, todo, task_ids[start : start + SIZE])]
        parts.append(todo.kind.match((item for item, _ in found), todo.config))
        hashes.update((item.task_id, name) for item, name in found)
    return todo.kind.merge(parts), hashes


def delete_unused(ctx: Context, run_id: str) -> None:
    """Forget parts of a model run that nothing needs any more."""
    before = ctx.now - UNUSED_S * 1_000_000
    tally_parts.delete_unused(ctx.conn, ctx.scope, run_id, before=before)


def items(ctx: Context, todo: Work, task_ids: Sequence[str]) -> Iterator[tuple[kinds.Item, str]]:
    """Tasks with their truths and predictions, each with the hash of its predictions."""
    truths = contents.get_many(ctx, {todo.wanted[task_id] for task_id in task_ids}, todo.truth)
    found = predictions.rows_of_tasks(ctx.conn, ctx.scope, todo.run_id, task_ids)
    for task_id in task_ids:
        counting = None if todo.only is None else todo.only.get(task_id, frozenset())
        data, said = frozen.predicted(found.get(task_id, ()), todo.kind.shapes, counting)
        if counting is not None and len(said) < len(counting):
            message = f"predictions that were judged on task {task_id} are gone with it"
            raise Conflict(message)
        item = frozen.item(
            task_id,
            truths[todo.wanted[task_id]],
            said,
            predicted=todo.counts.get(task_id, 0) > 0,
            shapes_of_kind=todo.kind.shapes,
        )
        yield item, frozen.digest(data)


def _made(
    compute: Compute, ctx: Context, todo: Work, some: Sequence[Bundle], broken: Sequence[Part]
) -> Iterator[Made]:
    """The parts of some bundles, with their tallies."""
    from linlog.evaluation import tallies

    older = {part.id: part.tasks for part in broken}
    names = sorted({name for bundle in some for name in bundle.keep})
    stored = tally_parts.tallies(ctx.conn, ctx.scope, names)
    hashes: deque[dict[str, str]] = deque()

    def shards() -> Iterator[list[kinds.Item]]:
        for bundle in some:
            found = [*items(ctx, todo, bundle.match)]
            hashes.append({item.task_id: name for item, name in found})
            yield [item for item, _ in found]

    matches = compute.match(todo.kind.name, todo.config, shards())
    for bundle, matched in zip(some, matches, strict=True):
        kept = [
            tallies.select(tallies.decode(stored[name]), of_part)
            for name, of_part in bundle.keep.items()
        ]
        tasks = {
            task_id: older[name][task_id]
            for name, of_part in bundle.keep.items()
            for task_id in of_part
        }
        for task_id, predictions_hash in hashes.popleft().items():
            count = todo.counts.get(task_id, 0)
            tasks[task_id] = Matched(todo.wanted[task_id], count, predictions_hash)
        yield Part(_name(todo, tasks), tasks), todo.kind.merge([*kept, matched])


def _made_elsewhere(transactions: Transactions, todo: Work, rest: Rest) -> list[Made]:
    """Parts of tasks that were left to match, made by whoever matches early meanwhile."""
    from linlog.evaluation import tallies

    with transactions.read() as ctx:
        new = tally_parts.current_beside(ctx.conn, ctx.scope, todo.run_id, todo.matcher, rest.known)
        rest.known.update(part.id for part in new)
        taken = []
        for part in new:
            if part.tasks.keys() <= rest.new.keys() and tally_plans.is_fresh(
                part, todo.wanted, todo.counts
            ):
                rest.leave_out(part.tasks)
                taken.append(part)
        data = tally_parts.tallies(ctx.conn, ctx.scope, [part.id for part in taken])
    return [(part, tallies.decode(data[part.id])) for part in taken]


def _name(todo: Work, tasks: Mapping[str, Matched]) -> str:
    return frozen.digest(frozen.encode([todo.run_id, todo.matcher, tasks]))


def keep(transactions: Transactions, todo: Work, made: Sequence[Made]) -> None:
    """Keep parts that were matched."""
    from linlog.evaluation import tallies

    rows = [(part, tallies.encode(tally)) for part, tally in made]
    with transactions.write() as ctx:
        tally_parts.insert(
            ctx.conn,
            ctx.scope,
            todo.run_id,
            todo.matcher,
            rows,
            current=todo.current,
            created=ctx.now,
        )
