"""Tokens: keys for programs, no more powerful than who makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linlog import ids
from linlog.errors import NotAllowed, NotFound
from linlog.server import secrets
from linlog.server.services import audit_entries, authentication
from linlog.server.store import tokens
from linlog.wire.tokens import TokenSecret

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.paging import Page
    from linlog.wire.tokens import Token, TokenCreate

_DAY = 24 * 3600 * 1_000_000


def add(conn: Connection, scope: str, new: TokenCreate, *, now: int) -> TokenSecret:
    """Make a token for an organisation."""
    secret = secrets.new_token()
    token = tokens.insert(
        conn,
        scope,
        token_id=ids.new("token"),
        name=new.name.strip(),
        role=new.role,
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
    made = add(ctx.conn, ctx.scope, new, now=ctx.now)
    audit_entries.note(ctx, "tokens.create", made.token.id, role=new.role, name=made.token.name)
    return made


def delete(ctx: Context, token_id: str) -> int:
    """Revoke a token, at once."""
    removed = tokens.delete(ctx.conn, ctx.scope, token_id)
    if not removed:
        message = f"no token has the id {token_id[:80]!r}"
        raise NotFound(message)
    return removed
