"""Sessions: signing in to the pages, out of them, and who one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from linlog.errors import Conflict, Invalid, NotAllowed, NotAuthenticated, NotFound
from linlog.server import secrets
from linlog.server.services import access, audit_entries, authentication, second_factors
from linlog.server.services import users as user_rules
from linlog.server.store import one_time_secrets, organisations, sessions, users
from linlog.server.store.values import Scope, moment, moment_or_none
from linlog.wire.paging import Page
from linlog.wire.sessions import OpenSession, Session

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.server.context import Context
    from linlog.server.services.authentication import Door
    from linlog.wire.sessions import EmailChange, PasswordChange, PresenceCreate, SessionCreate


_LONGEST_PROGRAM: Final = 200
_ID_LENGTH: Final = 22
_ENDS: Final = "end sessions of others"


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where somebody signs in: the address, and what their program calls itself."""

    source: str
    program: str


@dataclass(frozen=True, slots=True)
class Proven:
    """Who has shown to know a password, and its hash where that is to be made anew."""

    user_id: str
    scope: Scope
    fresh_hash: str | None
    code: str | None = None
    """The code of the second factor, which is to be used up."""


def check(conn: Connection, credentials: SessionCreate, door: Door) -> Proven:
    """Whom credentials fit. Raises NotAuthenticated, or RateLimited after too many failures."""
    email, password = credentials.email, credentials.password
    with door.attempt(email):
        user, scope, stored = authentication.user_of_password(conn, email, password)
        authentication.check_code(conn, scope, user, credentials.code, door)
    fresh = secrets.hash_password(password) if secrets.is_outdated(stored) else None
    code = credentials.code if user.second_factor else None
    return Proven(user.id, scope, fresh, code)


def take_code(conn: Connection, proven: Proven, door: Door) -> None:
    """Use the code of the second factor up. Raises NotAuthenticated where another was quicker."""
    taken = proven.code is None or second_factors.take(
        conn, proven.scope, proven.user_id, proven.code, key=door.key, now=door.now
    )
    if not taken:
        raise NotAuthenticated(second_factors.WRONG)


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
    conn: Connection, scope: str, user_id: str, *, now: int, lifetime_s: int, from_: Entrance
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
        source=from_.source,
        program=from_.program[:_LONGEST_PROGRAM],
    )
    stored = sessions.find(conn, secrets.digest(secret))
    assert stored is not None, "the session was inserted in this very transaction"
    seen = authentication.seen_projects(conn, scope, stored.user.role, user_id)
    session = Session(
        user=stored.user,
        role=stored.user.role,
        every_project=seen is None,
        organisation=organisations.get(conn, scope),
        expires_date=moment_or_none(expires),
    )
    return session, secret


def get(ctx: Context) -> Session:
    """Who is asking, and for which organisation."""
    return Session(
        user=access.user(ctx, ctx.actor.user_id) if ctx.actor.user_id else None,
        role=ctx.actor.role,
        every_project=ctx.actor.projects is None,
        organisation=organisations.get(ctx.conn, ctx.scope),
        expires_date=moment_or_none(ctx.actor.expires),
    )


def list_own(ctx: Context) -> Page[OpenSession]:
    """Where whoever asks is signed in, newest first."""
    return _told(ctx, _held(ctx))


def list_of(ctx: Context, user_id: str) -> Page[OpenSession]:
    """Where a person is signed in who is no more powerful than whoever asks, newest first."""
    user_rules.of_rank(ctx, user_id)
    return _told(ctx, sessions.list_of_user(ctx.conn, ctx.scope, user_id, ctx.now))


def delete_own(ctx: Context, session_id: str) -> int:
    """End one of the caller's sessions."""
    return _end_one(ctx, _held(ctx), session_id)


def delete_of(ctx: Context, user_id: str, session_id: str) -> int:
    """End one session of another person. Raises NotAllowed for who is more powerful."""
    user_rules.of_rank(ctx, user_id, _ENDS)
    held = sessions.list_of_user(ctx.conn, ctx.scope, user_id, ctx.now)
    return _end_one(ctx, held, session_id)


def delete_all_of(ctx: Context, user_id: str) -> int:
    """End every session of another person; how many there were."""
    user_rules.of_rank(ctx, user_id, _ENDS)
    return sessions.delete_of_user(ctx.conn, ctx.scope, user_id)


