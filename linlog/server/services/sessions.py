"""Sessions: signing in to the pages, out of them, and who one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linlog.server import secrets
from linlog.server.services import access, authentication
from linlog.server.store import organisations, sessions
from linlog.server.store.values import moment_or_none
from linlog.wire.sessions import Session

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.server.context import Context
    from linlog.wire.sessions import SessionCreate


def check(conn: Connection, credentials: SessionCreate) -> tuple[str, str]:
    """The ids of the user and organisation whom credentials fit. Raises NotAuthenticated."""
    user, scope = authentication.user_of_password(conn, credentials.email, credentials.password)
    return user.id, scope


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
