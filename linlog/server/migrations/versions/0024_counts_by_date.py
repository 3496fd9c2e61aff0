"""Counts of tasks by when they were made, beside their state."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_SIZE = 8000
"""Tasks after which another period begins."""
_COLUMNS = "batch_id, status, complete, rejected, work_started, organisation_id, project_id"


def piece(after: str) -> str | None:
    """Count some thousand tasks, period by period.

    A place is a project, where its period begins, and the task that it begins with.
    """
    conn = op.get_bind()
    if after:
        place = json.loads(after)
    else:
        _create()
        place = _project_behind(conn, "")
    counted = 0
    while place is not None and counted < _SIZE:
        place, number = _count(conn, *place)
        counted += number
    return None if place is None else json.dumps(place)


def upgrade() -> None:
    """Bring the schema one version forward."""
    op.create_index(op.f("ix_task_counts_project_id_since"), "task_counts", ["project_id", "since"])


def _create() -> None:
    op.drop_table("task_counts")
    parents = {"batch_id": "batches", "organisation_id": "organisations", "project_id": "projects"}
    op.create_table(
        "task_counts",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("rejected", sa.Boolean(), nullable=False),
        sa.Column("work_started", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), server_default="0", nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_task_counts_{column}"), ondelete="CASCADE"
            )
            for column, table in parents.items()
        ),
        sa.PrimaryKeyConstraint(
            *("batch_id", "status", "complete", "rejected", "work_started", "since"),
            name=op.f("pk_task_counts"),
        ),
    )


def _project_behind(conn: sa.Connection, project_id: str) -> list[Any] | None:
    """The place at the start of the next project; None where there is none."""
    query = sa.text("SELECT min(id) FROM projects WHERE id > :at")
    found = conn.execute(query, {"at": project_id}).scalar()
    return None if found is None else [found, 0, None, ""]


def _count(
    conn: sa.Connection, project_id: str, since: int, created: int | None, task_id: str
) -> tuple[list[Any] | None, int]:
    """Count a period; the place behind it, and how many tasks it was.

    Tasks of one moment share a period, which begins anew where the next has a later moment.
    """
    values = {"project": project_id, "since": since, "created": created, "task": task_id}
    behind = "" if created is None else " AND (created, id) > (:created, :task)"
    query = sa.text(
        f"SELECT created, id FROM tasks WHERE project_id = :project{behind}"  # noqa: S608 - no value from outside
        f" ORDER BY created, id LIMIT 1 OFFSET {_SIZE if created is None else _SIZE - 1}"
    )
    after = conn.execute(query, values).one_or_none()
    number = _SIZE
    if after is None or after.created > since:
        # What is older than the first task of all, by a clock that went wrong, is in the first.
        from_ = " AND created >= :since" if since else ""
        until = "" if after is None else " AND created < :until"
        values["until"] = None if after is None else after.created
        conn.execute(
            sa.text(
                f"INSERT INTO task_counts ({_COLUMNS}, since, number)"  # noqa: S608 - as above
                f" SELECT {_COLUMNS}, :since, count(*) FROM tasks"
                f" WHERE project_id = :project{from_}{until} GROUP BY {_COLUMNS}"
            ),
            values,
        )
        query = sa.text(
            "SELECT sum(number) FROM task_counts WHERE project_id = :project AND since = :since"
        )
        number = int(conn.execute(query, values).scalar() or 0)
    if after is None:
        return _project_behind(conn, project_id), number + 1
    return [project_id, max(since, after.created), after.created, after.id], number
