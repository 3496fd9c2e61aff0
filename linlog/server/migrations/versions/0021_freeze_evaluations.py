"""Freeze evaluations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward."""
    op.create_table(
        "contents",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_contents_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "hash", name=op.f("pk_contents")),
    )
    op.create_table(
        "dataset_versions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("tasks_hash", sa.Text(), nullable=False),
        sa.Column("annotations_hash", sa.Text(), nullable=False),
        sa.Column("taxonomy_hash", sa.Text(), nullable=False),
        sa.Column("task_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("annotation_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            ["datasets.id"],
            name=op.f("fk_dataset_versions_dataset_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_dataset_versions_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_versions")),
        sa.UniqueConstraint("dataset_id", "hash", name=op.f("uq_dataset_versions_dataset_id_hash")),
        sa.UniqueConstraint(
            "dataset_id", "number", name=op.f("uq_dataset_versions_dataset_id_number")
        ),
    )
    op.create_table(
        "predicted_tasks",
        sa.Column("model_run_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("prediction_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["model_run_id"],
            ["model_runs.id"],
            name=op.f("fk_predicted_tasks_model_run_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_predicted_tasks_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_predicted_tasks_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("model_run_id", "task_id", name=op.f("pk_predicted_tasks")),
    )
    with op.batch_alter_table("predicted_tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_predicted_tasks_task_id"), ["task_id"], unique=False)

    op.create_table(
        "tally_parts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("model_run_id", sa.Text(), nullable=False),
        sa.Column("matcher", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("tasks", sa.LargeBinary(), nullable=False),
        sa.Column("tally", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_run_id"],
            ["model_runs.id"],
            name=op.f("fk_tally_parts_model_run_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_tally_parts_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_parts")),
    )
    with op.batch_alter_table("tally_parts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tally_parts_model_run_id_matcher_current"),
            ["model_run_id", "matcher", "current"],
            unique=False,
        )

    op.drop_table("tallies")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_jobs_subject_id_name"), ["subject_id", "name"], unique=False
        )

    with op.batch_alter_table("dataset_tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("split", sa.Text(), nullable=True))

    with op.batch_alter_table("datasets", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("tasks_revision", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("truths_revision", sa.BigInteger(), server_default="0", nullable=False)
        )

    with op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dataset_version_id", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("matcher", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("predictions_hash", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("settings_hash", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("tasks_revision", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("truths_revision", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("predictions_revision", sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_evaluations_dataset_version_id"),
            "dataset_versions",
            ["dataset_version_id"],
            ["id"],
            ondelete="SET NULL",
        )

    with op.batch_alter_table("model_runs", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False)
        )

    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("hashed_revision", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("item_hash", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("truth_hash", sa.Text(), nullable=True))

    op.create_table(
        "evaluation_parts",
        sa.Column("evaluation_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("part_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_parts_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_evaluation_parts_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["part_id"],
            ["tally_parts.id"],
            name=op.f("fk_evaluation_parts_part_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("evaluation_id", "place", name=op.f("pk_evaluation_parts")),
    )
    with op.batch_alter_table("evaluation_parts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluation_parts_part_id"), ["part_id"], unique=False)

    op.execute(
        "INSERT INTO predicted_tasks (model_run_id, task_id, organisation_id, prediction_count) "
        "SELECT model_run_id, task_id, organisation_id, COUNT(*) FROM predictions "
        "GROUP BY model_run_id, task_id, organisation_id"
    )
