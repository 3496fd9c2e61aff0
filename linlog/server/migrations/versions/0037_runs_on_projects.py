"""Let model runs be on projects as well as on datasets, for tasks that are not labelled yet."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_OWNER = (
    "CONSTRAINT fk_model_runs_project_id"
    " FOREIGN KEY(project_id) REFERENCES projects (id) ON DELETE CASCADE"
)
_KEY = "CONSTRAINT pk_model_runs "


def upgrade() -> None:
    """Bring the schema one version forward."""
    op.add_column("model_runs", sa.Column("project_id", sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _write_schema()
    else:
        op.alter_column("model_runs", "dataset_id", nullable=True)
        op.execute(f"ALTER TABLE model_runs ADD {_OWNER}")
    name = op.f("ix_model_runs_project_id_model_version_id")
    op.create_index(name, "model_runs", ["project_id", "model_version_id"], unique=True)


def _write_schema() -> None:
    """Change what SQLite has written of the table: no row differs by it.

    SQLite's page on ALTER TABLE gives this way. A table made anew would take the predictions of
    its runs with it.
    """
    conn = op.get_bind()
    row = "type = 'table' AND name = 'model_runs'"
    said = conn.execute(sa.text(f"SELECT sql FROM sqlite_schema WHERE {row}")).scalar_one()  # noqa: S608 - a text of ours
    wanted = said.replace("dataset_id TEXT NOT NULL", "dataset_id TEXT")
    wanted = wanted.replace(_KEY, f"{_OWNER}, \n\t{_KEY}")
    assert len(wanted) == len(said) - len(" NOT NULL") + len(f"{_OWNER}, \n\t"), said
    op.execute("PRAGMA writable_schema = ON")
    change = sa.text(f"UPDATE sqlite_schema SET sql = :wanted WHERE {row}")  # noqa: S608 - as above
    conn.execute(change, {"wanted": wanted})
    op.execute("PRAGMA writable_schema = RESET")
