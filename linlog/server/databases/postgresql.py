"""PostgreSQL: many server processes and workers at once; an organisation's writers in turn."""

from __future__ import annotations

import zlib
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler

from linlog.errors import ConfigError, Invalid
from linlog.server import costs
from linlog.server.sharing import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linlog.server.sharing import Outcome

OLDEST: Final = 14
_GIVEN_UP: Final = "57014"
"""The state of a statement that took too long."""
_PRIVILEGED: Final = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
_LOCKS: Final = 0x6C6C6F67
"""The first half of every advisory lock of ours, so that other programs' locks differ."""
_PATIENCE_S: Final = 15
"""Seconds that a writer waits for those before it, and for any other lock."""
_CONNECT_S: Final = 10
"""Seconds that a new connection may take."""
_SILENT_S: Final = 20
"""Seconds after which a connection from which nothing comes, not even from its system, is given up.

More than `_PATIENCE_S`: who waits for a lock may take nothing more for so long.
"""
_PROBES: Final = 2
"""Times that the system asks for a sign of life in the second half of these."""
_LINE: Final = {
    "connect_timeout": str(_CONNECT_S),
    "keepalives": "1",
    "keepalives_idle": str(_SILENT_S // 2),
    "keepalives_interval": str(_SILENT_S // 2 // _PROBES),
    "keepalives_count": str(_PROBES),
    "tcp_user_timeout": str(_SILENT_S * 1000),
}
"""How our side watches connections; what the address itself says goes before."""
_SESSION: Final = (
    "SET synchronous_commit = on",
    f"SET lock_timeout = '{_PATIENCE_S}s'",
    "SET idle_in_transaction_session_timeout = '10min'",
    "SET timezone = 'UTC'",
    # Else the transaction of a server that vanished would hold its turn and its rows for long.
    f"SET tcp_keepalives_idle = {_SILENT_S // 2}",
    f"SET tcp_keepalives_interval = {_SILENT_S // 2 // _PROBES}",
    f"SET tcp_keepalives_count = {_PROBES}",
    f"SET tcp_user_timeout = '{_SILENT_S}s'",
    # A page of a list is in the order of an index. Where statistics are older than an import, a
    # bitmap of all that follows looks cheap, and must be sorted whole.
    "SET enable_bitmapscan = off",
)


@contextmanager
def _nul_refused() -> Iterator[None]:
    """Say in a sentence that PostgreSQL's texts cannot hold a NUL character."""
    try:
        yield
    except sa.exc.DataError as error:
        if "NUL" not in str(error.orig):
            raise
        message = "a text must not hold a NUL character: PostgreSQL cannot keep it"
        raise Invalid(message) from error


class Database:
    """A database on a PostgreSQL server."""

    def __init__(self, url: str, *, threads: int, lost: Callable[[], object]) -> None:
        self.url = url
        # PostgreSQL lets writers in as they come, from whatever process.
        self.queue: AbstractContextManager[Any] = nullcontext()
        self._lost = lost
        self._lines: WeakValueDictionary[str, Line] = WeakValueDictionary()
        self._lock = Lock()
        self.engine = sa.create_engine(
            _address(url),
            pool_size=threads + 4,
            max_overflow=8,
            pool_timeout=30,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            # What people sent belongs in no message of an error, and so in no log.
            hide_parameters=True,
        )
        self.engine.dialect.ddl_compiler = _SortedByBytes
        sa.event.listen(self.engine, "connect", _prepare)
        # One statement sees what another committed before it; a whole reader must not.
        self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ")
        self.caution = ""
        self._check()

    @contextmanager
    def read(self, *, within_s: float | None = None) -> Iterator[sa.Connection]:
        """A transaction that sees one snapshot and changes nothing; statements take so long."""
        with self._reader.connect() as conn, conn.begin() as transaction, _nul_refused():
            with _bounded(conn, within_s):
                yield conn
            transaction.rollback()

    @contextmanager
    def write(self, turn: str, outcome: Outcome | None = None) -> Iterator[sa.Connection]:
        """A transaction that waits for the one before it of the same turn."""
        # PostgreSQL keeps the order among processes, and those that share nothing need no other.
        line = self._alone(turn) if outcome is None else self._line(turn)
        with line.write(turn, outcome) as conn, _nul_refused():
            yield conn

    def lend(self) -> AbstractContextManager[Any]:
        """Nothing: others write as they come."""
        return nullcontext()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _line(self, turn: str) -> Line:
        """Where the writers of a turn wait in this process, as long as one does."""
        with self._lock:
            line = self._lines.get(turn)
            if line is None:
                line = self._lines[turn] = self._alone(turn)
            return line

    def _alone(self, turn: str) -> Line:
        return Line(
            lambda: self._begun(turn),
            _is_open,
            lost=self._lost,
            patience_s=_PATIENCE_S,
        )

    @contextmanager
    def _begun(self, turn: str) -> Iterator[sa.Connection]:
        lock = sa.func.pg_advisory_xact_lock(_LOCKS, _number(turn))
        with self.engine.connect() as conn:
            conn.begin()
            conn.execute(sa.select(lock))
            yield conn

    def _check(self) -> None:
        try:
            with self.engine.connect() as conn:
                version = (
                    int(conn.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
                )
                privileged = conn.exec_driver_sql(_PRIVILEGED).scalar_one()
                encoding = conn.exec_driver_sql("SHOW server_encoding").scalar_one()
        except sa.exc.OperationalError as error:
            message = f"the PostgreSQL server cannot be reached: {error.orig}"
            raise ConfigError(message) from error
        if version < OLDEST:
            message = f"PostgreSQL {version} is too old; {OLDEST} or newer is needed"
            raise ConfigError(message)
        if privileged:
            self.caution = (
                "the database is opened as a superuser, which linlog does not need; see "
                "docs/how-to/run-on-postgresql.md for a role that may only work"
            )
        if encoding != "UTF8":
            message = (
                f"the database's encoding is {encoding}, but must be UTF8: "
                "CREATE DATABASE linlog ENCODING 'UTF8' TEMPLATE template0"
            )
            raise ConfigError(message)


def _is_open(conn: sa.Connection) -> bool:
    """Whether a transaction goes on, and nothing in it has failed."""
    if conn.invalidated:
        return False
    driver: Any = conn.connection.driver_connection
    return str(driver.info.transaction_status.name) == "INTRANS"


@contextmanager
def _bounded(conn: sa.Connection, within_s: float | None) -> Iterator[None]:
    """Let PostgreSQL give up a statement that works for too long."""
    if within_s is None:
        yield
        return
    conn.exec_driver_sql(f"SET LOCAL statement_timeout = {int(within_s * 1000)}")
    try:
        yield
    except sa.exc.OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _GIVEN_UP:
            raise
        raise costs.too_costly(within_s) from None


class _SortedByBytes(PGDDLCompiler):
    """Makes text columns sort by bytes, as everywhere else, whatever the server's locale is."""

    def get_column_specification(self, column: sa.Column[Any], **kwargs: Any) -> str:
        """The column as DDL."""
        said = super().get_column_specification(column, **kwargs)  # type: ignore[no-untyped-call]
        if isinstance(column.type, sa.Text):
            said = said.replace(" TEXT", ' TEXT COLLATE "C"', 1)
        return str(said)


def _address(url: str) -> sa.URL:
    """The address with our driver and `_LINE`. Raises ConfigError for none, and without driver."""
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        message = "the database's address must look like postgresql://user:password@host/name"
        raise ConfigError(message) from error
    try:
        import psycopg  # noqa: F401 - only where this database is used
    except ImportError as error:
        message = 'PostgreSQL needs its driver: pip install "linlog[server,postgres]"'
        raise ConfigError(message) from error
    return address.set(drivername="postgresql+psycopg", query={**_LINE, **address.query})


def _number(turn: str) -> int:
    """A turn as the second half of an advisory lock, a signed 32-bit number.

    Two turns of one number wait for each other in vain, and nothing else.
    """
    return zlib.crc32(turn.encode()) - 2**31


def _prepare(connection: Any, _record: Any) -> None:
    autocommit = connection.autocommit
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in _SESSION:
            cursor.execute(statement)
    connection.autocommit = autocommit
