"""Add comments and reviews, and whether a project is reviewed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward."""
    # Added in place: a table made anew would take the tasks of its projects with it.
    op.add_column(
        "projects", sa.Column("reviewed", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    _create(
        "comments",
        sa.Column("annotation_id", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("reply_to", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.Column("resolved", sa.BigInteger(), nullable=True),
    )
    _create(
        "reviews",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        _count("version"),
        _count("annotation_count"),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("reviewer_id", sa.Text(), nullable=True),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("decided", sa.BigInteger(), nullable=True),
        sa.Column("decided_version", sa.BigInteger(), nullable=True),
        _count("added"),
        _count("changed"),
        _count("removed"),
        sa.Column("annotations", sa.LargeBinary(), nullable=False),
    )


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def _create(table: str, *columns: sa.Column[Any]) -> None:
    """A table of what hangs on a task, in the order in which it came."""
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        *columns,
        *(
            sa.ForeignKeyConstraint(
                [f"{parent}_id"],
                [f"{parent}s.id"],
                name=op.f(f"fk_{table}_{parent}_id"),
                ondelete="CASCADE",
            )
            for parent in ("organisation", "task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(
        op.f(f"ix_{table}_task_id_created_id"), table, ["task_id", "created", "id"], unique=False
    )
