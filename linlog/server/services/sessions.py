"""Sessions: signing in to the pages, out of them, and who one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linlog.server import secrets
from linlog.server.services import access, authentication
from linlog.server.store import organisations, sessions, users
from linlog.server.store.values import Scope, moment_or_none
from linlog.wire.sessions import Session

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.server.context import Context
    from linlog.server.services.authentication import Door
    from linlog.wire.sessions import SessionCreate


@dataclass(frozen=True, slots=True)
class Proven:
    """Who has shown to know a password, and its hash where that is to be made anew."""

    user_id: str
    scope: Scope
    fresh_hash: str | None


def check(conn: Connection, credentials: SessionCreate, door: Door) -> Proven:
    """Whom credentials fit. Raises NotAuthenticated, or RateLimited after too many failures."""
    email, password = credentials.email, credentials.password
    with door.attempt(email):
        user, scope, stored = authentication.user_of_password(conn, email, password)
    fresh = secrets.hash_password(password) if secrets.is_outdated(stored) else None
    return Proven(user.id, scope, fresh)


def renew_hash(conn: Connection, proven: Proven) -> None:
    """Keep the password's hash as one would be made today, where it was not."""
    if proven.fresh_hash is not None:
        users.update(conn, proven.scope, proven.user_id, {"password_hash": proven.fresh_hash})


def end(conn: Connection, secret: str) -> None:
    """End the session of a secret, if it is one: whoever knew it before knows nothing now."""
    found = sessions.find(conn, secrets.digest(secret))
    if found is not None:
        sessions.delete(conn, found.organisation_id, secrets.digest(secret))


def begin(
    conn: Connection, scope: str, user_id: str, *, now: int, lifetime_s: int
) -> tuple[Session, str]:
    """A session for a user who has proven who they are."""
    sessions.delete_expired(conn, now)
    secret, expires = secrets.new_session(), now + lifetime_s * 1_000_000
    sessions.insert(
        conn,
        scope,
        secret_hash=secrets.digest(secret),
        user_id=user_id,
        created=now,
        expires=expires,
    )
    stored = sessions.find(conn, secrets.digest(secret))
    assert stored is not None, "the session was inserted in this very transaction"
    session = Session(
        user=stored.user,
        role=stored.user.role,
        organisation=organisations.get(conn, scope),
        expires_date=moment_or_none(expires),
    )
    return session, secret


def get(ctx: Context) -> Session:
    """Who is asking, and for which organisation."""
    return Session(
        user=access.user(ctx, ctx.actor.user_id) if ctx.actor.user_id else None,
        role=ctx.actor.role,
        organisation=organisations.get(ctx.conn, ctx.scope),
        expires_date=moment_or_none(ctx.actor.expires),
    )


def delete(ctx: Context) -> int:
    """Sign out; how many sessions ended."""
    if ctx.actor.session_hash is None:
        return 0
    return sessions.delete(ctx.conn, ctx.scope, ctx.actor.session_hash)
