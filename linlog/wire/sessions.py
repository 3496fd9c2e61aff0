"""Sessions: people signed in to the pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

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
    expires_date: datetime | None = None
    """When they must sign in again, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCreate(Checked, Record):
    """Credentials to sign in with."""

    email: Annotated[str, Length(1, 254)]
    """The address."""
    password: Annotated[str, Length(1, 1024)] = field(repr=False)
    """The password."""
