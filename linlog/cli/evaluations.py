"""`linlog evaluations`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from linlog import errors
from linlog.cli import _reports, blocks, output
from linlog.cli._options import AsJson, Limit, Offset, client
from linlog.cli._reports import HtmlFile, MarkdownFile
from linlog.wire.evaluations import Evaluation

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
    markdown: MarkdownFile = None,
    html: HtmlFile = None,
    as_json: AsJson = False,
) -> None:
    """Show an evaluation and its report: in the terminal, or written into files."""
    with client() as linlog:
        found = linlog.evaluations.get(id)
        report = linlog.evaluations.report(id) if found.state == "finished" else None
    if as_json:
        output.data(found if report is None else report)
        return
    title = f"{found.model_name} {found.model_version_name} on {found.dataset_name}"
    if report is None:
        output.paragraph(f"{title}: {found.kind}, {found.state}")
        if found.failure:
            output.paragraph(found.failure)
        if markdown is not None or html is not None:
            raise errors.ConfigError(f"evaluation {id} has no report: it is {found.state}")
        return
    if markdown is None and html is None:
        output.paragraph(f"{title}: {found.kind}, {found.state}")
    _reports.show(report, title=title, facts=_facts(found), markdown_file=markdown, html_file=html)


def _facts(found: Evaluation) -> list[tuple[str, str]]:
    """What the report is of, as files say it."""
    finished = found.finished_date
    return [
        ("Evaluation", found.id),
        ("Kind", found.kind),
        ("Model", f"{found.model_name} {found.model_version_name} ({found.model_version_id})"),
        ("Dataset", f"{found.dataset_name} ({found.dataset_id})"),
        ("Model run", found.model_run_id),
        ("Finished", finished.strftime("%Y-%m-%d %H:%M:%S UTC") if finished else ""),
        *((name, json.dumps(value)) for name, value in sorted(found.config.items())),
    ]


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
