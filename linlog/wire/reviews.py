"""Reviews: rounds in which somebody judges the submitted work of a task."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from linlog.wire.annotations import LARGEST_LIST, Annotation, AnnotationCreate
from linlog.wire.constraints import Between, Checked, Length, Prefix
from linlog.wire.record import Record

Decision = Literal["accepted", "rejected"]
REASON_LENGTH = 2000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Record):
    """One round: what was submitted, and what became of it."""

    id: str
    """Begins with rv_."""
    task_id: str
    """The task."""
    state: str
    """waiting, accepted, corrected (and accepted), rejected or withdrawn."""
    reason: str | None = None
    """Why the work was sent back."""
    version: int
    """The task's version that was submitted; it rises with what the author changes meanwhile."""
    annotation_count: int
    """How many annotations were submitted."""
    author: str
    """The name of who submitted it, as it was then."""
    author_id: str
    """The person or token who submitted it."""
    created_date: datetime
    """When it was submitted, in UTC."""
    reviewer: str | None = None
    """The name of who decided, as it was then."""
    reviewer_id: str | None = None
    """The person or token who decided."""
    decided_date: datetime | None = None
    """When it was decided, in UTC."""
    decided_version: int | None = None
    """The task's version that was decided on."""
    added: int = 0
    """Annotations that were not submitted, and were there when it was decided."""
    changed: int = 0
    """Annotations that were submitted, and were others when it was decided."""
    removed: int = 0
    """Annotations that were submitted, and were gone when it was decided."""
    annotations: tuple[Annotation, ...] = ()
    """What was submitted, where it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCreate(Checked, Record):
    """A reviewer's decision on a task."""

    decision: Decision
    """accepted or rejected."""
    reason: Annotated[str | None, Length(0, REASON_LENGTH)] = None
    """What the annotator should change."""
    annotations: Annotated[tuple[AnnotationCreate, ...], Length(0, LARGEST_LIST)] | None = None
    """The annotations as the reviewer corrected them, replacing all; null leaves them."""
    version: Annotated[int | None, Between(0, 2**53 - 1)] = None
    """The task's version that was looked at; refused where the task has moved on."""
    review_id: Annotated[str | None, Prefix("review")] = None
    """The round that was looked at; refused where somebody else has decided it."""
