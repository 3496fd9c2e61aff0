"""Annotations: added, changed and replaced on a task, with labels that the taxonomy learns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from linlog import ids, shapes
from linlog.errors import Conflict, Invalid, NotAllowed, NotFound
from linlog.evaluation import frozen
from linlog.server.services import access, labels, users
from linlog.server.store import annotations as annotation_rows
from linlog.server.store import reviews, tasks
from linlog.server.store.values import micros
from linlog.wire.annotations import OF_PREDICTION, Annotation, AnnotationCreate, edited
from linlog.wire.labels import LabelCreate
from linlog.wire.unset import Unset

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.annotations import (
        AnnotationsCreate,
        AnnotationsReplace,
        AnnotationUpdate,
        EarlierAnnotations,
    )
    from linlog.wire.paging import Page
    from linlog.wire.projects import Project
    from linlog.wire.tasks import Task


def list_page(ctx: Context, task_id: str, window: Window) -> Page[Annotation]:
    """A task's annotations."""
    access.task(ctx, task_id)
    return annotation_rows.list_page(ctx.conn, ctx.scope, task_id, window)


def get(ctx: Context, annotation_id: str) -> Annotation:
    """One annotation."""
    return access.annotation(ctx, annotation_id)


def insert_first(
    ctx: Context,
    project: Project,
    of_tasks: Sequence[tuple[str, str | None, Sequence[AnnotationCreate]]],
) -> None:
    """Put the first annotations on new tasks: (task id, text of its item, annotations) each.

    They were made elsewhere: whoever brings them in is not their annotator.
    """
    everything = [new for _, _, some in of_tasks for new in some]
    if not everything:
        return
    _teach(ctx, project, everything)
    free = _FreeIds(ctx, everything)
    rows: list[tuple[Annotation, int, int]] = []
    for task_id, text, some in of_tasks:
        _check_one_label(project, [(new.label, new.shape) for new in some])
        for position, new in enumerate(some):
            _check_span(new.shape, text, f"annotations.{position}.shape")
            _check_extent(new.shape, f"annotations.{position}.shape")
            _check_said(ctx, new, f"annotations.{position}")
            by = new.annotator_id, None
            made = _annotation(ctx, task_id, new, free, by=by)
            rows.append((made, position, ctx.now + len(rows)))
    annotation_rows.insert(ctx.conn, ctx.scope, rows)


def create(ctx: Context, task_id: str, new: AnnotationsCreate) -> None:
    """Add annotations to a task, all or none."""
    task = access.task(ctx, task_id)
    if new.guarded:
        _check_not_twice(task, new.annotations)
    first = annotation_rows.next_position(ctx.conn, ctx.scope, task_id)
    _insert(ctx, task, new.annotations, first, beside=task.annotations, known={})
    _note_change(ctx, task, len(task.annotations) + len(new.annotations))


def _check_not_twice(task: Task, new: Sequence[AnnotationCreate]) -> None:
    if task.complete and task.annotations:
        number = len(task.annotations)
        message = (
            f"task {task.id} is complete, and has {number} as its ground truth already: say "
            "whether these come instead (replace=True) or beside what it has (replace=False)"
        )
        raise Conflict(message, field="annotations")
    held = {_said(entry) for entry in task.annotations}
    for place, entry in enumerate(new):
        if _said(entry) in held:
            message = (
                f"annotation {place} ({entry.label}) says what another one of task {task.id} "
                "does: say whether these come instead of what it has (replace=True), or beside it "
                "all the same (replace=False)"
            )
            raise Conflict(message, field=f"annotations.{place}")
        held.add(_said(entry))


def _said(entry: Annotation | AnnotationCreate) -> bytes:
    return frozen.encode([entry.label.strip(), entry.shape, entry.attributes])


