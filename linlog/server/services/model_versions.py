"""Model versions: begun, logged to, finished; finishing starts the metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linlog import ids
from linlog.server.services import access, evaluations
from linlog.server.store import model_versions
from linlog.wire.model_versions import ModelVersionFinished

if TYPE_CHECKING:
    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.model_versions import ModelVersion, ModelVersionCreate
    from linlog.wire.paging import Page


def list_page(
    ctx: Context, window: Window, *, model_id: str | None = None, state: str | None = None
) -> Page[ModelVersion]:
    """Versions, newest first, of one model or of all."""
    if model_id is not None:
        access.model(ctx, model_id)
    return model_versions.list_page(ctx.conn, ctx.scope, window, model_id=model_id, state=state)


def get(ctx: Context, version_id: str) -> ModelVersion:
    """One version."""
    return access.model_version(ctx, version_id)


def create(ctx: Context, model_id: str, new: ModelVersionCreate) -> ModelVersion:
    """Begin training a version of a model."""
    access.model(ctx, model_id)
    version_id = ids.new("model version")
    model_versions.insert(
        ctx.conn, ctx.scope, new, version_id=version_id, model_id=model_id, created=ctx.now
    )
    return access.model_version(ctx, version_id)


def finish(ctx: Context, version_id: str) -> ModelVersionFinished:
    """End training and start an evaluation of each model run that has none of its state."""
    version = access.model_version(ctx, version_id)
    if version.state != "finished":
        model_versions.finish(ctx.conn, ctx.scope, version_id, ctx.now)
    started, unjudged = evaluations.start_missing(ctx, version_id)
    return ModelVersionFinished(
        model_version=access.model_version(ctx, version_id),
        evaluations=tuple(started),
        unjudged=tuple(unjudged),
    )


def resume(ctx: Context, version_id: str) -> ModelVersion:
    """Take training up again, finished or not; what is logged from now on is another segment."""
    access.model_version(ctx, version_id)
    model_versions.resume(ctx.conn, ctx.scope, version_id)
    return access.model_version(ctx, version_id)


def delete(ctx: Context, version_id: str) -> int:
    """Remove a version with its log, predictions and evaluations."""
    access.model_version(ctx, version_id)
    return model_versions.delete(ctx.conn, ctx.scope, version_id)
