"""Save queries over projects as well as over datasets."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward."""
    conn = op.get_bind()
    before = sa.Table("slices", sa.MetaData(), autoload_with=conn, resolve_fks=False)
    rows = [dict(row._mapping) for row in conn.execute(sa.select(before))]  # noqa: SLF001 - SQLAlchemy's documented name
    op.drop_table("slices")
    parents = {
        "organisation_id": "organisations",
        "dataset_id": "datasets",
        "project_id": "projects",
    }
    op.create_table(
        "slices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=True),
        sa.Column("project_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_slices_{column}"), ondelete="CASCADE"
            )
            for column, table in parents.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slices")),
        sa.UniqueConstraint("dataset_id", "name", name=op.f("uq_slices_dataset_id_name")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_slices_project_id_name")),
    )
    for owner in ("dataset_id", "project_id"):
        name = op.f(f"ix_slices_{owner}_created_id")
        op.create_index(name, "slices", [owner, "created", "id"])
    if rows:
        made = sa.Table("slices", sa.MetaData(), autoload_with=conn, resolve_fks=False)
        conn.execute(made.insert(), rows)
