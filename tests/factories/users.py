"""Users, and clients of theirs."""

from __future__ import annotations

from typing import Any

from linlog import LinLogClient, ids
from linlog.server import clock
from linlog.server.services import users
from linlog.wire.users import User, UserCreate
from tests.conftest import ORIGIN, PASSWORD
from tests.factories.organisations import Home


def create(home: Home, role: str = "owner", email: str | None = None) -> User:
    """A person of an organisation, whose password is the tests'."""
    address = email or f"{ids.new('user').lower()}@example.org"
    new: Any = UserCreate(email=address, role=role, password=PASSWORD)
    with home.server.machine.database.write("tests") as conn:
        return users.add(conn, home.id, new, now=clock.now())


def client(home: Home, user: User) -> LinLogClient:
    """A client of a person."""
    return LinLogClient(
        ORIGIN, email=user.email, password=PASSWORD, transport=home.server.transport
    )
