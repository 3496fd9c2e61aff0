"""Datasets: completed tasks kept together."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from linlog import ids
from linlog.errors import Invalid
from linlog.server.services import access, contents, tasks
from linlog.server.store import datasets, predictions
from linlog.server.store import tasks as task_rows
from linlog.wire.datasets import SPLITS, DatasetTasksAdded
from linlog.wire.unset import Unset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.server.store.tasks import Filters
    from linlog.wire.datasets import (
        Dataset,
        DatasetCreate,
        DatasetShares,
        DatasetSplit,
        DatasetUpdate,
    )
    from linlog.wire.paging import Page
    from linlog.wire.tasks import Task, TaskName


def list_page(
    ctx: Context, window: Window, *, name: str | None = None, newest_first: bool = False
) -> Page[Dataset]:
    """The organisation's datasets, oldest first unless `newest_first`."""
    return datasets.list_page(ctx.conn, ctx.scope, window, name=name, newest_first=newest_first)


def get(ctx: Context, dataset_id: str) -> Dataset:
    """One dataset."""
    return access.dataset(ctx, dataset_id)


def labels_in_order(ctx: Context, dataset_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Labels with their shapes by dataset, in an order that what comes later does not change.

    First those of its tasks as they appear, then those that models predicted as they came.
    """
    shown = datasets.labels_in_order(ctx.conn, ctx.scope, dataset_ids)
    predicted = predictions.labels_in_order(ctx.conn, ctx.scope, dataset_ids)
    return {
        dataset_id: [*shown.get(dataset_id, ()), *predicted.get(dataset_id, ())]
        for dataset_id in dataset_ids
    }


def create(ctx: Context, new: DatasetCreate) -> Dataset:
    """Create a dataset of a project's completed tasks, of named ones, or empty."""
    if new.project_id is not None and new.task_ids is not None:
        message = "give project_id for all its completed tasks, or task_ids, not both"
        raise Invalid(message, field="task_ids")
    project = None if new.project_id is None else access.project(ctx, new.project_id)
    members = _first_members(ctx, new)
    dataset_id = ids.new("dataset")
    datasets.insert(
        ctx.conn,
        ctx.scope,
        dataset_id=dataset_id,
        name=new.name.strip(),
        type_=new.type or (project.type if project else _type_of(ctx, members)),
        project_id=new.project_id,
        created=ctx.now,
    )
    datasets.add_tasks(ctx.conn, ctx.scope, dataset_id, members, created=ctx.now)
    contents.freeze_later(ctx, dataset_id, len(members))
    return access.dataset(ctx, dataset_id)


def update(ctx: Context, dataset_id: str, change: DatasetUpdate) -> Dataset:
    """Change a dataset."""
    access.check_dataset(ctx, dataset_id)
    if not isinstance(change.name, Unset):
        datasets.update(ctx.conn, ctx.scope, dataset_id, {"name": change.name.strip()})
    return access.dataset(ctx, dataset_id)


def delete(ctx: Context, dataset_id: str) -> int:
    """Remove a dataset with its model runs; its tasks stay in their projects."""
    access.check_dataset(ctx, dataset_id)
    contents.collect_later(ctx)
    return datasets.delete(ctx.conn, ctx.scope, dataset_id)


def add_tasks(ctx: Context, dataset_id: str, task_ids: Sequence[str]) -> DatasetTasksAdded:
    """Put completed tasks into a dataset, all or none."""
    access.check_dataset(ctx, dataset_id)
    _check_complete(ctx, task_ids)
    added = datasets.add_tasks(ctx.conn, ctx.scope, dataset_id, task_ids, created=ctx.now)
    contents.freeze_later(ctx, dataset_id, added)
    return DatasetTasksAdded(dataset=access.dataset(ctx, dataset_id), added=added)


def remove_tasks(ctx: Context, dataset_id: str, task_ids: Sequence[str]) -> int:
    """Take tasks out of a dataset; those that are not in it are no error."""
    access.check_dataset(ctx, dataset_id)
    return datasets.remove_tasks(ctx.conn, ctx.scope, dataset_id, task_ids)


def set_split(ctx: Context, dataset_id: str, wanted: DatasetSplit) -> Dataset:
    """Put tasks of a dataset into a split, or into none, all or none of them."""
    access.check_dataset(ctx, dataset_id)
    present = datasets.members(ctx.conn, ctx.scope, dataset_id, wanted.task_ids)
    for place, task_id in enumerate(wanted.task_ids):
        if task_id not in present:
            message = f"task {task_id[:80]!r} is not in dataset {dataset_id}"
            raise Invalid(message, field=f"task_ids.{place}")
    splits = dict.fromkeys(wanted.task_ids, wanted.split)
    datasets.set_splits(ctx.conn, ctx.scope, dataset_id, splits)
    return access.dataset(ctx, dataset_id)


def split(ctx: Context, dataset_id: str, shares: DatasetShares) -> Dataset:
    """Put the tasks that are in no split into one, by chance that the seed fixes."""
    access.check_dataset(ctx, dataset_id)
    everything = datasets.task_ids(ctx.conn, ctx.scope, dataset_id)
    known = datasets.splits(ctx.conn, ctx.scope, dataset_id, everything)
    chosen = {task_id: _drawn(task_id, shares) for task_id in everything if not known[task_id]}
    new: dict[str, str | None] = {task_id: name for task_id, name in chosen.items() if name}
    datasets.set_splits(ctx.conn, ctx.scope, dataset_id, new)
    return access.dataset(ctx, dataset_id)


def _drawn(task_id: str, shares: DatasetShares) -> str | None:
    """The split of a task: where its place from 0 to 1, by hash, falls among the shares."""
    drawn = sha256(f"{shares.seed}:{task_id}".encode()).digest()
    place = int.from_bytes(drawn[:8]) / 2**64
    for name in SPLITS:
        place -= getattr(shares, name)
        if place < 0:
            return name
    return None


def list_tasks(
    ctx: Context,
    dataset_id: str,
    filters: Filters,
    window: Window,
    *,
    with_annotations: bool,
    with_predictions: bool,
    model_run_id: str | None = None,
    split: str | None = None,
) -> Page[Task]:
    """A dataset's tasks, with their annotations and models' predictions where wanted."""
    access.check_dataset(ctx, dataset_id)
    page = task_rows.list_of_dataset(ctx.conn, ctx.scope, dataset_id, filters, window, split=split)
    shown = tasks.present(ctx, page.results, with_annotations=with_annotations)
    return present(
        ctx,
        dataset_id,
        replace(page, results=shown),
        with_predictions=with_predictions,
        model_run_id=model_run_id,
    )


def list_task_names(ctx: Context, dataset_id: str, window: Window) -> Page[TaskName]:
    """What files may call a dataset's tasks by."""
    access.check_dataset(ctx, dataset_id)
    return task_rows.names_of_dataset(ctx.conn, ctx.scope, dataset_id, window)


def present(
    ctx: Context,
    dataset_id: str,
    page: Page[Task],
    *,
    with_predictions: bool,
    model_run_id: str | None,
) -> Page[Task]:
    """A page of a dataset's tasks with their splits, and predictions if wanted."""
    splits = datasets.splits(ctx.conn, ctx.scope, dataset_id, [task.id for task in page.results])
    shown = tuple(replace(task, split=splits.get(task.id)) for task in page.results)
    if with_predictions:
        shown = _with_predictions(ctx, shown, dataset_id, model_run_id)
    return replace(page, results=shown)


def _with_predictions(
    ctx: Context, some: Sequence[Task], dataset_id: str, model_run_id: str | None
) -> tuple[Task, ...]:
    found = predictions.of_tasks(
        ctx.conn,
        ctx.scope,
        [task.id for task in some],
        run_id=model_run_id,
        dataset_id=dataset_id,
    )
    return tuple(replace(task, predictions=tuple(found.get(task.id, ()))) for task in some)


def _first_members(ctx: Context, new: DatasetCreate) -> Sequence[str]:
    if new.project_id is not None:
        return task_rows.completed_ids(ctx.conn, ctx.scope, new.project_id)
    _check_complete(ctx, new.task_ids or ())
    return new.task_ids or ()


def _check_complete(ctx: Context, task_ids: Sequence[str]) -> None:
    found = task_rows.get_many(ctx.conn, ctx.scope, [*dict.fromkeys(task_ids)])
    for place, task_id in enumerate(task_ids):
        task = found.get(task_id)
        if task is None:
            message = f"no task has the id {task_id[:80]!r}"
            raise Invalid(message, field=f"task_ids.{place}")
        if not task.complete:
            message = f"task {task_id} is {task.status}; a dataset holds completed tasks only"
            raise Invalid(message, field=f"task_ids.{place}")


def _type_of(ctx: Context, task_ids: Sequence[str]) -> str:
    first = task_rows.get_many(ctx.conn, ctx.scope, task_ids[:1])
    return next((task.kind for task in first.values()), "image")
