"""`linlog projects`."""

from __future__ import annotations

from typing import Annotated

import typer

from linlog.cli import output
from linlog.cli._options import AsJson, Limit, Offset, client

app = typer.Typer(help="Work of annotation in progress.", no_args_is_help=True)


@app.command("list")
def list_projects(limit: Limit = 100, offset: Offset = 0, as_json: AsJson = False) -> None:
    """List projects."""
    with client() as linlog:
        found = linlog.projects.list(limit=limit, offset=offset)
    if as_json:
        output.data(found)
        return
    columns = {
        "id": "ID",
        "title": "TITLE",
        "type": "TYPE",
        "task_count": "TASKS",
        "completed_count": "COMPLETED",
        "created_date": "CREATED",
    }
    output.table(found, columns, count=found.count)


@app.command("show")
def show_project(
    id: Annotated[str, typer.Argument(help="The project's id.")], as_json: AsJson = False
) -> None:
    """Show one project with its labels."""
    with client() as linlog:
        found = linlog.projects.get(id)
    if as_json:
        output.data(found)
    else:
        output.record(found)
