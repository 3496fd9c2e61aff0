"""Tasks: one item each, its annotations, and whether the work on it is done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from linlog import ids
from linlog.errors import Conflict, Invalid
from linlog.server.services import access, batches, contents, items, jobs, reviews
from linlog.server.services import annotations as annotation_rules
from linlog.server.store import tasks
from linlog.server.store.tasks import Filters, NewTask
from linlog.wire.tasks import Neighbours, TasksCreated
from linlog.wire.unset import Unset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.paging import Page
    from linlog.wire.projects import Project
    from linlog.wire.tasks import Task, TaskCreate, TaskName, TaskReject, TaskUpdate

_KINDS = {"image", "categorisation", "ner", "video", "ocr", "geospatial"}
_KIND_OF_PROJECT = {"named-entities": "ner"}
_ITEMS_OF_KIND = {"image": {"image"}, "ocr": {"image"}, "ner": {"text"}, "video": {"video"}}


def list_page(
    ctx: Context, project_id: str, filters: Filters, window: Window, *, with_annotations: bool
) -> Page[Task]:
    """A project's tasks."""
    access.project(ctx, project_id)
    page = tasks.list_of_project(ctx.conn, ctx.scope, project_id, filters, window)
    return replace(page, results=present(ctx, page.results, with_annotations=with_annotations))


def list_names(ctx: Context, project_id: str, window: Window) -> Page[TaskName]:
    """What files may call a project's tasks by."""
    access.project(ctx, project_id)
    return tasks.names_of_project(ctx.conn, ctx.scope, project_id, window)


def get(ctx: Context, task_id: str) -> Task:
    """One task with its annotations."""
    return present(ctx, [access.task(ctx, task_id)])[0]


def neighbours(
    ctx: Context, task_id: str, filters: Filters, *, dataset_id: str | None = None
) -> Neighbours:
    """Where a task stands in its project's filtered list, or a dataset's."""
    task = access.task(ctx, task_id)
    if dataset_id is not None:
        access.check_dataset(ctx, dataset_id)
    before, after, position, count = tasks.neighbours(
        ctx.conn, ctx.scope, task, filters, dataset_id=dataset_id
    )
    return Neighbours(previous=before, next=after, position=position, count=count)


def present(
    ctx: Context, some: Sequence[Task], *, with_annotations: bool = False
) -> tuple[Task, ...]:
    """Tasks as callers see them: with addresses of their files, and annotations if wanted."""
    shown = tasks.with_annotations(ctx.conn, ctx.scope, some) if with_annotations else some
    return tuple(replace(task, item=items.with_address(ctx, task.item)) for task in shown)


def create(ctx: Context, project_id: str, new: Sequence[TaskCreate]) -> TasksCreated:
    """Create tasks, all or none; those whose unique_id is known are given back as they are."""
    project = access.project(ctx, project_id)
    known = _known(ctx, project_id, new)
    wanted = _without_known(new, known)
    checked = [items.checked(ctx, task.item, f"tasks.{place}.item") for place, task in wanted]
    batch_ids = batches.ids_of(ctx, project_id, (task.batch for _, task in wanted))
    rows = [
        _row(project, task, item, batch_ids[task.batch], ctx.now + place)
        for place, ((_, task), item) in enumerate(zip(wanted, checked, strict=True))
    ]
    if rows:
        tasks.insert(ctx.conn, ctx.scope, rows)
    annotation_rules.insert_first(
        ctx,
        project,
        [(row.id, row.text, task.annotations) for row, (_, task) in zip(rows, wanted, strict=True)],
    )
    for row in rows:
        if row.processing:
            jobs.enqueue(ctx, "fetch_file", subject_id=row.id, payload={"task_id": row.id})
    return _created(ctx, new, known, rows, [place for place, _ in wanted])


def update(ctx: Context, task_id: str, change: TaskUpdate) -> Task:
    """Change a task. Raises Conflict where a dataset holds it and it would not be complete."""
    task = access.task(ctx, task_id)
    if not isinstance(change.annotations, Unset):
        annotation_rules.replace_all(ctx, task, change.annotations)
        task = access.task(ctx, task_id)
    values = _plain_changes(ctx, task, change)
    complete = task.complete if isinstance(change.complete, Unset) else change.complete
    rejected = task.rejected if isinstance(change.rejected, Unset) else change.rejected
    if change.complete is True and isinstance(change.rejected, Unset):
        rejected = False
    if change.rejected is True and isinstance(change.complete, Unset):
        complete = False
    if complete and rejected:
        message = "a task cannot be complete and rejected at once"
        raise Invalid(message, field="rejected")
    reviews.check_may_review(ctx, task, complete=complete, rejected=rejected)
    if complete and not task.complete and _only_submits(ctx, task):
        if values:
            tasks.update(ctx.conn, ctx.scope, task_id, values)
        return submit(ctx, task_id)
    same = (complete, rejected) == (task.complete, task.rejected)
    reviews.set_state(
        ctx,
        task,
        complete=complete,
        rejected=rejected,
        in_review=same and task.status == "in_review",
        values=values,
    )
    return get(ctx, task_id)


def complete(ctx: Context, task_id: str) -> Task:
    """Note that the work on a task is done and accepted; who may not review submits it."""
    task = access.task(ctx, task_id)
    if _only_submits(ctx, task):
        return submit(ctx, task_id)
    reviews.set_state(ctx, task, complete=True, rejected=False, values={})
    return get(ctx, task_id)


