"""Keep which projects are for their members, who those are, and which projects tokens are for."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward; every project stays open to its organisation."""
    visibility = sa.Column("visibility", sa.Text(), server_default="organisation", nullable=False)
    op.add_column("projects", visibility)
    op.add_column("tokens", sa.Column("project_ids", sa.Text(), nullable=True))
    parents = {"project_id": "projects", "user_id": "users", "organisation_id": "organisations"}
    op.create_table(
        "project_members",
        *(sa.Column(name, sa.Text(), nullable=False) for name in parents),
        sa.Column("created", sa.BigInteger(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [name],
                [f"{table}.id"],
                name=op.f(f"fk_project_members_{name}"),
                ondelete="CASCADE",
            )
            for name, table in parents.items()
        ),
        sa.PrimaryKeyConstraint("project_id", "user_id", name=op.f("pk_project_members")),
    )
    op.create_index(op.f("ix_project_members_user_id"), "project_members", ["user_id"])
