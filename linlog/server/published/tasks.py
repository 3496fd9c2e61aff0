"""The published clients' tasks: listed, created by kind, uploaded, changed, deleted."""

from __future__ import annotations

from typing import Any, Final, cast
from urllib.parse import urlencode

from fastapi import Request

from linlog.errors import Invalid
from linlog.server import task_filters
from linlog.server.context import Context
from linlog.server.published import parts, reading, writing
from linlog.server.published.changes import read_change
from linlog.server.published.geo import geo_details
from linlog.server.published.writing import Json
from linlog.server.request import RawBody, Router, window
from linlog.server.services import files, projects, tasks
from linlog.wire import codec
from linlog.wire.tasks import ItemCreate, ItemType, TaskCreate, TaskKind

router = Router("tasks", prefix="/api/v1", lenient=True)

UPLOADED_KINDS: Final[dict[str, TaskKind]] = {"ocr": "ocr", "categorisation": "categorisation"}
"""The kinds that an upload may ask for beside `image`."""
TEXTS: Final = frozenset({"text", "html"})
ADDRESSES: Final = frozenset({"image", "iframe", "video"})


@router.get("/projects/{project_id}/tasks", policy="viewer", by_project=True)
def list_(ctx: Context, project_id: str, request: Request) -> Json:
    """A page of a project's tasks with their annotations."""
    query = request.query_params
    wanted, part = reading.filters(query), reading.page_window(query)
    found = tasks.list_page(writing.lasting(ctx), project_id, wanted, part, with_annotations=True)
    results = [writing.task(entry) for entry in found.results]
    asked = [(key, value) for key, value in query.items() if key not in {"limit", "offset"}]
    address = f"{request.url.path}?{urlencode(asked)}" if asked else request.url.path
    return writing.page(ctx, address, part, found, results)


@router.post("/tasks", policy="manager")
def delete(ctx: Context, body: RawBody) -> Json:
    """Remove tasks: this address deletes. Unknown ids are no error."""
    sent = reading.fields(body)
    if sent and "task_ids" not in sent:
        message = "this address deletes the tasks of task_ids; to create one, post to tasks/image"
        raise Invalid(message, field="task_ids")
    wanted = [entry for entry in reading.entries(sent, "task_ids") if isinstance(entry, str)]
    return writing.deleted(tasks.delete_many(ctx, wanted))


@router.post("/tasks/categorisation", policy="manager", by_project=True, small=True)
def create_categorisation(ctx: Context, body: RawBody) -> Json:
    """Create a task that shows an image, a text or a page and asks what it is."""
    return _create(ctx, reading.fields(body), "categorisation", attachment_type="text")


@router.post("/tasks/ner", policy="manager", by_project=True, small=True)
def create_ner(ctx: Context, body: RawBody) -> Json:
    """Create a task of naming entities in a text."""
    sent = reading.fields(body)
    tokens = sent.get("tokens")
    details = {} if tokens is None else {"tokens": codec.mark_numbers(tokens)}
    return _create(ctx, {**sent, "attachment_type": "text"}, "ner", details=details)


@router.post("/tasks/video", policy="manager", by_project=True, small=True)
def create_video(ctx: Context, body: RawBody) -> Json:
    """Create a task that shows a video."""
    return _create(ctx, {**reading.fields(body), "attachment_type": "video"}, "video")


@router.post("/tasks/image", policy="manager", by_project=True, small=True)
def create_image(ctx: Context, body: RawBody) -> Json:
    """Create a task of drawing on an image that is given by its address."""
    return _create(ctx, {**reading.fields(body), "attachment_type": "image"}, "image")


@router.post("/tasks/geo", policy="manager", by_project=True, small=True)
def create_geo(ctx: Context, body: RawBody) -> Json:
    """Create a task of drawing on a map."""
    sent = {**reading.fields(body), "attachment_type": "geospatial"}
    return _create(ctx, sent, "geospatial", details=geo_details(sent))


