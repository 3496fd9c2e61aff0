"""Datasets and their membership, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import paging, revisions
from linlog.server.store.tables import (
    annotations as annotation_table,
)
from linlog.server.store.tables import (
    dataset_tasks,
    datasets,
    model_runs,
    tasks,
)
from linlog.server.store.tables import labels as label_table
from linlog.server.store.values import Scope, moment
from linlog.wire.datasets import SPLITS, Dataset, DatasetLabel
from linlog.wire.paging import Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

_CHUNK = 500


def insert(
    conn: Connection,
    scope: Scope,
    *,
    dataset_id: str,
    name: str,
    type_: str,
    project_id: str | None,
    created: int,
) -> None:
    """Add an empty dataset."""
    conn.execute(
        datasets.insert().values(
            id=dataset_id,
            organisation_id=scope,
            name=name,
            type=type_,
            project_id=project_id,
            created=created,
        )
    )


def get(conn: Connection, scope: Scope, dataset_id: str) -> Dataset | None:
    """One dataset with its labels and counts."""
    row = conn.execute(_within(scope).where(datasets.c.id == dataset_id)).first()
    return None if row is None else _read(conn, row)


def name(conn: Connection, scope: Scope, dataset_id: str) -> str | None:
    """A dataset's name."""
    query = sa.select(datasets.c.name).where(
        datasets.c.organisation_id == scope, datasets.c.id == dataset_id
    )
    found: str | None = conn.execute(query).scalar()
    return found


def list_page(
    conn: Connection,
    scope: Scope,
    window: paging.Window,
    *,
    name: str | None = None,
    newest_first: bool = False,
) -> Page[Dataset]:
    """Datasets with their labels and counts."""
    query = _within(scope) if name is None else _within(scope).where(datasets.c.name == name)
    order = paging.Order(datasets.c.created, datasets.c.id, newest_first=newest_first)
    rows, count, cursor = paging.fetch(conn, query, order, window)
    return Page(results=tuple(_read(conn, row) for row in rows), count=count, next=cursor)


def update(conn: Connection, scope: Scope, dataset_id: str, values: dict[str, Any]) -> None:
    """Change columns of a dataset."""
    conn.execute(
        datasets.update()
        .where(datasets.c.organisation_id == scope, datasets.c.id == dataset_id)
        .values(**values)
    )


def tasks_revision(conn: Connection, scope: Scope, dataset_id: str) -> int:
    """What rises with every task that comes or goes, and with every split."""
    query = sa.select(datasets.c.tasks_revision).where(
        datasets.c.organisation_id == scope, datasets.c.id == dataset_id
    )
    found: int = conn.execute(query).scalar_one()
    return found


def delete(conn: Connection, scope: Scope, dataset_id: str) -> int:
    """Remove a dataset with its model runs; its tasks stay."""
    return conn.execute(
        datasets.delete().where(datasets.c.organisation_id == scope, datasets.c.id == dataset_id)
    ).rowcount


def add_tasks(
    conn: Connection, scope: Scope, dataset_id: str, task_ids: Sequence[str], *, created: int
) -> int:
    """Put tasks into a dataset; how many were new to it."""
    present = members(conn, scope, dataset_id, task_ids)
    new = [task_id for task_id in dict.fromkeys(task_ids) if task_id not in present]
    if new:
        conn.execute(
            dataset_tasks.insert(),
            [
                {
                    "dataset_id": dataset_id,
                    "task_id": task_id,
                    "organisation_id": scope,
                    "created": created,
                }
                for task_id in new
            ],
        )
        revisions.note_membership(conn, scope, dataset_id)
    return len(new)


def remove_tasks(conn: Connection, scope: Scope, dataset_id: str, task_ids: Sequence[str]) -> int:
    """Take tasks out of a dataset; how many were in it."""
    removed = 0
    for start in range(0, len(task_ids), _CHUNK):
        removed += conn.execute(
            dataset_tasks.delete().where(
                dataset_tasks.c.organisation_id == scope,
                dataset_tasks.c.dataset_id == dataset_id,
                dataset_tasks.c.task_id.in_(task_ids[start : start + _CHUNK]),
            )
        ).rowcount
    if removed:
        revisions.note_membership(conn, scope, dataset_id)
    return removed


