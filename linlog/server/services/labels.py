"""Labels: a project's taxonomy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from linlog import ids
from linlog.errors import Conflict
from linlog.server import names
from linlog.server.services import access
from linlog.server.store import labels
from linlog.server.store import projects as project_rows
from linlog.server.store.paging import EVERYTHING
from linlog.server.store.projects import Change
from linlog.wire.labels import Label, LabelCreate
from linlog.wire.unset import Unset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.labels import LabelUpdate
    from linlog.wire.paging import Page

COLOURS: Final = (
    "#458ab4",
    "#ae7a0b",
    "#6a9b59",
    "#c91b62",
    "#6a57ca",
    "#86620e",
    "#a16ffc",
    "#5b736b",
    "#de5189",
    "#838c96",
)
"""Told apart by people who see colours differently; used in turn."""


def list_page(ctx: Context, project_id: str, window: Window) -> Page[Label]:
    """A project's labels."""
    access.project(ctx, project_id)
    return labels.list_page(ctx.conn, ctx.scope, project_id, window)


def get(ctx: Context, label_id: str) -> Label:
    """One label."""
    return access.label(ctx, label_id)


def create(ctx: Context, project_id: str, new: LabelCreate) -> Label:
    """Add a label to a project's taxonomy. Raises Conflict where it is there."""
    project = access.project(ctx, project_id)
    _check_free(project.labels, new.shape, new.name.strip())
    return add(ctx, project_id, [new], existing=project.labels)[0]


def add(
    ctx: Context, project_id: str, new: Iterable[LabelCreate], *, existing: Iterable[Label] = ()
) -> list[Label]:
    """Add those labels that a project has not; what was added."""
    added = add_first(ctx, project_id, new, existing=existing)
    _note(ctx, project_id, *(Change(None, label) for label in added))
    return added


def add_first(
    ctx: Context, project_id: str, new: Iterable[LabelCreate], *, existing: Iterable[Label] = ()
) -> list[Label]:
    """Like `add`, for a project that begins with them: nothing changes, so nothing is noted."""
    known = {(label.name, label.shape) for label in existing}
    added: list[Label] = []
    for entry in new:
        if _key(entry) in known:
            continue
        place = len(known)
        known.add(_key(entry))
        label = Label(
            id=ids.new("label"),
            project_id=project_id,
            name=entry.name.strip(),
            display_name=entry.display_name,
            shape=entry.shape,
            colour=entry.colour or COLOURS[place % len(COLOURS)],
        )
        labels.insert(ctx.conn, ctx.scope, label, created=ctx.now + place)
        added.append(label)
    return added


def import_from(ctx: Context, project_id: str, source_id: str) -> list[Label]:
    """Add another project's labels; those that are there already are not doubled."""
    destination = access.project(ctx, project_id)
    source = access.project(ctx, source_id)
    wanted = [
        LabelCreate(
            name=label.name,
            display_name=label.display_name,
            shape=label.shape,
            colour=label.colour,
        )
        for label in source.labels
    ]
    return add(ctx, project_id, wanted, existing=destination.labels)


def update(ctx: Context, label_id: str, change: LabelUpdate) -> Label:
    """Change a label; annotations that carry its name follow."""
    label = access.label(ctx, label_id)
    values: dict[str, str | None] = {}
    if not isinstance(change.name, Unset) and change.name.strip() != label.name:
        taken = labels.list_page(ctx.conn, ctx.scope, label.project_id, EVERYTHING).results
        others = [other for other in taken if other.id != label.id]
        _check_free(others, label.shape, change.name.strip())
        labels.rename_annotations(ctx.conn, ctx.scope, label, change.name.strip())
        values["name"] = change.name.strip()
    if not isinstance(change.display_name, Unset):
        values["display_name"] = change.display_name
    if not isinstance(change.colour, Unset):
        values["colour"] = change.colour
    if not values:
        return label
    labels.update(ctx.conn, ctx.scope, label_id, values)
    changed = access.label(ctx, label_id)
    if changed != label:
        _note(ctx, label.project_id, Change(label, changed))
    return changed


def delete(ctx: Context, label_id: str) -> int:
    """Remove a label from the taxonomy; annotations that carry it keep it."""
    label = access.label(ctx, label_id)
    _note(ctx, label.project_id, Change(label, None))
    return labels.delete(ctx.conn, ctx.scope, label_id)


def _note(ctx: Context, project_id: str, *changes: Change) -> None:
    project_rows.note_changes(ctx.conn, ctx.scope, project_id, changes, created=ctx.now)


def _check_free(taken: Iterable[Label], shape: str, name: str) -> None:
    wanted = names.plain(name)
    if any(names.plain(other.name) == wanted and other.shape == shape for other in taken):
        message = f"the project has a {shape} label {name!r} already"
        raise Conflict(message, field="name")


def _key(new: LabelCreate) -> tuple[str, str]:
    return (new.name.strip(), new.shape)
