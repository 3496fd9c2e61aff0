"""What a running server holds: settings, database, blobs, key, and how a context is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from linlog import limits
from linlog.compute import open_compute
from linlog.errors import ConfigError
from linlog.server import blobs, clock, databases, lock, outbound, private, secrets, sources
from linlog.server.attempts import Attempts
from linlog.server.context import NO_CALL, Actor, Call, Context
from linlog.server.links import Links
from linlog.server.memory import Memory
from linlog.server.migrations import migrate
from linlog.server.rates import Rates
from linlog.server.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from linlog.compute._protocol import Compute
    from linlog.server.blobs._protocol import Blobs
    from linlog.server.databases._protocol import Database
    from linlog.server.settings import Settings
    from linlog.server.sources import Network


_RESTORE: Final = "restore a backup"


def _resets() -> Attempts:
    most = limits.RESETS_PER_HOUR
    return Attempts(
        window_s=3600, per_account=most, per_source=4 * most, deed="passwords were to be reset"
    )


def _guesses() -> Attempts:
    return Attempts(deed="links that were tried are not good")


@dataclass(slots=True)
class Machine:
    """The parts of one server process."""

    settings: Settings
    database: Database
    blobs: Blobs
    key: bytes
    memory: Memory
    """Decoded tallies and what else is worth keeping between requests."""
    compute: Compute
    """Where jobs match tasks."""
    proxies: list[Network] = field(default_factory=list)
    """Where those are who may say for whom they ask."""
    turns: Turns = field(default_factory=Turns)
    """Whose jobs were taken up when."""
    rates: Rates = field(default_factory=lambda: Rates(0))
    """How much each person and token may still send."""
    attempts: Attempts = field(default_factory=Attempts)
    """Who failed to sign in of late."""
    resets: Attempts = field(default_factory=_resets)
    """Who asked for another password of late."""
    guesses: Attempts = field(default_factory=_guesses)
    """Who tried secrets of links of late that were none."""
    job_waiting: Event = field(default_factory=Event)
    """Set when a job may wait, so that workers need not poll to be quick."""
    last_used: dict[str, int] = field(default_factory=dict)
    """When each session and token was last noted as used."""
    setup_code: str | None = None
    """The one-time code of a first start, until it is used."""

    def context(
        self, conn: Connection, actor: Actor, *, origin: str | None = None, call: Call = NO_CALL
    ) -> Context:
        """A context for one transaction. Links begin with `origin`, unless one is set."""
        links = self.links(origin)
        quota_bytes = self.settings.quota_mb * 1_000_000
        return Context(conn, actor, clock.now(), self.blobs, links, self.memory, call, quota_bytes)

    def links(self, origin: str | None) -> Links:
        """Addresses of files below `origin`, unless another is set."""
        settings = self.settings
        address = settings.origin or origin or f"http://{settings.host}:{settings.port}"
        return Links(address.rstrip("/"), self.key, settings.media_link_s)

    @property
    def address(self) -> str:
        """Where people reach the server, as its operator said: never what a request names."""
        settings = self.settings
        return (settings.origin or f"http://{settings.host}:{settings.port}").rstrip("/")

    def close(self) -> None:
        """Close the database, and let go of what computes."""
        self.compute.close()
        self.database.close()


def open_machine(settings: Settings, *, serving: bool = False) -> Machine:
    """Open the data folder, made private where it is new, and bring the schema up to date.

    Of processes that are `serving`, SQLite has one. Raises ConfigError for settings that cannot
    work.
    """
    outbound.read_networks(settings.fetch_allow)
    proxies = sources.read_networks(settings.trusted_proxies)
    private.make_folder(settings.data)
    if serving:
        private.refuse_unwritable(settings.data)
        lock.hold(settings.database_url)
    memory = Memory(settings.memory_mb * 1_000_000)
    # What was read of work that is lost may be kept, under the number of what comes in its place.
    database = _opened(settings, lost=memory.clear)
    return Machine(
        settings=settings,
        database=database,
        blobs=blobs.open_blobs(settings.files_url),
        key=secrets.server_key(settings.data),
        memory=memory,
        compute=open_compute(settings.compute),
        proxies=proxies,
        rates=Rates(settings.requests_per_minute),
    )


def _opened(settings: Settings, *, lost: Callable[[], None]) -> Database:
    """The database, its schema up to date. Raises ConfigError where it is lost or damaged."""
    url = settings.database_url
    if url.startswith("sqlite:"):
        _refuse_lost(Path(url.removeprefix("sqlite:///")), settings.data)
    database = databases.open_database(url, threads=settings.threads, lost=lost)
    try:
        migrate(database)
    except databases.Unavailable:
        raise
    except databases.Broken as error:
        message = f"{settings.data} holds no whole database of linlog: {error.orig}; {_RESTORE}"
        raise ConfigError(message) from error
    return database


def _refuse_lost(path: Path, data: Path) -> None:
    """Refuse to begin anew in a folder that was in use: nobody would miss what is gone."""
    emptied = path.exists() and path.stat().st_size == 0 and (data / "secret").exists()
    gone = not path.exists() and any((data / "blobs").glob("*/*"))
    if emptied or gone:
        what = "is empty" if emptied else "is gone"
        message = f"{path} {what}, though {data} was in use; {_RESTORE}, or name a new folder"
        raise ConfigError(message)
