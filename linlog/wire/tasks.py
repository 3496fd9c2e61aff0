"""Tasks: one item each, with the work of annotation on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from linlog import limits
from linlog.wire.annotations import Annotation, AnnotationCreate
from linlog.wire.constraints import TEXT_LENGTH, Checked, Finite, Length, Name, Prefix
from linlog.wire.predictions import Prediction
from linlog.wire.record import Record
from linlog.wire.unset import UNSET, Unset

ItemType = Literal["image", "text", "html", "iframe", "video", "geospatial", "other"]
TaskKind = Literal["image", "categorisation", "ner", "video", "ocr", "geospatial"]

STATUSES: Final[tuple[str, ...]] = (
    "pending",
    "in_progress",
    "in_review",
    "completed",
    "rejected",
    "processing",
    "error",
)
LARGEST_BATCH: Final = limits.TASKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Record):
    """The thing looked at."""

    type: str
    """image, text, html, iframe, video, geospatial or other."""
    text: str | None = None
    """The text or html itself."""
    url: str | None = None
    """Where the item lives, when the server keeps no copy."""
    file_id: str | None = None
    """The stored file, when the server keeps the bytes."""
    filename: str | None = None
    """The file's name where it came from."""
    width: int | None = None
    """Pixels, for images whose file the server has."""
    height: int | None = None
    """Pixels, for images whose file the server has."""
    content_url: str | None = None
    """Where the bytes can be read without credentials for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCreate(Checked, Record):
    """An item to look at: give one of `text`, `url` and `file_id`."""

    type: ItemType
    """image, text, html, iframe, video, geospatial or other."""
    text: Annotated[str | None, Length(1, TEXT_LENGTH)] = None
    """The text or html itself."""
    url: Annotated[str | None, Length(1, 8192)] = None
    """An http(s) address."""
    file_id: Annotated[str | None, Prefix("file")] = None
    """A file that was uploaded before."""
    filename: Annotated[str | None, Length(0, limits.FILE_NAME_CHARACTERS)] = None
    """The file's name where it came from."""
    external: bool = False
    """Whether `url` is kept as it is; otherwise the server takes a copy of an image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Record):
    """One item with its work of annotation."""

    id: str
    """Begins with t_."""
    project_id: str
    """The project it belongs to."""
    batch_id: str
    """The batch it is in."""
    batch: str
    """The batch's name."""
    kind: str
    """image, categorisation, ner, video, ocr or geospatial."""
    created_date: datetime
    """When the task was created, in UTC."""
    status: str
    """pending, in_progress, in_review, completed, rejected, processing or error."""
    complete: bool
    """Whether the work is done and accepted."""
    rejected: bool
    """Whether a reviewer sent it back."""
    rejection_reason: str | None = None
    """What the reviewer said."""
    work_started: bool
    """Whether anyone annotated it."""
    processing: bool = False
    """Whether the server is still fetching the item."""
    errors: tuple[str, ...] = ()
    """Why the item could not be fetched, if so."""
    item: Item
    """The thing looked at."""
    unique_id: str | None = None
    """The caller's own id, unique in the project."""
    tags: tuple[str, ...] = ()
    """Words to find the task by."""
    metadata: dict[str, Any] = field(default_factory=dict)
    """The caller's own data."""
    details: dict[str, Any] = field(default_factory=dict)
    """What only some kinds have: tokens, zoom, bounds."""
    version: int = 0
    """Rises with every change of its annotations."""
    annotation_count: int = 0
    """How many annotations it has."""
    annotations: tuple[Annotation, ...] = ()
    """The annotations, where they were asked for."""
    predictions: tuple[Prediction, ...] = ()
    """Models' predictions, in views of a dataset that ask for them."""
    split: str | None = None
    """train, validation or test, in views of a dataset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskName(Record):
    """What files may call a task by."""

    id: str
    """Begins with t_."""
    unique_id: str | None = None
    """The caller's own id."""
    filename: str | None = None
    """The file's name where it came from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCreate(Checked, Record):
    """A task to create."""

    item: ItemCreate
    """The thing to look at."""
    kind: TaskKind | None = None
    """image, categorisation, ner, video, ocr or geospatial; follows from the project's type."""
    batch: Name | None = None
    """Name of the batch; created where it is new. Without one: the main batch."""
    unique_id: Annotated[str | None, Length(1, limits.UNIQUE_ID_CHARACTERS)] = None
    """The caller's own id. A task that has it already is given back, and nothing is created."""
    complete: bool = False
    """Whether the work is done already; the annotations are then the ground truth."""
    annotations: Annotated[tuple[AnnotationCreate, ...], Length(0, limits.ANNOTATIONS)] = ()
    """Pre-annotations, or the ground truth of a complete task."""
    tags: Annotated[tuple[str, ...], Length(0, limits.TAGS)] = ()
    """Words to find the task by."""
    metadata: Annotated[dict[str, Any], Length(0, limits.METADATA_KEYS), Finite()] = field(
        default_factory=dict
    )
    """The caller's own data."""
    details: Annotated[dict[str, Any], Length(0, 20), Finite()] = field(default_factory=dict)
    """What only some kinds have: tokens, zoom, bounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksCreate(Checked, Record):
    """Tasks to create, all or none."""

    tasks: Annotated[tuple[TaskCreate, ...], Length(1, LARGEST_BATCH)]
    """What to create."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksCreated(Record):
    """The tasks of a request, in its order."""

    tasks: tuple[Task, ...]
    """One a task that was sent; those with a known unique_id are the existing ones."""
    created: int
    """How many are new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskUpdate(Checked, Record):
    """Changes to a task; what is absent stays."""

    complete: bool | Unset = UNSET
    """Whether the work is done and accepted. Who may not review submits a reviewed project's."""
    rejected: bool | Unset = UNSET
    """Whether it was sent back."""
    rejection_reason: Annotated[str | None, Length(0, 2000)] | Unset = UNSET
    """What the reviewer said."""
    batch: Name | Unset = UNSET
    """Name of another batch."""
    unique_id: Annotated[str | None, Length(1, limits.UNIQUE_ID_CHARACTERS)] | Unset = UNSET
    """The caller's own id."""
    filename: Annotated[str | None, Length(0, limits.FILE_NAME_CHARACTERS)] | Unset = UNSET
    """The file's name where it came from."""
    tags: Annotated[tuple[str, ...], Length(0, limits.TAGS)] | Unset = UNSET
    """Words to find the task by, replacing all."""
    metadata: Annotated[dict[str, Any], Length(0, limits.METADATA_KEYS), Finite()] | Unset = UNSET
    """The caller's own data, replacing all."""
    details: Annotated[dict[str, Any], Length(0, 20), Finite()] | Unset = UNSET
    """What only some kinds have, replacing all."""
    annotations: Annotated[tuple[AnnotationCreate, ...], Length(0, limits.ANNOTATIONS)] | Unset = (
        UNSET
    )
    """All annotations, replacing those it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReject(Checked, Record):
    """A reviewer's refusal."""

    reason: Annotated[str | None, Length(0, 2000)] = None
    """What the annotator should change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskIds(Checked, Record):
    """Some tasks."""

    task_ids: Annotated[tuple[str, ...], Length(0, limits.TASK_IDS)]
    """Their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted(Record):
    """What a deletion removed."""

    deleted: int
    """How many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours(Record):
    """Where a task stands in a filtered list."""

    previous: str | None
    """The task before it; null at the start."""
    next: str | None
    """The task after it; null at the end."""
    position: int
    """Its place in the list, from 1; 0 where the filters leave it out."""
    count: int
    """How many tasks the list has."""
