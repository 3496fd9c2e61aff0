"""Users: the people of an organisation and their roles."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, Literal

from linlog.wire.constraints import Checked, Length
from linlog.wire.record import Record
from linlog.wire.unset import UNSET, Unset

Role = Literal["owner", "admin", "manager", "reviewer", "annotator", "viewer"]
ROLES: Final[tuple[str, ...]] = ("viewer", "annotator", "reviewer", "manager", "admin", "owner")
"""From the least to the most powerful; each may do all that those before it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User(Record):
    """A person of the organisation."""

    id: str
    """Begins with u_."""
    email: str
    """The address that they sign in with."""
    name: str
    """What people call them."""
    role: str
    """owner, admin, manager, reviewer, annotator or viewer."""
    disabled: bool
    """Whether they are locked out."""
    created_date: datetime
    """When they were added, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCreate(Checked, Record):
    """A person to add."""

    email: Annotated[str, Length(3, 254)]
    """The address that they sign in with."""
    name: Annotated[str, Length(0, 200)] = ""
    """What people call them."""
    role: Role = "annotator"
    """owner, admin, manager, reviewer, annotator or viewer."""
    password: Annotated[str, Length(1, 1024)] = field(repr=False)
    """At least 15 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserUpdate(Checked, Record):
    """Changes to a person; what is absent stays."""

    name: Annotated[str, Length(0, 200)] | Unset = UNSET
    """What people call them."""
    role: Role | Unset = UNSET
    """Another role."""
    disabled: bool | Unset = UNSET
    """Whether they are locked out."""
    password: Annotated[str, Length(1, 1024)] | Unset = field(default=UNSET, repr=False)
    """A new password, of at least 15 characters; ends their sessions."""
