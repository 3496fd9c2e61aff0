"""`linlog tasks`."""

from __future__ import annotations

from typing import Annotated

import typer

from linlog.cli import output
from linlog.cli._options import AsJson, Limit, Offset, client

app = typer.Typer(help="Items with the work of annotation on them.", no_args_is_help=True)


@app.command("list")
def list_tasks(
    project_id: Annotated[str, typer.Argument(help="The project's id.")],
    status: Annotated[
        str | None,
        typer.Option(help="pending, in_progress, completed, rejected, processing or error."),
    ] = None,
    limit: Limit = 100,
    offset: Offset = 0,
    as_json: AsJson = False,
) -> None:
    """List a project's tasks."""
    with client() as linlog:
        found = linlog.tasks.list(
            project_id, status=status, annotations=as_json, limit=limit, offset=offset
        )
    if as_json:
        output.data(found)
        return
    columns = {
        "id": "ID",
        "status": "STATUS",
        "kind": "KIND",
        "batch": "BATCH",
        "annotation_count": "ANNOTATIONS",
        "unique_id": "UNIQUE ID",
        "created_date": "CREATED",
    }
    output.table(found, columns, count=found.count)


@app.command("show")
def show_task(
    id: Annotated[str, typer.Argument(help="The task's id.")], as_json: AsJson = False
) -> None:
    """Show one task."""
    with client() as linlog:
        found = linlog.tasks.get(id)
    if as_json:
        output.data(found)
    else:
        output.record(found)
