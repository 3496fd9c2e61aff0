"""Labels over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import labels
from linlog.wire.labels import Label, LabelCreate, LabelUpdate
from linlog.wire.paging import Page
from linlog.wire.tasks import Deleted

router = Router("labels")


@router.get("/projects/{project_id}/labels", policy="viewer", by_project=True)
def list_(ctx: Context, project_id: str, page: Paging) -> Page[Label]:
    """A project's labels, oldest first."""
    return labels.list_page(ctx, project_id, page)


@router.post("/projects/{project_id}/labels", policy="manager", by_project=True)
def create(ctx: Context, project_id: str, body: LabelCreate) -> Label:
    """Add a label to a project."""
    return labels.create(ctx, project_id, body)


@router.post("/projects/{project_id}/labels/import", policy="manager", by_project=True, status=200)
def import_(ctx: Context, project_id: str, source: str) -> Page[Label]:
    """Add another project's labels; those that are there are not doubled."""
    added = labels.import_from(ctx, project_id, source)
    return Page(results=tuple(added), count=len(added))


@router.get("/labels/{label_id}", policy="viewer", by_project=True)
def get(ctx: Context, label_id: str) -> Label:
    """One label."""
    return labels.get(ctx, label_id)


@router.patch("/labels/{label_id}", policy="manager", by_project=True)
def update(ctx: Context, label_id: str, body: LabelUpdate) -> Label:
    """Change a label; annotations follow a new name."""
    return labels.update(ctx, label_id, body)


@router.delete("/labels/{label_id}", policy="manager", by_project=True)
def delete(ctx: Context, label_id: str) -> Deleted:
    """Remove a label from the taxonomy; annotations keep the name."""
    return Deleted(deleted=labels.delete(ctx, label_id))
