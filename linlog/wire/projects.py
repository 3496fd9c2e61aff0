"""Projects: work of annotation in progress, with the taxonomy that governs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from linlog import limits
from linlog.wire.constraints import Checked, Finite, Length, Name
from linlog.wire.labels import Label, LabelCreate
from linlog.wire.record import Record
from linlog.wire.unset import UNSET, Unset

Visibility = Literal["organisation", "members"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Record):
    """Work of annotation in progress: tasks in batches, and the labels they are given."""

    id: str
    """Begins with p_."""
    created_date: datetime
    """When the project was created, in UTC."""
    title: str
    """What people call it."""
    type: str
    """What its tasks mostly are: image, categorisation, ner, geospatial, ocr, video."""
    labels: tuple[Label, ...]
    """The labels that annotations may carry, oldest first."""
    attributes: tuple[dict[str, Any], ...]
    """Definitions of the attributes that annotations may have."""
    task_count: int
    """How many tasks it holds."""
    completed_count: int
    """How many of them are complete."""
    rejected_count: int
    """How many of them were rejected and wait for rework."""
    in_review_count: int = 0
    """How many of them were submitted and wait for a reviewer."""
    reviewed: bool = False
    """Whether work that is submitted waits for a reviewer before it is complete."""
    one_label: bool = False
    """Whether an item has one label of the whole at most, and not several."""
    visibility: str = "organisation"
    """organisation where everybody sees it; members where reviewers, annotators and viewers see it
    only as its members."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectMember(Record):
    """A person who sees a project that is for its members."""

    user_id: str
    """Begins with u_."""
    email: str
    """What they sign in with."""
    name: str
    """What others call them."""
    role: str
    """What they may do in the organisation, and so in the project."""
    created_date: datetime
    """When they became a member, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCreate(Checked, Record):
    """A project to create."""

    title: Name
    """What people will call it."""
    type: Annotated[str, Length(1, 64)] = "image"
    """What its tasks mostly are: image, categorisation, ner, geospatial, ocr, video."""
    labels: Annotated[tuple[LabelCreate, ...], Length(0, limits.LABELS)] = ()
    """The first labels of its taxonomy."""
    attributes: Annotated[
        tuple[dict[str, Any], ...], Length(0, limits.LABEL_ATTRIBUTES), Finite()
    ] = field(default=())
    """Definitions of the attributes that annotations may have.

    The editor asks for each `key`: for a tick where `attribute_type` is `binary`, for one of the
    `options` where there are some (for several with `allow_multiple`), and else for a text."""
    reviewed: bool = False
    """Whether work that is submitted waits for a reviewer before it is complete."""
    one_label: bool = False
    """Whether an item has one label of the whole at most, and not several."""
    visibility: Visibility = "organisation"
    """Who sees it of reviewers, annotators and viewers: organisation for all, or its members."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectUpdate(Checked, Record):
    """Changes to a project; what is absent stays."""

    title: Name | Unset = UNSET
    """A new title."""
    type: Annotated[str, Length(1, 64)] | Unset = UNSET
    """What its tasks mostly are."""
    attributes: (
        Annotated[tuple[dict[str, Any], ...], Length(0, limits.LABEL_ATTRIBUTES), Finite()] | Unset
    ) = UNSET
    """Definitions of the attributes, replacing all."""
    reviewed: bool | Unset = UNSET
    """Whether work that is submitted waits for a reviewer before it is complete."""
    one_label: bool | Unset = UNSET
    """Whether an item has one label of the whole at most; what several have stays until saved."""
    visibility: Visibility | Unset = UNSET
    """Who sees it of reviewers, annotators and viewers: organisation for all, or its members."""
