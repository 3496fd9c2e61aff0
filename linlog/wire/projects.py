"""Projects: work of annotation in progress, with the taxonomy that governs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from linlog import limits
from linlog.wire.constraints import Checked, Constraint, Finite, Length, Name
from linlog.wire.labels import Label, LabelCreate
from linlog.wire.record import Record
from linlog.wire.unset import UNSET, Unset

Visibility = Literal["organisation", "members"]
ATTRIBUTE_FIELDS: Final = (
    *("key", "attribute_type", "options", "allow_multiple", "is_global", "id"),
)
"""What the definition of an attribute may have."""
ATTRIBUTE_TYPES: Final = ("binary", "categorical", "text", "directional_vector", "id")
"""What an attribute may be; the editor asks for texts of the last three."""


@dataclass(frozen=True, slots=True)
class Definitions(Constraint):
    """Definitions of attributes, each with a `key` and with fields that are known."""

    def check(self, value: Any) -> None:
        """Refuse what nobody would look at, such as a `name` instead of the `key`."""
        for place, entry in enumerate(value):
            unknown = [str(name)[:40] for name in entry if name not in ATTRIBUTE_FIELDS]
            if unknown:
                message = f"{place} has an unknown field {unknown[0]!r}"
                raise ValueError(f"{message}; expected {', '.join(ATTRIBUTE_FIELDS)}")
            if not isinstance(entry.get("key"), str):
                message = f"{place} needs a key, the text that annotations have it under"
                raise ValueError(message)  # noqa: TRY004 - one kind of refusal
            type_ = entry.get("attribute_type")
            if type_ is not None and type_ not in ATTRIBUTE_TYPES:
                message = f"{place} has an unknown attribute_type {type_!r:.40}"
                raise ValueError(f"{message}; expected {', '.join(ATTRIBUTE_TYPES)}")


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
        tuple[dict[str, Any], ...], Length(0, limits.LABEL_ATTRIBUTES), Finite(), Definitions()
    ] = field(default=())
    """Definitions of the attributes that annotations may have.

    Each has a `key`, and may have `attribute_type`, `options`, `allow_multiple`, `is_global` and
    `id`. The editor asks for each `key`: for a tick where `attribute_type` is `binary`, for one of
    the `options` where there are some (for several with `allow_multiple`), and else for a text."""
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
        Annotated[
            tuple[dict[str, Any], ...], Length(0, limits.LABEL_ATTRIBUTES), Finite(), Definitions()
        ]
        | Unset
    ) = UNSET
    """Definitions of the attributes, replacing all."""
    reviewed: bool | Unset = UNSET
    """Whether work that is submitted waits for a reviewer before it is complete."""
    one_label: bool | Unset = UNSET
    """Whether an item has one label of the whole at most; what several have stays until saved."""
    visibility: Visibility | Unset = UNSET
    """Who sees it of reviewers, annotators and viewers: organisation for all, or its members."""
