"""Batches over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import batches
from linlog.wire.batches import Batch, BatchCreate
from linlog.wire.paging import Page

router = Router("batches")


@router.get("/projects/{project_id}/batches", policy="viewer", by_project=True)
def list_(ctx: Context, project_id: str, page: Paging) -> Page[Batch]:
    """A project's batches, oldest first."""
    return batches.list_page(ctx, project_id, page)


@router.post("/projects/{project_id}/batches", policy="manager", by_project=True)
def create(ctx: Context, project_id: str, body: BatchCreate) -> Batch:
    """Create a batch."""
    return batches.create(ctx, project_id, body)


@router.get("/batches/{batch_id}", policy="viewer", by_project=True)
def get(ctx: Context, batch_id: str) -> Batch:
    """One batch."""
    return batches.get(ctx, batch_id)
