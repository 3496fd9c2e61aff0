"""Counts of tasks by their state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward."""
    op.create_table(
        "task_counts",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("rejected", sa.Boolean(), nullable=False),
        sa.Column("work_started", sa.Boolean(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batches.id"],
            name=op.f("fk_task_counts_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_task_counts_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_task_counts_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            *("batch_id", "status", "complete", "rejected", "work_started"),
            name=op.f("pk_task_counts"),
        ),
    )
    op.create_index(op.f("ix_task_counts_project_id"), "task_counts", ["project_id"])
    columns = "batch_id, status, complete, rejected, work_started, organisation_id, project_id"
    op.execute(
        f"INSERT INTO task_counts ({columns}, number) "  # noqa: S608 - no value from outside
        f"SELECT {columns}, count(*) FROM tasks GROUP BY {columns}"
    )
