"""Sessions: people signed in to the pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from linlog import limits
from linlog.wire.constraints import Checked, Length
from linlog.wire.organisations import Organisation
from linlog.wire.record import Record
from linlog.wire.users import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Record):
    """Who is signed in, and for how long."""

    user: User | None = None
    """The person; null where an organisation's token is used."""
    role: str
    """What the caller may do."""
    organisation: Organisation
    """The organisation that they act for."""
    every_project: bool = True
    """Whether they see every project; who does not sees no datasets, models and evaluations."""
    expires_date: datetime | None = None
    """When they must sign in again, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession(Record):
    """A browser in which a person is signed in."""

    id: str
    """Begins with s_."""
    created_date: datetime
    """When they signed in, in UTC."""
    last_used_date: datetime
    """When it was last used, to the minute, in UTC."""
    expires_date: datetime
    """When it ends in any case, in UTC."""
    source: str
    """The address that they signed in from."""
    program: str
    """What the browser calls itself."""
    current: bool
    """Whether it is the one that asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceCreate(Checked, Record):
    """Proof that the person is there, not only their open session."""

    password: Annotated[str, Length(1, limits.PASSWORD_BYTES)] = field(repr=False)
    """The caller's password."""
    code: Annotated[str | None, Length(1, limits.CODE_CHARACTERS)] = field(default=None, repr=False)
    """A code of the second factor, where the caller has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor(Record):
    """A second factor that waits for its first code. It is shown this once."""

    secret: str = field(repr=False)
    """What an app that cannot read the picture is given."""
    picture: str = field(repr=False)
    """A QR code, as SVG."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorCode(Checked, Record):
    """A code that an app shows."""

    code: Annotated[str, Length(1, limits.CODE_CHARACTERS)] = field(repr=False)
    """Six digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodes(Record):
    """Codes for who lost their app, each good once in its place. They are shown this once."""

    recovery_codes: tuple[str, ...] = field(repr=False)
    """Ten of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChange(Checked, Record):
    """Another password for the caller."""

    old_password: Annotated[str, Length(1, limits.PASSWORD_BYTES)] = field(repr=False)
    """The password as it is."""
    new_password: Annotated[str, Length(1, limits.PASSWORD_BYTES)] = field(repr=False)
    """The password as it is to be, of at least 15 characters; ends every other session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChange(Checked, Record):
    """Another address for the caller to sign in with."""

    email: Annotated[str, Length(3, limits.EMAIL_CHARACTERS)]
    """The address as it is to be; every session ends, and whoever asks is given a new one."""
    password: Annotated[str, Length(1, limits.PASSWORD_BYTES)] = field(repr=False)
    """The caller's password."""
    code: Annotated[str | None, Length(1, limits.CODE_CHARACTERS)] = field(default=None, repr=False)
    """A code of the second factor, where the caller has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCreate(Checked, Record):
    """Credentials to sign in with."""

    email: Annotated[str, Length(1, limits.EMAIL_CHARACTERS)]
    """The address."""
    password: Annotated[str, Length(1, limits.PASSWORD_BYTES)] = field(repr=False)
    """The password."""
    code: Annotated[str | None, Length(1, limits.CODE_CHARACTERS)] = field(default=None, repr=False)
    """A code of the second factor, or a recovery code, where the person has one."""
