"""Dataset versions: what a dataset held at one moment, frozen, with a hash of its content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from linlog import limits
from linlog.wire.constraints import Checked, Length, Name, Prefix
from linlog.wire.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVersion(Record):
    """What a dataset held at one moment. It never changes, whatever becomes of the dataset."""

    id: str
    """Begins with dv_."""
    dataset_id: str
    """The dataset."""
    number: int
    """1 for the dataset's first version, 2 for the next."""
    name: str | None = None
    """What people call it; null where an evaluation froze it."""
    created_date: datetime
    """When it was frozen, in UTC."""
    hash: str
    """SHA-256 of all that it holds: equal content has equal hashes."""
    hashes: dict[str, str]
    """SHA-256 of its parts: `tasks` (items, what is known about them, splits), `annotations`,
    and `taxonomy` (the labels of the projects that the tasks come from)."""
    task_count: int
    """How many tasks it holds."""
    annotation_count: int
    """How many annotations they have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVersionCreate(Checked, Record):
    """A version to freeze; the existing one is given back where nothing has changed since."""

    dataset_id: Annotated[str, Prefix("dataset")]
    """The dataset to freeze."""
    name: Annotated[str | None, Length(1, limits.NAME_CHARACTERS)] = None
    """What people will call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVersionUpdate(Checked, Record):
    """Another name; what a version holds never changes."""

    name: Name
    """What people will call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Record):
    """One task, annotation or label that two versions do not hold alike."""

    change: str
    """added, removed or changed."""
    task_id: str | None = None
    """The task that it is or lies on; null for a label."""
    annotation_id: str | None = None
    """The annotation, if it is one."""
    before: dict[str, Any] | None = None
    """What the earlier version holds; null where it holds nothing."""
    after: dict[str, Any] | None = None
    """What the later version holds; null where it holds nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes(Record):
    """What differs in one respect."""

    added: int
    """How many the version holds and the earlier one does not."""
    removed: int
    """How many the earlier version holds and the later one does not."""
    changed: int
    """How many both hold, but not alike."""
    changes: tuple[Change, ...] = ()
    """The first thousand of them, one by one, by task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVersionDifference(Record):
    """What a version of a dataset holds otherwise than an earlier one."""

    dataset_version_id: str
    """The version."""
    since: str
    """The earlier one."""
    tasks: Changes
    """Tasks: their items, what is known about them, and their splits."""
    annotations: Changes
    """Annotations; those of tasks that only one of the two holds count too."""
    labels: Changes
    """Labels of the taxonomy."""
