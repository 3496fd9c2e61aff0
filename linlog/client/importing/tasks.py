"""Tasks of a file: each row has a unique_id, its own or one that follows from file and place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from linlog import errors
from linlog.client import progress
from linlog.client.http import Http
from linlog.client.importing import delivery, rows
from linlog.client.importing.delivery import Delivery
from linlog.client.importing.reports import ImportReport, Tally, tally
from linlog.client.importing.rows import Row
from linlog.client.streams import Refusal
from linlog.wire import codec, tasks
from linlog.wire.tasks import TaskCreate

IMAGES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
_UNKNOWN_IN_TURN: Final = 20
_AGAIN: Final = "has the unique_id of an earlier row"


def run(
    file: Path,
    stream: TaskStream,
    read: Callable[[Any], TaskCreate],
    is_there: Callable[[str], bool],
    *,
    format: str | None,
    rejected_file: Path | None,
) -> ImportReport:
    """Import a file; `read` makes a task of a row, `is_there` asks for a unique_id."""
    known = rows.format_of(file, format)
    if known == "coco":
        raise ValueError("tasks are imported from ndjson, parquet and arrow")
    name, seen, before = rows.name_of(file), set[str](), _Before(is_there)
    with (
        tally(file, rejected_file) as counts,
        Delivery(stream, counts) as sending,
        progress.bar() as show,
    ):
        for row in delivery.shown(rows.read(file, known), counts, show):
            unique_id = str(row.data.get("unique_id") or f"{name}-{row.number + 1}")
            if unique_id in seen:
                counts.refuse(_AGAIN, row.place, unique_id, row.data)
                continue
            seen.add(unique_id)
            entry = _entry(row, {**row.data, "unique_id": unique_id}, read, before, counts)
            if entry is not None:
                sending.add(entry, row)
        sending.finish()
        return counts.report()


class _Before:
    """Whether an earlier import stored a row, so that its image need not be uploaded again.

    Rows are stored in their order: after some in turn that are unknown, the rest is too.
    """

    def __init__(self, is_there: Callable[[str], bool]) -> None:
        self._is_there = is_there
        self._unknown = 0

    def has(self, unique_id: str) -> bool:
        """Whether a task has the unique_id, as far as it is worth to ask."""
        if self._unknown >= _UNKNOWN_IN_TURN:
            return False
        found = self._is_there(unique_id)
        self._unknown = 0 if found else self._unknown + 1
        return found


def _entry(
    row: Row,
    data: dict[str, Any],
    read: Callable[[Any], TaskCreate],
    before: _Before,
    counts: Tally,
) -> bytes | None:
    """The task of a row as it is sent; None where it is refused, or there already."""
    try:
        image = _image(data, counts.path.parent)
        if image is not None and before.has(data["unique_id"]):
            counts.accepted += 1
            counts.present += 1
            return None
        named = (
            {"attachment": image, "filename": data.get("filename") or image.name} if image else {}
        )
        return codec.encode(read({**data, **named}))
    except delivery.NO_ROW as error:
        counts.refuse("is no task", row.place, str(error), row.data)
        return None


def _image(data: Mapping[str, Any], folder: Path) -> Path | None:
    """The image of a row that is a file here, named from the folder of the rows.

    Raises ValueError where there is no such file.
    """
    attachment, kind = data.get("attachment"), data.get("attachment_type")
    if not isinstance(attachment, str) or kind not in {None, "image"}:
        return None
    if attachment.lower().startswith(("http://", "https://")):
        return None
    is_name = len(attachment) < 4096 and Path(attachment).suffix.lower() in IMAGES
    if kind is None and not is_name:
        return None
    place = folder / attachment
    if not place.is_file():
        raise ValueError(f"there is no image {str(place)!r}")
    return place


class TaskStream:
    """Sends tasks to one project; their unique_ids keep them from being stored twice."""

    name = "tasks"
    client_id = ""
    segment = 0
    late = True
    largest_batch = tasks.LARGEST_BATCH

    def __init__(self, http: Http, target: str, where: str) -> None:
        self.target = target
        self.repeated = 0
        self._http = http
        self._where = where

    def deliver(self, entries: Sequence[bytes]) -> Sequence[Refusal]:
        """Store tasks, all or none."""
        content = b"".join((b'{"tasks":[', b",".join(entries), b"]}"))
        made = self._http.deliver(self._where, _Created, content)
        self.repeated += len(entries) - made.created
        return ()

    def refusal(self, entry: bytes, error: errors.ApiError) -> Refusal:
        """Say that one task was refused."""
        return Refusal("a task", error, entry)


class _Created(msgspec.Struct):
    """What matters of `TasksCreated`."""

    created: int
