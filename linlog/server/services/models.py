"""Models: what is trained, version after version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linlog import ids
from linlog.server.services import access
from linlog.server.store import models
from linlog.wire.unset import Unset

if TYPE_CHECKING:
    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.models import Model, ModelCreate, ModelUpdate
    from linlog.wire.paging import Page


def list_page(
    ctx: Context, window: Window, *, name: str | None = None, newest_first: bool = False
) -> Page[Model]:
    """The organisation's models, oldest first unless `newest_first`."""
    return models.list_page(ctx.conn, ctx.scope, window, name=name, newest_first=newest_first)


def get(ctx: Context, model_id: str) -> Model:
    """One model."""
    return access.model(ctx, model_id)


def create(ctx: Context, new: ModelCreate) -> Model:
    """Create a model."""
    model_id = ids.new("model")
    models.insert(ctx.conn, ctx.scope, model_id=model_id, name=new.name.strip(), created=ctx.now)
    return access.model(ctx, model_id)


def update(ctx: Context, model_id: str, change: ModelUpdate) -> Model:
    """Change a model."""
    access.model(ctx, model_id)
    if not isinstance(change.name, Unset):
        models.update(ctx.conn, ctx.scope, model_id, {"name": change.name.strip()})
    return access.model(ctx, model_id)


def delete(ctx: Context, model_id: str) -> int:
    """Remove a model with its versions, their logs and predictions."""
    access.model(ctx, model_id)
    return models.delete(ctx.conn, ctx.scope, model_id)
