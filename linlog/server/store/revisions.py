"""What has moved on, in the database: noted by whoever writes, read by whoever builds on it.

A task's revision rises with its item and its annotations, so that a hash is known to be old. A
dataset's revisions rise with its tasks and with their annotations, a model run's with its
predictions, so that an evaluation is known to be stale without a look at what it was made of.

An organisation's revision rises with every change of its tasks, and each task keeps what it rose to
when it last changed: whoever knows all tasks of one revision finds those that changed since.
Writers of one organisation take turns, so no higher revision is committed before a lower one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from linlog.server.store import many
from linlog.server.store.tables import annotations as annotation_table
from linlog.server.store.tables import (
    dataset_tasks,
    datasets,
    model_runs,
    organisations,
    predicted_tasks,
    tasks,
)

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from linlog.server.store.values import Scope
    from linlog.wire.labels import Label

_CHUNK: Final = 500


def of_tasks(conn: Connection, scope: Scope) -> int:
    """The organisation's revision of tasks."""
    query = sa.select(organisations.c.tasks_revision).where(organisations.c.id == scope)
    found: int = conn.execute(query).scalar_one()
    return found


def next_of_tasks(conn: Connection, scope: Scope) -> int:
    """Let the organisation's revision of tasks rise, for tasks that change: they keep it."""
    found: int = conn.execute(
        organisations.update()
        .where(organisations.c.id == scope)
        .values(tasks_revision=organisations.c.tasks_revision + 1)
        .returning(organisations.c.tasks_revision)
    ).scalar_one()
    return found


def note_annotations(conn: Connection, scope: Scope, task_ids: Sequence[str]) -> None:
    """The annotations of some tasks change."""
    for some in _chunks(task_ids):
        _note_tasks(conn, scope, tasks.c.id.in_(some))
        _note_datasets(conn, scope, "truths_revision", dataset_tasks.c.task_id.in_(some))


def note_renamed(conn: Connection, scope: Scope, label: Label) -> None:
    """The annotations of a label are about to have another name."""
    carrying = (
        sa.select(annotation_table.c.task_id)
        .join(tasks, tasks.c.id == annotation_table.c.task_id)
        .where(
            tasks.c.project_id == label.project_id,
            annotation_table.c.label == label.name,
            annotation_table.c.shape_name == label.shape,
        )
    )
    _note_tasks(conn, scope, tasks.c.id.in_(carrying))
    _note_datasets(conn, scope, "truths_revision", dataset_tasks.c.task_id.in_(carrying))


def note_membership(conn: Connection, scope: Scope, dataset_id: str) -> None:
    """Tasks come to a dataset or go."""
    _note(conn, scope, "tasks_revision", datasets.c.id == dataset_id)


def note_removal(conn: Connection, scope: Scope, task_ids: Sequence[str]) -> None:
    """Some tasks are about to go from every dataset."""
    for some in _chunks(task_ids):
        _note_datasets(conn, scope, "tasks_revision", dataset_tasks.c.task_id.in_(some))


def note_project_removal(conn: Connection, scope: Scope, project_id: str) -> None:
    """All tasks of a project are about to go from every dataset."""
    theirs = sa.select(tasks.c.id).where(tasks.c.project_id == project_id)
    _note_datasets(conn, scope, "tasks_revision", dataset_tasks.c.task_id.in_(theirs))


def note_predictions(conn: Connection, scope: Scope, run_id: str, added: Counter[str]) -> None:
    """A model run has more predictions, by task."""
    columns = ("model_run_id", "organisation_id", "task_id", "prediction_count")
    inserted = [(run_id, scope, task_id, added[task_id]) for task_id in sorted(added)]
    many.insert(conn, predicted_tasks, columns, inserted, sums="prediction_count")
    conn.execute(
        model_runs.update()
        .where(model_runs.c.organisation_id == scope, model_runs.c.id == run_id)
        .values(revision=model_runs.c.revision + 1)
    )


def prediction_counts(
    conn: Connection, scope: Scope, run_id: str, task_ids: Sequence[str] | None = None
) -> dict[str, int]:
    """How many predictions a model run has on each task that it covers, or on some of them."""
    query = sa.select(predicted_tasks.c.task_id, predicted_tasks.c.prediction_count).where(
        predicted_tasks.c.organisation_id == scope, predicted_tasks.c.model_run_id == run_id
    )
    if task_ids is None:
        return {row.task_id: row.prediction_count for row in conn.execute(query)}
    found: dict[str, int] = {}
    for some in _chunks(task_ids):
        rows = conn.execute(query.where(predicted_tasks.c.task_id.in_(some)))
        found.update((row.task_id, row.prediction_count) for row in rows)
    return found


def standing(conn: Connection, scope: Scope, run_id: str) -> tuple[int, int, int]:
    """Where a model run's dataset and the run stand: tasks, annotations, predictions."""
    query = (
        sa.select(datasets.c.tasks_revision, datasets.c.truths_revision, model_runs.c.revision)
        .join(model_runs, model_runs.c.dataset_id == datasets.c.id)
        .where(model_runs.c.organisation_id == scope, model_runs.c.id == run_id)
    )
    row = conn.execute(query).one()
    return row.tasks_revision, row.truths_revision, row.revision


def _note_tasks(conn: Connection, scope: Scope, which: sa.ColumnElement[bool]) -> None:
    conn.execute(
        tasks.update()
        .where(tasks.c.organisation_id == scope, which)
        .values(revision=tasks.c.revision + 1, changed=next_of_tasks(conn, scope))
    )


def _note_datasets(
    conn: Connection, scope: Scope, name: str, which: sa.ColumnElement[bool]
) -> None:
    holding = sa.select(dataset_tasks.c.dataset_id).where(which)
    _note(conn, scope, name, datasets.c.id.in_(holding))


def _note(conn: Connection, scope: Scope, name: str, which: sa.ColumnElement[bool]) -> None:
    conn.execute(
        datasets.update()
        .where(datasets.c.organisation_id == scope, which)
        .values({name: datasets.c[name] + 1})
    )


def _chunks(some: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(some), _CHUNK):
        yield some[start : start + _CHUNK]
