"""Let marks no longer hang on batches themselves: their tasks do, and take their marks along."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_NAME = "fk_task_marks_batch_id"
_CONSTRAINT = (
    f"CONSTRAINT {_NAME} FOREIGN KEY(batch_id) REFERENCES batches (id) ON DELETE CASCADE, \n\t"
)


def upgrade() -> None:
    """Bring the schema one version forward."""
    if op.get_bind().dialect.name == "sqlite":
        _write_schema()
    else:
        op.drop_constraint(_NAME, "task_marks", type_="foreignkey")


def _write_schema() -> None:
    """Change what SQLite has written of the table: no row differs by it.

    SQLite's page on ALTER TABLE gives this way, which takes no longer with a million rows.
    """
    conn = op.get_bind()
    row = "type = 'table' AND name = 'task_marks'"
    said = conn.execute(sa.text(f"SELECT sql FROM sqlite_schema WHERE {row}")).scalar_one()  # noqa: S608 - a text of ours
    wanted = said.replace(_CONSTRAINT, "")
    assert len(wanted) == len(said) - len(_CONSTRAINT), said
    op.execute("PRAGMA writable_schema = ON")
    change = sa.text(f"UPDATE sqlite_schema SET sql = :wanted WHERE {row}")  # noqa: S608 - as above
    conn.execute(change, {"wanted": wanted})
    op.execute("PRAGMA writable_schema = RESET")
