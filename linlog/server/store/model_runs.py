"""Model runs, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import paging
from linlog.server.store.tables import (
    dataset_tasks,
    datasets,
    model_runs,
    model_versions,
    models,
    predictions,
)
from linlog.server.store.values import Scope, moment
from linlog.wire.model_runs import Coverage, ModelRun
from linlog.wire.paging import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


def insert(
    conn: Connection,
    scope: Scope,
    *,
    run_id: str,
    dataset_id: str,
    model_version_id: str,
    created: int,
) -> None:
    """Add a model run."""
    conn.execute(
        model_runs.insert().values(
            id=run_id,
            organisation_id=scope,
            dataset_id=dataset_id,
            model_version_id=model_version_id,
            created=created,
        )
    )


def get(conn: Connection, scope: Scope, run_id: str) -> ModelRun | None:
    """One model run with its coverage."""
    row = conn.execute(_within(scope).where(model_runs.c.id == run_id)).first()
    return None if row is None else _read(conn, row)


def dataset_id(conn: Connection, scope: Scope, run_id: str) -> str | None:
    """The dataset of a run."""
    query = sa.select(model_runs.c.dataset_id).where(
        model_runs.c.organisation_id == scope, model_runs.c.id == run_id
    )
    return conn.execute(query).scalar()


def find(conn: Connection, scope: Scope, dataset_id: str, version_id: str) -> str | None:
    """The id of the run of a version on a dataset."""
    query = sa.select(model_runs.c.id).where(
        model_runs.c.organisation_id == scope,
        model_runs.c.dataset_id == dataset_id,
        model_runs.c.model_version_id == version_id,
    )
    return conn.execute(query).scalar()


def version_ids(conn: Connection, scope: Scope, run_ids: Sequence[str]) -> dict[str, str]:
    """The model versions of some runs, by run."""
    query = sa.select(model_runs.c.id, model_runs.c.model_version_id).where(
        model_runs.c.organisation_id == scope, model_runs.c.id.in_(run_ids)
    )
    return {row.id: row.model_version_id for row in conn.execute(query)}


def list_page(
    conn: Connection,
    scope: Scope,
    window: paging.Window,
    *,
    dataset_id: str | None = None,
    model_version_id: str | None = None,
    task_id: str | None = None,
) -> Page[ModelRun]:
    """Model runs with their coverage, newest first; of a task, those that predicted on it."""
    query = _within(scope)
    if dataset_id is not None:
        query = query.where(model_runs.c.dataset_id == dataset_id)
    if model_version_id is not None:
        query = query.where(model_runs.c.model_version_id == model_version_id)
    if task_id is not None:
        looked = sa.select(predictions.c.model_run_id).where(predictions.c.task_id == task_id)
        query = query.where(model_runs.c.id.in_(looked))
    order = paging.Order(model_runs.c.created, model_runs.c.id, newest_first=True)
    rows, count, cursor = paging.fetch(conn, query, order, window)
    return Page(results=tuple(_read(conn, row) for row in rows), count=count, next=cursor)


def delete(conn: Connection, scope: Scope, run_id: str) -> int:
    """Remove a model run with its predictions and evaluations."""
    return conn.execute(
        model_runs.delete().where(model_runs.c.organisation_id == scope, model_runs.c.id == run_id)
    ).rowcount


def _within(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(
            model_runs,
            datasets.c.name.label("dataset_name"),
            model_versions.c.model_id,
            models.c.name.label("model_name"),
            model_versions.c.name.label("model_version_name"),
        )
        .join(datasets, datasets.c.id == model_runs.c.dataset_id)
        .join(model_versions, model_versions.c.id == model_runs.c.model_version_id)
        .join(models, models.c.id == model_versions.c.model_id)
        .where(model_runs.c.organisation_id == scope)
    )


def _read(conn: Connection, row: Any) -> ModelRun:
    of_run = predictions.c.model_run_id == row.id
    size = sa.func.coalesce(sa.func.sum(predictions.c.size), 0)
    number = int(conn.execute(sa.select(size).where(of_run)).scalar_one())
    tasks = conn.execute(
        sa.select(sa.func.count()).where(dataset_tasks.c.dataset_id == row.dataset_id)
    ).scalar_one()
    seen = conn.execute(
        sa.select(sa.func.count(sa.distinct(predictions.c.task_id)))
        .join(dataset_tasks, dataset_tasks.c.task_id == predictions.c.task_id)
        .where(of_run, dataset_tasks.c.dataset_id == row.dataset_id)
    ).scalar_one()
    return ModelRun(
        id=row.id,
        dataset_id=row.dataset_id,
        dataset_name=row.dataset_name,
        model_version_id=row.model_version_id,
        model_id=row.model_id,
        model_name=row.model_name,
        model_version_name=row.model_version_name,
        created_date=moment(row.created),
        prediction_count=number,
        coverage=Coverage(tasks=tasks, predicted=seen, missing=tasks - seen),
    )
