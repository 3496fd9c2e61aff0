"""What a service is given: the transaction, who asks, when, and where bytes are kept."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from linlog.server.store.values import Scope, moment
from linlog.wire.tokens import SCOPES
from linlog.wire.users import ROLES

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from linlog.compute._protocol import Compute
    from linlog.server.blobs._protocol import Blobs
    from linlog.server.links import Links
    from linlog.server.memory import Memory


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person by session or password, or the bearer of a token."""

    organisation_id: Scope
    role: str
    user_id: str | None = None
    token_id: str | None = None
    session_hash: str | None = None
    expires: int | None = None
    proven: int | None = None
    """When a person last gave their password."""
    token_hint: str | None = None
    """What may be shown of the token."""
    scope: str = "admin"
    """How much of what the role may: read, write or admin."""
    projects: frozenset[str] | None = None
    """The ids of the projects that the actor sees, who then sees nothing else; None for all."""

    def may(self, role: str) -> bool:
        """Whether the actor has `role` or a more powerful one.

        Rows from elsewhere may hold roles that are none: who has one may nothing, and what such a
        role is needed for is left to owners.
        """
        wanted = role if role in ROLES else ROLES[-1]
        return self.role in ROLES and ROLES.index(self.role) >= ROLES.index(wanted)

    def reaches(self, scope: str) -> bool:
        """Whether the actor's scope is `scope` or a wider one."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)

    def sees(self, project_id: str) -> bool:
        """Whether a project is there for the actor."""
        return self.projects is None or project_id in self.projects


@dataclass(frozen=True, slots=True)
class Call:
    """Where a request comes from, and its id; both empty for what is no request."""

    source: str = ""
    request_id: str = ""


NO_CALL: Final = Call()


@dataclass(frozen=True, slots=True)
class Context:
    """One request or job: everything in it happens in one transaction."""

    conn: Connection
    actor: Actor
    now: int
    blobs: Blobs
    links: Links
    memory: Memory
    call: Call = NO_CALL
    quota_bytes: int = 0
    """What the organisation's files may take; 0 for any number."""

    @property
    def scope(self) -> Scope:
        """The organisation that every query is bound to."""
        return self.actor.organisation_id

    @property
    def today(self) -> datetime:
        """The time of the request, in UTC."""
        return moment(self.now)


class Transactions(Protocol):
    """How work that outlives one transaction reaches the store, bound to its organisation."""

    def read(self) -> AbstractContextManager[Context]:
        """A context that sees one snapshot."""

    def write(self) -> AbstractContextManager[Context]:
        """A context whose changes are committed at its end."""

    @property
    def compute(self) -> Compute:
        """Where tasks are matched."""
