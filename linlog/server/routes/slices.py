"""Slices over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import slices
from linlog.wire.paging import Page
from linlog.wire.slices import Slice, SliceCreate, SliceTasks, SliceUpdate
from linlog.wire.tasks import Deleted

router = Router("slices")


@router.get("/slices", policy="viewer")
def list_(
    ctx: Context, page: Paging, dataset_id: str | None = None, project_id: str | None = None
) -> Page[Slice]:
    """The slices of a dataset or a project, oldest first."""
    return slices.list_page(ctx, page, dataset_id=dataset_id, project_id=project_id)


@router.post("/slices", policy="manager")
def create(ctx: Context, body: SliceCreate) -> Slice:
    """Save a query over a dataset or a project."""
    return slices.create(ctx, body)


@router.get("/slices/{slice_id}", policy="viewer")
def get(ctx: Context, slice_id: str) -> Slice:
    """One slice."""
    return slices.get(ctx, slice_id)


@router.patch("/slices/{slice_id}", policy="manager")
def update(ctx: Context, slice_id: str, body: SliceUpdate) -> Slice:
    """Change a slice."""
    return slices.update(ctx, slice_id, body)


@router.delete("/slices/{slice_id}", policy="manager")
def delete(ctx: Context, slice_id: str) -> Deleted:
    """Remove a slice; the tasks stay."""
    return Deleted(deleted=slices.delete(ctx, slice_id))


@router.get("/slices/{slice_id}/tasks", policy="viewer")
def tasks(ctx: Context, slice_id: str, evaluation_id: str | None = None) -> SliceTasks:
    """The tasks that a slice takes of its dataset, or of what an evaluation judged by."""
    return slices.tasks(ctx, slice_id, evaluation_id)
