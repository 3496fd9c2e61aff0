"""Organisations: the caller's own, and the first start that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linlog import ids
from linlog.errors import NotFound
from linlog.server.services import users
from linlog.server.store import organisations
from linlog.server.store import users as user_rows
from linlog.wire.users import UserCreate

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from linlog.server.context import Context
    from linlog.wire.organisations import Organisation, SetupCreate
    from linlog.wire.users import User


def get(ctx: Context) -> Organisation:
    """The caller's organisation."""
    return organisations.get(ctx.conn, ctx.scope)


def setup_needed(conn: Connection) -> bool:
    """Whether the server still waits for its owner."""
    return not organisations.any_exists(conn)


def create_first(conn: Connection, setup: SetupCreate, *, now: int) -> tuple[str, User]:
    """Make the organisation and its owner; only once. Raises NotFound afterwards."""
    if not setup_needed(conn):
        message = "this server was set up before; sign in instead"
        raise NotFound(message)
    scope = ids.new("organisation")
    organisations.insert(conn, scope, name=setup.organisation.strip(), created=now)
    owner = UserCreate(email=setup.email, name=setup.name, role="owner", password=setup.password)
    return scope, users.add(conn, scope, owner, now=now)


def scope_of_command_line(conn: Connection, *, now: int, name: str) -> str:
    """The organisation that commands on the data folder act for, made where there is none."""
    existing = organisations.first(conn)
    if existing is not None:
        return existing.id
    scope = ids.new("organisation")
    organisations.insert(conn, scope, name=name, created=now)
    return scope


def owner_exists(conn: Connection, scope: str) -> bool:
    """Whether anyone can sign in and do everything."""
    return user_rows.owner_count(conn, scope) > 0
