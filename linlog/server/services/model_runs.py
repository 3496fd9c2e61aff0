"""Model runs: one model version's predictions on one dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linlog import ids
from linlog.server.services import access, early_matches
from linlog.server.store import model_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.model_runs import ModelRun, ModelRunCreate
    from linlog.wire.paging import Page


def list_page(
    ctx: Context,
    window: Window,
    *,
    dataset_id: str | None = None,
    model_version_id: str | None = None,
    task_id: str | None = None,
) -> Page[ModelRun]:
    """Model runs, newest first."""
    return model_runs.list_page(
        ctx.conn,
        ctx.scope,
        window,
        dataset_id=dataset_id,
        model_version_id=model_version_id,
        task_id=task_id,
    )


def get(ctx: Context, run_id: str) -> ModelRun:
    """One model run."""
    return access.model_run(ctx, run_id)


def get_or_create(ctx: Context, new: ModelRunCreate) -> ModelRun:
    """The run of a version on a dataset, begun where there is none. Both must exist."""
    return access.model_run(ctx, id_of(ctx, new))


def id_of(ctx: Context, new: ModelRunCreate) -> str:
    """The id of `get_or_create`, without the counts: for callers that ask at every prediction."""
    existing = model_runs.find(ctx.conn, ctx.scope, new.dataset_id, new.model_version_id)
    if existing is not None:
        return existing
    access.check_dataset(ctx, new.dataset_id)
    access.model_version(ctx, new.model_version_id)
    run_id = ids.new("model run")
    model_runs.insert(
        ctx.conn,
        ctx.scope,
        run_id=run_id,
        dataset_id=new.dataset_id,
        model_version_id=new.model_version_id,
        created=ctx.now,
    )
    early_matches.prepare(ctx, run_id)
    return run_id


def version_ids(ctx: Context, run_ids: Sequence[str]) -> dict[str, str]:
    """The model versions of some runs, by run."""
    return model_runs.version_ids(ctx.conn, ctx.scope, run_ids)


def delete(ctx: Context, run_id: str) -> int:
    """Remove a model run with its predictions and evaluations."""
    access.model_run(ctx, run_id)
    return model_runs.delete(ctx.conn, ctx.scope, run_id)
