"""Batches: named parts of a project's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linlog import ids
from linlog.errors import Conflict
from linlog.server import names
from linlog.server.services import access
from linlog.server.store import batches
from linlog.wire.batches import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.batches import Batch, BatchCreate
    from linlog.wire.paging import Page


def list_page(ctx: Context, project_id: str, window: Window) -> Page[Batch]:
    """A project's batches."""
    access.project(ctx, project_id)
    return batches.list_page(ctx.conn, ctx.scope, project_id, window)


def get(ctx: Context, batch_id: str) -> Batch:
    """One batch."""
    return access.batch(ctx, batch_id)


def create(ctx: Context, project_id: str, new: BatchCreate) -> Batch:
    """Create a batch. Raises Conflict where the name is taken."""
    access.project(ctx, project_id)
    taken = batches.ids_by_name(ctx.conn, ctx.scope, project_id)
    if names.plain(new.name) in set(map(names.plain, taken)):
        message = f"the project has a batch {new.name.strip()!r} already"
        raise Conflict(message, field="name")
    return access.batch(ctx, _insert(ctx, project_id, new.name.strip(), 0))


def create_main(ctx: Context, project_id: str) -> None:
    """The batch that every project has from the start."""
    _insert(ctx, project_id, MAIN, 0)


def ids_of(ctx: Context, project_id: str, wished: Iterable[str | None]) -> dict[str | None, str]:
    """The ids of batches by name, created where they are new; no name is the main batch."""
    known = batches.ids_by_name(ctx.conn, ctx.scope, project_id)
    found: dict[str | None, str] = {}
    for name in dict.fromkeys(wished):
        wanted = (name or "").strip() or MAIN
        if wanted not in known:
            alike = {names.plain(each): batch_id for each, batch_id in known.items()}
            same = alike.get(names.plain(wanted))
            known[wanted] = same or _insert(ctx, project_id, wanted, len(known))
        found[name] = known[wanted]
    return found


def _insert(ctx: Context, project_id: str, name: str, place: int) -> str:
    batch_id = ids.new("batch")
    batches.insert(
        ctx.conn,
        ctx.scope,
        batch_id=batch_id,
        project_id=project_id,
        name=name,
        created=ctx.now + place,
    )
    return batch_id
