"""What an operator does on the data folder itself, without a browser."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from linlog.errors import ConfigError, NotFound
from linlog.server import clock, secrets
from linlog.server.databases import INSTALLATION, Broken
from linlog.server.machine import open_machine
from linlog.server.services import (
    audit_entries,
    copies,
    one_time_secrets,
    organisations,
    second_factors,
    tokens,
    users,
)
from linlog.server.services.audit_entries import Act
from linlog.server.settings import load
from linlog.wire.tokens import TokenCreate
from linlog.wire.users import UserCreate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from linlog.server.machine import Machine
    from linlog.server.services.copies import Copied
    from linlog.server.settings import Settings
    from linlog.wire.audit_entries import Fault
    from linlog.wire.users import Role, User

FIRST_ORGANISATION = "My organisation"


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying the log of one organisation found."""

    name: str
    organisation_id: str
    fault: Fault | None
    place: tuple[int, str]
    """The number and the hash of the last entry that is good."""


def create_user(data: Path, email: str, role: Role, password: str, name: str = "") -> User:
    """Add a user to the folder's organisation, made where there is none. Raises ApiError."""
    new = UserCreate(email=email, name=name, role=role, password=password)
    now = clock.now()
    with _opened(data) as machine, machine.database.write(INSTALLATION) as conn:
        scope = organisations.scope_of_command_line(conn, now=now, name=FIRST_ORGANISATION)
        user = users.add(conn, scope, new, now=now)
        act = Act("users.create", user.id, details={"role": role})
        audit_entries.note_on_command_line(conn, scope, act, now=now)
        return user


def create_token(
    data: Path, name: str, role: Role = "manager", expires_days: int | None = 90
) -> str:
    """Make a token for the folder's organisation and give its secret. Raises NotFound."""
    return make_token(data, TokenCreate(name=name, role=role, expires_days=expires_days))


def reset_password(data: Path, email: str) -> str:
    """A link by which a person chooses another password, once. Raises NotFound."""
    now = clock.now()
    with _opened(data) as machine, machine.database.write(INSTALLATION) as conn:
        made = one_time_secrets.reset_on_command_line(conn, email, now=now)
        return one_time_secrets.link(machine.address, made.secret)


def reset_second_factor(data: Path, email: str) -> User:
    """Take a person's second factor away, who lost it. Raises NotFound."""
    now = clock.now()
    with _opened(data) as machine, machine.database.write(INSTALLATION) as conn:
        return second_factors.reset_on_command_line(conn, email, now=now)


def make_token(data: Path, new: TokenCreate) -> str:
    """Make a token for the folder's organisation and give its secret. Raises NotFound."""
    now = clock.now()
    with _opened(data) as machine, machine.database.write(INSTALLATION) as conn:
        if organisations.setup_needed(conn):
            message = f"{data} has no organisation yet; run: linlog users create EMAIL --role owner"
            raise NotFound(message)
        scope = organisations.scope_of_command_line(conn, now=now, name=FIRST_ORGANISATION)
        return tokens.create_on_command_line(conn, scope, new, now=now).secret


def verify_audit(data: Path) -> list[Verified]:
    """Whether the log of every organisation of a data folder is as it was written."""
    with _opened(data) as machine, machine.database.read() as conn:
        return [
            Verified(each.name, each.id, *audit_entries.verify(conn, each.id))
            for each in audit_entries.every_organisation(conn)
        ]


def copy(data: Path, target: Path, *, database: str = "", files: str = "") -> Copied:
    """Copy an installation to a new data folder, and its rows and files elsewhere if so named.

    Raises ConfigError where the folder is not empty, and what `copies.copy` raises.
    """
    if not data.is_dir():
        message = f"there is no data folder {data}; name the one to copy with --data"
        raise ConfigError(message)
    if target.exists() and any(target.iterdir()):
        message = f"{target} is not empty; name a new folder, so that nothing is overwritten"
        raise ConfigError(message)
    settings = load(data=data)
    secrets.copy_server_key(data, target)
    moved = replace(settings, data=target, database=database, files=files)
    try:
        with _open(settings) as source, _open(moved) as copied:
            return copies.copy(_place(source), _place(copied))
    except Broken as error:
        message = f"{data} holds no whole database of linlog: {error.orig}"
        raise ConfigError(message) from error


def _place(machine: Machine) -> copies.Place:
    return copies.Place(machine.database, machine.blobs)


@contextmanager
def _opened(data: Path) -> Iterator[Machine]:
    with _open(load(data=data)) as machine:
        yield machine


@contextmanager
def _open(settings: Settings) -> Iterator[Machine]:
    machine = open_machine(settings)
    try:
        yield machine
    finally:
        machine.close()
