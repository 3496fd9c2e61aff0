"""Changes of many tasks at once: which tasks, what becomes of them, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from linlog import limits
from linlog.wire.constraints import Checked, Length, Name, Prefix
from linlog.wire.record import Record

Decision = Literal["complete", "open", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksChange(Checked, Record):
    """What becomes of the tasks that a query takes, or of some; all that is given is done."""

    project_id: Annotated[str | None, Prefix("project")] = None
    """The project that `query` is asked of."""
    dataset_id: Annotated[str | None, Prefix("dataset")] = None
    """The dataset that `query` is asked of; given instead of the project."""
    query: Annotated[str | None, Length(0, 20_000)] = None
    """Which tasks, as a text; the tasks that it takes now."""
    evaluation_id: Annotated[str | None, Prefix("evaluation")] = None
    """Of a dataset: whose outcomes the query asks for."""
    task_ids: Annotated[tuple[str, ...] | None, Length(0, 100_000)] = None
    """Which tasks, by their ids; given instead of a query."""
    batch: Name | None = None
    """The batch to move them to, created where it is new."""
    decision: Decision | None = None
    """complete, open or rejected, where the rules allow it."""
    reason: Annotated[str | None, Length(0, 2000)] = None
    """Why they are rejected."""
    add_tags: Annotated[tuple[str, ...], Length(0, limits.TAGS)] = ()
    """Tags that they get."""
    remove_tags: Annotated[tuple[str, ...], Length(0, limits.TAGS)] = ()
    """Tags that they lose."""
    add_to_dataset: Annotated[str | None, Prefix("dataset")] = None
    """A dataset that takes those which are complete."""
    remove_from_dataset: Annotated[str | None, Prefix("dataset")] = None
    """A dataset that lets them go."""
    delete: bool = False
    """Whether they are removed, with all that hangs on them; then nothing else may be given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Record):
    """Tasks that were not changed, for one reason."""

    reason: str
    """Why not."""
    count: int
    """How many."""
    task_ids: tuple[str, ...] = ()
    """The first of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksChanged(Record):
    """What came of a change of many tasks, so far as it got."""

    of: int
    """How many tasks were asked for."""
    done: int = 0
    """How many were looked at."""
    changed: int = 0
    """How many of these were changed, or were as wanted before."""
    refused: tuple[Refused, ...] = ()
    """Those that were not, by reason, the most frequent first."""
