"""Say of jobs what came of them."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward."""
    op.add_column("jobs", sa.Column("result", sa.Text(), nullable=True))
