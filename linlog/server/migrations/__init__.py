"""Migrations: numbered, forward only, each in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from linlog.errors import ConfigError
from linlog.server.databases import INSTALLATION
from linlog.server.log import log
from linlog.server.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext

    from linlog.server.databases._protocol import Database


_PATIENCE: Final = "upgrading the database; do not interrupt this, or it begins anew"


def migrate(database: Database, *, to: str = "head") -> None:
    """Bring the schema up to date, or up to a revision.

    Raises ConfigError where a newer linlog made it.
    """
    # A start finds nothing to do nearly always: it neither loads Alembic, which takes a tenth of
    # it, nor waits for the right to write.
    if to != "head" or _present(database) != [newest()]:
        _upgrade(database, to)


def newest() -> str:
    """The revision of the schema that this linlog works with."""
    names = (path.stem for path in (Path(__file__).parent / "versions").glob("[0-9]*.py"))
    return max(name.partition("_")[0] for name in names)


def _present(database: Database) -> list[str]:
    with database.read() as conn:
        if not sa.inspect(conn).has_table("alembic_version"):
            return []
        return [*conn.execute(sa.text("SELECT version_num FROM alembic_version")).scalars()]


def _upgrade(database: Database, to: str) -> None:
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    scripts = ScriptDirectory.from_config(config())

    def upgrade(revision: tuple[str, ...], _context: MigrationContext) -> Iterator[object]:
        # What alembic's own command calls; its public API can only run through files.
        steps = scripts._upgrade_revs(to, revision)  # type: ignore[arg-type]  # noqa: SLF001
        for number, step in enumerate(steps, start=1):
            if revision:
                # Somebody may wonder why the server does not answer yet, and how long it takes.
                log("info", _PATIENCE, step=number, of=len(steps))
            yield step

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
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "linlog.server:migrations")
    config.set_main_option("path_separator", "os")
    return config
