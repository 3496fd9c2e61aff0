"""Datasets over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import datasets, task_queries
from linlog.server.task_filters import TaskFilters
from linlog.wire.datasets import (
    Dataset,
    DatasetCreate,
    DatasetShares,
    DatasetSplit,
    DatasetTasksAdded,
    DatasetUpdate,
    Split,
)
from linlog.wire.facets import TaskFacets
from linlog.wire.paging import Page
from linlog.wire.tasks import Deleted, Task, TaskIds, TaskName

router = Router("datasets")


@router.get("/datasets", policy="viewer")
def list_(
    ctx: Context, page: Paging, *, name: str | None = None, newest_first: bool = False
) -> Page[Dataset]:
    """The organisation's datasets, oldest first unless `newest_first`."""
    return datasets.list_page(ctx, page, name=name, newest_first=newest_first)


@router.post("/datasets", policy="manager")
def create(ctx: Context, body: DatasetCreate) -> Dataset:
    """Create a dataset of completed tasks."""
    return datasets.create(ctx, body)


@router.get("/datasets/{dataset_id}", policy="viewer")
def get(ctx: Context, dataset_id: str) -> Dataset:
    """One dataset."""
    return datasets.get(ctx, dataset_id)


@router.patch("/datasets/{dataset_id}", policy="manager")
def update(ctx: Context, dataset_id: str, body: DatasetUpdate) -> Dataset:
    """Change a dataset."""
    return datasets.update(ctx, dataset_id, body)


@router.delete("/datasets/{dataset_id}", policy="manager")
def delete(ctx: Context, dataset_id: str) -> Deleted:
    """Remove a dataset with its model runs; its tasks stay."""
    return Deleted(deleted=datasets.delete(ctx, dataset_id))


@router.get("/datasets/{dataset_id}/tasks", policy="viewer")
def list_tasks(
    ctx: Context,
    dataset_id: str,
    page: Paging,
    wanted: TaskFilters,
    *,
    annotations: bool = True,
    predictions: bool = False,
    model_run_id: str | None = None,
    split: Split | None = None,
    query: str | None = None,
    sort: str | None = None,
    evaluation_id: str | None = None,
) -> Page[Task]:
    """A dataset's tasks, with their annotations and models' predictions where wanted."""
    if query is not None or sort is not None:
        asked = task_queries.Asked(
            dataset_id=dataset_id, text=query or "", sort=sort, evaluation_id=evaluation_id
        )
        found = task_queries.list_page(ctx, asked, page, wanted)
        return datasets.present(
            ctx, dataset_id, found, with_predictions=predictions, model_run_id=model_run_id
        )
    return datasets.list_tasks(
        ctx,
        dataset_id,
        wanted,
        page,
        with_annotations=annotations,
        with_predictions=predictions,
        model_run_id=model_run_id,
        split=split,
    )


@router.get("/datasets/{dataset_id}/tasks/facets", policy="viewer")
def facets(
    ctx: Context, dataset_id: str, query: str = "", evaluation_id: str | None = None
) -> TaskFacets:
    """How many of a dataset's tasks a query takes, and by field how many have each value."""
    asked = task_queries.Asked(dataset_id=dataset_id, text=query, evaluation_id=evaluation_id)
    return task_queries.facets(ctx, asked)


@router.get("/datasets/{dataset_id}/tasks/names", policy="viewer")
def list_task_names(ctx: Context, dataset_id: str, page: Paging) -> Page[TaskName]:
    """What files may call a dataset's tasks by, oldest first: for who names tasks in files."""
    return datasets.list_task_names(ctx, dataset_id, page)


@router.post("/datasets/{dataset_id}/tasks", policy="manager", status=200)
def add_tasks(ctx: Context, dataset_id: str, body: TaskIds) -> DatasetTasksAdded:
    """Put completed tasks into a dataset, all or none."""
    return datasets.add_tasks(ctx, dataset_id, body.task_ids)


@router.post("/datasets/{dataset_id}/tasks/remove", policy="manager", status=200)
def remove_tasks(ctx: Context, dataset_id: str, body: TaskIds) -> Deleted:
    """Take tasks out of a dataset; they stay in their projects."""
    return Deleted(deleted=datasets.remove_tasks(ctx, dataset_id, body.task_ids))


@router.post("/datasets/{dataset_id}/tasks/split", policy="manager", status=200)
def set_split(ctx: Context, dataset_id: str, body: DatasetSplit) -> Dataset:
    """Put tasks of a dataset into a split, or into none."""
    return datasets.set_split(ctx, dataset_id, body)


@router.post("/datasets/{dataset_id}/split", policy="manager", status=200)
def split(ctx: Context, dataset_id: str, body: DatasetShares) -> Dataset:
    """Put the tasks that are in no split into one, by chance."""
    return datasets.split(ctx, dataset_id, body)
