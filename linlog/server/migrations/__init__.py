"""Migrations: numbered, forward only, each in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from linlog.errors import ConfigError
from linlog.server.databases import INSTALLATION
from linlog.server.store.tables import metadata

if TYPE_CHECKING:
    from linlog.server.databases._protocol import Database


def migrate(database: Database, *, to: str = "head") -> None:
    """Bring the schema up to date, or up to a revision.

    Raises ConfigError where a newer linlog made it.
    """
    scripts = ScriptDirectory.from_config(config())
    with database.read() as conn:
        # Whoever starts beside a busy server must not wait for its turn to write nothing.
        present = MigrationContext.configure(conn).get_current_heads()
    if present == tuple(found.revision for found in scripts.get_revisions(to)):
        return

    def upgrade(revision: tuple[str, ...], _context: MigrationContext) -> list[object]:
        # What alembic's own command calls; its public API can only run through files.
        return scripts._upgrade_revs(to, revision)  # type: ignore[arg-type, return-value]  # noqa: SLF001

    try:
        with (
            database.write(INSTALLATION) as conn,
            EnvironmentContext(config(), scripts, fn=upgrade) as environment,
        ):
            environment.configure(
                connection=conn,
                target_metadata=metadata,
                render_as_batch=True,
                transactional_ddl=True,
            )
            environment.run_migrations()
    except CommandError as error:
        message = (
            f"this database was made by a newer linlog ({error}); "
            "install that version or restore a backup"
        )
        raise ConfigError(message) from error


def config() -> Config:
    """Where Alembic finds the migrations."""
    config = Config()
    config.set_main_option("script_location", "linlog.server:migrations")
    config.set_main_option("path_separator", "os")
    return config