def set_splits(
    conn: Connection, scope: Scope, dataset_id: str, splits: Mapping[str, str | None]
) -> int:
    """Put tasks of a dataset into splits, by task; how many of them are in it."""
    rows = [{"at": task_id, "wanted": split} for task_id, split in splits.items()]
    if not rows:
        return 0
    present = members(conn, scope, dataset_id, [*splits])
    conn.execute(
        dataset_tasks.update()
        .where(
            dataset_tasks.c.organisation_id == scope,
            dataset_tasks.c.dataset_id == dataset_id,
            dataset_tasks.c.task_id == sa.bindparam("at"),
        )
        .values(split=sa.bindparam("wanted")),
        rows,
    )
    revisions.note_membership(conn, scope, dataset_id)
    return len(present)


def splits(
    conn: Connection, scope: Scope, dataset_id: str, task_ids: Sequence[str]
) -> dict[str, str | None]:
    """The splits of those of some tasks that are in a dataset, by task."""
    found: dict[str, str | None] = {}
    for start in range(0, len(task_ids), _CHUNK):
        query = sa.select(dataset_tasks.c.task_id, dataset_tasks.c.split).where(
            dataset_tasks.c.organisation_id == scope,
            dataset_tasks.c.dataset_id == dataset_id,
            dataset_tasks.c.task_id.in_(task_ids[start : start + _CHUNK]),
        )
        found.update((row.task_id, row.split) for row in conn.execute(query))
    return found


def members(conn: Connection, scope: Scope, dataset_id: str, task_ids: Sequence[str]) -> set[str]:
    """Which of some tasks are in a dataset."""
    found: set[str] = set()
    for start in range(0, len(task_ids), _CHUNK):
        query = sa.select(dataset_tasks.c.task_id).where(
            dataset_tasks.c.organisation_id == scope,
            dataset_tasks.c.dataset_id == dataset_id,
            dataset_tasks.c.task_id.in_(task_ids[start : start + _CHUNK]),
        )
        found.update(conn.execute(query).scalars())
    return found


def task_ids(conn: Connection, scope: Scope, dataset_id: str) -> list[str]:
    """The ids of a dataset's tasks, oldest task first."""
    query = (
        sa.select(dataset_tasks.c.task_id)
        .join(tasks, tasks.c.id == dataset_tasks.c.task_id)
        .where(dataset_tasks.c.organisation_id == scope, dataset_tasks.c.dataset_id == dataset_id)
        .order_by(tasks.c.created, tasks.c.id)
    )
    return [*conn.execute(query).scalars()]


