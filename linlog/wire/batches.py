"""Batches: named parts of a project's tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from linlog.wire.constraints import Checked, Name
from linlog.wire.record import Record

MAIN: Final = "main (default)"
"""The batch that every project has, and that tasks enter where no other is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Record):
    """A named part of a project's tasks; each task is in exactly one."""

    id: str
    """Begins with b_."""
    project_id: str
    """The project it is a part of."""
    name: str
    """Unique within the project."""
    created_date: datetime
    """When the batch was created, in UTC."""
    task_count: int
    """How many tasks it holds."""
    completed_count: int
    """How many of them are complete."""
    in_review_count: int = 0
    """How many of them were submitted and wait for a reviewer."""
    rejected_count: int = 0
    """How many of them were rejected and wait for rework."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCreate(Checked, Record):
    """A batch to create."""

    name: Name
    """Unique within the project."""
