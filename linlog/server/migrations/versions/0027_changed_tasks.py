"""Say of tasks which change was their last, so that those that changed are found."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward."""
    for table, column in (("organisations", "tasks_revision"), ("tasks", "changed")):
        added = sa.Column(column, sa.BigInteger(), server_default="0", nullable=False)
        op.add_column(table, added)
    op.create_index(op.f("ix_tasks_project_id_changed"), "tasks", ["project_id", "changed"])
