"""`linlog model-versions`."""

from __future__ import annotations

from typing import Annotated

import typer

from linlog.cli import output
from linlog.cli._options import AsJson, Limit, Offset, client
from linlog.wire.log_entries import Value

app = typer.Typer(help="Trained states of models.", no_args_is_help=True)


@app.command("list")
def list_model_versions(
    model_id: Annotated[str | None, typer.Option(help="Only those of this model.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
    as_json: AsJson = False,
) -> None:
    """List model versions, newest first."""
    with client() as linlog:
        found = linlog.model_versions.list(model_id=model_id, limit=limit, offset=offset)
    columns = {
        "id": "ID",
        "model_name": "MODEL",
        "name": "NAME",
        "state": "STATE",
        "log_entry_count": "LOG ENTRIES",
        "last_step": "LAST STEP",
        "logged_date": "LAST LOGGED",
        "created_date": "CREATED",
    }
    output.page(found, columns, as_json=as_json)


@app.command("show")
def show_model_version(
    id: Annotated[str, typer.Argument(help="The model version's id.")], as_json: AsJson = False
) -> None:
    """Show one model version."""
    with client() as linlog:
        found = linlog.model_versions.get(id)
    if as_json:
        output.data(found)
    else:
        output.record(found)


@app.command("importances")
def show_importances(
    objective: Annotated[str, typer.Argument(help="A logged key, or an evaluation's number.")],
    model_id: Annotated[str | None, typer.Option(help="Only versions of this model.")] = None,
    dataset_id: Annotated[
        str | None, typer.Option(help="Take the number from the evaluations on this dataset.")
    ] = None,
    value: Annotated[Value, typer.Option(help="Which of the logged numbers.")] = "last",
    as_json: AsJson = False,
) -> None:
    """Show what each key of the configs is worth for a number."""
    with client() as linlog:
        found = linlog.model_versions.importances(
            objective, value=value, model_id=model_id, dataset_id=dataset_id
        )
    if as_json:
        output.data(found)
        return
    columns = {
        "key": "KEY",
        "importance": "IMPORTANCE",
        "low": "LOW",
        "high": "HIGH",
        "correlation": "CORRELATION",
    }
    output.table(found.config_keys, columns)
    if found.explained is None:
        output.say("fewer than eight runs have the number, or nothing varies among them")
    else:
        runs = len(found.model_versions)
        output.say(f"the configs explain {found.explained:.0%} of its variance over {runs} runs")
