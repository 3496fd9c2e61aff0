"""Tell the segments of a version's log apart: one more at each resume."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward."""
    for table in ("model_versions", "log_entries"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(
                sa.Column("segment", sa.BigInteger(), server_default="0", nullable=False)
            )
