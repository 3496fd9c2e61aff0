"""Projects over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import projects
from linlog.wire.paging import Page
from linlog.wire.projects import Project, ProjectCreate, ProjectUpdate
from linlog.wire.tasks import Deleted

router = Router("projects")


@router.get("/projects", policy="viewer")
def list_(ctx: Context, page: Paging, title: str | None = None) -> Page[Project]:
    """The organisation's projects, oldest first."""
    return projects.list_page(ctx, page, title=title)


@router.post("/projects", policy="manager")
def create(ctx: Context, body: ProjectCreate) -> Project:
    """Create a project."""
    return projects.create(ctx, body)


@router.get("/projects/{project_id}", policy="viewer")
def get(ctx: Context, project_id: str) -> Project:
    """One project."""
    return projects.get(ctx, project_id)


@router.patch("/projects/{project_id}", policy="manager", noted=True)
def update(ctx: Context, project_id: str, body: ProjectUpdate) -> Project:
    """Change a project."""
    return projects.update(ctx, project_id, body)


@router.delete("/projects/{project_id}", policy="manager")
def delete(ctx: Context, project_id: str) -> Deleted:
    """Remove a project with everything in it."""
    return Deleted(deleted=projects.delete(ctx, project_id))
