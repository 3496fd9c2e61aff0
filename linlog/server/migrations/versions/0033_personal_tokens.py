"""Let tokens be a person's and have a scope, and say of sessions where they were begun."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward."""
    # SQLite makes the table anew for the key; nothing refers to a token, so nothing goes with it.
    with op.batch_alter_table("tokens") as tokens:
        tokens.add_column(sa.Column("user_id", sa.Text(), nullable=True))
        tokens.add_column(sa.Column("scope", sa.Text(), server_default="admin", nullable=False))
        tokens.create_foreign_key(
            op.f("fk_tokens_user_id"), "users", ["user_id"], ["id"], ondelete="CASCADE"
        )
    proven = sa.Column("proven", sa.BigInteger(), server_default="0", nullable=False)
    op.add_column("sessions", proven)
    op.execute("UPDATE sessions SET proven = created")
    for name in ("source", "program"):
        op.add_column("sessions", sa.Column(name, sa.Text(), server_default="", nullable=False))
    for table in ("tokens", "sessions"):
        op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])
