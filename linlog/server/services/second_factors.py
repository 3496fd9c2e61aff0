"""Second factors: taken up with a first code, asked for at every way in, given up or reset."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from linlog.errors import Conflict, Invalid, NotAllowed, NotFound, SecondFactorNeeded
from linlog.server import secrets, totp
from linlog.server.services import audit_entries
from linlog.server.services.audit_entries import Act
from linlog.server.store import organisations, sessions, users
from linlog.server.store.users import Factor
from linlog.wire.sessions import RecoveryCodes, SecondFactor

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.server.context import Context
    from linlog.wire.users import User

NONE: Final = Factor(None, None, 0, ())
WRONG: Final = "the code is wrong, or was used before"


def fits(conn: Connection, scope: str, user: User, given: str, *, key: bytes, now: int) -> bool:
    """Whether a code is one of a person's, and was not used yet."""
    return _taken(users.factor(conn, scope, user.id), user.id, given, key=key, now=now) is not None


def take(conn: Connection, scope: str, user_id: str, given: str, *, key: bytes, now: int) -> bool:
    """Use a code up, in a transaction that writes; false where another was quicker."""
    kept = _taken(users.factor(conn, scope, user_id), user_id, given, key=key, now=now)
    if kept is None:
        return False
    users.set_factor(conn, scope, user_id, kept)
    return True


def needed() -> SecondFactorNeeded:
    """What is said to who gave the right password alone."""
    return SecondFactorNeeded("give a code of your app as well", field="code")


def begin(ctx: Context, *, key: bytes) -> SecondFactor:
    """A new secret for whoever asks; it is theirs when its first code has come."""
    user = _person(ctx)
    kept = users.factor(ctx.conn, ctx.scope, user.id)
    if kept.sealed is not None:
        message = "you have a second factor; give it up before you take another"
        raise Conflict(message)
    secret = totp.new_secret()
    pending = totp.seal(secret, key=key, person=user.id)
    users.set_factor(ctx.conn, ctx.scope, user.id, replace(NONE, pending=pending))
    issuer = organisations.get(ctx.conn, ctx.scope).name
    said = totp.address(secret, email=user.email, issuer=f"linlog {issuer}"[:60])
    return SecondFactor(secret=totp.written(secret), picture=totp.picture(said))


def confirm(ctx: Context, given: str, *, key: bytes) -> RecoveryCodes:
    """Take the second factor up, with its first code; other sessions end. Raises Invalid."""
    user = _person(ctx)
    kept = users.factor(ctx.conn, ctx.scope, user.id)
    if kept.pending is None:
        message = "no second factor waits for its first code; begin with one"
        raise Conflict(message)
    secret = totp.unseal(kept.pending, key=key, person=user.id)
    step = totp.step_of(secret, totp.tidy(given), now=ctx.now, after=0)
    if step is None:
        raise Invalid(WRONG, field="code")
    codes = totp.new_recovery_codes()
    hashes = tuple(secrets.digest(one) for one in codes)
    users.set_factor(ctx.conn, ctx.scope, user.id, Factor(kept.pending, None, step, hashes))
    sessions.delete_of_user(ctx.conn, ctx.scope, user.id, but=ctx.actor.session_hash)
    audit_entries.note(ctx, "users.take_second_factor", user.id)
    return RecoveryCodes(recovery_codes=tuple(codes))


def give_up(ctx: Context) -> int:
    """Give the second factor up; how many there were."""
    user = _person(ctx)
    had = users.factor(ctx.conn, ctx.scope, user.id).sealed is not None
    users.set_factor(ctx.conn, ctx.scope, user.id, NONE)
    audit_entries.note(ctx, "users.give_up_second_factor", user.id)
    return int(had)


def reset_on_command_line(conn: Connection, email: str, *, now: int) -> User:
    """Take a person's second factor away, who lost it; an operator does. Raises NotFound."""
    stored = users.credentials(conn, email.strip().lower())
    if stored is None:
        message = f"nobody has the address {email[:80]!r}"
        raise NotFound(message)
    user, scope, _ = stored
    users.set_factor(conn, scope, user.id, NONE)
    sessions.delete_of_user(conn, scope, user.id)
    act = Act("users.reset_second_factor", user.id)
    audit_entries.note_on_command_line(conn, scope, act, now=now)
    return user


def _taken(kept: Factor, user_id: str, given: str, *, key: bytes, now: int) -> Factor | None:
    """What is kept after a code was used; None where it is no good."""
    if kept.sealed is None:
        return None
    tidied = totp.tidy(given)
    hashed = secrets.digest(tidied)
    if hashed in kept.recovery_hashes:
        rest = tuple(one for one in kept.recovery_hashes if one != hashed)
        return replace(kept, recovery_hashes=rest)
    secret = totp.unseal(kept.sealed, key=key, person=user_id)
    step = totp.step_of(secret, tidied, now=now, after=kept.used)
    return None if step is None else replace(kept, used=step)


def _person(ctx: Context) -> User:
    if ctx.actor.user_id is None or ctx.actor.token_id is not None:
        message = "a token has no second factor; sign in as a person"
        raise NotAllowed(message)
    user = users.get(ctx.conn, ctx.scope, ctx.actor.user_id)
    assert user is not None, "who asks was found a moment ago"
    return user