def replace_checked(
    ctx: Context, task_id: str, new: AnnotationsReplace, *, correcting: bool = False
) -> None:
    """Replace a task's annotations. Raises Conflict where it changed since `version`.

    What is done by `correcting` is said of submitted work, whoever does it.
    """
    # Of two that come at once with one version, the second must see what the first made.
    tasks.hold(ctx.conn, ctx.scope, task_id)
    task = access.task(ctx, task_id)
    if new.version is not None and new.version != task.version:
        message = (
            f"the task changed meanwhile: it is at version {task.version}, not {new.version}; "
            "fetch it again and repeat the change"
        )
        raise Conflict(message, field="version")
    replace_all(ctx, task, new.annotations, correcting=correcting)


def list_earlier(
    ctx: Context, task_id: str, window: Window, *, with_annotations: bool
) -> Page[EarlierAnnotations]:
    """What a task held before changes took something of it away, newest first."""
    access.task(ctx, task_id)
    return annotation_rows.list_earlier(
        ctx.conn, ctx.scope, task_id, window, with_annotations=with_annotations
    )


def restore(ctx: Context, task_id: str, version: int) -> None:
    """Let a task hold again what an earlier version held; what it holds now is kept too."""
    task = access.task(ctx, task_id)
    kept = annotation_rows.get_earlier(ctx.conn, ctx.scope, task_id, version)
    if kept is None:
        message = f"version {version} of task {task_id} is not kept; list those that are"
        raise NotFound(message, field="version")
    known = {entry.id: entry for entry in kept}
    replace_all(ctx, task, [_again(entry) for entry in kept], known=known)


def _again(kept: Annotation) -> AnnotationCreate:
    return AnnotationCreate(
        id=kept.id,
        label=kept.label,
        shape=kept.shape,
        attributes=kept.attributes,
        source=kept.source,
    )


def replace_all(
    ctx: Context,
    task: Task,
    new: Sequence[AnnotationCreate],
    *,
    correcting: bool = False,
    known: Mapping[str, Annotation] | None = None,
) -> None:
    """Replace a task's annotations.

    What is on the task keeps its annotator, and so does what is `known`, else what was on it until
    the last change: an undo gives nobody's work to another.
    """
    before = {entry.id: entry for entry in task.annotations}
    if known is None:
        known = {**_gone(ctx, task, new), **before}
    new = [_honest(entry, before.get(entry.id or "")) for entry in new]
    after = {entry.id: _content(entry) for entry in new}
    if any(after.get(entry.id) != _content(entry) for entry in task.annotations):
        _keep(ctx, task)
    annotation_rows.delete_of_task(ctx.conn, ctx.scope, task.id)
    _insert(ctx, task, new, 0, known=known)
    _note_change(ctx, task, len(new), correcting=correcting)


def update(ctx: Context, annotation_id: str, change: AnnotationUpdate) -> Annotation:
    """Change an annotation."""
    annotation = access.annotation(ctx, annotation_id)
    task = access.task(ctx, annotation.task_id)
    changed = replace(
        annotation,
        label=annotation.label if isinstance(change.label, Unset) else change.label.strip(),
        shape=annotation.shape if isinstance(change.shape, Unset) else change.shape,
        attributes=(
            annotation.attributes if isinstance(change.attributes, Unset) else change.attributes
        ),
    )
    if _content(changed) != _content(annotation):
        changed = replace(
            changed, source=edited(changed.source), changed_by_id=users.author_id(ctx)
        )
    _check_span(changed.shape, task.item.text, "shape")
    if changed.shape != annotation.shape:
        _check_extent(changed.shape, "shape")
    wanted = LabelCreate(name=changed.label, shape=changed.shape.name)
    project = access.project(ctx, task.project_id)
    others = [entry for entry in task.annotations if entry.id != annotation.id]
    _check_one_label(project, [(entry.label, entry.shape) for entry in (*others, changed)])
    labels.add(ctx, project.id, [wanted], existing=project.labels)
    if _content(changed) != _content(annotation):
        _keep(ctx, task)
    annotation_rows.update(ctx.conn, ctx.scope, changed)
    _note_change(ctx, task, len(task.annotations))
    return access.annotation(ctx, annotation_id)


