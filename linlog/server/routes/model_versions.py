"""Model versions over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import importances, model_versions
from linlog.wire.importances import Importances
from linlog.wire.log_entries import Value
from linlog.wire.model_versions import (
    ModelVersion,
    ModelVersionCreate,
    ModelVersionFinished,
    State,
)
from linlog.wire.paging import Page
from linlog.wire.tasks import Deleted

router = Router("model_versions")


@router.get("/model-versions", policy="viewer")
def list_(
    ctx: Context, page: Paging, model_id: str | None = None, state: State | None = None
) -> Page[ModelVersion]:
    """Versions of every model, newest first."""
    return model_versions.list_page(ctx, page, model_id=model_id, state=state)


@router.get("/models/{model_id}/versions", policy="viewer")
def list_of_model(ctx: Context, model_id: str, page: Paging) -> Page[ModelVersion]:
    """A model's versions, newest first."""
    return model_versions.list_page(ctx, page, model_id=model_id)


@router.post("/models/{model_id}/versions", policy="manager")
def create(ctx: Context, model_id: str, body: ModelVersionCreate) -> ModelVersion:
    """Begin training a version."""
    return model_versions.create(ctx, model_id, body)


@router.get("/model-versions/importances", policy="viewer")
def importances_(
    ctx: Context,
    objective: str,
    value: Value = "last",
    model_id: str | None = None,
    dataset_id: str | None = None,
) -> Importances:
    """What each key of the configs is worth for a number: of all runs, or of one model's.

    The number is a logged key, its last, lowest or highest; where a dataset is given, it is a
    headline number of the newest evaluation there.
    """
    return importances.of_objective(
        ctx, objective, value=value, model_id=model_id, dataset_id=dataset_id
    )


@router.get("/model-versions/{version_id}", policy="viewer")
def get(ctx: Context, version_id: str) -> ModelVersion:
    """One version."""
    return model_versions.get(ctx, version_id)


@router.post("/model-versions/{version_id}/finish", policy="manager", status=200)
def finish(ctx: Context, version_id: str) -> ModelVersionFinished:
    """End training and start the metrics of the version's model runs."""
    return model_versions.finish(ctx, version_id)


@router.post("/model-versions/{version_id}/resume", policy="manager", status=200)
def resume(ctx: Context, version_id: str) -> ModelVersion:
    """Take training up again; what is logged from now on is another segment of the log."""
    return model_versions.resume(ctx, version_id)


@router.delete("/model-versions/{version_id}", policy="manager")
def delete(ctx: Context, version_id: str) -> Deleted:
    """Remove a version with its log and predictions."""
    return Deleted(deleted=model_versions.delete(ctx, version_id))
