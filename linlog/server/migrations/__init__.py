"""Migrations: numbered, forward only, each in one transaction, or in pieces of one each.

A migration that takes long where there are many tasks has a function `piece` beside `upgrade`. It
gets the place where the last piece ended, at first "", and gives back where it ended itself, or
None behind the last; `upgrade` then does the rest.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from linlog.errors import ConfigError
from linlog.server.databases import INSTALLATION
from linlog.server.log import log
from linlog.server.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import Script, ScriptDirectory

    from linlog.server.databases._protocol import Database


_PATIENCE: Final = "upgrading the database; if this is interrupted, the next start goes on with it"
_PLACES: Final = "migration_places"
"""Where the pieces of the migration that is begun have come to."""
_BEGUN: Final = "-begun"
"""Behind a revision whose pieces are not all done."""


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
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    scripts = ScriptDirectory.from_config(config())
    try:
        if not _present(database):
            # Of a new database there is either all of the schema or nothing.
            with database.write(INSTALLATION) as conn:
                _run(conn, scripts, to=to, pieces=True)
            return
        of = 0
        while left := _left(database, scripts, to):
            # Somebody may wonder why the server does not answer yet, and how long it takes.
            of = of or len(left)
            _step(database, scripts, left[0], step=of - len(left) + 1, of=of)
    except CommandError as error:
        message = (
            f"this database was made by a newer linlog ({error}); "
            "install that version or restore a backup"
        )
        raise ConfigError(message) from error


def _left(database: Database, scripts: ScriptDirectory, to: str) -> list[Script]:
    """The migrations that are still to come, in order."""
    with database.read() as conn:
        at, _ = _whole(scripts, conn)
    steps = scripts._upgrade_revs(to, (at,))  # type: ignore[arg-type]  # noqa: SLF001 - as in _run
    return [step.revision for step in steps]


def _step(database: Database, scripts: ScriptDirectory, script: Script, **place: int) -> None:
    """One migration: its pieces one by one, if it has such, and then the migration itself.

    Each is committed on its own, so that no more than one is done again after an interruption.
    Another process may do them meanwhile, which is seen behind the right to write.
    """
    log("info", _PATIENCE, **place)
    pieces = 0
    while _piece(database, scripts, script):
        pieces += 1
        log("info", _PATIENCE, **place, pieces=pieces)
    with database.write(INSTALLATION) as conn:
        at, begun = _whole(scripts, conn)
        if at != script.down_revision:
            return
        if begun:
            conn.execute(sa.text(f"DROP TABLE {_PLACES}"))
            _note(conn, at)
        _run(conn, scripts, to=script.revision)


def _piece(database: Database, scripts: ScriptDirectory, script: Script) -> bool:
    """Do the next piece of a migration; whether there are more."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    piece = _piece_of(script)
    if piece is None:
        return False
    with database.write(INSTALLATION) as conn:
        at, begun = _whole(scripts, conn)
        if at != script.down_revision:
            return False
        place: str | None = ""
        if begun:
            place = conn.execute(sa.text(f"SELECT place FROM {_PLACES}")).scalar_one()  # noqa: S608 - a name of ours
        if place is None:
            return False
        with Operations.context(MigrationContext.configure(conn)):
            place = piece(place)
        if not begun:
            conn.execute(sa.text(f"CREATE TABLE {_PLACES} (place TEXT)"))
            conn.execute(sa.text(f"INSERT INTO {_PLACES} VALUES (NULL)"))  # noqa: S608 - as above
            # No linlog knows such a revision, so that an older one leaves the database alone.
            _note(conn, f"{script.revision}{_BEGUN}")
        conn.execute(sa.text(f"UPDATE {_PLACES} SET place = :place"), {"place": place})  # noqa: S608 - as above
    return place is not None


def _piece_of(script: Script) -> Callable[[str], str | None] | None:
    return getattr(script.module, "piece", None)


def _run(conn: sa.Connection, scripts: ScriptDirectory, *, to: str, pieces: bool = False) -> None:
    """Run the migrations up to a revision, with their pieces or without, in one transaction."""
    from alembic.runtime.environment import EnvironmentContext

    def upgrade(revision: tuple[str, ...], _context: MigrationContext) -> Iterator[object]:
        # What alembic's own command calls; its public API can only run through files.
        for step in scripts._upgrade_revs(to, revision):  # type: ignore[arg-type]  # noqa: SLF001
            piece = _piece_of(step.revision) if pieces else None
            place: str | None = ""
            while piece is not None and place is not None:
                place = piece(place)
            yield step

    with EnvironmentContext(config(), scripts, fn=upgrade) as environment:
        environment.configure(
            connection=conn,
            target_metadata=metadata,
            render_as_batch=True,
            transactional_ddl=True,
        )
        environment.run_migrations()


def _whole(scripts: ScriptDirectory, conn: sa.Connection) -> tuple[str, bool]:
    """The last revision that is done whole, and whether the one behind it is begun."""
    found = str(conn.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())
    if not found.endswith(_BEGUN):
        return found, False
    script = scripts.get_revision(found.removesuffix(_BEGUN))
    assert script is not None, "get_revision raises where there is none"
    return str(script.down_revision), True


def _note(conn: sa.Connection, revision: str) -> None:
    conn.execute(sa.text("UPDATE alembic_version SET version_num = :at"), {"at": revision})


def config() -> Config:
    """Where Alembic finds the migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "linlog.server:migrations")
    config.set_main_option("path_separator", "os")
    return config
