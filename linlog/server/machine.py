"""What a running server holds: settings, database, blobs, key, and how a context is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from linlog import limits
from linlog.compute import open_compute
from linlog.server import blobs, clock, databases, outbound, private, secrets, sources
from linlog.server.attempts import Attempts
from linlog.server.context import NO_CALL, Actor, Call, Context
from linlog.server.links import Links
from linlog.server.memory import Memory
from linlog.server.migrations import migrate
from linlog.server.rates import Rates
from linlog.server.turns import Turns

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.compute._protocol import Compute
    from linlog.server.blobs._protocol import Blobs
    from linlog.server.databases._protocol import Database
    from linlog.server.settings import Settings
    from linlog.server.sources import Network


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


def open_machine(settings: Settings) -> Machine:
    """Open the data folder, made private where it is new, and bring the schema up to date.

    Raises ConfigError for settings that cannot work.
    """
    outbound.read_networks(settings.fetch_allow)
    proxies = sources.read_networks(settings.trusted_proxies)
    private.make_folder(settings.data)
    memory = Memory(settings.memory_mb * 1_000_000)
    # What was read of work that is lost may be kept, under the number of what comes in its place.
    database = databases.open_database(
        settings.database_url, threads=settings.threads, lost=memory.clear
    )
    migrate(database)
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
