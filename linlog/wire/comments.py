"""Comments: what people say about the work on a task, pinned to where they mean it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from linlog import limits
from linlog.shapes import Shape
from linlog.wire.constraints import Checked, Length, Prefix
from linlog.wire.record import Record
from linlog.wire.unset import UNSET, Unset

COMMENT_LENGTH: Final = limits.COMMENT_CHARACTERS
"""Characters of one comment."""
MOST_COMMENTS: Final = limits.COMMENTS
"""Comments that one task may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Record):
    """What somebody said about a task, a place on its item, or one annotation."""

    id: str
    """Begins with cm_."""
    task_id: str
    """The task."""
    text: str
    """What was said; plain text."""
    author: str
    """The name of the person or token, as it was then."""
    author_id: str
    """The person or token."""
    created_date: datetime
    """When it was said, in UTC."""
    annotation_id: str | None = None
    """The annotation that is meant; kept when that is deleted."""
    annotation_deleted: bool = False
    """Whether the annotation that was meant is no longer on the task."""
    place: Shape | None = None
    """Where it is pinned: a point of an image, or a span of a text."""
    reply_to: str | None = None
    """The comment that it answers."""
    resolved: bool = False
    """Whether what it asks for is settled. Answers share this with what they answer."""
    resolved_by: str | None = None
    """The name of whoever settled it."""
    resolved_date: datetime | None = None
    """When it was settled, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCreate(Checked, Record):
    """Something to say about a task."""

    text: Annotated[str, Length(1, COMMENT_LENGTH)]
    """What is said; plain text."""
    annotation_id: Annotated[str | None, Length(1, 64)] = None
    """An annotation of the task, that is meant."""
    place: Shape | None = None
    """Where it is pinned: a point of an image, or a span of a text."""
    reply_to: Annotated[str | None, Prefix("comment")] = None
    """The comment that it answers, which is no answer itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentUpdate(Checked, Record):
    """Changes to a comment; what is absent stays."""

    text: Annotated[str, Length(1, COMMENT_LENGTH)] | Unset = UNSET
    """What is said instead; only who said it may."""
    resolved: bool | Unset = UNSET
    """Whether it is settled; with false it is open again."""
