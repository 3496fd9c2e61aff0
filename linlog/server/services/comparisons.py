"""Comparisons of evaluations: what two to eight of them gained over the first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from linlog import limits
from linlog.errors import Conflict, Invalid
from linlog.evaluation import frozen, kinds
from linlog.server.services import access, evaluations, slices, users
from linlog.server.services.slices import Asked
from linlog.wire.comparisons import Compared, Comparison
from linlog.wire.evaluations import MOST_SLICES

if TYPE_CHECKING:
    from linlog.evaluation.tallies import Tally
    from linlog.server.context import Context
    from linlog.wire.evaluations import Evaluation
    from linlog.wire.slices import Slice

RESAMPLES: Final = 10_000
"""Of every number, at most."""
LEVEL: Final = 0.95
"""Of an interval, where nothing else is asked for."""
FEWEST: Final = 2
MOST: Final = limits.COMPARED
_BYTES_EACH: Final = 2000
"""What a number and its kin take up in memory, about."""


def compare(
    ctx: Context,
    evaluation_ids: Sequence[str],
    *,
    slice_id: str | None = None,
    query: str | None = None,
    beside: Sequence[str] = (),
    level: float = LEVEL,
) -> Comparison:
    """What the other evaluations gained over the first, with what chance has to say.

    With a slice or a query, only the tasks count that it takes of what the first was judged by; the
    slices `beside` get the numbers of their own tasks in a table. Raises Invalid for fewer than
    two, more than eight, for kinds or settings that differ, for a slice of another dataset than
    the first's and for evaluations that share no task.
    """
    if not FEWEST <= len(evaluation_ids) <= MOST:
        message = f"give {FEWEST} to {MOST} evaluations to compare, not {len(evaluation_ids)}"
        raise Invalid(message, field="evaluation_ids")
    if len(beside) > MOST_SLICES:
        message = f"give at most {MOST_SLICES} slices, not {len(beside)}"
        raise Invalid(message, field="slices")
    if not 0.5 <= level < 1:
        message = f"level must be at least 0.5 and below 1, not {level:g}"
        raise Invalid(message, field="level")
    found = [evaluations.finished(ctx, each) for each in evaluation_ids]
    for other in found[1:]:
        _check_alike(found[0], other)
    within = slices.chosen(ctx, slice_id, query, found[0].dataset_id)
    made_of = [(evaluations.tally_key(ctx, each), each.dataset_version_id) for each in found]
    wanted = [access.slice_(ctx, each) for each in beside]
    queries = [
        each and (each.dataset_id, users.resolved(ctx, each.query)) for each in (within, *wanted)
    ]
    names = [(each.id, each.name) for each in wanted]
    said = [level, found[0].kind, found[0].config, made_of, queries, names]
    key = f"comparison {frozen.digest(frozen.encode(said))}"
    comparison = ctx.memory.get(key, lambda: _computed(ctx, found, within, wanted, level), _size)
    if not comparison.tasks and len({each.dataset_id for each in found}) > 1:
        message = "these evaluations are of different datasets and share no task with equal truth"
        raise Invalid(message, field="evaluation_ids")
    return replace(
        comparison,
        compared=tuple(map(_compared, found)),
        slice_id=None if within is None else within.id or None,
        slice_name=None if within is None else within.name,
    )


def _computed(
    ctx: Context,
    found: Sequence[Evaluation],
    within: Slice | None,
    wanted: Sequence[Slice],
    level: float,
) -> Comparison:
    from linlog.evaluation import comparison, tallies

    whole = [evaluations.tally(ctx, each) for each in found]
    runs = whole
    if within is not None:
        taken = _taken(ctx, found[0], whole[0], within)
        runs = [tallies.select(run, taken) for run in whole]
    slices = [
        comparison.Sliced(
            name=each.name, tasks=_taken(ctx, found[0], whole[0], each), slice_id=each.id
        )
        for each in wanted
    ]
    return comparison.compare_all(
        kinds.get(found[0].kind),
        runs,
        evaluations.read_config(found[0].kind, found[0].config),
        resamples=RESAMPLES,
        level=level,
        changed=_changed(ctx, found),
        slices=slices,
    )


def _taken(ctx: Context, first: Evaluation, run: Tally, within: Slice) -> list[str]:
    """The tasks that a slice takes of what the first evaluation was judged by."""
    config = evaluations.read_config(first.kind, first.config)
    asked = Asked(first, evaluations.held_then(ctx, first), run, config)
    taken = slices.taken_of(ctx, within, asked)
    return [task for task, is_in in zip(run.tasks, taken.tolist(), strict=True) if is_in]


def _changed(ctx: Context, found: Sequence[Evaluation]) -> set[str]:
    """The tasks whose frozen annotations are not the same in all evaluations that have them."""
    versions = {each.dataset_version_id: each for each in found if each.dataset_version_id}
    if len(versions) < FEWEST:
        return set()
    first: dict[str, str] = {}
    differing: set[str] = set()
    for each in versions.values():
        try:
            entries = evaluations.held_then(ctx, each).manifest.entries
        except Conflict:
            continue
        for entry in entries:
            if first.setdefault(entry.task_id, entry.annotations) != entry.annotations:
                differing.add(entry.task_id)
    return differing


def _check_alike(first: Evaluation, other: Evaluation) -> None:
    if first.kind != other.kind:
        message = f"evaluations of {first.kind} and of {other.kind} cannot be compared"
        raise Invalid(message, field="evaluation_ids")
    differing = [
        f"{name} is {json.dumps(first.config.get(name))} and {json.dumps(other.config.get(name))}"
        for name in sorted({*first.config, *other.config})
        if first.config.get(name) != other.config.get(name)
    ]
    if differing:
        message = (
            f"evaluations of different settings cannot be compared: {', '.join(differing)}; "
            "evaluate the model runs by one config first"
        )
        raise Invalid(message, field="evaluation_ids")


def _compared(each: Evaluation) -> Compared:
    return Compared(
        evaluation_id=each.id,
        model_version_id=each.model_version_id,
        model_name=each.model_name,
        model_version_name=each.model_version_name,
        dataset_id=each.dataset_id,
        dataset_name=each.dataset_name,
    )


def _size(comparison: Comparison) -> int:
    pairs = (comparison, *comparison.others)
    return _BYTES_EACH * sum(
        len(each.scalars)
        + sum(1 + len(label.numbers) for label in each.labels)
        + sum(1 + len(within.numbers) for within in each.slices)
        + 300
        for each in pairs
    )