def labels_in_order(
    conn: Connection, scope: Scope, dataset_ids: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """Labels with their shapes by dataset, in the order in which its tasks first show them."""
    found: dict[str, list[tuple[str, str]]] = {}
    marks, member = annotation_table.c, dataset_tasks.c
    place = sa.func.row_number().over(
        partition_by=member.dataset_id,
        order_by=(tasks.c.created, tasks.c.id, marks.position, marks.id),
    )
    for start in range(0, len(dataset_ids), _CHUNK):
        placed = (
            sa.select(member.dataset_id, marks.label, marks.shape_name, place.label("place"))
            .join(tasks, tasks.c.id == member.task_id)
            .join(annotation_table, marks.task_id == tasks.c.id)
            .where(
                member.organisation_id == scope,
                member.dataset_id.in_(dataset_ids[start : start + _CHUNK]),
            )
            .subquery()
        )
        query = (
            sa.select(placed.c.dataset_id, placed.c.label, placed.c.shape_name)
            .group_by(placed.c.dataset_id, placed.c.label, placed.c.shape_name)
            .order_by(placed.c.dataset_id, sa.func.min(placed.c.place))
        )
        for row in conn.execute(query):
            found.setdefault(row.dataset_id, []).append((row.label, row.shape_name))
    return found


def taxonomy(conn: Connection, scope: Scope, dataset_id: str) -> list[dict[str, Any]]:
    """The labels of the projects that a dataset's tasks come from, by name and shape.

    Of two with one name and shape, the older one. Colours are how labels look, not what they are.
    """
    origins = (
        sa.select(tasks.c.project_id)
        .join(dataset_tasks, dataset_tasks.c.task_id == tasks.c.id)
        .where(dataset_tasks.c.organisation_id == scope, dataset_tasks.c.dataset_id == dataset_id)
        .distinct()
    )
    table = label_table.c
    query = (
        sa.select(table.name, table.shape, table.display_name)
        .where(table.organisation_id == scope, table.project_id.in_(origins))
        .order_by(table.created, table.id)
    )
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in conn.execute(query):
        found.setdefault((row.name, row.shape), dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's documented name
    return [found[key] for key in sorted(found)]


def holding(conn: Connection, scope: Scope, task_id: str) -> list[str]:
    """The ids of the datasets that hold a task."""
    query = sa.select(dataset_tasks.c.dataset_id).where(
        dataset_tasks.c.organisation_id == scope, dataset_tasks.c.task_id == task_id
    )
    return [*conn.execute(query.order_by(dataset_tasks.c.created)).scalars()]


def held_among(conn: Connection, scope: Scope, task_ids: Sequence[str]) -> set[str]:
    """Those of a few hundred tasks that a dataset holds."""
    query = sa.select(dataset_tasks.c.task_id).where(
        dataset_tasks.c.organisation_id == scope, dataset_tasks.c.task_id.in_(task_ids)
    )
    return {*conn.execute(query).scalars()}


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(datasets).where(datasets.c.organisation_id == scope)


def _read(conn: Connection, row: Any) -> Dataset:
    labels = _labels(conn, row.id)
    return Dataset(
        id=row.id,
        created_date=moment(row.created),
        name=row.name,
        type=row.type,
        project_id=row.project_id,
        labels=labels,
        task_count=_count(conn, dataset_tasks, row.id),
        annotation_count=sum(label.count for label in labels),
        model_run_count=_count(conn, model_runs, row.id),
        splits=_splits(conn, row.id),
    )


def _splits(conn: Connection, dataset_id: str) -> dict[str, int]:
    query = (
        sa.select(dataset_tasks.c.split, sa.func.count())
        .where(dataset_tasks.c.dataset_id == dataset_id, dataset_tasks.c.split.is_not(None))
        .group_by(dataset_tasks.c.split)
    )
    found = {row[0]: row[1] for row in conn.execute(query)}
    return {split: found[split] for split in SPLITS if split in found}


def _count(conn: Connection, table: sa.Table, dataset_id: str) -> int:
    query = sa.select(sa.func.count()).where(table.c.dataset_id == dataset_id)
    return conn.execute(query).scalar_one()


def _labels(conn: Connection, dataset_id: str) -> tuple[DatasetLabel, ...]:
    number = sa.func.count()
    query = (
        sa.select(annotation_table.c.label, annotation_table.c.shape_name, number)
        .join(dataset_tasks, dataset_tasks.c.task_id == annotation_table.c.task_id)
        .where(dataset_tasks.c.dataset_id == dataset_id)
        .group_by(annotation_table.c.label, annotation_table.c.shape_name)
        .order_by(number.desc(), annotation_table.c.label)
    )
    rows = conn.execute(query).all()
    colours = _colours(conn, dataset_id)
    return tuple(
        DatasetLabel(label=label, shape=shape, count=count, colour=colours.get((label, shape)))
        for label, shape, count in rows
    )


def _colours(conn: Connection, dataset_id: str) -> dict[tuple[str, str], str]:
    """Colours by label and shape, of the projects that the dataset's tasks come from."""
    origins = (
        sa.select(tasks.c.project_id)
        .join(dataset_tasks, dataset_tasks.c.task_id == tasks.c.id)
        .where(dataset_tasks.c.dataset_id == dataset_id)
        .distinct()
    )
    query = (
        sa.select(label_table.c.name, label_table.c.shape, label_table.c.colour)
        .where(label_table.c.project_id.in_(origins))
        .order_by(label_table.c.created.desc())
    )
    return {(name, shape): colour for name, shape, colour in conn.execute(query)}
