"""`linlog datasets`."""

from __future__ import annotations

from typing import Annotated

import typer

from linlog.cli import output
from linlog.cli._options import AsJson, Limit, Offset, client

app = typer.Typer(help="Completed tasks kept together.", no_args_is_help=True)


@app.command("list")
def list_datasets(limit: Limit = 100, offset: Offset = 0, as_json: AsJson = False) -> None:
    """List datasets."""
    with client() as linlog:
        found = linlog.datasets.list(limit=limit, offset=offset)
    columns = {
        "id": "ID",
        "name": "NAME",
        "type": "TYPE",
        "task_count": "TASKS",
        "annotation_count": "ANNOTATIONS",
        "model_run_count": "MODEL RUNS",
        "created_date": "CREATED",
    }
    output.page(found, columns, as_json=as_json)


@app.command("show")
def show_dataset(
    id: Annotated[str, typer.Argument(help="The dataset's id.")], as_json: AsJson = False
) -> None:
    """Show one dataset."""
    with client() as linlog:
        found = linlog.datasets.get(id)
    if as_json:
        output.data(found)
    else:
        output.record(found)
