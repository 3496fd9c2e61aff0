"""The tasks of projects and datasets as columns in memory, brought up to date before each answer.

Reading a hundred thousand tasks takes a second, a query over their columns milliseconds. So columns
stay in memory, and what an answer reads of the database is what changed since the last one: nothing
that was committed before is ever missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from linlog.server.store import batches, datasets, revisions, task_columns, task_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linlog.evaluation.live_columns import Columns
    from linlog.evaluation.live_order import Part
    from linlog.evaluation.live_tasks import View
    from linlog.server.context import Context


@dataclass(slots=True)
class _Held:
    """The columns of one project, and the view of it that was made last."""

    lock: Lock = field(default_factory=Lock)
    columns: Columns | None = None
    view: View | None = None


@dataclass(slots=True)
class _Dataset:
    """The view of a dataset that was made last, and what it was made of."""

    lock: Lock = field(default_factory=Lock)
    view: View | None = None
    revision: int = -1
    members: dict[str, dict[str, str | None]] = field(default_factory=dict)
    """By project the split of each task."""
    splits: dict[str, str | None] = field(default_factory=dict)
    slots: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """By project the slots of the tasks, after what they are slots of."""


def of_project(ctx: Context, project_id: str, *, shapes: bool = False) -> View:
    """A project's tasks; with sizes and attributes of annotations, if `shapes`."""
    from linlog.evaluation import live_order

    held = _held(ctx, project_id)
    with held.lock:
        columns = _up_to_date(ctx, project_id, held, shapes=shapes)
        parts = [live_order.part(project_id, columns)]
        held.view = _view(held.view, parts, _batches(ctx, project_id))
        return held.view


def of_dataset(ctx: Context, dataset_id: str, *, shapes: bool = False) -> View:
    """A dataset's tasks as they are now; with sizes and attributes, if `shapes`."""
    from linlog.evaluation import live_order

    key = f"dataset view {ctx.scope} {dataset_id}"
    held = ctx.memory.get(key, _Dataset, lambda _made: 1)
    with held.lock:
        revision = datasets.tasks_revision(ctx.conn, ctx.scope, dataset_id)
        if held.revision != revision:
            held.members = task_columns.members(ctx.conn, ctx.scope, dataset_id)
            held.splits = {
                task: split for some in held.members.values() for task, split in some.items()
            }
            held.revision, held.slots = revision, {}
        names: dict[str, str] = {}
        parts = []
        for project_id in held.members:
            project = _held(ctx, project_id)
            with project.lock:
                columns = _up_to_date(ctx, project_id, project, shapes=shapes)
            names |= _batches(ctx, project_id)
            slots = _slots(held, project_id, columns)
            parts.append(live_order.part(project_id, columns, slots))
        before = held.view
        held.view = _view(before, parts, names, held.splits)
        if held.view is not before:
            _keep(ctx, key, held, sum(each.columns.size_bytes for each in parts) // 2)
        return held.view


def _view(
    before: View | None,
    parts: Sequence[Part],
    names: dict[str, str],
    splits: dict[str, str | None] | None = None,
) -> View:
    """A view of some tasks: the one before where it is of the same."""
    from linlog.evaluation.live_tasks import View

    if before is not None and before.is_of(parts, names, splits):
        return before
    return View(parts, names, splits, before)


def _slots(held: _Dataset, project_id: str, columns: Columns) -> Any:
    """The slots of a dataset's tasks of a project."""
    found = held.slots.get(project_id)
    if found is None or found[0] is not columns.slots:
        slots = columns.slots_of(held.members[project_id])
        found = held.slots[project_id] = columns.slots, slots
    return found[1]


def _held(ctx: Context, project_id: str) -> _Held:
    return ctx.memory.get(_key(ctx, project_id), _Held, lambda _made: 1)


def _keep(ctx: Context, key: str, held: Any, size: int) -> None:
    """Keep it, though it be larger than memory may be: reading it anew each time takes longer."""
    ctx.memory.put(key, held, max(1, min(size, ctx.memory.most_bytes)))


def _key(ctx: Context, project_id: str) -> str:
    return f"task columns {ctx.scope} {project_id}"


def _batches(ctx: Context, project_id: str) -> dict[str, str]:
    known = batches.ids_by_name(ctx.conn, ctx.scope, project_id)
    return {batch_id: name for name, batch_id in known.items()}


def _up_to_date(ctx: Context, project_id: str, held: _Held, *, shapes: bool) -> Columns:
    """The columns as the transaction sees the project, or later."""
    from linlog.evaluation.live_columns import Columns

    before = held.columns or Columns()
    revision = revisions.of_tasks(ctx.conn, ctx.scope)
    columns = before
    if before.revision < revision or held.columns is None:
        columns = _changed(ctx, project_id, before, revision)
    if shapes and not columns.shaped:
        columns = _marked(ctx, project_id, replace(columns, marks=None), None, shapes=True)
    if columns is not before:
        held.columns = columns
        _keep(ctx, _key(ctx, project_id), held, columns.size_bytes)
    return columns


def _changed(ctx: Context, project_id: str, before: Columns, revision: int) -> Columns:
    """The columns with what changed in the database since."""
    from linlog.evaluation.live_columns import Row

    rows = [
        Row(*row) for row in task_columns.changed(ctx.conn, ctx.scope, project_id, before.revision)
    ]
    columns = before.changed(rows, revision)
    if columns.marks is None:
        columns = _marked(ctx, project_id, columns, None, shapes=False)
    elif rows:
        ids = [row.id for row in rows]
        columns = _marked(ctx, project_id, columns, ids, shapes=columns.shaped)
    there = task_counts.count(ctx.conn, ctx.scope, {"project_id": project_id})
    if columns.number != there:
        ids = task_columns.ids(ctx.conn, ctx.scope, project_id)
        columns = columns.without_others(ids)
    return columns


def _marked(
    ctx: Context, project_id: str, columns: Columns, task_ids: list[str] | None, *, shapes: bool
) -> Columns:
    """The columns with the annotations of some tasks, or of all, as they are now."""
    from linlog.evaluation.live_columns import Mark

    rows = task_columns.marks(ctx.conn, ctx.scope, project_id, task_ids, shapes=shapes)
    slots = None if task_ids is None else columns.slots_of(task_ids)
    return columns.marked((Mark(*row) for row in rows), slots, shaped=shapes)
