"""`linlog predictions`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linlog.cli import _imports
from linlog.cli._imports import RejectedFile
from linlog.cli._options import AsJson, client

app = typer.Typer(help="What models say is in tasks.", no_args_is_help=True)


@app.callback()
def root() -> None:
    """What models say is in tasks."""


@app.command("import")
def import_predictions(
    file: Annotated[
        Path, typer.Argument(help="A row a prediction: NDJSON, Parquet, Arrow or COCO results.")
    ],
    model_version_id: Annotated[str, typer.Option(help="The version that predicted.")],
    dataset_id: Annotated[str | None, typer.Option(help="The dataset that was looked at.")] = None,
    project_id: Annotated[
        str | None,
        typer.Option(help="Instead of a dataset: the project whose tasks shall be labelled."),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(help="ndjson, parquet, arrow or coco, where the name does not say it."),
    ] = None,
    instances: Annotated[
        Path | None, typer.Option(help="COCO instances that name the images and labels.")
    ] = None,
    shape: Annotated[str, typer.Option(help="Of COCO: box, polygon or keypoints.")] = "box",
    rejected: RejectedFile = None,
    as_json: AsJson = False,
) -> None:
    """Store the predictions of a file, each once, however often it is imported.

    On a project's tasks they are offered to those who label, and replace what the version said
    of the same tasks before.

    Exit code 0: every row is stored. 3: some were rejected, as the report says.
    """
    with client() as linlog:
        found = linlog.predictions.import_file(
            dataset_id,
            model_version_id,
            file,
            format=format,
            instances=instances,
            shape=shape,
            rejected_file=rejected,
            project_id=project_id,
        )
    _imports.show(found, predictions=True, as_json=as_json)
