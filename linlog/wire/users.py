"""Users: the people of an organisation and their roles."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, Literal

from linlog import limits
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
    invited: bool = False
    """Whether they have yet to choose a password, by the link that they were given."""
    second_factor: bool = False
    """Whether they give a code of an app as well when they sign in."""
    created_date: datetime
    """When they were added, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationCreate(Checked, Record):
    """A person to invite: they choose their password by a link."""

    email: Annotated[str, Length(3, limits.EMAIL_CHARACTERS)]
    """The address that they will sign in with."""
    name: Annotated[str, Length(0, limits.NAME_CHARACTERS)] = ""
    """What people call them."""
    role: Role = "annotator"
    """owner, admin, manager, reviewer, annotator or viewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation(Record):
    """A person who was invited, with the link that is shown this once."""

    user: User
    """The person."""
    link: str = field(repr=False)
    """Where they choose a password, once; give it to them on a safe way."""
    expires_date: datetime
    """Until when the link is good, in UTC."""
    mailed: bool
    """Whether the server sends it to them by mail as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordResetCreate(Checked, Record):
    """Somebody who cannot sign in any more."""

    email: Annotated[str, Length(1, limits.EMAIL_CHARACTERS)]
    """The address that they sign in with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordResetAsked(Record):
    """What everybody is told who asks for a link, whether there is such an account or not."""

    detail: str
    """What happens now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChosen(Checked, Record):
    """A password for whoever was given a link."""

    secret: Annotated[str, Length(1, limits.SECRET_CHARACTERS)] = field(repr=False)
    """What stands behind the # of the link."""
    password: Annotated[str, Length(1, limits.PASSWORD_BYTES)] = field(repr=False)
    """At least 15 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCreate(Checked, Record):
    """A person to add."""

    email: Annotated[str, Length(3, limits.EMAIL_CHARACTERS)]
    """The address that they sign in with."""
    name: Annotated[str, Length(0, limits.NAME_CHARACTERS)] = ""
    """What people call them."""
    role: Role = "annotator"
    """owner, admin, manager, reviewer, annotator or viewer."""
    password: Annotated[str, Length(1, limits.PASSWORD_BYTES)] = field(repr=False)
    """At least 15 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserUpdate(Checked, Record):
    """Changes to a person; what is absent stays."""

    name: Annotated[str, Length(0, limits.NAME_CHARACTERS)] | Unset = UNSET
    """What people call them."""
    role: Role | Unset = UNSET
    """Another role."""
    disabled: bool | Unset = UNSET
    """Whether they are locked out."""
    password: Annotated[str, Length(1, limits.PASSWORD_BYTES)] | Unset = field(
        default=UNSET, repr=False
    )
    """A new password, of at least 15 characters; ends their sessions."""
