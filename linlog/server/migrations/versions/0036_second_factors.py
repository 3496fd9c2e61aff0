"""Keep the second factors of people, sealed by a key that is not in the database."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward."""
    # Added in place: a table made anew would take the sessions of its people with it.
    for name in ("totp_sealed", "totp_pending"):
        op.add_column("users", sa.Column(name, sa.Text(), nullable=True))
    used = sa.Column("totp_used", sa.BigInteger(), server_default="0", nullable=False)
    op.add_column("users", used)
    codes = sa.Column("recovery_hashes", sa.Text(), server_default="[]", nullable=False)
    op.add_column("users", codes)
