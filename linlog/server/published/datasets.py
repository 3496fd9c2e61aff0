"""The published clients' datasets, and the search for their tasks."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request

from linlog.server.context import Context
from linlog.server.published import reading, writing
from linlog.server.published.writing import Json
from linlog.server.request import RawBody, Router
from linlog.server.services import datasets, model_runs
from linlog.wire.datasets import Dataset, DatasetCreate

router = Router("datasets", prefix="/api/v1", lenient=True)


@router.get("/datasets", policy="viewer")
def list_(ctx: Context, request: Request) -> Json:
    """The organisation's datasets; all of them where no limit is asked."""
    window = reading.optional_window(request.query_params)
    found = datasets.list_page(ctx, window)
    labels = datasets.labels_in_order(ctx, [entry.id for entry in found.results])
    results = [writing.dataset(entry, labels[entry.id]) for entry in found.results]
    return writing.page(ctx, request.url.path, window, found, results)


@router.get("/datasets/{dataset_id}", policy="viewer")
def get(ctx: Context, dataset_id: str) -> Json:
    """One dataset, with every label that its tasks or models' predictions carry."""
    return _written(ctx, datasets.get(ctx, dataset_id))


@router.post("/datasets", policy="manager")
def create(ctx: Context, body: RawBody) -> Json:
    """Create a dataset of named tasks, of a project's completed ones, or empty."""
    sent = reading.fields(body)
    task_ids = None if sent.get("task_ids") is None else reading.names(sent, "task_ids")
    project_id = reading.text(sent, "project") or reading.text(sent, "project_id")
    with reading.refusing():
        new = DatasetCreate(
            name=reading.needed(sent, "name"),
            type=reading.text(sent, "type"),
            project_id=project_id if task_ids is None else None,
            task_ids=task_ids,
        )
    return _written(ctx, datasets.create(ctx, new))


@router.post("/datasets/{dataset_id}/tasks", policy="manager")
def add_tasks(ctx: Context, dataset_id: str, body: RawBody) -> Json:
    """Put completed tasks into a dataset, all or none."""
    task_ids = reading.names(reading.fields(body), "task_ids")
    return _written(ctx, datasets.add_tasks(ctx, dataset_id, task_ids).dataset)


@router.post("/search/tasks", policy="viewer", reads=True)
def search(ctx: Context, request: Request, body: RawBody) -> Json:
    """A dataset's tasks, with annotations and models' predictions unless they are excluded."""
    query = request.query_params
    dataset_id, window = reading.needed(query, "dataset"), reading.page_window(query)
    shown = not reading.flag(reading.fields(body), "exclude_annotations")
    found = datasets.list_tasks(
        writing.lasting(ctx),
        dataset_id,
        reading.filters(query),
        window,
        with_annotations=shown,
        with_predictions=shown,
    )
    runs = {entry.model_run_id for task in found.results for entry in task.predictions}
    versions = model_runs.version_ids(ctx, [*runs])
    results = [writing.dataset_task(entry, dataset_id, versions) for entry in found.results]
    address = f"{request.url.path}?{urlencode({'dataset': dataset_id})}"
    return writing.page(ctx, address, window, found, results)


def _written(ctx: Context, found: Dataset) -> Json:
    """A dataset as clients read it."""
    return writing.dataset(found, datasets.labels_in_order(ctx, [found.id])[found.id])
