"""Tokens: keys of an organisation for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from linlog.wire.constraints import Between, Checked, Name
from linlog.wire.record import Record
from linlog.wire.users import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Token(Record):
    """A key for programs. The secret itself is kept nowhere."""

    id: str
    """Begins with tk_."""
    name: str
    """What it is for."""
    role: str
    """What its bearer may do."""
    hint: str
    """Its first and last characters, to recognise it by."""
    created_date: datetime
    """When it was made, in UTC."""
    expires_date: datetime | None = None
    """When it ends, in UTC; null for never."""
    last_used_date: datetime | None = None
    """When it was last used, to the minute, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCreate(Checked, Record):
    """A token to make."""

    name: Name
    """What it is for."""
    role: Role = "manager"
    """What its bearer may do; no more than its maker."""
    expires_days: Annotated[int | None, Between(1, 3650)] = 90
    """Days until it ends; null for never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSecret(Record):
    """A new token with its secret, which is shown this once."""

    token: Token
    """The token."""
    secret: str = field(repr=False)
    """What a program sends; store it where programs find it and people do not."""
