"""Pack logged numbers by key, and keep what a version's log amounts to."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward."""
    op.create_table(
        "log_packs",
        *_owned("log_packs"),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("model_version_id", "key", "first", name=op.f("pk_log_packs")),
    )
    op.create_table(
        "log_summaries",
        *_owned("log_summaries"),
        sa.Column("entries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("packed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("model_version_id", name=op.f("pk_log_summaries")),
    )
    # Without keys a summary is worked out from the log when it is next asked for.
    op.execute(
        "INSERT INTO log_summaries "
        "(model_version_id, organisation_id, entries, last_step, packed, keys) "
        "SELECT model_version_id, organisation_id, COUNT(*), MAX(step), 0, '' "
        "FROM log_entries GROUP BY model_version_id, organisation_id"
    )


def _owned(table: str) -> list[sa.Column[str] | sa.ForeignKeyConstraint]:
    return [
        sa.Column("model_version_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_version_id"],
            ["model_versions.id"],
            name=op.f(f"fk_{table}_model_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f(f"fk_{table}_organisation_id"),
            ondelete="CASCADE",
        ),
    ]
