"""Labels and tags of tasks in the order of the tasks, and how many tasks carry each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward. 0034 makes the tables anew and fills them."""
    text, number = sa.Text(), sa.BigInteger()
    op.create_table(
        "task_marks",
        sa.Column("project_id", text, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("created", number, autoincrement=False, nullable=False),
        sa.Column("task_id", text, nullable=False),
        sa.Column("organisation_id", text, nullable=False),
        *_parents("task_marks", project_id="projects", task_id="tasks"),
        sa.PrimaryKeyConstraint(
            *("project_id", "kind", "name", "created", "task_id"), name=op.f("pk_task_marks")
        ),
    )
    op.create_table(
        "mark_counts",
        sa.Column("batch_id", text, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("since", number, autoincrement=False, nullable=False),
        sa.Column("organisation_id", text, nullable=False),
        sa.Column("project_id", text, nullable=False),
        sa.Column("number", number, server_default="0", nullable=False),
        *_parents("mark_counts", batch_id="batches", project_id="projects"),
        sa.PrimaryKeyConstraint(
            *("batch_id", "kind", "name", "since"), name=op.f("pk_mark_counts")
        ),
    )
    keys = ["project_id", "kind", "name", "since"]
    op.create_index(op.f("ix_mark_counts_project_id_kind_name_since"), "mark_counts", keys)

    op.create_index(op.f("ix_task_marks_task_id"), "task_marks", ["task_id"])


def _parents(name: str, **tables: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}"), ondelete="CASCADE"
        )
        for column, table in {**tables, "organisation_id": "organisations"}.items()
    ]