def delete(ctx: Context, annotation_id: str) -> int:
    """Remove an annotation."""
    annotation = access.annotation(ctx, annotation_id)
    task = access.task(ctx, annotation.task_id)
    _keep(ctx, task)
    removed = annotation_rows.delete(ctx.conn, ctx.scope, annotation)
    _note_change(ctx, task, len(task.annotations) - removed)
    return removed


def _keep(ctx: Context, task: Task) -> None:
    """Keep what the task holds now, since something of it is about to go."""
    annotation_rows.keep_earlier(
        ctx.conn, ctx.scope, task.id, task.version, task.annotations, replaced=ctx.now
    )


def _honest(entry: AnnotationCreate, before: Annotation | None) -> AnnotationCreate:
    """A prediction that was accepted and is changed now says so, whoever changes it."""
    if before is None or entry.source != before.source or _content(entry) == _content(before):
        return entry
    return replace(entry, source=edited(entry.source))


def _gone(ctx: Context, task: Task, new: Sequence[AnnotationCreate]) -> dict[str, Annotation]:
    """What was on the task before the last change, where any of it may come back now."""
    here = {entry.id for entry in task.annotations}
    if all(entry.id is None or entry.id in here for entry in new):
        return {}
    kept = annotation_rows.latest_earlier(ctx.conn, ctx.scope, task.id)
    return {entry.id: entry for entry in kept}


def _by(
    ctx: Context, entry: AnnotationCreate, before: Annotation | None
) -> tuple[str | None, str | None]:
    """Who made an annotation and who changed it last, once it is stored."""
    if before is not None:
        same = _content(entry) == _content(before)
        return before.annotator_id, before.changed_by_id if same else users.author_id(ctx)
    if entry.annotator_id is not None:
        return entry.annotator_id, None
    handed_on = entry.source is not None and not entry.source.startswith(OF_PREDICTION)
    return None if handed_on else users.author_id(ctx), None


def _check_said(ctx: Context, entry: AnnotationCreate, field: str) -> None:
    """Whose work it is may be said by whoever brings in what others made, and of one's own."""
    said = entry.annotator_id
    if said is None or said == users.author_id(ctx):
        return
    if not any(ids.is_id(noun, said) for noun in ("user", "token")):
        message = f"annotator_id must be the id of a user or a token, not {said!r:.80}"
        raise Invalid(message, field=f"{field}.annotator_id")
    if not ctx.actor.may("manager"):
        message = (
            "managers say whose an annotation is; leave annotator_id out, and it is yours "
            f"(the caller is {ctx.actor.role})"
        )
        raise NotAllowed(message, field=f"{field}.annotator_id")


def _content(entry: Annotation | AnnotationCreate) -> tuple[Any, ...]:
    return (entry.label, entry.shape, entry.attributes, entry.source)


class _FreeIds:
    """Keeps the ids that clients give where they are free, and makes the others."""

    def __init__(self, ctx: Context, new: Iterable[AnnotationCreate]) -> None:
        wanted = [entry.id for entry in new if entry.id is not None]
        self._taken = annotation_rows.taken(ctx.conn, wanted)

    def take(self, wanted: str | None) -> str:
        """The wanted id, or a new one."""
        kept = wanted is not None and wanted not in self._taken and _is_safe(wanted)
        chosen = wanted if kept and wanted else ids.new("annotation")
        self._taken.add(chosen)
        return chosen


def _is_safe(wanted: str) -> bool:
    """Clients' own temporary ids are never stored, nor what could not stand in an address."""
    plain = wanted.replace("-", "").replace("_", "")
    return plain.isascii() and plain.isalnum() and not wanted.startswith("inmem_")


