"""What an operator does on the data folder itself, without a browser."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from linlog.errors import NotFound
from linlog.server import clock
from linlog.server.databases import INSTALLATION
from linlog.server.machine import open_machine
from linlog.server.services import organisations, tokens, users
from linlog.server.settings import load
from linlog.wire.tokens import TokenCreate
from linlog.wire.users import UserCreate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from linlog.server.machine import Machine
    from linlog.wire.users import Role, User

FIRST_ORGANISATION = "My organisation"


def create_user(data: Path, email: str, role: Role, password: str, name: str = "") -> User:
    """Add a user to the folder's organisation, made where there is none. Raises ApiError."""
    new = UserCreate(email=email, name=name, role=role, password=password)
    now = clock.now()
    with _opened(data) as machine, machine.database.write(INSTALLATION) as conn:
        scope = organisations.scope_of_command_line(conn, now=now, name=FIRST_ORGANISATION)
        return users.add(conn, scope, new, now=now)


def create_token(
    data: Path, name: str, role: Role = "manager", expires_days: int | None = None
) -> str:
    """Make a token for the folder's organisation and give its secret. Raises NotFound."""
    new = TokenCreate(name=name, role=role, expires_days=expires_days)
    now = clock.now()
    with _opened(data) as machine, machine.database.write(INSTALLATION) as conn:
        if organisations.setup_needed(conn):
            message = f"{data} has no organisation yet; run: linlog users create EMAIL --role owner"
            raise NotFound(message)
        scope = organisations.scope_of_command_line(conn, now=now, name=FIRST_ORGANISATION)
        return tokens.add(conn, scope, new, now=now).secret


@contextmanager
def _opened(data: Path) -> Iterator[Machine]:
    machine = open_machine(load(data=data))
    try:
        yield machine
    finally:
        machine.close()
