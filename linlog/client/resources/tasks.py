"""Tasks: one item each, with the work of annotation on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.client.resources.annotations import read_all
from linlog.client.resources.files import Files
from linlog.wire import paging, tasks
from linlog.wire.facets import TaskFacets
from linlog.wire.jobs import Job
from linlog.wire.task_changes import TasksChange
from linlog.wire.tasks import (
    Deleted,
    ItemCreate,
    ItemType,
    Neighbours,
    Task,
    TaskCreate,
    TaskIds,
    TaskKind,
    TaskName,
    TaskReject,
    TasksCreate,
    TasksCreated,
    TaskUpdate,
)

if TYPE_CHECKING:
    from linlog.client.importing.reports import ImportReport

FILTERS: Final = (
    *("limit", "offset", "status", "created_date", "created_date__gte", "created_date__lte"),
    *("created_date__gt", "created_date__lt", "complete", "rejected", "work_started"),
    *("batch_id", "unique_id", "label", "tag", "annotations", "query", "sort"),
)
"""What the tasks of a project can be filtered by, and how the page is cut."""
REQUEST_CHARACTERS: Final = 4_000_000
"""Characters of text that one request of new tasks carries at most, unless a task has more."""
_KINDS: Final = {
    "named-entities": "ner",
    "named_entities": "ner",
    "categorization": "categorisation",
    "geo": "geospatial",
}
_IMAGE_SUFFIXES: Final = frozenset(
    {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
)
_FIELDS: Final = (
    *("attachment", "attachment_type", "item", "type", "kind", "batch", "batch_name"),
    *("annotations", "complete", "unique_id", "external_data", "filename", "tags", "metadata"),
    *("details", "tokens", "zoom", "bounds"),
)


class Tasks(Resource):
    """The work of a project, one item a task."""

    def list(self, project_id: str, **filters: Any) -> Page[Task]:
        """A page of a project's tasks. Raises ValueError naming the valid filters.

        `query` is a text such as `label:cell -batch:north`, in place of the other filters; `sort`
        is a field, with a minus before it for the highest first.
        """
        check_filters(filters, FILTERS)
        where = path("projects", checked_id("project", project_id), "tasks")
        return self._list(where, paging.Page[Task], **filters)

    def names(self, project_id: str, *, limit: int | None = None) -> Page[TaskName]:
        """A page of what files may call a project's tasks by: id, unique_id and file name."""
        where = path("projects", checked_id("project", project_id), "tasks", "names")
        return self._list(where, paging.Page[TaskName], limit=limit)

    def facets(self, project_id: str, query: str = "") -> TaskFacets:
        """How many of a project's tasks a query takes, and by field how many have each value."""
        where = path("projects", checked_id("project", project_id), "tasks", "facets")
        return self._http.get(where, TaskFacets, query=query)

    def get(self, id: str) -> Task:
        """One task with its annotations."""
        return self._http.get(path("tasks", checked_id("task", id)), Task)

    def neighbours(self, id: str, **filters: Any) -> Neighbours:
        """The tasks before and after it in a filtered list of its project, or of `dataset_id`."""
        check_filters(filters, (*FILTERS, "dataset_id", "evaluation_id"))
        where = path("tasks", checked_id("task", id), "neighbours")
        return self._http.get(where, Neighbours, **filters)

    def create(self, project_id: str, task: Any) -> Task:
        """Create one task; see `create_all` for what it may be."""
        return self.create_all(project_id, [task])[0]

    def create_all(self, project_id: str, tasks: Iterable[Any]) -> Page[Task]:
        """Create tasks in bulk, and give them back in the same order.

        Each is a dictionary with `attachment` and, where they are needed, `attachment_type`,
        `annotations`, `complete`, `unique_id`, `batch_name`, `tags`, `metadata`; or the
        attachment alone. Images are paths, bytes, Pillow images or addresses and are uploaded
        on the way. A request holds up to 1000 tasks and is stored whole or not at all.
        """
        where = path("projects", checked_id("project", project_id), "tasks")
        made: list[Task] = []
        for part in _parts(self._read(entry) for entry in tasks):
            made += self._http.post(where, TasksCreated, TasksCreate(tasks=part)).tasks
        return Page(made)

    def import_file(
        self,
        project_id: str,
        file: str | PathLike[str],
        *,
        format: str | None = None,
        rejected_file: str | PathLike[str] | None = None,
    ) -> ImportReport:
        """Create the tasks of a file, one a row, and say what became of every row.

        `format` is ndjson, parquet or arrow, and follows from the file's name. A row is what
        `create` takes; names of images start from the file's folder. A row without a `unique_id`
        gets one that follows from the file and the row, so that it is stored once, however often
        the file is imported; an import that was interrupted goes on when it is called again.
        What is rejected is written to `rejected_file`, a line of JSON each.

        Raises FormatError for a file that cannot be read, and LinLogError where the server does
        not answer for two minutes.
        """
        from linlog.client.importing import tasks as importing

        project_id = checked_id("project", project_id)
        where = path("projects", project_id, "tasks")
        return importing.run(
            Path(file),
            importing.TaskStream(self._http, project_id, where),
            self._read,
            lambda unique_id: bool(self.list(project_id, unique_id=unique_id, limit=1)),
            format=format,
            rejected_file=None if rejected_file is None else Path(rejected_file),
        )

    def update(self, id: str, **changes: Any) -> Task:
        """Change a task: `complete`, `batch`, `tags`, `metadata`, `annotations` and so on."""
        if "batch_name" in changes:
            changes["batch"] = changes.pop("batch_name")
        if "annotations" in changes:
            changes["annotations"] = read_all(changes["annotations"])
        if "tags" in changes:
            changes["tags"] = tuple(changes["tags"])
        return self._http.patch(path("tasks", checked_id("task", id)), Task, TaskUpdate(**changes))

    def submit(self, id: str) -> Task:
        """Say that the work is done: it waits for a reviewer where its project is reviewed."""
        return self._http.post(path("tasks", checked_id("task", id), "submit"), Task)

    def complete(self, id: str) -> Task:
        """Say that the work is done: the annotations are now the ground truth."""
        return self._http.post(path("tasks", checked_id("task", id), "complete"), Task)

    def reopen(self, id: str) -> Task:
        """Take a completed or rejected task up again."""
        return self._http.post(path("tasks", checked_id("task", id), "reopen"), Task)

    def reject(self, id: str, *, reason: str | None = None) -> Task:
        """Send a task back to whoever annotates."""
        where = path("tasks", checked_id("task", id), "reject")
        return self._http.post(where, Task, TaskReject(reason=reason))

    def change(self, task_ids: Any = None, **wanted: Any) -> Job:
        """Change many tasks at once: those of `task_ids`, or those that a `query` takes now.

        A query is asked of `project_id` or `dataset_id`. What becomes of the tasks: `batch`,
        `decision` (complete, open or rejected, with a `reason`), `add_tags`, `remove_tags`,
        `add_to_dataset`, `remove_from_dataset`, or `delete=True`. A job does it; its `result` says
        how many were changed, and how many a rule kept from it, by reason.
        """
        for name in ("add_tags", "remove_tags"):
            if name in wanted:
                wanted[name] = tuple(wanted[name])
        ids = None if task_ids is None else read_ids(task_ids).task_ids
        return self._http.post("/tasks/change", Job, TasksChange(task_ids=ids, **wanted))

    def delete(self, task_ids: Any) -> Deleted:
        """Delete one task or several, with their annotations."""
        return self._http.post("/tasks/delete", Deleted, read_ids(task_ids))

    # ------------------------------------------------------------------------ reading

    def _read(self, entry: Any) -> TaskCreate:
        if isinstance(entry, TaskCreate):
            return entry
        if not isinstance(entry, Mapping):
            return TaskCreate(item=self._item(entry, _type_of(entry)))
        for key in entry:
            if key not in _FIELDS:
                raise ValueError(
                    f"unknown key {str(key)[:40]!r}; a task takes {', '.join(_FIELDS)}"
                )
        extras = {key: entry[key] for key in ("tokens", "zoom", "bounds") if entry.get(key)}
        return TaskCreate(
            item=self._item_of(entry),
            kind=_kind(entry.get("kind") or entry.get("type")),
            batch=entry.get("batch") or entry.get("batch_name"),
            unique_id=entry.get("unique_id"),
            complete=bool(entry.get("complete")),
            annotations=read_all(entry.get("annotations")),
            tags=tuple(entry.get("tags") or ()),
            metadata=dict(entry.get("metadata") or {}),
            details={**dict(entry.get("details") or {}), **extras},
        )

    def _item_of(self, entry: Mapping[str, Any]) -> ItemCreate:
        found = entry.get("item")
        if found is not None:
            return found if isinstance(found, ItemCreate) else ItemCreate(**found)
        attachment = entry.get("attachment")
        if attachment is None:
            raise ValueError("a task needs an attachment: an image, a text or an address")
        return self._item(
            attachment,
            entry.get("attachment_type") or _type_of(attachment),
            external=bool(entry.get("external_data")),
            filename=entry.get("filename"),
        )

    def _item(
        self, attachment: Any, type: str, *, external: bool = False, filename: str | None = None
    ) -> ItemCreate:
        if type not in _TYPES:
            raise ValueError(
                f"unknown attachment_type {type!r}; expected one of {', '.join(_TYPES)}"
            )
        kind = cast("ItemType", type)
        if type in {"text", "html"}:
            return ItemCreate(type=kind, text=_text(attachment), filename=filename)
        if _is_address(attachment):
            return ItemCreate(type=kind, url=attachment, external=external, filename=filename)
        if type in {"iframe", "geospatial"}:
            raise ValueError(f"an attachment of type {type} is an address that begins with http")
        file = Files(self._http).upload(attachment, filename=filename)
        return ItemCreate(type=kind, file_id=file.id, filename=file.filename)


