"""Annotations: a shape with a label, on a task."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final

from linlog import limits
from linlog.shapes import Shape
from linlog.wire.constraints import Between, Checked, Finite, Length, Name
from linlog.wire.record import Record
from linlog.wire.unset import UNSET, Unset

LARGEST_LIST = limits.ANNOTATIONS


OF_PREDICTION: Final = "prediction "
"""What the source of an annotation begins with that was a prediction."""
EDITED: Final = ", edited"
"""What the source ends with where such an annotation was changed."""


def edited(source: str | None) -> str | None:
    """The source of an annotation after a change of it."""
    if source is None or not source.startswith(OF_PREDICTION) or source.endswith(EDITED):
        return source
    return source + EDITED


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation(Record):
    """A shape with a label, on a task. On a complete task it is the ground truth."""

    id: str
    """Made by the server, or kept from the client."""
    task_id: str
    """The task that it lies on."""
    label: str
    """The class name."""
    shape: Shape
    """What is marked."""
    attributes: dict[str, Any]
    """Further properties by key. Evaluations read `crowd`, `ignored` and `area`."""
    source: str | None = None
    """Where it comes from, such as the name of an importer; null for people.

    A prediction that was accepted as it was is `prediction pr_… of mv_…`; one that was changed has
    `, edited` behind it.
    """
    annotator_id: str | None = None
    """Who made it, or accepted it as a prediction: a person or a token. Null where nobody knows:
    it came with its task or from a program, or was stored before this was noted."""
    annotator: str | None = None
    """What they are called today, on annotations of today."""
    changed_by_id: str | None = None
    """Who changed it last; null where nobody did since it was made."""
    changed_by: str | None = None
    """What they are called today, on annotations of today."""
    created_date: datetime
    """When it was stored, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationCreate(Checked, Record):
    """An annotation to put on a task."""

    label: Name
    """The class name; unknown ones are added to the project's taxonomy."""
    shape: Shape
    """What is marked."""
    attributes: Annotated[dict[str, Any], Length(0, limits.ATTRIBUTES), Finite()] = field(
        default_factory=dict
    )
    """Further properties by key."""
    source: Annotated[str | None, Length(0, limits.NAME_CHARACTERS)] = None
    """Where it comes from; null for people."""
    annotator_id: Annotated[str | None, Length(1, 70)] = None
    """Who made it, said by managers who bring in others' work. Without it whoever puts an
    annotation on a task is its annotator, and nobody is of what comes with a new task."""
    id: Annotated[str | None, Length(1, 64)] = None
    """Kept where it is free; one is made otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationsCreate(Checked, Record):
    """Annotations to add to a task, all or none."""

    annotations: Annotated[tuple[AnnotationCreate, ...], Length(1, LARGEST_LIST)]
    """What to add."""
    guarded: bool = False
    """Refuse what would stand on the task twice: an annotation that says what another one of it
    does, and any at all beside the ground truth that a complete task has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationsReplace(Checked, Record):
    """All annotations of a task, replacing those it has."""

    annotations: Annotated[tuple[AnnotationCreate, ...], Length(0, LARGEST_LIST)]
    """What the task shall hold afterwards."""
    version: int | None = None
    """The task's version that the change was made on; refused where the task has moved on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierAnnotations(Record):
    """What a task held before a change took something of it away."""

    version: int
    """The task's version that had them."""
    replaced_date: datetime
    """When they were changed or removed, in UTC."""
    annotation_count: int
    """How many there were."""
    annotations: tuple[Annotation, ...] = ()
    """The annotations, where they were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationsRestore(Checked, Record):
    """Which earlier annotations a task shall hold again."""

    version: Annotated[int, Between(0, 2**53 - 1)]
    """The version of the task that had them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationUpdate(Checked, Record):
    """Changes to an annotation; what is absent stays."""

    label: Name | Unset = UNSET
    """Another class name."""
    shape: Shape | Unset = UNSET
    """Another shape."""
    attributes: Annotated[dict[str, Any], Length(0, limits.ATTRIBUTES), Finite()] | Unset = UNSET
    """Further properties, replacing all."""
