"""Organisations: who owns everything."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from linlog import limits
from linlog.wire.constraints import Checked, Length, Name
from linlog.wire.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Record):
    """Who owns everything."""

    id: str
    """Begins with o_."""
    created_date: datetime
    """When it was created, in UTC."""
    name: str
    """What people call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCreate(Checked, Record):
    """The first start: the organisation and its owner."""

    code: Annotated[str, Length(1, limits.SECRET_CHARACTERS)] = field(repr=False)
    """The one-time code that the server printed."""
    organisation: Name
    """What people will call the organisation."""
    email: Annotated[str, Length(3, limits.EMAIL_CHARACTERS)]
    """The owner's address, to sign in with."""
    name: Annotated[str, Length(0, limits.NAME_CHARACTERS)] = ""
    """The owner's name."""
    password: Annotated[str, Length(1, limits.PASSWORD_BYTES)] = field(repr=False)
    """At least 15 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupState(Record):
    """Whether the server still waits for its owner."""

    needed: bool
    """True until the owner exists."""