@router.post("/tasks/image/upload", policy="manager")
def upload(ctx: Context, request: Request, body: RawBody) -> Json:
    """Create a task of an image whose bytes are sent along."""
    found = parts.read(request.headers.get("content-type", ""), body)
    for name in ("payload", "image"):
        if name not in found:
            message = "send a multipart body with the parts payload, which is JSON, and image"
            raise Invalid(message, field=name)
    sent = reading.fields(found["payload"].content)
    project_id = projects.get(ctx, reading.needed(sent, "project")).id
    known = _known(ctx, project_id, reading.text(sent, "unique_id"))
    if known is not None:
        return known
    picture = found["image"]
    file = files.create(ctx, picture.content, filename=picture.filename)
    item = ItemCreate(type="image", file_id=file.id)
    kind = UPLOADED_KINDS.get(reading.text(sent, "type") or "", "image")
    return _store(ctx, sent, item, kind, {})


@router.patch("/tasks/{task_id}", policy="annotator", by_project=True, small=True)
def update(ctx: Context, task_id: str, body: RawBody) -> Json:
    """Change a task; what is missing, null or not the client's to change stays."""
    found = tasks.get(ctx, task_id)
    sent = reading.fields(body)
    inner = reading.fields_of(sent, "task") if "task" in sent else sent
    return writing.task(tasks.update(writing.lasting(ctx), task_id, read_change(found, inner)))


def _known(ctx: Context, project_id: str, unique_id: str | None) -> Json | None:
    """The task that has a unique_id already, so that no file is stored for it again."""
    if unique_id is None:
        return None
    wanted = task_filters.filters(unique_id=unique_id)
    found = tasks.list_page(
        writing.lasting(ctx), project_id, wanted, window(limit=1), with_annotations=True
    )
    return next((writing.task(entry) for entry in found.results), None)


def _create(
    ctx: Context,
    sent: Json,
    kind: TaskKind,
    *,
    attachment_type: str = "text",
    details: dict[str, Any] | None = None,
) -> Json:
    projects.get(ctx, reading.needed(sent, "project"))
    word = reading.text(sent, "attachment_type") or attachment_type
    item, more = _item(sent, word)
    return _store(ctx, sent, item, kind, {**(details or {}), **more})


def _item(sent: Json, word: str) -> tuple[ItemCreate, dict[str, Any]]:
    """What a task shows, and what has to be kept beside it to say the same again."""
    attachment = reading.needed(sent, "attachment")
    external = bool(reading.flag(sent, "external_data"))
    address = reading.is_address(attachment)
    kind = _item_type(word, fetchable=address or not external)
    by_address = kind in ADDRESSES or (kind not in TEXTS and address)
    given = {"url": attachment} if by_address else {"text": attachment}
    with reading.refusing("attachment"):
        item = ItemCreate(type=kind, external=external, **given)
    said: dict[str, Any] = {} if kind == word else {"attachment_type": word}
    return item, said if kind == "image" or not external else {**said, "external_data": True}


def _item_type(word: str, *, fetchable: bool) -> ItemType:
    """The platform's word; what it does not know or cannot fetch is shown as it was sent."""
    known = word in TEXTS or word == "geospatial" or (word in ADDRESSES and fetchable)
    return cast("ItemType", word) if known else "other"


def _store(
    ctx: Context, sent: Json, item: ItemCreate, kind: TaskKind, details: dict[str, Any]
) -> Json:
    with reading.refusing():
        new = TaskCreate(
            item=item,
            kind=kind,
            batch=reading.text(sent, "batch_name"),
            unique_id=reading.text(sent, "unique_id"),
            complete=bool(reading.flag(sent, "complete")),
            annotations=reading.annotation_list(sent),
            tags=reading.names(sent, "tags"),
            metadata=reading.mapping(sent, "metadata"),
            details=details,
        )
    created = tasks.create(writing.lasting(ctx), reading.needed(sent, "project"), [new])
    return writing.task(created.tasks[0])