_TYPES: Final = ("image", "text", "html", "iframe", "video", "geospatial", "other")


def read_ids(task_ids: Any) -> TaskIds:
    """One task or several, as ids or as tasks."""
    single = isinstance(task_ids, (str, Task))
    entries = [task_ids] if single else list(task_ids)
    return TaskIds(task_ids=tuple(checked_id("task", entry) for entry in entries))


def check_filters(filters: Mapping[str, Any], valid: Iterable[str]) -> None:
    """Refuse unknown filters before anything is sent."""
    unknown = [key for key in filters if key not in valid]
    if unknown:
        raise ValueError(f"unknown filter {unknown[0]!r}; valid are {', '.join(valid)}")


def _parts(entries: Iterable[TaskCreate]) -> Iterator[tuple[TaskCreate, ...]]:
    """The tasks in requests that are neither too many nor too large."""
    part: list[TaskCreate] = []
    size = 0
    for entry in entries:
        weight = len(entry.item.text or "") + 100 * len(entry.annotations)
        if part and (len(part) == tasks.LARGEST_BATCH or size + weight > REQUEST_CHARACTERS):
            yield tuple(part)
            part, size = [], 0
        part.append(entry)
        size += weight
    if part:
        yield tuple(part)


def _type_of(attachment: Any) -> str:
    """What an attachment is when nobody says: a text, unless it is an image or an address."""
    if not isinstance(attachment, str):
        return "image"
    if _is_address(attachment):
        return "image"
    short = len(attachment) < 4096 and "\n" not in attachment
    is_image = short and Path(attachment).suffix.lower() in _IMAGE_SUFFIXES
    return "image" if is_image and Path(attachment).expanduser().is_file() else "text"


def _text(attachment: Any) -> str:
    if isinstance(attachment, PathLike):
        return Path(attachment).read_text(encoding="utf-8")
    if not isinstance(attachment, str):
        raise ValueError(f"a text is a string or a path, not {type(attachment).__name__}")  # noqa: TRY004 - one kind of refusal
    return attachment


def _is_address(attachment: Any) -> bool:
    return isinstance(attachment, str) and attachment.lower().startswith(("http://", "https://"))


def _kind(word: Any) -> TaskKind | None:
    return None if word is None else cast("TaskKind", _KINDS.get(word, word))
