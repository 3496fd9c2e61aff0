"""What can be asked of many tasks at once, read by columns: of all of a project, or what changed.

`since` is a revision of the organisation's tasks (see `revisions`); -1 reads everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store.tables import annotations as annotation_table
from linlog.server.store.tables import dataset_tasks, files, tasks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from linlog.server.store.values import Scope

_ROWS = 5000
_CHUNK = 500


def changed(conn: Connection, scope: Scope, project_id: str, since: int) -> Iterator[Sequence[Any]]:
    """Tasks that changed since, in the order of `linlog.evaluation.live_columns.Row`."""
    table = tasks.c
    # Few tasks know their image's size without a file, and few have long details.
    told = sa.case((table.details.like("%media_specs%"), table.details), else_="")
    query = (
        sa.select(
            *(table.id, table.created, table.batch_id, table.kind, table.status, table.unique_id),
            *(table.filename, table.annotation_count, sa.func.length(table.text)),
            *(files.c.width, files.c.height, told, table.tags, table.metadata),
        )
        .outerjoin(files, files.c.id == table.file_id)
        .where(table.organisation_id == scope, table.project_id == project_id)
    )
    if since >= 0:
        query = query.where(table.changed > since)
    return _rows(conn, query)


def marks(
    conn: Connection,
    scope: Scope,
    project_id: str,
    task_ids: Sequence[str] | None,
    *,
    shapes: bool,
) -> Iterator[Sequence[Any]]:
    """What `linlog.evaluation.live_columns.Mark` holds, of some tasks or of a project's.

    With `shapes` also the shape and the attributes, as JSON.
    """
    mark, table = annotation_table.c, tasks.c
    columns: list[Any] = [mark.task_id, mark.label, mark.shape_name, mark.source]
    columns.append(mark.annotator_id)
    columns += [mark.shape, mark.attributes] if shapes else []
    query = sa.select(*columns).where(mark.organisation_id == scope)
    if task_ids is None:
        joined = query.join(tasks, table.id == mark.task_id)
        yield from _rows(conn, joined.where(table.project_id == project_id))
        return
    for start in range(0, len(task_ids), _CHUNK):
        some = task_ids[start : start + _CHUNK]
        yield from _rows(conn, query.where(mark.task_id.in_(some)))


def ids(conn: Connection, scope: Scope, project_id: str) -> list[str]:
    """The ids of a project's tasks."""
    query = sa.select(tasks.c.id).where(
        tasks.c.organisation_id == scope, tasks.c.project_id == project_id
    )
    return [*conn.execute(query).scalars()]


def members(conn: Connection, scope: Scope, dataset_id: str) -> dict[str, dict[str, str | None]]:
    """The tasks of a dataset with their splits, by project."""
    query = (
        sa.select(tasks.c.project_id, dataset_tasks.c.task_id, dataset_tasks.c.split)
        .join(tasks, tasks.c.id == dataset_tasks.c.task_id)
        .where(dataset_tasks.c.organisation_id == scope, dataset_tasks.c.dataset_id == dataset_id)
    )
    found: dict[str, dict[str, str | None]] = {}
    for project_id, task_id, split in conn.execute(query):
        found.setdefault(project_id, {})[task_id] = split
    return found


def _rows(conn: Connection, query: sa.Select[Any]) -> Iterator[Sequence[Any]]:
    for some in conn.execute(query).partitions(_ROWS):
        yield from some
