"""Tokens: keys for programs, of an organisation or of a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, Literal

from linlog import limits
from linlog.wire.constraints import Between, Checked, Length, Name, Prefix
from linlog.wire.record import Record
from linlog.wire.users import Role

TokenScope = Literal["read", "write", "admin"]
SCOPES: Final[tuple[str, ...]] = ("read", "write", "admin")
"""From the narrowest: read changes nothing, write changes work, admin does all that a role may."""
LONGEST_PERSONAL_DAYS: Final = limits.PERSONAL_TOKEN_DAYS
ProjectIds = Annotated[
    tuple[Annotated[str, Prefix("project")], ...], Length(1, limits.TOKEN_PROJECTS)
]
"""Some projects, by their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token(Record):
    """A key for programs. The secret itself is kept nowhere."""

    id: str
    """Begins with tk_."""
    name: str
    """What it is for."""
    role: str
    """What its bearer may do; of a person's token, what the person may at this moment."""
    scope: str = "admin"
    """read, write or admin: how much of what the role may do."""
    user_id: str | None = None
    """Whose it is; null for one of the organisation."""
    project_ids: tuple[str, ...] | None = None
    """The projects outside of which nothing is there for it; null for all that its bearer sees."""
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
    scope: TokenScope = "admin"
    """How much of that: read only, write as well, or all of it."""
    project_ids: ProjectIds | None = None
    """The projects outside of which nothing is there for it; null for all that its bearer sees."""
    expires_days: Annotated[int | None, Between(1, 3650)] = 90
    """Days until it ends; null for never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalTokenCreate(Checked, Record):
    """A token of whoever asks; it may what they may at the moment of each request, or less."""

    name: Name
    """What it is for."""
    scope: TokenScope = "write"
    """How much of what the person may do: read only, write as well, or all of it."""
    project_ids: ProjectIds | None = None
    """The projects outside of which nothing is there for it; null for all that the person sees."""
    expires_days: Annotated[int, Between(1, LONGEST_PERSONAL_DAYS)] = 90
    """Days until it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSecret(Record):
    """A new token with its secret, which is shown this once."""

    token: Token
    """The token."""
    secret: str = field(repr=False)
    """What a program sends; store it where programs find it and people do not."""
