"""`linlog tasks`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linlog.cli import _imports, output
from linlog.cli._imports import RejectedFile
from linlog.cli._options import AsJson, Limit, Offset, client

app = typer.Typer(help="Items with the work of annotation on them.", no_args_is_help=True)


@app.command("list")
def list_tasks(
    project_id: Annotated[str, typer.Argument(help="The project's id.")],
    status: Annotated[
        str | None,
        typer.Option(
            help="pending, in_progress, in_review, completed, rejected, processing or error;"
            " several with commas between."
        ),
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
    columns = {
        "id": "ID",
        "status": "STATUS",
        "kind": "KIND",
        "batch": "BATCH",
        "annotation_count": "ANNOTATIONS",
        "unique_id": "UNIQUE ID",
        "created_date": "CREATED",
    }
    output.page(found, columns, as_json=as_json)


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


@app.command("import")
def import_tasks(
    project_id: Annotated[str, typer.Argument(help="The project's id.")],
    file: Annotated[Path, typer.Argument(help="A row a task: NDJSON, Parquet or Arrow.")],
    format: Annotated[
        str | None, typer.Option(help="ndjson, parquet or arrow, where the name does not say it.")
    ] = None,
    rejected: RejectedFile = None,
    as_json: AsJson = False,
) -> None:
    """Create the tasks of a file, each once, however often it is imported.

    Exit code 0: every row is stored. 3: some were rejected, as the report says.
    """
    with client() as linlog:
        found = linlog.tasks.import_file(project_id, file, format=format, rejected_file=rejected)
    _imports.show(found, predictions=False, as_json=as_json)
