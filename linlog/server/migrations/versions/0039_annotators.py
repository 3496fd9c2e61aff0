"""Keep who made each annotation and who changed it last; of what is there already nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward; no row is written anew."""
    for name in ("annotator_id", "changed_by_id"):
        op.add_column("annotations", sa.Column(name, sa.Text(), nullable=True))
