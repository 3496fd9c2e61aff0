"""Models, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import paging
from linlog.server.store.tables import model_versions, models
from linlog.server.store.values import Scope, moment
from linlog.wire.models import Model

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.wire.paging import Page


def insert(conn: Connection, scope: Scope, *, model_id: str, name: str, created: int) -> None:
    """Add a model."""
    conn.execute(
        models.insert().values(id=model_id, organisation_id=scope, name=name, created=created)
    )


def get(conn: Connection, scope: Scope, model_id: str) -> Model | None:
    """One model."""
    row = conn.execute(_within(scope).where(models.c.id == model_id)).first()
    return None if row is None else _read(row)


def list_page(
    conn: Connection,
    scope: Scope,
    window: paging.Window,
    *,
    name: str | None = None,
    newest_first: bool = False,
) -> Page[Model]:
    """A page of the models."""
    query = _within(scope) if name is None else _within(scope).where(models.c.name == name)
    order = paging.Order(models.c.created, models.c.id, newest_first=newest_first)
    return paging.page(conn, query, order, window, _read)


def update(conn: Connection, scope: Scope, model_id: str, values: dict[str, Any]) -> None:
    """Change columns of a model."""
    conn.execute(
        models.update()
        .where(models.c.organisation_id == scope, models.c.id == model_id)
        .values(**values)
    )


def delete(conn: Connection, scope: Scope, model_id: str) -> int:
    """Remove a model and its versions."""
    return conn.execute(
        models.delete().where(models.c.organisation_id == scope, models.c.id == model_id)
    ).rowcount


def _within(scope: Scope) -> sa.Select[Any]:
    versions = (
        sa.select(sa.func.count()).where(model_versions.c.model_id == models.c.id).scalar_subquery()
    )
    return sa.select(models, versions.label("version_count")).where(
        models.c.organisation_id == scope
    )


def _read(row: Any) -> Model:
    return Model(
        id=row.id,
        created_date=moment(row.created),
        name=row.name,
        version_count=row.version_count,
    )
