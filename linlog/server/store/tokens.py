"""Tokens, in the database, by the hash of their secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import paging
from linlog.server.store.tables import tokens
from linlog.server.store.values import Scope, moment, moment_or_none
from linlog.wire.tokens import Token

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.wire.paging import Page


def insert(
    conn: Connection,
    scope: Scope,
    *,
    token_id: str,
    name: str,
    role: str,
    secret_hash: str,
    hint: str,
    created: int,
    expires: int | None,
) -> Token:
    """Add a token and give it back without its secret."""
    conn.execute(
        tokens.insert().values(
            id=token_id,
            organisation_id=scope,
            name=name,
            role=role,
            secret_hash=secret_hash,
            hint=hint,
            created=created,
            expires=expires,
        )
    )
    row = conn.execute(_within(scope).where(tokens.c.id == token_id)).one()
    return _read(row)


def list_page(conn: Connection, scope: Scope, window: paging.Window) -> Page[Token]:
    """The tokens, oldest first."""
    order = paging.Order(tokens.c.created, tokens.c.id)
    return paging.page(conn, _within(scope), order, window, _read)


def name(conn: Connection, scope: Scope, token_id: str) -> str | None:
    """What people call a token."""
    query = sa.select(tokens.c.name).where(
        tokens.c.organisation_id == scope, tokens.c.id == token_id
    )
    found: str | None = conn.execute(query).scalar()
    return found


def find(conn: Connection, secret_hash: str) -> tuple[Scope, Token] | None:
    """The token of a secret, in whichever organisation."""
    row = conn.execute(sa.select(tokens).where(tokens.c.secret_hash == secret_hash)).first()
    return None if row is None else (row.organisation_id, _read(row))


def touch(conn: Connection, scope: Scope, token_id: str, used: int) -> None:
    """Note when a token was last used."""
    conn.execute(
        tokens.update()
        .where(tokens.c.organisation_id == scope, tokens.c.id == token_id)
        .values(used=used)
    )


def delete(conn: Connection, scope: Scope, token_id: str) -> int:
    """Revoke a token."""
    return conn.execute(
        tokens.delete().where(tokens.c.organisation_id == scope, tokens.c.id == token_id)
    ).rowcount


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(tokens).where(tokens.c.organisation_id == scope)


def _read(row: Any) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        role=row.role,
        hint=row.hint,
        created_date=moment(row.created),
        expires_date=moment_or_none(row.expires),
        last_used_date=moment_or_none(row.used),
    )
