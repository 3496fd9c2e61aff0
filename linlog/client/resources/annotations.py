"""Annotations: shapes with a label, on tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.shapes import Shape
from linlog.wire import paging, spellings
from linlog.wire.annotations import (
    Annotation,
    AnnotationCreate,
    AnnotationsCreate,
    AnnotationsReplace,
    AnnotationsRestore,
    AnnotationUpdate,
    EarlierAnnotations,
)
from linlog.wire.tasks import Deleted, Task


class Annotations(Resource):
    """Shapes with a label. On a complete task they are the ground truth."""

    def list(
        self, task_id: str, *, limit: int | None = None, offset: int | None = None
    ) -> Page[Annotation]:
        """A page of a task's annotations."""
        where = path("tasks", checked_id("task", task_id), "annotations")
        return self._list(where, paging.Page[Annotation], limit=limit, offset=offset)

    def get(self, id: str) -> Annotation:
        """One annotation."""
        return self._http.get(path("annotations", id), Annotation)

    def create(self, task_id: str, annotations: Any, *, guarded: bool = False) -> Task:
        """Add one annotation or several, in any spelling; all or none. Gives back the task.

        `guarded` refuses what would stand on the task twice: what another one says, and anything
        beside the ground truth of a complete task.
        """
        where = path("tasks", checked_id("task", task_id), "annotations")
        body = AnnotationsCreate(annotations=read_all(annotations), guarded=guarded)
        return self._http.post(where, Task, body)

    def replace(self, task_id: str, annotations: Any, *, version: int | None = None) -> Task:
        """Replace all of a task's annotations. With `version`, refused if the task moved on."""
        where = path("tasks", checked_id("task", task_id), "annotations")
        body = AnnotationsReplace(annotations=read_all(annotations), version=version)
        return self._http.put(where, Task, body)

    def list_earlier(
        self,
        task_id: str,
        *,
        annotations: bool = False,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[EarlierAnnotations]:
        """What a task held before changes took something of it away, newest first."""
        where = path("tasks", checked_id("task", task_id), "annotations", "earlier")
        kind = paging.Page[EarlierAnnotations]
        return self._list(where, kind, annotations=annotations, limit=limit, offset=offset)

    def restore(self, task_id: str, version: int) -> Task:
        """Let a task hold again what an earlier version held. Raises NotFound if it is not kept."""
        where = path("tasks", checked_id("task", task_id), "annotations", "restore")
        return self._http.post(where, Task, AnnotationsRestore(version=version))

    def update(self, id: str, **changes: Any) -> Annotation:
        """Change `label`, `shape` or `attributes`."""
        if "shape" in changes and not isinstance(changes["shape"], Shape):
            changes["shape"] = spellings.read_parts(changes["shape"], "any", strict=True)[0]
        return self._http.patch(path("annotations", id), Annotation, AnnotationUpdate(**changes))

    def delete(self, id: str) -> Deleted:
        """Remove an annotation."""
        return self._http.delete(path("annotations", id), Deleted)


def read_all(annotations: Any) -> tuple[AnnotationCreate, ...]:
    """One annotation or several, in any spelling, as they are sent."""
    if annotations is None:
        return ()
    single = isinstance(annotations, (Mapping, str, Annotation, AnnotationCreate))
    entries = [annotations] if single else list(annotations)
    return tuple(spellings.read_annotation(entry, strict=True) for entry in entries)
