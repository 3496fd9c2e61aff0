"""Sessions, in the database, by the hash of their secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import users as user_rows
from linlog.server.store.tables import sessions, users
from linlog.server.store.values import Scope

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.wire.users import User


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session with its user; times in microseconds."""

    organisation_id: str
    user: User
    created: int
    used: int
    expires: int
    proven: int


@dataclass(frozen=True, slots=True)
class Held:
    """A session as its own user sees it, and the hash of its secret."""

    secret_hash: str
    created: int
    used: int
    expires: int
    source: str
    program: str


def insert(
    conn: Connection,
    scope: Scope,
    *,
    secret_hash: str,
    user_id: str,
    created: int,
    expires: int,
    source: str,
    program: str,
) -> None:
    """Add a session."""
    conn.execute(
        sessions.insert().values(
            secret_hash=secret_hash,
            organisation_id=scope,
            user_id=user_id,
            created=created,
            used=created,
            expires=expires,
            proven=created,
            source=source,
            program=program,
        )
    )


def find(conn: Connection, secret_hash: str) -> StoredSession | None:
    """The session of a secret, in whichever organisation."""
    query = (
        sa.select(
            users,
            sessions.c.created.label("began"),
            sessions.c.used,
            sessions.c.expires,
            sessions.c.proven,
        )
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(sessions.c.secret_hash == secret_hash)
    )
    row = conn.execute(query).first()
    if row is None:
        return None
    user = user_rows.read(row)
    return StoredSession(row.organisation_id, user, row.began, row.used, row.expires, row.proven)


def list_of_user(conn: Connection, scope: Scope, user_id: str, now: int) -> list[Held]:
    """The sessions of a user that have not ended by themselves, newest first."""
    query = (
        sa.select(sessions)
        .where(
            sessions.c.organisation_id == scope,
            sessions.c.user_id == user_id,
            sessions.c.expires > now,
        )
        .order_by(sessions.c.created.desc(), sessions.c.secret_hash)
    )
    return [_held(row) for row in conn.execute(query)]


def prove(conn: Connection, scope: Scope, secret_hash: str, proven: int) -> None:
    """Note that the person of a session has given their password."""
    conn.execute(
        sessions.update()
        .where(sessions.c.organisation_id == scope, sessions.c.secret_hash == secret_hash)
        .values(proven=proven)
    )


def touch(conn: Connection, scope: Scope, secret_hash: str, used: int) -> None:
    """Note when a session was last used."""
    conn.execute(
        sessions.update()
        .where(sessions.c.organisation_id == scope, sessions.c.secret_hash == secret_hash)
        .values(used=used)
    )


def delete(conn: Connection, scope: Scope, secret_hash: str) -> int:
    """End a session."""
    return conn.execute(
        sessions.delete().where(
            sessions.c.organisation_id == scope, sessions.c.secret_hash == secret_hash
        )
    ).rowcount


def delete_of_user(conn: Connection, scope: Scope, user_id: str, *, but: str | None = None) -> int:
    """End every session of a user, `but` the one whose secret has that hash."""
    return conn.execute(
        sessions.delete().where(
            sessions.c.organisation_id == scope,
            sessions.c.user_id == user_id,
            sessions.c.secret_hash != (but or ""),
        )
    ).rowcount


def delete_expired(conn: Connection, now: int) -> int:
    """Forget sessions that ended by themselves."""
    return conn.execute(sessions.delete().where(sessions.c.expires < now)).rowcount


def _held(row: Any) -> Held:
    return Held(row.secret_hash, row.created, row.used, row.expires, row.source, row.program)
