"""Projects: work of annotation in progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog import ids
from linlog.errors import NotFound
from linlog.server.services import access, audit_entries, batches, contents, labels
from linlog.server.store import project_members, projects
from linlog.server.store.projects import Change
from linlog.server.store.values import to_json
from linlog.wire.unset import Unset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.server.store.projects import DatedChange
    from linlog.wire.paging import Page
    from linlog.wire.projects import Project, ProjectCreate, ProjectMember, ProjectUpdate


def list_page(
    ctx: Context, window: Window, *, title: str | None = None, newest_first: bool = False
) -> Page[Project]:
    """The projects that the caller sees, oldest first unless `newest_first`."""
    seen = ctx.actor.projects
    return projects.list_page(
        ctx.conn, ctx.scope, window, title=title, seen=seen, newest_first=newest_first
    )


def get(ctx: Context, project_id: str) -> Project:
    """One project."""
    return access.project(ctx, project_id)


def create(ctx: Context, new: ProjectCreate) -> Project:
    """Create a project with its main batch and first labels."""
    project_id = ids.new("project")
    projects.insert(
        ctx.conn,
        ctx.scope,
        project_id=project_id,
        title=new.title.strip(),
        type_=new.type,
        attributes=new.attributes,
        reviewed=new.reviewed,
        one_label=new.one_label,
        visibility=new.visibility,
        created=ctx.now,
    )
    batches.create_main(ctx, project_id)
    labels.add_first(ctx, project_id, new.labels)
    return access.project(ctx, project_id)


def update(ctx: Context, project_id: str, change: ProjectUpdate) -> Project:
    """Change a project."""
    before = access.project(ctx, project_id)
    values: dict[str, Any] = {
        name: value
        for name in ("title", "type", "attributes", "reviewed", "one_label", "visibility")
        if not isinstance(value := getattr(change, name), Unset)
    }
    if values:
        projects.update(ctx.conn, ctx.scope, project_id, values)
    after = access.project(ctx, project_id)
    if after.title != before.title:
        renamed = Change(before.title, after.title)
        projects.note_changes(ctx.conn, ctx.scope, project_id, [renamed], created=ctx.now)
    if after.visibility != before.visibility:
        told = {"from": before.visibility, "to": after.visibility}
        audit_entries.note(ctx, "projects.set_visibility", project_id, **told)
    return after


def list_members(ctx: Context, project_id: str, window: Window) -> Page[ProjectMember]:
    """The people who see a project that is for its members."""
    access.project(ctx, project_id)
    return project_members.list_page(ctx.conn, ctx.scope, project_id, window)


def add_member(ctx: Context, project_id: str, user_id: str) -> ProjectMember:
    """Let a person see a project; who is a member already stays one."""
    access.project(ctx, project_id)
    user = access.user(ctx, user_id)
    audit_entries.note(ctx, "projects.add_member", project_id, user=user.id)
    return project_members.insert(
        ctx.conn, ctx.scope, project_id=project_id, user_id=user.id, created=ctx.now
    )


def delete_member(ctx: Context, project_id: str, user_id: str) -> int:
    """Take a person out of a project, who sees it no more from the next request on."""
    access.project(ctx, project_id)
    removed = project_members.delete(ctx.conn, ctx.scope, project_id, user_id)
    if not removed:
        message = f"the project has no member with the id {user_id[:80]!r}"
        raise NotFound(message)
    audit_entries.note(ctx, "projects.delete_member", project_id, user=user_id)
    return removed


def changes(ctx: Context, project_ids: Sequence[str]) -> dict[str, list[DatedChange]]:
    """The latest changes of the titles and labels of some projects, newest last, by project."""
    return projects.changes(ctx.conn, ctx.scope, project_ids)


def delete(ctx: Context, project_id: str) -> int:
    """Remove a project with its tasks, batches, labels, and their places in datasets."""
    access.project(ctx, project_id)
    contents.collect_later(ctx)
    return projects.delete(ctx.conn, ctx.scope, project_id)


def workflow(ctx: Context, project_id: str) -> list[Any]:
    """The project's workflow, as it was sent."""
    access.project(ctx, project_id)
    return projects.workflow(ctx.conn, ctx.scope, project_id)


def set_workflow(ctx: Context, project_id: str, stages: list[Any]) -> list[Any]:
    """Keep a project's workflow."""
    access.project(ctx, project_id)
    projects.update(ctx.conn, ctx.scope, project_id, {"workflow": to_json(stages)})
    return stages
