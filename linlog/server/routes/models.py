"""Models over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import models
from linlog.wire.models import Model, ModelCreate, ModelUpdate
from linlog.wire.paging import Page
from linlog.wire.tasks import Deleted

router = Router("models")


@router.get("/models", policy="viewer")
def list_(
    ctx: Context, page: Paging, *, name: str | None = None, newest_first: bool = False
) -> Page[Model]:
    """The organisation's models, oldest first unless `newest_first`."""
    return models.list_page(ctx, page, name=name, newest_first=newest_first)


@router.post("/models", policy="manager")
def create(ctx: Context, body: ModelCreate) -> Model:
    """Create a model."""
    return models.create(ctx, body)


@router.get("/models/{model_id}", policy="viewer")
def get(ctx: Context, model_id: str) -> Model:
    """One model."""
    return models.get(ctx, model_id)


@router.patch("/models/{model_id}", policy="manager")
def update(ctx: Context, model_id: str, body: ModelUpdate) -> Model:
    """Change a model."""
    return models.update(ctx, model_id, body)


@router.delete("/models/{model_id}", policy="manager")
def delete(ctx: Context, model_id: str) -> Deleted:
    """Remove a model with its versions."""
    return Deleted(deleted=models.delete(ctx, model_id))