def prove(ctx: Context, proof: PresenceCreate, door: Door) -> Session:
    """Note that the person of a session is there. Raises NotAllowed for a wrong password."""
    if ctx.actor.session_hash is None or ctx.actor.user_id is None:
        message = "only a session can be proven; tokens and passwords are sent with each request"
        raise NotAllowed(message)
    authentication.require_password(
        ctx, proof.password, door, field="password", code=proof.code, coded=True
    )
    sessions.prove(ctx.conn, ctx.scope, ctx.actor.session_hash, ctx.now)
    return get(ctx)


def change_password(ctx: Context, change: PasswordChange, door: Door) -> Session:
    """Give the caller another password, and end their other sessions."""
    if ctx.actor.user_id is None or ctx.actor.token_id is not None:
        message = "a token cannot change a password; sign in as a person"
        raise NotAllowed(message)
    if access.user(ctx, ctx.actor.user_id).second_factor:
        authentication.require_presence(ctx, "change a password that has a second factor")
    user = authentication.require_password(ctx, change.old_password, door, field="old_password")
    try:
        secrets.check_password(change.new_password, email=user.email)
    except Invalid as error:
        error.field = "new_password"
        raise
    hashed = secrets.hash_password(change.new_password)
    users.update(ctx.conn, ctx.scope, user.id, {"password_hash": hashed})
    sessions.delete_of_user(ctx.conn, ctx.scope, user.id, but=ctx.actor.session_hash)
    one_time_secrets.delete_of_user(ctx.conn, ctx.scope, user.id)
    if ctx.actor.session_hash is not None:
        sessions.prove(ctx.conn, ctx.scope, ctx.actor.session_hash, ctx.now)
    audit_entries.note(ctx, "users.update", user.id, fields=["password"])
    return get(ctx)


def change_email(
    ctx: Context, change: EmailChange, door: Door, *, lifetime_s: int, from_: Entrance
) -> tuple[Session, str | None, str]:
    """Let the caller sign in with another address, and end all of their sessions.

    Gives the session, the secret of a new one where a session asks, and the address of before.
    """
    if ctx.actor.user_id is None or ctx.actor.token_id is not None:
        message = "a token cannot change an email address; sign in as a person"
        raise NotAllowed(message)
    email = user_rules.checked_email(change.email)
    user = authentication.require_password(
        ctx, change.password, door, field="password", code=change.code, coded=True
    )
    if users.credentials(ctx.conn, email) is not None:
        message = "this email address cannot be taken; use another one"
        raise Conflict(message, field="email")
    users.update(ctx.conn, ctx.scope, user.id, {"email": email})
    sessions.delete_of_user(ctx.conn, ctx.scope, user.id)
    one_time_secrets.delete_of_user(ctx.conn, ctx.scope, user.id)
    audit_entries.note(ctx, "users.update", user.id, fields=["email"], email_before=user.email)
    if ctx.actor.session_hash is None:
        return get(ctx), None, user.email
    begun = begin(ctx.conn, ctx.scope, user.id, now=ctx.now, lifetime_s=lifetime_s, from_=from_)
    return (*begun, user.email)


def _told(ctx: Context, held: list[sessions.Held]) -> Page[OpenSession]:
    found = tuple(
        OpenSession(
            id=_id(each),
            created_date=moment(each.created),
            last_used_date=moment(each.used),
            expires_date=moment(each.expires),
            source=each.source,
            program=each.program,
            current=each.secret_hash == ctx.actor.session_hash,
        )
        for each in held
    )
    return Page(results=found, count=len(found))


def _end_one(ctx: Context, held: list[sessions.Held], session_id: str) -> int:
    for each in held:
        if _id(each) == session_id:
            return sessions.delete(ctx.conn, ctx.scope, each.secret_hash)
    message = f"no session has the id {session_id[:80]!r}"
    raise NotFound(message)


def _held(ctx: Context) -> list[sessions.Held]:
    # A token leads to no session, its person's neither.
    user_id = "" if ctx.actor.token_id is not None else ctx.actor.user_id or ""
    return sessions.list_of_user(ctx.conn, ctx.scope, user_id, ctx.now)


def _id(session: sessions.Held) -> str:
    """What a session is called: it follows from the hash of its secret, and leads nowhere."""
    return f"s_{secrets.digest(session.secret_hash)[:_ID_LENGTH]}"


def delete(ctx: Context) -> int:
    """Sign out; how many sessions ended."""
    if ctx.actor.session_hash is None:
        return 0
    return sessions.delete(ctx.conn, ctx.scope, ctx.actor.session_hash)