def submit(ctx: Context, task_id: str) -> Task:
    """Note that the work on a task is done, for a reviewer to see where one is asked."""
    reviews.submit(ctx, task_id)
    return get(ctx, task_id)


def _only_submits(ctx: Context, task: Task) -> bool:
    return not ctx.actor.may("reviewer") and reviews.waits(ctx, task)


def reopen(ctx: Context, task_id: str) -> Task:
    """Note that a task needs work again."""
    task = access.task(ctx, task_id)
    reviews.set_state(ctx, task, complete=False, rejected=False, values={})
    return get(ctx, task_id)


def reject(ctx: Context, task_id: str, rejection: TaskReject) -> Task:
    """Send a task back with a reason."""
    values = {"rejection_reason": rejection.reason}
    task = access.task(ctx, task_id)
    reviews.set_state(ctx, task, complete=False, rejected=True, values=values)
    return get(ctx, task_id)


def delete(ctx: Context, task_id: str) -> int:
    """Remove one task."""
    access.task(ctx, task_id)
    return delete_many(ctx, [task_id])


def delete_many(ctx: Context, task_ids: Sequence[str]) -> int:
    """Remove tasks; unknown ids are no error, and how many were removed is told."""
    removed = tasks.delete(ctx.conn, ctx.scope, [one for one in dict.fromkeys(task_ids) if one])
    if removed:
        contents.collect_later(ctx)
    return removed


def set_fetched(ctx: Context, task_id: str, *, file_id: str | None, failure: str | None) -> None:
    """Note what became of fetching a task's item."""
    task = access.task(ctx, task_id)
    values: dict[str, Any] = {
        "file_id": file_id,
        "processing": False,
        "errors": [failure] if failure else [],
    }
    fetched = replace(task, processing=False, errors=(failure,) if failure else ())
    values["status"] = reviews.status_of(fetched, in_review=False)
    tasks.update(ctx.conn, ctx.scope, task_id, values)


def _plain_changes(ctx: Context, task: Task, change: TaskUpdate) -> dict[str, Any]:
    names = ("rejection_reason", "unique_id", "filename", "tags", "metadata", "details")
    values: dict[str, Any] = {
        name: value for name in names if not isinstance(value := getattr(change, name), Unset)
    }
    if values.get("unique_id") is not None:
        _check_unique(ctx, task, values["unique_id"])
    if not isinstance(change.batch, Unset):
        found = batches.ids_of(ctx, task.project_id, [change.batch])
        values["batch_id"] = found[change.batch]
    return values


def _check_unique(ctx: Context, task: Task, unique_id: str) -> None:
    found = tasks.ids_by_unique_id(ctx.conn, ctx.scope, task.project_id, [unique_id])
    if found.get(unique_id, task.id) != task.id:
        message = f"another task of the project has the unique_id {unique_id[:80]!r}"
        raise Conflict(message, field="unique_id")


def _known(ctx: Context, project_id: str, new: Sequence[TaskCreate]) -> dict[str, str]:
    wanted = [task.unique_id for task in new if task.unique_id is not None]
    return tasks.ids_by_unique_id(ctx.conn, ctx.scope, project_id, wanted)


def _without_known(
    new: Sequence[TaskCreate], known: dict[str, str]
) -> list[tuple[int, TaskCreate]]:
    """The tasks to create with their places; of those with the same unique_id, the first."""
    seen = set(known)
    wanted = []
    for place, task in enumerate(new):
        if task.unique_id is not None:
            if task.unique_id in seen:
                continue
            seen.add(task.unique_id)
        wanted.append((place, task))
    return wanted


def _row(
    project: Project, task: TaskCreate, item: items.CheckedItem, batch_id: str, created: int
) -> NewTask:
    status = "processing" if item.processing else "completed" if task.complete else "pending"
    return NewTask(
        id=ids.new("task"),
        project_id=project.id,
        batch_id=batch_id,
        kind=task.kind or _default_kind(project, item),
        created=created,
        status=status,
        complete=task.complete,
        work_started=task.complete,
        processing=item.processing,
        unique_id=task.unique_id,
        annotation_count=len(task.annotations),
        item_type=item.type,
        file_id=item.file_id,
        filename=item.filename,
        url=item.url,
        external=item.external,
        text=item.text,
        tags=task.tags,
        metadata=task.metadata,
        details=task.details,
    )


def _default_kind(project: Project, item: items.CheckedItem) -> str:
    """The kind of the project where the item can be of it, and otherwise what the item suggests."""
    kind = _KIND_OF_PROJECT.get(project.type, project.type)
    if kind in _KINDS and item.type in _ITEMS_OF_KIND.get(kind, {item.type}):
        return kind
    return "image" if item.type == "image" else "categorisation"


def _created(
    ctx: Context,
    new: Sequence[TaskCreate],
    known: dict[str, str],
    rows: Sequence[NewTask],
    places: Sequence[int],
) -> TasksCreated:
    by_place = {place: row.id for place, row in zip(places, rows, strict=True)}
    by_unique = known | {row.unique_id: row.id for row in rows if row.unique_id is not None}
    order = [
        by_place[place] if place in by_place else by_unique[task.unique_id or ""]
        for place, task in enumerate(new)
    ]
    stored = tasks.get_many(ctx.conn, ctx.scope, [*dict.fromkeys(order)])
    shown = present(ctx, [*stored.values()], with_annotations=True)
    by_id = {task.id: task for task in shown}
    return TasksCreated(tasks=tuple(by_id[one] for one in order), created=len(rows))
