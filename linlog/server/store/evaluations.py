"""Evaluations, their reports and tallies, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import paging
from linlog.server.store.tables import (
    datasets,
    evaluations,
    jobs,
    model_runs,
    model_versions,
    models,
    tallies,
)
from linlog.server.store.values import Scope, from_json, moment, moment_or_none, to_json
from linlog.wire import codec
from linlog.wire.blocks import Report
from linlog.wire.evaluations import Evaluation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from linlog.wire.paging import Page


def insert(
    conn: Connection,
    scope: Scope,
    *,
    evaluation_id: str,
    model_run_id: str,
    job_id: str,
    kind: str,
    config: dict[str, Any],
    created: int,
) -> None:
    """Add an evaluation that waits for its job."""
    conn.execute(
        evaluations.insert().values(
            id=evaluation_id,
            organisation_id=scope,
            model_run_id=model_run_id,
            job_id=job_id,
            kind=kind,
            config=to_json(config),
            created=created,
        )
    )


def get(conn: Connection, scope: Scope, evaluation_id: str) -> Evaluation | None:
    """One evaluation, without its report."""
    row = conn.execute(_within(scope).where(evaluations.c.id == evaluation_id)).first()
    return None if row is None else _read(row)


def list_page(
    conn: Connection, scope: Scope, window: paging.Window, **equal: str | None
) -> Page[Evaluation]:
    """Evaluations, newest first; `equal` may give model_run_id, dataset_id and others."""
    columns = {
        "model_run_id": evaluations.c.model_run_id,
        "dataset_id": model_runs.c.dataset_id,
        "model_version_id": model_runs.c.model_version_id,
        "kind": evaluations.c.kind,
        "state": jobs.c.state,
    }
    query = _within(scope)
    for name, value in equal.items():
        if value is not None:
            query = query.where(columns[name] == value)
    order = paging.Order(evaluations.c.created, evaluations.c.id, newest_first=True)
    return paging.page(conn, query, order, window, _read)


def report(conn: Connection, scope: Scope, evaluation_id: str) -> Report | None:
    """The report of a finished evaluation."""
    query = sa.select(evaluations.c.report).where(
        evaluations.c.organisation_id == scope, evaluations.c.id == evaluation_id
    )
    text = conn.execute(query).scalar()
    return None if text is None else codec.decode(text, Report)


def save(
    conn: Connection,
    scope: Scope,
    evaluation_id: str,
    *,
    found: Report,
    scalars: dict[str, float | None],
    parts: Sequence[bytes],
) -> None:
    """Store a report and the tallies that it was made of, replacing earlier ones."""
    ours = sa.and_(tallies.c.organisation_id == scope, tallies.c.evaluation_id == evaluation_id)
    conn.execute(tallies.delete().where(ours))
    rows = [
        {"evaluation_id": evaluation_id, "part": part, "organisation_id": scope, "tally": tally}
        for part, tally in enumerate(parts)
    ]
    if rows:
        conn.execute(tallies.insert(), rows)
    conn.execute(
        evaluations.update()
        .where(evaluations.c.organisation_id == scope, evaluations.c.id == evaluation_id)
        .values(
            report=codec.encode(found).decode(),
            headline=found.headline,
            scalars=to_json(scalars),
        )
    )


def parts(conn: Connection, scope: Scope, evaluation_id: str) -> list[bytes]:
    """The tallies of an evaluation, in order."""
    query = (
        sa.select(tallies.c.tally)
        .where(tallies.c.organisation_id == scope, tallies.c.evaluation_id == evaluation_id)
        .order_by(tallies.c.part)
    )
    return [*conn.execute(query).scalars()]


def _within(scope: Scope) -> sa.Select[Any]:
    columns = [column for column in evaluations.c if column.name != "report"]
    return (
        sa.select(
            *columns,
            model_runs.c.dataset_id,
            model_runs.c.model_version_id,
            model_versions.c.model_id,
            datasets.c.name.label("dataset_name"),
            models.c.name.label("model_name"),
            model_versions.c.name.label("model_version_name"),
            jobs.c.state,
            jobs.c.progress,
            jobs.c.failure,
            jobs.c.finished,
        )
        .join(model_runs, model_runs.c.id == evaluations.c.model_run_id)
        .join(datasets, datasets.c.id == model_runs.c.dataset_id)
        .join(model_versions, model_versions.c.id == model_runs.c.model_version_id)
        .join(models, models.c.id == model_versions.c.model_id)
        .join(jobs, jobs.c.id == evaluations.c.job_id)
        .where(evaluations.c.organisation_id == scope)
    )


def _read(row: Any) -> Evaluation:
    return Evaluation(
        id=row.id,
        model_run_id=row.model_run_id,
        dataset_id=row.dataset_id,
        dataset_name=row.dataset_name,
        model_version_id=row.model_version_id,
        model_id=row.model_id,
        model_name=row.model_name,
        model_version_name=row.model_version_name,
        kind=row.kind,
        config=from_json(row.config),
        state=row.state,
        failure=row.failure,
        job_id=row.job_id,
        progress=row.progress,
        created_date=moment(row.created),
        finished_date=moment_or_none(row.finished),
        headline=row.headline,
        scalars=from_json(row.scalars),
    )
