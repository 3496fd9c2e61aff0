"""Evaluations and their reports, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import paging
from linlog.server.store.tables import (
    dataset_versions,
    datasets,
    evaluations,
    jobs,
    model_runs,
    model_versions,
    models,
)
from linlog.server.store.values import Scope, from_json, moment, moment_or_none, to_json
from linlog.wire import codec
from linlog.wire.evaluations import Evaluation

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.wire.blocks import Report
    from linlog.wire.paging import Page

Standing = tuple[int, int, int]
"""Revisions of a dataset's tasks, of their annotations, and of a model run's predictions."""
_MOVING = {
    "tasks": (evaluations.c.tasks_revision, datasets.c.tasks_revision),
    "annotations": (evaluations.c.truths_revision, datasets.c.truths_revision),
    "predictions": (evaluations.c.predictions_revision, model_runs.c.revision),
}
"""What may change after an evaluation: where it stood then, and where it stands."""


def insert(
    conn: Connection,
    scope: Scope,
    *,
    evaluation_id: str,
    model_run_id: str,
    job_id: str,
    kind: str,
    config: dict[str, Any],
    dataset_version_id: str | None,
    standing: Standing | None,
    created: int,
) -> None:
    """Add an evaluation that waits for its job.

    One that judges by an earlier version of its dataset has no standing: it does not get stale.
    """
    conn.execute(
        evaluations.insert().values(
            id=evaluation_id,
            organisation_id=scope,
            model_run_id=model_run_id,
            job_id=job_id,
            kind=kind,
            config=to_json(config),
            dataset_version_id=dataset_version_id,
            **_stood(standing),
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


def scalar_by_version(
    conn: Connection, scope: Scope, dataset_id: str, name: str
) -> dict[str, float]:
    """A headline number by model version, from its newest evaluation on a dataset that has it."""
    query = (
        sa.select(model_runs.c.model_version_id, evaluations.c.scalars)
        .join(model_runs, model_runs.c.id == evaluations.c.model_run_id)
        .where(
            evaluations.c.organisation_id == scope,
            model_runs.c.dataset_id == dataset_id,
            evaluations.c.settings_hash.is_not(None),
        )
        .order_by(evaluations.c.created, evaluations.c.id)
    )
    rows = ((row.model_version_id, from_json(row.scalars)) for row in conn.execute(query))
    return {
        version_id: scalars[name] for version_id, scalars in rows if scalars.get(name) is not None
    }


def report(conn: Connection, scope: Scope, evaluation_id: str) -> bytes | None:
    """The report of a finished evaluation, as the JSON that it was stored as."""
    query = sa.select(evaluations.c.report).where(
        evaluations.c.organisation_id == scope, evaluations.c.id == evaluation_id
    )
    text = conn.execute(query).scalar()
    return None if text is None else text.encode()


def is_awaited(conn: Connection, scope: Scope, run_id: str) -> bool:
    """Whether an evaluation of a model run waits or is worked on."""
    query = (
        sa.select(evaluations.c.id)
        .join(jobs, jobs.c.id == evaluations.c.job_id)
        .where(
            evaluations.c.organisation_id == scope,
            evaluations.c.model_run_id == run_id,
            jobs.c.state.in_(("queued", "running")),
        )
    )
    return conn.execute(query.limit(1)).first() is not None


def save(
    conn: Connection,
    scope: Scope,
    evaluation_id: str,
    *,
    found: Report,
    scalars: dict[str, float | None],
    dataset_version_id: str,
    matcher: str,
    predictions_hash: str,
    settings_hash: str,
    standing: Standing | None,
) -> None:
    """Store a report and what it was computed of."""
    conn.execute(
        evaluations.update()
        .where(evaluations.c.organisation_id == scope, evaluations.c.id == evaluation_id)
        .values(
            report=codec.encode(found).decode(),
            headline=found.headline,
            scalars=to_json(scalars),
            dataset_version_id=dataset_version_id,
            matcher=matcher,
            predictions_hash=predictions_hash,
            settings_hash=settings_hash,
            **_stood(standing),
        )
    )


def matcher(conn: Connection, scope: Scope, evaluation_id: str) -> str | None:
    """What made the tallies of an evaluation; None before it is finished."""
    query = sa.select(evaluations.c.matcher).where(
        evaluations.c.organisation_id == scope, evaluations.c.id == evaluation_id
    )
    return conn.execute(query).scalar()


def up_to_date(conn: Connection, scope: Scope, evaluation_id: str) -> bool:
    """Whether nothing has changed since an evaluation was asked for, or computed."""
    query = (
        sa.select(evaluations.c.id)
        .join(model_runs, model_runs.c.id == evaluations.c.model_run_id)
        .join(datasets, datasets.c.id == model_runs.c.dataset_id)
        .where(evaluations.c.organisation_id == scope, evaluations.c.id == evaluation_id)
        .where(*(then == now for then, now in _MOVING.values()))
    )
    return conn.execute(query).first() is not None


def _stood(standing: Standing | None) -> dict[str, int]:
    if standing is None:
        return {}
    names = ("tasks_revision", "truths_revision", "predictions_revision")
    return dict(zip(names, standing, strict=True))


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
            dataset_versions.c.tasks_hash,
            dataset_versions.c.annotations_hash,
            dataset_versions.c.taxonomy_hash,
            *(
                sa.and_(then.is_not(None), then != now).label(f"{name}_changed")
                for name, (then, now) in _MOVING.items()
            ),
        )
        .join(model_runs, model_runs.c.id == evaluations.c.model_run_id)
        .join(datasets, datasets.c.id == model_runs.c.dataset_id)
        .join(model_versions, model_versions.c.id == model_runs.c.model_version_id)
        .join(models, models.c.id == model_versions.c.model_id)
        .join(jobs, jobs.c.id == evaluations.c.job_id)
        .outerjoin(dataset_versions, dataset_versions.c.id == evaluations.c.dataset_version_id)
        .where(evaluations.c.organisation_id == scope)
    )


def _read(row: Any) -> Evaluation:
    done = row.settings_hash is not None
    changed = tuple(name for name in _MOVING if done and getattr(row, f"{name}_changed"))
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
        dataset_version_id=row.dataset_version_id,
        hashes=_hashes(row) if done else {},
        stale=bool(changed),
        changed=changed,
    )


def _hashes(row: Any) -> dict[str, str]:
    names = ("tasks", "annotations", "taxonomy", "predictions", "settings")
    found = {name: getattr(row, f"{name}_hash") for name in names}
    return {name: value for name, value in found.items() if value is not None}
