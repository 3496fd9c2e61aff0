"""Tasks over HTTP."""

from __future__ import annotations

from fastapi import Response

from linlog.errors import NotFound
from linlog.server import frames
from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import task_changes, task_queries, tasks
from linlog.server.task_filters import TaskFilters
from linlog.wire.facets import QueryRead, TaskFacets
from linlog.wire.jobs import Job
from linlog.wire.paging import Page
from linlog.wire.task_changes import TasksChange
from linlog.wire.tasks import (
    Deleted,
    Neighbours,
    Task,
    TaskIds,
    TaskName,
    TaskReject,
    TasksCreate,
    TasksCreated,
    TaskUpdate,
)

router = Router("tasks")

HTML_POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
)


@router.get("/projects/{project_id}/tasks", policy="viewer", by_project=True)
def list_(
    ctx: Context,
    project_id: str,
    page: Paging,
    wanted: TaskFilters,
    *,
    annotations: bool = True,
    query: str | None = None,
    sort: str | None = None,
) -> Page[Task]:
    """A project's tasks, oldest first: by filters, or by a query in an order of one's own."""
    if query is not None or sort is not None:
        asked = task_queries.Asked(project_id=project_id, text=query or "", sort=sort)
        return task_queries.list_page(ctx, asked, page, wanted)
    return tasks.list_page(ctx, project_id, wanted, page, with_annotations=annotations)


@router.get("/projects/{project_id}/tasks/facets", policy="viewer", by_project=True)
def facets(ctx: Context, project_id: str, query: str = "") -> TaskFacets:
    """How many of a project's tasks a query takes, and by field how many have each value."""
    return task_queries.facets(ctx, task_queries.Asked(project_id=project_id, text=query))


@router.get("/projects/{project_id}/tasks/names", policy="viewer", by_project=True)
def list_names(ctx: Context, project_id: str, page: Paging) -> Page[TaskName]:
    """What files may call a project's tasks by, oldest first: for who names tasks in files."""
    return tasks.list_names(ctx, project_id, page)


@router.get("/tasks/query", policy="viewer", by_project=True)
def read_query(ctx: Context, text: str = "") -> QueryRead:  # noqa: ARG001 - every route has it
    """What a text means as a query, or where it goes wrong."""
    return task_queries.read(text)


@router.post("/projects/{project_id}/tasks", policy="manager", by_project=True, small=True)
def create(ctx: Context, project_id: str, body: TasksCreate) -> TasksCreated:
    """Create tasks, all or none."""
    return tasks.create(ctx, project_id, body.tasks)


@router.post("/tasks/delete", policy="manager", status=200)
def delete_many(ctx: Context, body: TaskIds) -> Deleted:
    """Remove tasks; unknown ids are no error."""
    return Deleted(deleted=tasks.delete_many(ctx, body.task_ids))


@router.post("/tasks/change", policy="manager", status=200)
def change_many(ctx: Context, body: TasksChange) -> Job:
    """Change the tasks that a query takes, or some, in a job; its result says what came of it."""
    return task_changes.start(ctx, body)


@router.get("/tasks/{task_id}", policy="viewer", by_project=True)
def get(ctx: Context, task_id: str) -> Task:
    """One task with its annotations."""
    return tasks.get(ctx, task_id)


@router.patch("/tasks/{task_id}", policy="annotator", by_project=True, small=True)
def update(ctx: Context, task_id: str, body: TaskUpdate) -> Task:
    """Change a task."""
    return tasks.update(ctx, task_id, body)


@router.delete("/tasks/{task_id}", policy="manager", by_project=True)
def delete(ctx: Context, task_id: str) -> Deleted:
    """Remove a task."""
    return Deleted(deleted=tasks.delete(ctx, task_id))


@router.get("/tasks/{task_id}/neighbours", policy="viewer", by_project=True)
def neighbours(
    ctx: Context,
    task_id: str,
    wanted: TaskFilters,
    *,
    dataset_id: str | None = None,
    query: str | None = None,
    sort: str | None = None,
    evaluation_id: str | None = None,
) -> Neighbours:
    """Where the task stands in its project's filtered list, or a dataset's."""
    if query is not None or sort is not None:
        asked = task_queries.Asked(
            project_id=tasks.get(ctx, task_id).project_id,
            dataset_id=dataset_id,
            text=query or "",
            sort=sort,
            evaluation_id=evaluation_id,
        )
        return task_queries.neighbours(ctx, task_id, asked)
    return tasks.neighbours(ctx, task_id, wanted, dataset_id=dataset_id)


@router.post("/tasks/{task_id}/submit", policy="annotator", by_project=True, status=200, small=True)
def submit(ctx: Context, task_id: str) -> Task:
    """Note that the work is done; it waits for a reviewer where its project is reviewed."""
    return tasks.submit(ctx, task_id)


@router.post(
    "/tasks/{task_id}/complete", policy="annotator", by_project=True, status=200, small=True
)
def complete(ctx: Context, task_id: str) -> Task:
    """Note that the work is done and accepted; who may not review submits it where it waits."""
    return tasks.complete(ctx, task_id)


@router.post("/tasks/{task_id}/reopen", policy="reviewer", by_project=True, status=200, small=True)
def reopen(ctx: Context, task_id: str) -> Task:
    """Note that the task needs work again."""
    return tasks.reopen(ctx, task_id)


@router.post("/tasks/{task_id}/reject", policy="reviewer", by_project=True, status=200, small=True)
def reject(ctx: Context, task_id: str, body: TaskReject) -> Task:
    """Send the task back with a reason."""
    return tasks.reject(ctx, task_id, body)


@router.get("/tasks/{task_id}/frame", policy="viewer", by_project=True)
def frame(ctx: Context, task_id: str) -> Response:
    """A page that frames the address of the task's item, and may do nothing else."""
    item = tasks.get(ctx, task_id).item
    page = frames.around(item)
    if page is None:
        message = f"task {task_id} holds {item.type} without an address that can be framed"
        raise NotFound(message)
    return Response(page.html, media_type="text/html; charset=utf-8", headers=page.headers)


@router.get("/tasks/{task_id}/html", policy="viewer", by_project=True)
def html(ctx: Context, task_id: str) -> Response:
    """The task's html, without scripts and without this server's origin, for a frame."""
    item = tasks.get(ctx, task_id).item
    if item.type != "html" or item.text is None:
        message = f"task {task_id} holds {item.type}, not html"
        raise NotFound(message)
    headers = {
        "Content-Security-Policy": HTML_POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
    }
    return Response(item.text, media_type="text/html; charset=utf-8", headers=headers)
