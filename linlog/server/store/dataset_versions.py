"""Versions of datasets, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import paging
from linlog.server.store.tables import dataset_versions, evaluations
from linlog.server.store.values import Scope, micros, moment
from linlog.wire.dataset_versions import DatasetVersion

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.wire.paging import Page

_PARTS = ("tasks", "annotations", "taxonomy")


def insert(conn: Connection, scope: Scope, version: DatasetVersion) -> None:
    """Add a version."""
    conn.execute(
        dataset_versions.insert().values(
            id=version.id,
            organisation_id=scope,
            dataset_id=version.dataset_id,
            number=version.number,
            name=version.name,
            created=micros(version.created_date),
            task_count=version.task_count,
            annotation_count=version.annotation_count,
            hash=version.hash,
            **{f"{name}_hash": version.hashes[name] for name in _PARTS},
        )
    )


def get(conn: Connection, scope: Scope, version_id: str) -> DatasetVersion | None:
    """One version."""
    row = conn.execute(_within(scope).where(dataset_versions.c.id == version_id)).first()
    return None if row is None else _read(row)


def find(conn: Connection, scope: Scope, dataset_id: str, hash_: str) -> DatasetVersion | None:
    """The version of a dataset that holds what a hash says."""
    query = _within(scope).where(
        dataset_versions.c.dataset_id == dataset_id, dataset_versions.c.hash == hash_
    )
    row = conn.execute(query).first()
    return None if row is None else _read(row)


def hashes(conn: Connection, scope: Scope) -> set[str]:
    """The hashes of what all versions hold."""
    query = sa.select(dataset_versions.c.hash).where(dataset_versions.c.organisation_id == scope)
    return {*conn.execute(query).scalars()}


def last_number(conn: Connection, scope: Scope, dataset_id: str) -> int:
    """The number of a dataset's newest version; 0 without any."""
    newest = sa.func.coalesce(sa.func.max(dataset_versions.c.number), 0)
    query = sa.select(newest).where(
        dataset_versions.c.organisation_id == scope, dataset_versions.c.dataset_id == dataset_id
    )
    found: int = conn.execute(query).scalar_one()
    return found


def list_page(
    conn: Connection, scope: Scope, dataset_id: str, window: paging.Window, *, named: bool
) -> Page[DatasetVersion]:
    """A dataset's versions, newest first; `named` leaves out those without a name."""
    query = _within(scope).where(dataset_versions.c.dataset_id == dataset_id)
    if named:
        query = query.where(dataset_versions.c.name.is_not(None))
    order = paging.Order(dataset_versions.c.created, dataset_versions.c.id, newest_first=True)
    return paging.page(conn, query, order, window, _read)


def rename(conn: Connection, scope: Scope, version_id: str, name: str) -> None:
    """Call a version otherwise."""
    conn.execute(
        dataset_versions.update()
        .where(dataset_versions.c.organisation_id == scope, dataset_versions.c.id == version_id)
        .values(name=name)
    )


def delete(conn: Connection, scope: Scope, version_id: str) -> int:
    """Forget a version."""
    return conn.execute(
        dataset_versions.delete().where(
            dataset_versions.c.organisation_id == scope, dataset_versions.c.id == version_id
        )
    ).rowcount


def evaluated(conn: Connection, scope: Scope, version_id: str) -> str | None:
    """The id of an evaluation that judged by a version, if there is one."""
    query = sa.select(evaluations.c.id).where(
        evaluations.c.organisation_id == scope, evaluations.c.dataset_version_id == version_id
    )
    return conn.execute(query.limit(1)).scalar()


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(dataset_versions).where(dataset_versions.c.organisation_id == scope)


def _read(row: Any) -> DatasetVersion:
    return DatasetVersion(
        id=row.id,
        dataset_id=row.dataset_id,
        number=row.number,
        name=row.name,
        created_date=moment(row.created),
        task_count=row.task_count,
        annotation_count=row.annotation_count,
        hash=row.hash,
        hashes={name: getattr(row, f"{name}_hash") for name in _PARTS},
    )
