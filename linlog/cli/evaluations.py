"""`linlog evaluations`."""

from __future__ import annotations

from typing import Annotated

import typer

from linlog.cli import blocks, output
from linlog.cli._options import AsJson, Limit, Offset, client

app = typer.Typer(help="How good model runs are.", no_args_is_help=True)


@app.command("list")
def list_evaluations(
    dataset_id: Annotated[str | None, typer.Option(help="Only those on this dataset.")] = None,
    model_version_id: Annotated[
        str | None, typer.Option(help="Only those of this model version.")
    ] = None,
    limit: Limit = 100,
    offset: Offset = 0,
    as_json: AsJson = False,
) -> None:
    """List evaluations, newest first, each with the number that ranks."""
    with client() as linlog:
        found = linlog.evaluations.list(
            dataset_id=dataset_id, model_version_id=model_version_id, limit=limit, offset=offset
        )
    if as_json:
        output.data(found)
        return
    output.grid(
        ["ID", "MODEL", "VERSION", "DATASET", "KIND", "STATE", "HEADLINE", ""],
        [
            (
                one.id,
                one.model_name,
                one.model_version_name,
                one.dataset_name,
                one.kind,
                one.state,
                one.headline,
                one.scalars.get(one.headline or ""),
            )
            for one in found
        ],
    )


@app.command("show")
def show_evaluation(
    id: Annotated[str, typer.Argument(help="The evaluation's id.")],
    as_json: AsJson = False,
) -> None:
    """Show an evaluation and its report."""
    with client() as linlog:
        found = linlog.evaluations.get(id)
        report = linlog.evaluations.report(id) if found.state == "finished" else None
    if as_json:
        output.data(found if report is None else report)
        return
    output.paragraph(
        f"{found.model_name} {found.model_version_name} on {found.dataset_name}: "
        f"{found.kind}, {found.state}"
    )
    if found.failure:
        output.paragraph(found.failure)
    for block in report.blocks if report is not None else ():
        blocks.draw(block)


@app.command("compare")
def compare_evaluations(
    first: Annotated[str, typer.Argument(help="An evaluation's id.")],
    second: Annotated[str, typer.Argument(help="Another's, of the same kind and dataset.")],
    as_json: AsJson = False,
) -> None:
    """Say what changes from the first evaluation to the second."""
    with client() as linlog:
        found = linlog.evaluations.compare(first, second)
    if as_json:
        output.data(found)
    else:
        blocks.draw_comparison(found)
