"""Writes the next numbered migration: what tables.py has and the last migration has not."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from linlog.server import databases, migrations
from linlog.server.store.tables import metadata


def main(words: list[str]) -> int:
    """Write `NNNN_<words>.py`; exit 1 where there is nothing to write."""
    if not words:
        print("say what the migration is for, such as: add dataset versions", file=sys.stderr)
        return 2
    message = " ".join(words)
    scripts = ScriptDirectory.from_config(migrations.config())
    head = scripts.get_current_head()
    number = f"{int(head or 0) + 1:04d}"
    body = _difference()
    if body == "pass":
        print("the tables are as the last migration leaves them", file=sys.stderr)
        return 1
    path = Path(migrations.__file__).parent / "versions" / f"{number}_{'_'.join(words)}.py"
    path.write_text(_TEXT.format(message=message.capitalize(), number=number, head=head, body=body))
    print(path)
    return 0


def _difference() -> str:
    with tempfile.TemporaryDirectory() as folder:
        database = databases.open_database(f"sqlite:///{folder}/new.sqlite3", threads=1)
        migrations.migrate(database)
        with database.read() as conn:
            context = MigrationContext.configure(
                conn, opts={"render_as_batch": True, "target_metadata": metadata}
            )
            found = produce_migrations(context, metadata)
            assert found.upgrade_ops is not None, "alembic always gives the operations"
            code = render_python_code(found.upgrade_ops, render_as_batch=True)
        database.close()
    kept = [line for line in code.splitlines() if not line.strip().startswith("#")]
    return "\n".join(kept).strip()


_TEXT = '''"""{message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = {head!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one version forward."""
    {body}
'''

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
