"""Secrets that let somebody choose a password once, in the database, by their hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from linlog.server.store.tables import one_time_secrets
from linlog.server.store.values import Scope

if TYPE_CHECKING:
    from sqlalchemy import Connection


def insert(
    conn: Connection, scope: Scope, *, secret_hash: str, user_id: str, created: int, expires: int
) -> None:
    """Add a secret; those that the user had before are good no more."""
    delete_of_user(conn, scope, user_id)
    conn.execute(
        one_time_secrets.insert().values(
            secret_hash=secret_hash,
            organisation_id=scope,
            user_id=user_id,
            created=created,
            expires=expires,
        )
    )


def find(conn: Connection, secret_hash: str, now: int) -> tuple[Scope, str] | None:
    """The organisation and the user of a secret that is still good."""
    held = one_time_secrets.c
    query = sa.select(held.organisation_id, held.user_id).where(
        held.secret_hash == secret_hash, held.expires > now
    )
    row = conn.execute(query).first()
    return None if row is None else (row.organisation_id, row.user_id)


def delete_of_user(conn: Connection, scope: Scope, user_id: str) -> int:
    """Let no secret of a user be good any more."""
    return conn.execute(
        one_time_secrets.delete().where(
            one_time_secrets.c.organisation_id == scope, one_time_secrets.c.user_id == user_id
        )
    ).rowcount
