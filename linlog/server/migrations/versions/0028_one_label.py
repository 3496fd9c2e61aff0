"""Say of projects whether an item has one label of the whole at most."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward."""
    # Added in place: a table made anew would take the tasks of its projects with it.
    op.add_column(
        "projects", sa.Column("one_label", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
