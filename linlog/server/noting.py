"""What requests note in the audit log: who came in, and what was refused to whom.

A refusal of somebody who has come in is noted before the answer; one of somebody who has not, after
it, so that the time of the answer does not tell whether there is such an account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linlog import ids
from linlog.server import clock, sharing, sources
from linlog.server.context import Actor, Call
from linlog.server.log import log
from linlog.server.services import audit_entries
from linlog.server.services.audit_entries import REFUSED, Act

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from starlette.requests import Request

    from linlog.errors import ApiError
    from linlog.server.machine import Machine
    from linlog.server.services.authentication import KnownRefused
    from linlog.wire.sessions import Session


def call_of(machine: Machine, request: Request) -> Call:
    """Where a request comes from, and its id; it is found once, and kept with the request."""
    return Call(sources.of(request, machine.proxies), request.state.request_id)


def object_of(request: Request) -> str | None:
    """The id of what a request is about: the last one in its path, if it is one."""
    given = [str(value) for value in request.path_params.values()]
    return given[-1] if given and any(ids.is_id(noun, given[-1]) for noun in ids.PREFIXES) else None


def came_in(request: Request, conn: Connection, action: str, session: Session) -> None:
    """Note that somebody signed in, or became the owner."""
    assert session.user is not None, "only people have sessions"
    actor = Actor(session.organisation.id, session.role, user_id=session.user.id)
    act = Act(action, session.user.id)
    audit_entries.note_of(conn, actor, act, request.state.call, now=clock.now())


def refused(machine: Machine, request: Request, action: str, error: ApiError) -> None:
    """Note that an action was refused to whoever asks; what is said was written by us."""
    actor: Actor | None = getattr(request.state, "actor", None)
    call: Call = request.state.call
    if actor is None:
        said = {"source": call.source, "request_id": call.request_id}
        log("warning", "an action was refused", action=action, **said)
        return
    act = Act(action, object_of(request), REFUSED, {"reason": error.detail, "role": actor.role})
    with sharing.written(machine.database, actor.organisation_id) as conn:
        audit_entries.note_of(conn, actor, act, call, now=clock.now())


def not_let_in(machine: Machine, request: Request, action: str, error: KnownRefused) -> None:
    """Note that somebody did not come in with an account or a token that is there."""
    act = Act(action, error.object_id, REFUSED, {"reason": error.reason})
    with sharing.written(machine.database, error.scope) as conn:
        audit_entries.note_by_nobody(conn, error.scope, act, request.state.call, now=clock.now())
