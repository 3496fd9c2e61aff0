"""What a published PATCH of a task changes, and what it must not destroy.

The last client reads every shape but a box as a box of zeros and gets a dataset's tasks without
their annotations; saving such a task must leave the stored ones as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog.server.published import reading
from linlog.server.published.geo import geo_details
from linlog.shapes import Box
from linlog.wire.annotations import AnnotationCreate
from linlog.wire.tasks import TaskUpdate
from linlog.wire.unset import UNSET, Unset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linlog.wire.annotations import Annotation
    from linlog.wire.tasks import Task


def read_change(task: Task, sent: Mapping[str, Any]) -> TaskUpdate:
    """The change that a task's fields ask for; missing and null ones change nothing."""
    complete, rejected = _state(task, sent)
    with reading.refusing():
        return TaskUpdate(
            complete=complete,
            rejected=rejected,
            batch=reading.text(sent, "batch_name") or reading.text(sent, "batch") or UNSET,
            unique_id=reading.text(sent, "unique_id") or UNSET,
            filename=reading.text(sent, "filename") or UNSET,
            tags=UNSET if sent.get("tags") is None else reading.names(sent, "tags"),
            metadata=UNSET if sent.get("metadata") is None else reading.mapping(sent, "metadata"),
            details=_details(task, sent),
            annotations=_annotations(task, sent),
        )


def _state(task: Task, sent: Mapping[str, Any]) -> tuple[bool | Unset, bool | Unset]:
    """What is sent, where both are true the one that is new: clients send both every time."""
    complete, rejected = reading.flag(sent, "complete"), reading.flag(sent, "rejected")
    if complete and rejected and task.complete != task.rejected:
        complete, rejected = not task.complete, not task.rejected
    return (
        UNSET if complete is None or complete == task.complete else complete,
        UNSET if rejected is None or rejected == task.rejected else rejected,
    )


def _details(task: Task, sent: Mapping[str, Any]) -> dict[str, Any] | Unset:
    found: dict[str, Any] = geo_details(sent) if task.kind == "geospatial" else {}
    size = _size(sent)
    if size and not task.item.width:
        found["media_specs"] = size
    return {**task.details, **found} if found else UNSET


def _size(sent: Mapping[str, Any]) -> dict[str, int]:
    """The pixels of an image whose file the server has not; clients send zeros for unknown."""
    specs = sent.get("media_specs")
    if not isinstance(specs, dict):
        return {}
    found = {key: specs.get(key) for key in ("width", "height")}
    return {
        key: value
        for key, value in found.items()
        if isinstance(value, int) and all(_is_positive(one) for one in found.values())
    }


def _is_positive(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _annotations(task: Task, sent: Mapping[str, Any]) -> tuple[AnnotationCreate, ...] | Unset:
    if sent.get("annotations") is None:
        return UNSET
    entries = reading.entries(sent, "annotations")
    if not entries and sent.get("dataset_id") is not None:
        return UNSET
    read = reading.annotation_list(sent)
    stored = {entry.id: entry for entry in task.annotations}
    wanted = tuple(_kept(entry, stored) for entry in read)
    same = [_content(entry) for entry in wanted] == [_content(one) for one in task.annotations]
    return UNSET if same else wanted


def _kept(sent: AnnotationCreate, stored: Mapping[str, Annotation]) -> AnnotationCreate:
    """What was sent, with the stored shape where a box of zeros stands for another one."""
    known = stored.get(sent.id or "")
    if known is None or isinstance(known.shape, Box) or not _is_nothing(sent):
        return sent
    return AnnotationCreate(
        id=sent.id,
        label=sent.label,
        shape=known.shape,
        attributes=sent.attributes,
        source=sent.source,
    )


def _is_nothing(sent: AnnotationCreate) -> bool:
    shape = sent.shape
    return isinstance(shape, Box) and not any((shape.left, shape.top, shape.width, shape.height))


def _content(entry: Annotation | AnnotationCreate) -> tuple[Any, ...]:
    return (entry.id, entry.label, entry.shape, entry.attributes, entry.source)
