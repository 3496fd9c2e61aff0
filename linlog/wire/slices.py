"""Slices: saved queries over a dataset or a project, to list them and to read reports for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from linlog import limits
from linlog.wire.constraints import Checked, Length, Name, Prefix
from linlog.wire.record import Record
from linlog.wire.unset import UNSET, Unset


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Record):
    """A saved query over a dataset or a project."""

    id: str
    """Begins with sl_."""
    dataset_id: str | None = None
    """The dataset, unless it is of a project."""
    project_id: str | None = None
    """The project, unless it is of a dataset."""
    name: str
    """What people call it."""
    query: dict[str, Any]
    """Which tasks it takes; the page on queries says how it is written."""
    text: str = ""
    """The query as text, with people by name where only one has it."""
    created_date: datetime
    """When it was saved, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceCreate(Checked, Record):
    """A query to save, of a dataset or of a project."""

    dataset_id: Annotated[str | None, Prefix("dataset")] = None
    """The dataset."""
    project_id: Annotated[str | None, Prefix("project")] = None
    """The project, given instead of a dataset; what a model did cannot be asked of it."""
    name: Name
    """What people will call it."""
    query: Annotated[dict[str, Any] | str, Length(1, limits.QUERY_CHARACTERS)]
    """Which tasks it takes: as text, `label:cell -batch:north`, or as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceUpdate(Checked, Record):
    """Changes to a slice; what is absent stays."""

    name: Name | Unset = UNSET
    """Another name."""
    query: Annotated[dict[str, Any] | str, Length(1, limits.QUERY_CHARACTERS)] | Unset = UNSET
    """Another query, as text or as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceTasks(Record):
    """The tasks that a slice takes."""

    slice_id: str
    """The slice."""
    task_ids: tuple[str, ...]
    """Their ids, ascending."""
    of: int
    """How many tasks were looked at."""
