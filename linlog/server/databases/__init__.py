"""The databases that linlog runs on, and the one that an address means."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DatabaseError as Broken
from sqlalchemy.exc import OperationalError as Unavailable

from linlog.errors import ConfigError
from linlog.server.databases._protocol import INSTALLATION, JOBS

if TYPE_CHECKING:
    from collections.abc import Callable

    from linlog.server.databases._protocol import Database

__all__ = ["INSTALLATION", "JOBS", "TABLE", "Broken", "Unavailable", "open_database"]

TABLE: Final = {
    "sqlite": "linlog.server.databases.sqlite",
    "postgresql": "linlog.server.databases.postgresql",
}


def _nothing() -> None:
    """What is called where nobody wants to know."""


def open_database(url: str, *, threads: int, lost: Callable[[], object] = _nothing) -> Database:
    """Open the database at `url`. Raises ConfigError for an address no database answers to.

    `lost` is called when work is not committed that other writers of this process have seen.
    """
    scheme = url.partition(":")[0].partition("+")[0]
    if scheme not in TABLE:
        message = f"no database is called {scheme!r}; known are: {', '.join(TABLE)}"
        raise ConfigError(message)
    opened: Database = import_module(TABLE[scheme]).Database(url, threads=threads, lost=lost)
    return opened
