"""Keep what lets somebody choose a password once: invitations, and resets of passwords."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward."""
    parents = {"organisation_id": "organisations", "user_id": "users"}
    op.create_table(
        "one_time_secrets",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_one_time_secrets_{column}"),
                ondelete="CASCADE",
            )
            for column, table in parents.items()
        ),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_one_time_secrets")),
    )
    op.create_index(op.f("ix_one_time_secrets_user_id"), "one_time_secrets", ["user_id"])
