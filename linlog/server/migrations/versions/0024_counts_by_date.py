"""Counts of tasks by when they were made, beside their state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_SIZE = 8000
"""Tasks after which another period begins."""


def upgrade() -> None:
    """Bring the schema one version forward."""
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
    op.create_index(op.f("ix_task_counts_project_id_since"), "task_counts", ["project_id", "since"])
    columns = "batch_id, status, complete, rejected, work_started, organisation_id, project_id"
    # Tasks of one moment share a period: the frame of the outer window holds all of them.
    op.execute(
        f"INSERT INTO task_counts ({columns}, since, number) "  # noqa: S608 - no value from outside
        f"SELECT {columns}, since, count(*) FROM ("
        f"SELECT {columns}, max(CASE WHEN place = 0 THEN 0 WHEN place % {_SIZE} = 0 THEN created"
        " END) OVER (PARTITION BY project_id ORDER BY created) AS since FROM ("
        f"SELECT {columns}, created, row_number() OVER (PARTITION BY project_id"
        " ORDER BY created, id) - 1 AS place FROM tasks) AS placed) AS dated"
        f" GROUP BY {columns}, since"
    )
