"""Model runs: one model version's predictions on one dataset, or on one project's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linlog import ids
from linlog.errors import Invalid
from linlog.server.services import access, early_matches
from linlog.server.store import model_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.model_runs import ModelRun, ModelRunCreate, ModelRunUse
    from linlog.wire.paging import Page


def list_page(
    ctx: Context,
    window: Window,
    *,
    dataset_id: str | None = None,
    project_id: str | None = None,
    model_version_id: str | None = None,
    task_id: str | None = None,
) -> Page[ModelRun]:
    """Model runs, newest first."""
    return model_runs.list_page(
        ctx.conn,
        ctx.scope,
        window,
        dataset_id=dataset_id,
        project_id=project_id,
        model_version_id=model_version_id,
        task_id=task_id,
    )


def get(ctx: Context, run_id: str) -> ModelRun:
    """One model run."""
    return access.model_run(ctx, run_id)


def get_or_create(ctx: Context, new: ModelRunCreate) -> ModelRun:
    """The run of a version on a dataset or project, begun where there is none. Both must exist."""
    return access.model_run(ctx, id_of(ctx, new))


def id_of(ctx: Context, new: ModelRunCreate) -> str:
    """The id of `get_or_create`, without the counts: for callers that ask at every prediction."""
    target = model_runs.Target(new.dataset_id, new.project_id)
    existing = model_runs.find(ctx.conn, ctx.scope, target, new.model_version_id)
    if existing is not None:
        return existing
    _check(ctx, target)
    access.model_version(ctx, new.model_version_id)
    run_id = ids.new("model run")
    model_runs.insert(
        ctx.conn,
        ctx.scope,
        run_id=run_id,
        target=target,
        model_version_id=new.model_version_id,
        created=ctx.now,
    )
    if target.dataset_id is not None:
        early_matches.prepare(ctx, run_id)
    return run_id


def _check(ctx: Context, target: model_runs.Target) -> None:
    """That what is looked at exists, and is one thing."""
    if (target.dataset_id is None) == (target.project_id is None):
        message = "a model run is on one dataset or on one project: give one of their ids"
        raise Invalid(message, field="dataset_id")
    if target.dataset_id is not None:
        access.check_dataset(ctx, target.dataset_id)
    else:
        access.project(ctx, target.project_id or "")


def version_ids(ctx: Context, run_ids: Sequence[str]) -> dict[str, str]:
    """The model versions of some runs, by run."""
    return model_runs.version_ids(ctx.conn, ctx.scope, run_ids)


def use(ctx: Context, run_id: str) -> ModelRunUse:
    """What became of a run's predictions where they were offered to people."""
    run = access.model_run(ctx, run_id)
    return model_runs.use(ctx.conn, ctx.scope, run_id, run.model_version_id)


def delete(ctx: Context, run_id: str) -> int:
    """Remove a model run with its predictions and evaluations."""
    access.model_run(ctx, run_id)
    return model_runs.delete(ctx.conn, ctx.scope, run_id)
