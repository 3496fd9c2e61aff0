"""Model versions, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import paging
from linlog.server.store.tables import log_entries, log_summaries, model_versions, models
from linlog.server.store.values import (
    Scope,
    from_json,
    moment,
    moment_or_none,
    not_before,
    to_json,
)
from linlog.wire.model_versions import ModelVersion

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.wire.model_versions import ModelVersionCreate
    from linlog.wire.paging import Page


def insert(
    conn: Connection,
    scope: Scope,
    version: ModelVersionCreate,
    *,
    version_id: str,
    model_id: str,
    created: int,
) -> None:
    """Add a version that is in training."""
    conn.execute(
        model_versions.insert().values(
            id=version_id,
            organisation_id=scope,
            model_id=model_id,
            name=version.name,
            state="training",
            config=to_json(version.config),
            labels=to_json(version.labels),
            created=created,
        )
    )


def get(conn: Connection, scope: Scope, version_id: str) -> ModelVersion | None:
    """One version."""
    row = conn.execute(_within(scope).where(model_versions.c.id == version_id)).first()
    return None if row is None else _read(row)


def list_page(
    conn: Connection,
    scope: Scope,
    window: paging.Window,
    *,
    model_id: str | None = None,
    state: str | None = None,
) -> Page[ModelVersion]:
    """Versions, newest first."""
    query = _within(scope)
    if model_id is not None:
        query = query.where(model_versions.c.model_id == model_id)
    if state is not None:
        query = query.where(model_versions.c.state == state)
    order = paging.Order(model_versions.c.created, model_versions.c.id, newest_first=True)
    return paging.page(conn, query, order, window, _read)


def configs(conn: Connection, scope: Scope, model_id: str | None) -> dict[str, dict[str, Any]]:
    """The config of every version, of one model or of all, newest first."""
    query = (
        sa.select(model_versions.c.id, model_versions.c.config)
        .where(model_versions.c.organisation_id == scope)
        .order_by(model_versions.c.created.desc(), model_versions.c.id.desc())
    )
    if model_id is not None:
        query = query.where(model_versions.c.model_id == model_id)
    return {row.id: from_json(row.config) for row in conn.execute(query)}


def finish(conn: Connection, scope: Scope, version_id: str, finished: int) -> None:
    """Note that training is over."""
    conn.execute(
        model_versions.update()
        .where(model_versions.c.organisation_id == scope, model_versions.c.id == version_id)
        .values(state="finished", finished=not_before(model_versions.c.created, finished))
    )


def resume(conn: Connection, scope: Scope, version_id: str) -> None:
    """Note that training goes on, in another segment of the log."""
    conn.execute(
        model_versions.update()
        .where(model_versions.c.organisation_id == scope, model_versions.c.id == version_id)
        .values(state="training", finished=None, segment=model_versions.c.segment + 1)
    )


def delete(conn: Connection, scope: Scope, version_id: str) -> int:
    """Remove a version with its log and model runs."""
    return conn.execute(
        model_versions.delete().where(
            model_versions.c.organisation_id == scope, model_versions.c.id == version_id
        )
    ).rowcount


def _within(scope: Scope) -> sa.Select[Any]:
    # The order of the primary key gives the last entry without reading the others.
    last = (
        sa.select(log_entries.c.logged)
        .where(log_entries.c.model_version_id == model_versions.c.id)
        .order_by(log_entries.c.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(
            model_versions,
            models.c.name.label("model_name"),
            sa.func.coalesce(log_summaries.c.entries, 0).label("log_entry_count"),
            log_summaries.c.last_step,
            last.label("logged"),
        )
        .join(models, models.c.id == model_versions.c.model_id)
        .outerjoin(log_summaries, log_summaries.c.model_version_id == model_versions.c.id)
        .where(model_versions.c.organisation_id == scope)
    )


def _read(row: Any) -> ModelVersion:
    return ModelVersion(
        id=row.id,
        model_id=row.model_id,
        model_name=row.model_name,
        name=row.name,
        created_date=moment(row.created),
        finished_date=moment_or_none(row.finished),
        state=row.state,
        config=from_json(row.config),
        labels=tuple(from_json(row.labels)),
        log_entry_count=row.log_entry_count,
        last_step=row.last_step,
        logged_date=moment_or_none(row.logged),
        segment=row.segment,
    )
