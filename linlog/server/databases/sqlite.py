"""SQLite: one file, write-ahead log, every commit on disk before it is acknowledged."""

from __future__ import annotations

import os
import sqlite3
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from linlog.errors import ConfigError
from linlog.server import costs
from linlog.server.sharing import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linlog.server.sharing import Outcome

OLDEST: Final = (3, 35, 0)
_STEPS: Final = 100_000
"""Instructions of SQLite between two looks at the clock: about a millisecond."""
_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=15000",
    "PRAGMA cache_size=-16000",
    "PRAGMA temp_store=MEMORY",
    # A file of others may hold triggers and views: they call nothing that acts.
    "PRAGMA trusted_schema=OFF",
)


class Database:
    """An open SQLite file. Readers see a snapshot; writers take turns."""

    def __init__(self, url: str, *, threads: int, lost: Callable[[], object]) -> None:
        if sqlite3.sqlite_version_info < OLDEST:
            message = f"SQLite {sqlite3.sqlite_version} is too old; 3.35 or newer is needed"
            raise ConfigError(message)
        path = Path(url.removeprefix("sqlite:///"))
        _create_private(path)
        self.url = url
        self.caution = ""
        self.engine = sa.create_engine(
            f"sqlite:///{path}",
            pool_size=threads + 4,
            max_overflow=8,
            pool_timeout=30,
            # What people sent belongs in no message of an error, and so in no log.
            hide_parameters=True,
        )
        sa.event.listen(self.engine, "connect", _prepare)
        sa.event.listen(self.engine, "begin", _begin)
        self._writer = self.engine.execution_options(linlog_write=True)
        self.queue: AbstractContextManager[Any] = nullcontext()
        # SQLite lets one writer in and makes the others poll; a line lets them queue instead.
        self._line = Line(self._begun, _is_open, lost=lost)

    @contextmanager
    def read(self, *, within_s: float | None = None) -> Iterator[sa.Connection]:
        """A transaction that sees one snapshot and changes nothing, and takes so long at most."""
        with self.engine.connect() as conn, conn.begin() as transaction, _bounded(conn, within_s):
            yield conn
            transaction.rollback()

    def write(
        self,
        turn: str,
        outcome: Outcome | None = None,
    ) -> AbstractContextManager[sa.Connection]:
        """A transaction that waits for every other one that writes."""
        return self._line.write(turn, outcome)

    def lend(self) -> AbstractContextManager[Any]:
        """Keep this process from writing."""
        return self._line.alone()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _begun(self) -> Iterator[sa.Connection]:
        with self.queue, self._writer.connect() as conn:
            conn.begin()
            yield conn


def _is_open(conn: sa.Connection) -> bool:
    """Whether a transaction goes on: a full disk or one that fails ends it unasked."""
    driver: Any = conn.connection.driver_connection
    return bool(driver.in_transaction)


@contextmanager
def _bounded(conn: sa.Connection, within_s: float | None) -> Iterator[None]:
    """Give up what the database works on when the time is over."""
    if within_s is None:
        yield
        return
    driver: Any = conn.connection.driver_connection
    ends = monotonic() + within_s
    driver.set_progress_handler(lambda: monotonic() > ends, _STEPS)
    try:
        yield
    except sa.exc.OperationalError as error:
        if "interrupted" not in str(error.orig):
            raise
        raise costs.too_costly(within_s) from None
    finally:
        driver.set_progress_handler(None, 0)


def _create_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _prepare(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin deferred and late; ours begin when we say so.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("linlog_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
