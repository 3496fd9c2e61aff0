"""`linlog projects`."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from linlog import errors
from linlog.cli import output
from linlog.cli._options import AsJson, Limit, Offset, client

SEEN_BY: Final = {
    "organisation": "everybody of its organisation",
    "members": "its members, and by owners, admins and managers",
}
"""Who sees a project, by its visibility."""
ProjectId = Annotated[str, typer.Argument(help="The project's id.")]
UserId = Annotated[str, typer.Argument(help="The person's id.")]

app = typer.Typer(help="Work of annotation in progress.", no_args_is_help=True)


@app.command("list")
def list_projects(limit: Limit = 100, offset: Offset = 0, as_json: AsJson = False) -> None:
    """List projects."""
    with client() as linlog:
        found = linlog.projects.list(limit=limit, offset=offset)
    columns = {
        "id": "ID",
        "title": "TITLE",
        "type": "TYPE",
        "task_count": "TASKS",
        "completed_count": "COMPLETED",
        "created_date": "CREATED",
    }
    output.page(found, columns, as_json=as_json)


@app.command("show")
def show_project(id: ProjectId, as_json: AsJson = False) -> None:
    """Show one project with its labels."""
    with client() as linlog:
        found = linlog.projects.get(id)
    if as_json:
        output.data(found)
    else:
        output.record(found)


@app.command("set-visibility")
def set_visibility(
    id: ProjectId,
    visibility: Annotated[str, typer.Argument(help=f"One of {', '.join(SEEN_BY)}.")],
) -> None:
    """Say who sees a project: everybody of its organisation, or its members alone."""
    if visibility not in SEEN_BY:
        message = f"unknown visibility {visibility!r}; expected one of {', '.join(SEEN_BY)}"
        raise errors.ConfigError(message)
    with client() as linlog:
        linlog.projects.update(id, visibility=visibility)
    output.say(f"{id} is seen by {SEEN_BY[visibility]}")


@app.command("members")
def list_members(
    id: ProjectId, limit: Limit = 100, offset: Offset = 0, as_json: AsJson = False
) -> None:
    """List the members of a project; for admins."""
    with client() as linlog:
        found = linlog.projects.list_members(id, limit=limit, offset=offset)
    columns = {"user_id": "ID", "email": "EMAIL", "role": "ROLE", "created_date": "MEMBER SINCE"}
    output.page(found, columns, as_json=as_json)


@app.command("add-member")
def add_member(id: ProjectId, user_id: UserId) -> None:
    """Let a person see a project that is for its members; for admins."""
    with client() as linlog:
        found = linlog.projects.add_member(id, user_id)
    output.say(f"{found.email} is a member of {id}")


@app.command("delete-member")
def delete_member(id: ProjectId, user_id: UserId) -> None:
    """Take a person out of a project; for admins."""
    with client() as linlog:
        linlog.projects.delete_member(id, user_id)
    output.say(f"{user_id} is no member of {id} any more")
