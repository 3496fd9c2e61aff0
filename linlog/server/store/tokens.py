"""Tokens, in the database, by the hash of their secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import paging
from linlog.server.store.tables import tokens, users
from linlog.server.store.values import Scope, from_json, moment, moment_or_none, to_json
from linlog.wire.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from linlog.wire.paging import Page


def insert(
    conn: Connection,
    scope: Scope,
    *,
    token_id: str,
    name: str,
    role: str,
    token_scope: str,
    user_id: str | None,
    project_ids: Sequence[str] | None,
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
            scope=token_scope,
            user_id=user_id,
            project_ids=None if project_ids is None else to_json(project_ids),
            secret_hash=secret_hash,
            hint=hint,
            created=created,
            expires=expires,
        )
    )
    row = conn.execute(_within(scope).where(tokens.c.id == token_id)).one()
    return _read(row)


def list_page(
    conn: Connection, scope: Scope, window: paging.Window, *, user_id: str | None = None
) -> Page[Token]:
    """The tokens, or those of a person, oldest first."""
    query = _within(scope)
    if user_id is not None:
        query = query.where(tokens.c.user_id == user_id)
    order = paging.Order(tokens.c.created, tokens.c.id)
    return paging.page(conn, query, order, window, _read)


def name(conn: Connection, scope: Scope, token_id: str) -> str | None:
    """What people call a token."""
    query = sa.select(tokens.c.name).where(
        tokens.c.organisation_id == scope, tokens.c.id == token_id
    )
    found: str | None = conn.execute(query).scalar()
    return found


def find(conn: Connection, secret_hash: str) -> tuple[Scope, Token, bool] | None:
    """The token of a secret, in whichever organisation, and whether its person is locked out."""
    row = conn.execute(_with_users().where(tokens.c.secret_hash == secret_hash)).first()
    return None if row is None else (row.organisation_id, _read(row), bool(row.disabled))


def touch(conn: Connection, scope: Scope, token_id: str, used: int) -> None:
    """Note when a token was last used."""
    conn.execute(
        tokens.update()
        .where(tokens.c.organisation_id == scope, tokens.c.id == token_id)
        .values(used=used)
    )


def delete(conn: Connection, scope: Scope, token_id: str, *, user_id: str | None = None) -> int:
    """Revoke a token, or one of a person."""
    query = tokens.delete().where(tokens.c.organisation_id == scope, tokens.c.id == token_id)
    if user_id is not None:
        query = query.where(tokens.c.user_id == user_id)
    return conn.execute(query).rowcount


def _within(scope: Scope) -> sa.Select[Any]:
    return _with_users().where(tokens.c.organisation_id == scope)


def _with_users() -> sa.Select[Any]:
    # What a person's token may follows the person.
    joined = tokens.outerjoin(users, users.c.id == tokens.c.user_id)
    return sa.select(tokens, users.c.role.label("users_role"), users.c.disabled).select_from(joined)


def _read(row: Any) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        role=row.users_role or row.role,
        scope=row.scope,
        user_id=row.user_id,
        project_ids=None if row.project_ids is None else tuple(from_json(row.project_ids)),
        hint=row.hint,
        created_date=moment(row.created),
        expires_date=moment_or_none(row.expires),
        last_used_date=moment_or_none(row.used),
    )
