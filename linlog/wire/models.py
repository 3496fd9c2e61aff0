"""Models: what is trained, version after version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linlog.wire.constraints import Checked, Name
from linlog.wire.record import Record
from linlog.wire.unset import UNSET, Unset


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Record):
    """What is trained, version after version."""

    id: str
    """Begins with m_."""
    created_date: datetime
    """When the model was created, in UTC."""
    name: str
    """What people call it."""
    version_count: int
    """How many versions it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCreate(Checked, Record):
    """A model to create."""

    name: Name
    """What people will call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUpdate(Checked, Record):
    """Changes to a model; what is absent stays."""

    name: Name | Unset = UNSET
    """A new name."""
