"""Users: who may sign in, and as what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from linlog import ids
from linlog.errors import Conflict, Invalid, NotAllowed
from linlog.server import secrets
from linlog.server.services import access, audit_entries, authentication, second_factors
from linlog.server.store import one_time_secrets, sessions, tokens, users
from linlog.server.store.values import moment
from linlog.wire.unset import Unset
from linlog.wire.users import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from linlog.evaluation.people import People
    from linlog.evaluation.slicing import Query
    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.paging import Page
    from linlog.wire.users import UserCreate, UserUpdate


_POWERS: Final = frozenset({"disabled", "password_hash", "role"})
"""What changes who can do what."""
_SPOKEN: Final = {"password_hash": "password"}


def add(conn: Connection, scope: str, new: UserCreate, *, now: int) -> User:
    """Add a user to an organisation. Raises Invalid or Conflict."""
    email = checked_email(new.email)
    secrets.check_password(new.password, email=email)
    if users.credentials(conn, email) is not None:
        message = "this email address cannot be added; use another one"
        raise Conflict(message, field="email")
    user = User(
        id=ids.new("user"),
        email=email,
        name=new.name.strip() or email.partition("@")[0],
        role=new.role,
        disabled=False,
        created_date=moment(now),
    )
    hashed = secrets.hash_password(new.password)
    users.insert(conn, scope, user, password_hash=hashed, created=now)
    return user


def scope_of(conn: Connection, email: str) -> str | None:
    """The organisation of an address, if somebody has it."""
    stored = users.credentials(conn, email.strip().lower())
    return None if stored is None else stored[1]


def list_page(ctx: Context, window: Window) -> Page[User]:
    """The organisation's users."""
    return users.list_page(ctx.conn, ctx.scope, window)


def get(ctx: Context, user_id: str) -> User:
    """One user."""
    return access.user(ctx, user_id)


def author(ctx: Context) -> tuple[str, str]:
    """The id and the name of whoever asks: a person, or a token; what is written keeps both."""
    if ctx.actor.user_id is not None:
        return ctx.actor.user_id, access.user(ctx, ctx.actor.user_id).name
    token_id = ctx.actor.token_id or ""
    return token_id, tokens.name(ctx.conn, ctx.scope, token_id) or ctx.actor.role


def author_id(ctx: Context) -> str | None:
    """The id of whoever asks, as `author` has it; None where the server itself works."""
    return ctx.actor.user_id or ctx.actor.token_id


def people(ctx: Context) -> People:
    """Everybody, as queries ask for them and as answers call them."""
    from linlog.evaluation.people import People

    return People(users.called(ctx.conn, ctx.scope))


def resolved(ctx: Context, query: Query) -> Query:
    """A checked query as annotations can be asked: by the ids of people."""
    from linlog.evaluation import people as in_queries

    return people(ctx).resolved(query) if in_queries.asked(query) else query


def named(ctx: Context, queries: Sequence[Query]) -> list[Query]:
    """Checked queries as they are read: by the names of people."""
    from linlog.evaluation import people as in_queries

    if not any(map(in_queries.asked, queries)):
        return [*queries]
    known = people(ctx)
    return [known.named(query) for query in queries]


def create(ctx: Context, new: UserCreate) -> User:
    """Add a user, at most as powerful as the caller, who is no token."""
    _check_rank(ctx, new.role)
    authentication.require_presence(ctx, "add people")
    user = add(ctx.conn, ctx.scope, new, now=ctx.now)
    audit_entries.note(ctx, "users.create", user.id, role=user.role)
    return user


def update(ctx: Context, user_id: str, change: UserUpdate) -> User:
    """Change a user. Locking one out or giving a new password ends their sessions."""
    user = access.user(ctx, user_id)
    _check_rank(ctx, user.role)
    values: dict[str, Any] = {}
    if not isinstance(change.role, Unset):
        _check_rank(ctx, change.role)
        values["role"] = change.role
    if not isinstance(change.name, Unset):
        values["name"] = change.name
    if not isinstance(change.disabled, Unset):
        values["disabled"] = change.disabled
    if not isinstance(change.password, Unset):
        secrets.check_password(change.password, email=user.email)
        values["password_hash"] = secrets.hash_password(change.password)
    if values.keys() & _POWERS:
        authentication.require_presence(ctx, "change what people may do")
    if values:
        users.update(ctx.conn, ctx.scope, user_id, values)
    if values.keys() & _POWERS:
        sessions.delete_of_user(ctx.conn, ctx.scope, user_id)
        one_time_secrets.delete_of_user(ctx.conn, ctx.scope, user_id)
    told: dict[str, Any] = {"fields": sorted(_SPOKEN.get(name, name) for name in values)}
    if "role" in values:
        told |= {"role_before": user.role, "role": values["role"]}
    audit_entries.note(ctx, "users.update", user_id, **told)
    if users.owner_count(ctx.conn, ctx.scope) == 0:
        message = "an organisation needs at least one owner who can sign in"
        raise Conflict(message, field="role")
    return access.user(ctx, user_id)


def reset_second_factor(ctx: Context, user_id: str) -> int:
    """Take away the second factor of a person who lost it; how many there were."""
    user = of_rank(ctx, user_id, "reset a second factor")
    had = users.factor(ctx.conn, ctx.scope, user_id).sealed is not None
    users.set_factor(ctx.conn, ctx.scope, user_id, second_factors.NONE)
    sessions.delete_of_user(ctx.conn, ctx.scope, user.id)
    return int(had)


def of_rank(ctx: Context, user_id: str, deed: str | None = None) -> User:
    """A person who is no more powerful than whoever asks, and proves to be there for a deed."""
    user = access.user(ctx, user_id)
    _check_rank(ctx, user.role)
    if deed is not None:
        authentication.require_presence(ctx, deed)
    return user


def _check_rank(ctx: Context, role: str) -> None:
    if not ctx.actor.may(role):
        message = f"who is {ctx.actor.role} cannot make or change a user who is {role}"
        raise NotAllowed(message, field="role")


def checked_email(email: str) -> str:
    """An address as it is kept. Raises Invalid for what is none."""
    cleaned = email.strip().lower()
    before, at, after = cleaned.partition("@")
    printable = cleaned.isprintable() and " " not in cleaned
    if not (before and at and after) or "@" in after or not printable:
        message = f"email must look like name@example.org, but is {email[:80]!r}"
        raise Invalid(message, field="email")
    return cleaned
