"""Tokens: keys for programs, no more powerful than who makes them, or whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog import ids
from linlog.errors import NotAllowed, NotFound
from linlog.server import secrets
from linlog.server.services import access, audit_entries, authentication
from linlog.server.services.audit_entries import Act
from linlog.server.store import projects, tokens
from linlog.wire.tokens import TokenSecret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.paging import Page
    from linlog.wire.tokens import PersonalTokenCreate, Token, TokenCreate

_DAY = 24 * 3600 * 1_000_000


def add(conn: Connection, scope: str, new: TokenCreate, *, now: int) -> TokenSecret:
    """Make a token for an organisation."""
    return _add(conn, scope, new, role=new.role, now=now)


def _add(
    conn: Connection,
    scope: str,
    new: TokenCreate | PersonalTokenCreate,
    *,
    role: str,
    now: int,
    user_id: str | None = None,
) -> TokenSecret:
    secret = secrets.new_token(personal=user_id is not None)
    token = tokens.insert(
        conn,
        scope,
        token_id=ids.new("token"),
        name=new.name.strip(),
        role=role,
        token_scope=new.scope,
        user_id=user_id,
        project_ids=None if new.project_ids is None else [*dict.fromkeys(new.project_ids)],
        secret_hash=secrets.digest(secret),
        hint=secrets.token_hint(secret),
        created=now,
        expires=None if new.expires_days is None else now + new.expires_days * _DAY,
    )
    return TokenSecret(token=token, secret=secret)


def list_page(ctx: Context, window: Window) -> Page[Token]:
    """The organisation's tokens, without their secrets."""
    return tokens.list_page(ctx.conn, ctx.scope, window)


def create(ctx: Context, new: TokenCreate) -> TokenSecret:
    """Make a token. A token cannot make another, lest a stolen one outlive its end."""
    authentication.require_presence(ctx, "make tokens")
    if not ctx.actor.may(new.role):
        message = f"a {ctx.actor.role} cannot make a token that is {new.role}"
        raise NotAllowed(message, field="role")
    _check_projects(ctx, new.project_ids)
    made = add(ctx.conn, ctx.scope, new, now=ctx.now)
    audit_entries.note(ctx, "tokens.create", made.token.id, role=new.role, **_told(new))
    return made


def create_on_command_line(
    conn: Connection, scope: str, new: TokenCreate, *, now: int
) -> TokenSecret:
    """Make a token by the operator's command line. Raises NotFound for a project that is none."""
    for project_id in new.project_ids or ():
        if projects.get(conn, scope, project_id) is None:
            message = f"no project has the id {project_id[:80]!r}"
            raise NotFound(message, field="project_ids")
    made = add(conn, scope, new, now=now)
    act = Act("tokens.create", made.token.id, details={"role": new.role, **_told(new)})
    audit_entries.note_on_command_line(conn, scope, act, now=now)
    return made


def list_own(ctx: Context, window: Window) -> Page[Token]:
    """The tokens of whoever asks, without their secrets."""
    return tokens.list_page(ctx.conn, ctx.scope, window, user_id=ctx.actor.user_id or "")


def create_own(ctx: Context, new: PersonalTokenCreate) -> TokenSecret:
    """Make a token of whoever asks, who may do no more by it than without."""
    authentication.require_presence(ctx, "make tokens")
    user_id = ctx.actor.user_id
    assert user_id is not None, "whoever is present is a person"
    _check_projects(ctx, new.project_ids)
    made = _add(ctx.conn, ctx.scope, new, role=ctx.actor.role, now=ctx.now, user_id=user_id)
    audit_entries.note(ctx, "tokens.create", made.token.id, personal=True, **_told(new))
    return made


def _told(new: TokenCreate | PersonalTokenCreate) -> dict[str, Any]:
    """What the audit log says of a new token; its projects only where it is for some."""
    projects = {} if new.project_ids is None else {"project_ids": [*new.project_ids]}
    return {**projects, "scope": new.scope, "name": new.name.strip()}


def _check_projects(ctx: Context, project_ids: Iterable[str] | None) -> None:
    """Refuse a token for a project that its maker does not see. Raises NotFound."""
    for project_id in project_ids or ():
        access.project(ctx, project_id)


def delete_own(ctx: Context, token_id: str) -> int:
    """Revoke a token of whoever asks, at once."""
    return _delete(ctx, token_id, user_id=ctx.actor.user_id or "")


def delete(ctx: Context, token_id: str) -> int:
    """Revoke a token, at once."""
    return _delete(ctx, token_id)


def _delete(ctx: Context, token_id: str, *, user_id: str | None = None) -> int:
    removed = tokens.delete(ctx.conn, ctx.scope, token_id, user_id=user_id)
    if not removed:
        message = f"no token has the id {token_id[:80]!r}"
        raise NotFound(message)
    return removed
