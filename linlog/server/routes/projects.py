"""Projects over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import projects
from linlog.wire.paging import Page
from linlog.wire.projects import Project, ProjectCreate, ProjectMember, ProjectUpdate
from linlog.wire.tasks import Deleted

router = Router("projects")


@router.get("/projects", policy="viewer", by_project=True)
def list_(
    ctx: Context, page: Paging, *, title: str | None = None, newest_first: bool = False
) -> Page[Project]:
    """The organisation's projects, oldest first unless `newest_first`."""
    return projects.list_page(ctx, page, title=title, newest_first=newest_first)


@router.post("/projects", policy="manager")
def create(ctx: Context, body: ProjectCreate) -> Project:
    """Create a project."""
    return projects.create(ctx, body)


@router.get("/projects/{project_id}", policy="viewer", by_project=True)
def get(ctx: Context, project_id: str) -> Project:
    """One project."""
    return projects.get(ctx, project_id)


@router.patch("/projects/{project_id}", policy="manager", by_project=True, noted=True)
def update(ctx: Context, project_id: str, body: ProjectUpdate) -> Project:
    """Change a project."""
    return projects.update(ctx, project_id, body)


@router.delete("/projects/{project_id}", policy="manager", by_project=True)
def delete(ctx: Context, project_id: str) -> Deleted:
    """Remove a project with everything in it."""
    return Deleted(deleted=projects.delete(ctx, project_id))


@router.get("/projects/{project_id}/members", policy="admin")
def list_members(ctx: Context, project_id: str, page: Paging) -> Page[ProjectMember]:
    """The people who see a project that is for its members."""
    return projects.list_members(ctx, project_id, page)


@router.put("/projects/{project_id}/members/{user_id}", policy="admin")
def add_member(ctx: Context, project_id: str, user_id: str) -> ProjectMember:
    """Let a person see a project; who is a member already stays one."""
    return projects.add_member(ctx, project_id, user_id)


@router.delete("/projects/{project_id}/members/{user_id}", policy="admin", noted=False)
def delete_member(ctx: Context, project_id: str, user_id: str) -> Deleted:
    """Take a person out of a project, who sees it no more from the next request on."""
    return Deleted(deleted=projects.delete_member(ctx, project_id, user_id))