def _insert(
    ctx: Context,
    task: Task,
    new: Sequence[AnnotationCreate],
    first: int,
    *,
    known: Mapping[str, Annotation],
    beside: Sequence[Annotation] = (),
) -> None:
    project = access.project(ctx, task.project_id)
    held = [(entry.label, entry.shape) for entry in beside]
    _check_one_label(project, held + [(entry.label, entry.shape) for entry in new])
    _teach(ctx, project, new)
    free = _FreeIds(ctx, new)
    for place, entry in enumerate(new):
        _check_span(entry.shape, task.item.text, f"annotations.{place}.shape")
        before = known.get(entry.id or "")
        # What was stored before this was asked does not keep the rest from being saved.
        if before is None or before.shape != entry.shape:
            _check_extent(entry.shape, f"annotations.{place}.shape")
        if before is None:
            _check_said(ctx, entry, f"annotations.{place}")
    # What stays on a task was made when it was made, however often it is saved.
    made = {entry.id: entry.created_date for entry in task.annotations}
    rows: list[tuple[Annotation, int, int]] = []
    for place, entry in enumerate(new):
        by = _by(ctx, entry, known.get(entry.id or ""))
        annotation = _annotation(ctx, task.id, entry, free, by=by)
        created = made.get(annotation.id)
        moment = ctx.now + place if created is None else micros(created)
        rows.append((annotation, first + place, moment))
    annotation_rows.insert(ctx.conn, ctx.scope, rows)


def _annotation(
    ctx: Context,
    task_id: str,
    new: AnnotationCreate,
    free: _FreeIds,
    *,
    by: tuple[str | None, str | None],
) -> Annotation:
    return Annotation(
        id=free.take(new.id),
        task_id=task_id,
        label=new.label.strip(),
        shape=new.shape,
        attributes=new.attributes,
        source=new.source,
        annotator_id=by[0],
        changed_by_id=by[1],
        created_date=ctx.today,
    )


def _teach(ctx: Context, project: Project, new: Iterable[AnnotationCreate]) -> None:
    """Add labels that the taxonomy does not know yet."""
    pairs = dict.fromkeys((entry.label.strip(), entry.shape.name) for entry in new)
    wanted = [LabelCreate(name=name, shape=shape) for name, shape in pairs]
    labels.add(ctx, project.id, wanted, existing=project.labels)


def _note_change(
    ctx: Context, task: Task, annotation_count: int, *, correcting: bool = False
) -> None:
    values: dict[str, Any] = {
        "version": task.version + 1,
        "annotation_count": annotation_count,
        "work_started": True,
    }
    if task.status == "pending":
        values["status"] = "in_progress"
    tasks.update(ctx.conn, ctx.scope, task.id, values)
    if task.status == "in_review" and not correcting:
        _note_submitted(ctx, task)


def _note_submitted(ctx: Context, task: Task) -> None:
    """What waits for a reviewer is what its author made of it, until somebody decides."""
    waiting = reviews.waiting(ctx.conn, ctx.scope, task.id)
    if waiting is not None and waiting.author_id == users.author(ctx)[0]:
        reviews.submit_again(ctx.conn, ctx.scope, waiting.id, access.task(ctx, task.id))


def _check_span(shape: shapes.Shape, text: str | None, field: str) -> None:
    if isinstance(shape, shapes.Span) and text is not None and shape.end > len(text):
        message = f"the span ends at {shape.end}, but the text has {len(text)} characters"
        raise Invalid(message, field=field)


def _check_extent(shape: shapes.Shape, field: str) -> None:
    """Refuse a box that marks nothing; a model may predict one, which is then a false positive."""
    if isinstance(shape, shapes.Box) and not (shape.width and shape.height):
        message = (
            f"the box is {shape.width:g} × {shape.height:g} pixels and marks nothing; its width "
            "and height must be above 0, and a place alone is a shape of type point"
        )
        raise Invalid(message, field=field)


def _check_one_label(project: Project, held: Sequence[tuple[str, shapes.Shape]]) -> None:
    wholes = [label.strip() for label, shape in held if isinstance(shape, shapes.Whole)]
    if project.one_label and len(wholes) > 1:
        message = (
            f"project {project.title!r} gives an item one label of the whole, but here are "
            f"{len(wholes)}: {', '.join(sorted(wholes)[:5])}; keep one of them"
        )
        raise Invalid(message, field="annotations")
