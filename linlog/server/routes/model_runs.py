"""Model runs over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import model_runs
from linlog.wire.model_runs import ModelRun, ModelRunCreate, ModelRunUse
from linlog.wire.paging import Page
from linlog.wire.tasks import Deleted

router = Router("model_runs")


@router.get("/model-runs", policy="viewer")
def list_(
    ctx: Context,
    page: Paging,
    dataset_id: str | None = None,
    project_id: str | None = None,
    model_version_id: str | None = None,
    task_id: str | None = None,
) -> Page[ModelRun]:
    """Model runs, newest first; of a task, those that predicted on it."""
    return model_runs.list_page(
        ctx,
        page,
        dataset_id=dataset_id,
        project_id=project_id,
        model_version_id=model_version_id,
        task_id=task_id,
    )


@router.post("/model-runs", policy="manager", status=200)
def create(ctx: Context, body: ModelRunCreate) -> ModelRun:
    """The run of a version on a dataset or a project, begun where there is none."""
    return model_runs.get_or_create(ctx, body)


@router.get("/model-runs/{model_run_id}", policy="viewer")
def get(ctx: Context, model_run_id: str) -> ModelRun:
    """One model run with its coverage."""
    return model_runs.get(ctx, model_run_id)


@router.get("/model-runs/{model_run_id}/use", policy="viewer")
def use(ctx: Context, model_run_id: str) -> ModelRunUse:
    """How many annotations are a run's predictions as they were, edited ones, or drawn anew."""
    return model_runs.use(ctx, model_run_id)


@router.delete("/model-runs/{model_run_id}", policy="manager")
def delete(ctx: Context, model_run_id: str) -> Deleted:
    """Remove a model run with its predictions and evaluations."""
    return Deleted(deleted=model_runs.delete(ctx, model_run_id))
