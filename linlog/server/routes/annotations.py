"""Annotations over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import annotations as annotation_rules
from linlog.server.services import tasks
from linlog.wire.annotations import (
    Annotation,
    AnnotationsCreate,
    AnnotationsReplace,
    AnnotationsRestore,
    AnnotationUpdate,
    EarlierAnnotations,
)
from linlog.wire.paging import Page
from linlog.wire.tasks import Deleted, Task

router = Router("annotations")


@router.get("/tasks/{task_id}/annotations", policy="viewer", by_project=True)
def list_(ctx: Context, task_id: str, page: Paging) -> Page[Annotation]:
    """A task's annotations, in order."""
    return annotation_rules.list_page(ctx, task_id, page)


@router.post("/tasks/{task_id}/annotations", policy="annotator", by_project=True, small=True)
def create(ctx: Context, task_id: str, body: AnnotationsCreate) -> Task:
    """Add annotations to a task, all or none; the answer is the task."""
    annotation_rules.create(ctx, task_id, body)
    return tasks.get(ctx, task_id)


@router.put("/tasks/{task_id}/annotations", policy="annotator", by_project=True, small=True)
def replace(ctx: Context, task_id: str, body: AnnotationsReplace) -> Task:
    """Replace a task's annotations; refused where it changed since `version`."""
    annotation_rules.replace_checked(ctx, task_id, body)
    return tasks.get(ctx, task_id)


@router.get("/tasks/{task_id}/annotations/earlier", policy="viewer", by_project=True)
def list_earlier(
    ctx: Context, task_id: str, page: Paging, *, annotations: bool = False
) -> Page[EarlierAnnotations]:
    """What a task held before changes took something of it away, newest first."""
    return annotation_rules.list_earlier(ctx, task_id, page, with_annotations=annotations)


@router.post(
    "/tasks/{task_id}/annotations/restore",
    policy="annotator",
    by_project=True,
    status=200,
    small=True,
)
def restore(ctx: Context, task_id: str, body: AnnotationsRestore) -> Task:
    """Let a task hold again what an earlier version held; what it holds now is kept too."""
    annotation_rules.restore(ctx, task_id, body.version)
    return tasks.get(ctx, task_id)


@router.get("/annotations/{annotation_id}", policy="viewer", by_project=True)
def get(ctx: Context, annotation_id: str) -> Annotation:
    """One annotation."""
    return annotation_rules.get(ctx, annotation_id)


@router.patch("/annotations/{annotation_id}", policy="annotator", by_project=True, small=True)
def update(ctx: Context, annotation_id: str, body: AnnotationUpdate) -> Annotation:
    """Change an annotation."""
    return annotation_rules.update(ctx, annotation_id, body)


@router.delete("/annotations/{annotation_id}", policy="annotator", by_project=True, small=True)
def delete(ctx: Context, annotation_id: str) -> Deleted:
    """Remove an annotation."""
    return Deleted(deleted=annotation_rules.delete(ctx, annotation_id))
