"""Model runs, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from linlog.server.store import paging, task_counts
from linlog.server.store.tables import annotations as annotation_table
from linlog.server.store.tables import (
    dataset_tasks,
    datasets,
    model_runs,
    model_versions,
    models,
    predicted_tasks,
    predictions,
    projects,
    tasks,
)
from linlog.server.store.values import Scope, from_json, moment
from linlog.wire.annotations import EDITED, OF_PREDICTION
from linlog.wire.model_runs import Coverage, ModelRun, ModelRunUse
from linlog.wire.paging import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


class Target(NamedTuple):
    """What a model run is on: a dataset or a project."""

    dataset_id: str | None
    project_id: str | None


def insert(
    conn: Connection,
    scope: Scope,
    *,
    run_id: str,
    target: Target,
    model_version_id: str,
    created: int,
) -> None:
    """Add a model run."""
    conn.execute(
        model_runs.insert().values(
            id=run_id,
            organisation_id=scope,
            dataset_id=target.dataset_id,
            project_id=target.project_id,
            model_version_id=model_version_id,
            created=created,
        )
    )


def get(conn: Connection, scope: Scope, run_id: str) -> ModelRun | None:
    """One model run with its coverage."""
    row = conn.execute(_within(scope).where(model_runs.c.id == run_id)).first()
    return None if row is None else _read(conn, row)


def target(conn: Connection, scope: Scope, run_id: str) -> Target | None:
    """What a run is on."""
    query = sa.select(model_runs.c.dataset_id, model_runs.c.project_id).where(
        model_runs.c.organisation_id == scope, model_runs.c.id == run_id
    )
    row = conn.execute(query).first()
    return None if row is None else Target(*row)


def declared_labels(conn: Connection, scope: Scope, run_id: str) -> set[str]:
    """The labels that a run's model version was made with; none where it named none."""
    query = (
        sa.select(model_versions.c.labels)
        .join(model_runs, model_runs.c.model_version_id == model_versions.c.id)
        .where(model_runs.c.organisation_id == scope, model_runs.c.id == run_id)
    )
    return {*from_json(conn.execute(query).scalar_one())}


def find(conn: Connection, scope: Scope, on: Target, version_id: str) -> str | None:
    """The id of the run of a version on a dataset or a project."""
    query = sa.select(model_runs.c.id).where(
        model_runs.c.organisation_id == scope,
        model_runs.c.model_version_id == version_id,
        # One of the two finds an index; nothing equals null.
        model_runs.c.project_id == on.project_id
        if on.dataset_id is None
        else model_runs.c.dataset_id == on.dataset_id,
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
    project_id: str | None = None,
    model_version_id: str | None = None,
    task_id: str | None = None,
) -> Page[ModelRun]:
    """Model runs with their coverage, newest first; of a task, those that predicted on it."""
    query = _within(scope)
    if dataset_id is not None:
        query = query.where(model_runs.c.dataset_id == dataset_id)
    if project_id is not None:
        query = query.where(model_runs.c.project_id == project_id)
    if model_version_id is not None:
        query = query.where(model_runs.c.model_version_id == model_version_id)
    if task_id is not None:
        looked = sa.select(predictions.c.model_run_id).where(predictions.c.task_id == task_id)
        query = query.where(model_runs.c.id.in_(looked))
    order = paging.Order(model_runs.c.created, model_runs.c.id, newest_first=True)
    rows, count, cursor = paging.fetch(conn, query, order, window)
    return Page(results=tuple(_read(conn, row) for row in rows), count=count, next=cursor)


def use(conn: Connection, scope: Scope, run_id: str, version_id: str) -> ModelRunUse:
    """What the complete tasks hold that a run predicted on, by where it comes from."""
    here = sa.and_(
        predicted_tasks.c.organisation_id == scope, predicted_tasks.c.model_run_id == run_id
    )
    seen = (
        sa.select(tasks.c.id)
        .join(predicted_tasks, predicted_tasks.c.task_id == tasks.c.id)
        .where(here, tasks.c.complete)
        .subquery()
    )
    size = sa.func.coalesce(sa.func.sum(predictions.c.size), 0)
    offered = (
        sa.select(size)
        .join(seen, seen.c.id == predictions.c.task_id)
        .where(predictions.c.model_run_id == run_id)
    )
    ours = annotation_table.c.source.startswith(OF_PREDICTION, autoescape=True)
    whole = f" of {version_id}"
    origin = sa.case(
        (sa.and_(ours, annotation_table.c.source.endswith(whole, autoescape=True)), "accepted"),
        (
            sa.and_(ours, annotation_table.c.source.endswith(whole + EDITED, autoescape=True)),
            "edited",
        ),
        else_="drawn",
    ).label("origin")
    held = (
        sa.select(origin, sa.func.count().label("number"))
        .join(seen, seen.c.id == annotation_table.c.task_id)
        .group_by(origin)
    )
    numbers = {row.origin: row.number for row in conn.execute(held)}
    return ModelRunUse(
        tasks=conn.execute(sa.select(sa.func.count()).select_from(seen)).scalar_one(),
        predictions=int(conn.execute(offered).scalar_one()),
        **{name: numbers.get(name, 0) for name in ("accepted", "edited", "drawn")},
    )


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
            projects.c.title.label("project_title"),
            model_versions.c.model_id,
            models.c.name.label("model_name"),
            model_versions.c.name.label("model_version_name"),
        )
        .outerjoin(datasets, datasets.c.id == model_runs.c.dataset_id)
        .outerjoin(projects, projects.c.id == model_runs.c.project_id)
        .join(model_versions, model_versions.c.id == model_runs.c.model_version_id)
        .join(models, models.c.id == model_versions.c.model_id)
        .where(model_runs.c.organisation_id == scope)
    )


def _read(conn: Connection, row: Any) -> ModelRun:
    of_run = predictions.c.model_run_id == row.id
    size = sa.func.coalesce(sa.func.sum(predictions.c.size), 0)
    number = int(conn.execute(sa.select(size).where(of_run)).scalar_one())
    return ModelRun(
        id=row.id,
        dataset_id=row.dataset_id,
        dataset_name=row.dataset_name,
        project_id=row.project_id,
        project_title=row.project_title,
        model_version_id=row.model_version_id,
        model_id=row.model_id,
        model_name=row.model_name,
        model_version_name=row.model_version_name,
        created_date=moment(row.created),
        prediction_count=number,
        coverage=_coverage(conn, row),
    )


def _coverage(conn: Connection, row: Any) -> Coverage:
    """Tasks that have predictions: of a project's run each is one of its own."""
    seen = sa.select(sa.func.count(sa.distinct(predictions.c.task_id))).where(
        predictions.c.model_run_id == row.id
    )
    if row.dataset_id is None:
        here = {"project_id": row.project_id}
        number = task_counts.count(conn, row.organisation_id, here)
    else:
        members = dataset_tasks.c.dataset_id == row.dataset_id
        number = conn.execute(sa.select(sa.func.count()).where(members)).scalar_one()
        seen = seen.join(dataset_tasks, dataset_tasks.c.task_id == predictions.c.task_id)
        seen = seen.where(members)
    predicted = conn.execute(seen).scalar_one()
    return Coverage(tasks=number, predicted=predicted, missing=number - predicted)
