"""`linlog slices`."""

from __future__ import annotations

from typing import Annotated

import typer

from linlog.cli import _queries, output
from linlog.cli._options import AsJson, Limit, Offset, client

app = typer.Typer(help="Saved queries over datasets.", no_args_is_help=True)


@app.command("list")
def list_slices(
    dataset_id: Annotated[str, typer.Argument(help="The dataset's id.")],
    limit: Limit = 100,
    offset: Offset = 0,
    as_json: AsJson = False,
) -> None:
    """List a dataset's slices."""
    with client() as linlog:
        found = linlog.slices.list(dataset_id, limit=limit, offset=offset)
    columns = {"id": "ID", "name": "NAME", "text": "QUERY", "created_date": "CREATED"}
    output.page(found, columns, as_json=as_json)


@app.command("create")
def create_slice(
    dataset_id: Annotated[str, typer.Argument(help="The dataset's id.")],
    name: Annotated[str, typer.Argument(help="What people will call it.")],
    query: Annotated[str, typer.Argument(help="The query, as text or as JSON.")],
    as_json: AsJson = False,
) -> None:
    """Save a query over a dataset."""
    with client() as linlog, _queries.pointing(query):
        found = linlog.slices.create(dataset_id, name, _queries.read(query))
    if as_json:
        output.data(found)
    else:
        output.record(found)


@app.command("tasks")
def tasks_of_slice(
    id: Annotated[str, typer.Argument(help="The slice's id.")],
    evaluation_id: Annotated[
        str | None, typer.Option(help="Of what this evaluation judged by; else of today.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the tasks that a slice takes."""
    with client() as linlog:
        found = linlog.slices.tasks(id, evaluation_id=evaluation_id)
    if as_json:
        output.data(found)
        return
    for task_id in found.task_ids:
        output.line(task_id)
    output.say(f"{len(found.task_ids):,} of {found.of:,} tasks")
