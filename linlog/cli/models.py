"""`linlog models`."""

from __future__ import annotations

from typing import Annotated

import typer

from linlog.cli import output
from linlog.cli._options import AsJson, Limit, Offset, client

app = typer.Typer(help="What is trained, version after version.", no_args_is_help=True)


@app.command("list")
def list_models(limit: Limit = 100, offset: Offset = 0, as_json: AsJson = False) -> None:
    """List models."""
    with client() as linlog:
        found = linlog.models.list(limit=limit, offset=offset)
    columns = {
        "id": "ID",
        "name": "NAME",
        "version_count": "VERSIONS",
        "created_date": "CREATED",
    }
    output.page(found, columns, as_json=as_json)


@app.command("show")
def show_model(
    id: Annotated[str, typer.Argument(help="The model's id.")], as_json: AsJson = False
) -> None:
    """Show one model."""
    with client() as linlog:
        found = linlog.models.get(id)
    if as_json:
        output.data(found)
    else:
        output.record(found)
