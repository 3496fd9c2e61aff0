"""Users, in the database. Password hashes leave it only through `credentials`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import paging
from linlog.server.store.tables import tokens, users
from linlog.server.store.values import Scope, from_json, moment, to_json
from linlog.wire.users import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from linlog.wire.paging import Page

_CHUNK = 500


def insert(conn: Connection, scope: Scope, user: User, *, password_hash: str, created: int) -> None:
    """Add a user."""
    conn.execute(
        users.insert().values(
            id=user.id,
            organisation_id=scope,
            email=user.email,
            name=user.name,
            role=user.role,
            password_hash=password_hash,
            disabled=user.disabled,
            created=created,
        )
    )


def get(conn: Connection, scope: Scope, user_id: str) -> User | None:
    """One user."""
    row = conn.execute(_within(scope).where(users.c.id == user_id)).first()
    return None if row is None else read(row)


def names(conn: Connection, scope: Scope, ids: Sequence[str]) -> dict[str, str]:
    """By id what some people and tokens are called; those who are gone are left out."""
    found: dict[str, str] = {}
    for table in (users, tokens) if ids else ():
        query = sa.select(table.c.id, table.c.name).where(table.c.organisation_id == scope)
        for start in range(0, len(ids), _CHUNK):
            some = query.where(table.c.id.in_(ids[start : start + _CHUNK]))
            found.update((row.id, row.name) for row in conn.execute(some))
    return found


def called(conn: Connection, scope: Scope) -> list[tuple[str, str, str | None]]:
    """Id, name and email address of everybody, and id and name of every token."""
    people = sa.select(users.c.id, users.c.name, users.c.email).where(
        users.c.organisation_id == scope
    )
    programs = sa.select(tokens.c.id, tokens.c.name).where(tokens.c.organisation_id == scope)
    return [
        *((row.id, row.name, row.email) for row in conn.execute(people)),
        *((row.id, row.name, None) for row in conn.execute(programs)),
    ]


def list_page(conn: Connection, scope: Scope, window: paging.Window) -> Page[User]:
    """The users, oldest first."""
    return paging.page(
        conn, _within(scope), paging.Order(users.c.created, users.c.id), window, read
    )


def update(conn: Connection, scope: Scope, user_id: str, values: dict[str, Any]) -> None:
    """Change columns of a user."""
    conn.execute(
        users.update()
        .where(users.c.organisation_id == scope, users.c.id == user_id)
        .values(**values)
    )


def owner_count(conn: Connection, scope: Scope) -> int:
    """How many owners can sign in."""
    query = sa.select(sa.func.count()).where(
        users.c.organisation_id == scope,
        users.c.role == "owner",
        users.c.disabled.is_(False),
    )
    return conn.execute(query).scalar_one()


def credentials(conn: Connection, email: str) -> tuple[User, Scope, str] | None:
    """The user of an address, their organisation and password hash; addresses are global."""
    row = conn.execute(sa.select(users).where(users.c.email == email)).first()
    return None if row is None else (read(row), row.organisation_id, row.password_hash)


@dataclass(frozen=True, slots=True)
class Factor:
    """What is kept of a person's second factor."""

    sealed: str | None
    pending: str | None
    used: int
    """The step of the last code that was taken."""
    recovery_hashes: tuple[str, ...]


def factor(conn: Connection, scope: Scope, user_id: str) -> Factor:
    """A person's second factor; it leaves the store nowhere else."""
    held = users.c
    query = sa.select(
        held.totp_sealed, held.totp_pending, held.totp_used, held.recovery_hashes
    ).where(held.organisation_id == scope, held.id == user_id)
    sealed, pending, used, hashes = conn.execute(query).one()
    return Factor(sealed, pending, used, tuple(from_json(hashes)))


def set_factor(conn: Connection, scope: Scope, user_id: str, kept: Factor) -> None:
    """Keep a person's second factor."""
    values = {
        "totp_sealed": kept.sealed,
        "totp_pending": kept.pending,
        "totp_used": kept.used,
        "recovery_hashes": to_json(list(kept.recovery_hashes)),
    }
    update(conn, scope, user_id, values)


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(users).where(users.c.organisation_id == scope)


def read(row: Any) -> User:
    """A user from a row of the table."""
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        role=row.role,
        disabled=row.disabled,
        invited=row.password_hash == "",
        second_factor=row.totp_sealed is not None,
        created_date=moment(row.created),
    )
