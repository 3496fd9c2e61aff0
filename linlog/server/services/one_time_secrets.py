"""One-time secrets: who was invited, or forgot their password, chooses one by a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from linlog import ids
from linlog.errors import Conflict, Invalid, NotAllowed, NotFound
from linlog.server import secrets
from linlog.server.services import access, audit_entries, authentication
from linlog.server.services import users as user_rules
from linlog.server.services.audit_entries import Act
from linlog.server.store import one_time_secrets, sessions, users
from linlog.server.store.values import moment
from linlog.wire.users import Invitation, User

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.server.context import Call, Context
    from linlog.wire.users import InvitationCreate, PasswordChosen

INVITATION_S: Final = 7 * 24 * 3600
RESET_S: Final = 30 * 60
_SECOND: Final = 1_000_000
PATH: Final = "/set-password"
NO_LONGER_GOOD: Final = "this link is not good any more: it was used, replaced, or is too old"


@dataclass(frozen=True, slots=True)
class Reset:
    """A way for a person to choose another password."""

    user: User
    secret: str


def link(address: str, secret: str) -> str:
    """Where a secret is used. It stands behind a #, which browsers send to no server."""
    return f"{address}{PATH}#{secret}"


def invite(ctx: Context, new: InvitationCreate, *, address: str, mailed: bool) -> Invitation:
    """Add a person without a password, or invite one anew who has none. Raises Conflict."""
    if not ctx.actor.may(new.role):
        message = f"a {ctx.actor.role} cannot invite a user who is {new.role}"
        raise NotAllowed(message, field="role")
    authentication.require_presence(ctx, "invite people")
    user = _invited(ctx, new)
    secret = _insert(ctx.conn, ctx.scope, user.id, now=ctx.now, lifetime_s=INVITATION_S)
    audit_entries.note(ctx, "users.invite", user.id, role=user.role)
    expires = moment(ctx.now + INVITATION_S * _SECOND)
    return Invitation(user=user, link=link(address, secret), expires_date=expires, mailed=mailed)


def reset_by_mail(conn: Connection, email: str, call: Call, *, now: int) -> Reset | None:
    """A way in for the person of an address; None where nobody is to have one."""
    stored = users.credentials(conn, email.strip().lower())
    if stored is None or stored[0].disabled:
        return None
    user, scope, _ = stored
    audit_entries.note_by_nobody(conn, scope, Act("users.reset", user.id), call, now=now)
    return Reset(user, _insert(conn, scope, user.id, now=now, lifetime_s=RESET_S))


def reset_on_command_line(conn: Connection, email: str, *, now: int) -> Reset:
    """A way in for the person of an address, made by an operator. Raises NotFound."""
    stored = users.credentials(conn, email.strip().lower())
    if stored is None:
        message = f"nobody has the address {email[:80]!r}"
        raise NotFound(message)
    user, scope, _ = stored
    audit_entries.note_on_command_line(conn, scope, Act("users.reset", user.id), now=now)
    return Reset(user, _insert(conn, scope, user.id, now=now, lifetime_s=RESET_S))


def find(conn: Connection, secret: str, *, now: int) -> tuple[str, User]:
    """The organisation and the person whom a secret lets choose. Raises Invalid for none."""
    held = one_time_secrets.find(conn, secrets.digest(secret), now)
    user = None if held is None else users.get(conn, *held)
    if held is None or user is None or user.disabled:
        error = Invalid(NO_LONGER_GOOD, field="secret")
        error.status = 400
        raise error
    return held[0], user


def choose(conn: Connection, chosen: PasswordChosen, call: Call, *, now: int) -> None:
    """Give the person of a secret their password; the secret, and their sessions, end by it."""
    scope, user = find(conn, chosen.secret, now=now)
    secrets.check_password(chosen.password, email=user.email)
    hashed = secrets.hash_password(chosen.password)
    users.update(conn, scope, user.id, {"password_hash": hashed})
    one_time_secrets.delete_of_user(conn, scope, user.id)
    sessions.delete_of_user(conn, scope, user.id)
    act = Act("users.choose_password", user.id)
    audit_entries.note_by_nobody(conn, scope, act, call, now=now)


def _invited(ctx: Context, new: InvitationCreate) -> User:
    email = user_rules.checked_email(new.email)
    stored = users.credentials(ctx.conn, email)
    if stored is None:
        user = User(
            id=ids.new("user"),
            email=email,
            name=new.name.strip() or email.partition("@")[0],
            role=new.role,
            disabled=False,
            invited=True,
            created_date=moment(ctx.now),
        )
        users.insert(ctx.conn, ctx.scope, user, password_hash="", created=ctx.now)
        return user
    known, scope, _ = stored
    if scope != ctx.scope or not known.invited or not ctx.actor.may(known.role):
        message = "this email address cannot be invited; use another one"
        raise Conflict(message, field="email")
    users.update(ctx.conn, ctx.scope, known.id, {"role": new.role, "disabled": False})
    return access.user(ctx, known.id)


def _insert(conn: Connection, scope: str, user_id: str, *, now: int, lifetime_s: int) -> str:
    secret = secrets.new_session()
    one_time_secrets.insert(
        conn,
        scope,
        secret_hash=secrets.digest(secret),
        user_id=user_id,
        created=now,
        expires=now + lifetime_s * _SECOND,
    )
    return secret
