"""`linlog copy`: a backup while the server runs, or a move to other databases and stores."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linlog.cli import output
from linlog.cli._options import DEFAULT_DATA, Data, extra


def copy(
    folder: Annotated[Path, typer.Argument(help="The new data folder; it must be empty.")],
    data: Data = None,
    to_database: Annotated[
        str, typer.Option(help="Database to copy the rows to; SQLite in the new folder by default.")
    ] = "",
    to_files: Annotated[
        str, typer.Option(help="Where to copy files to, such as s3://bucket; the new folder.")
    ] = "",
) -> None:
    """Copy the whole platform as it is at one moment, and compare the copy with it."""
    with extra("server"):
        from linlog.server import admin

        made = admin.copy(data or DEFAULT_DATA, folder, database=to_database, files=to_files)
    output.say(f"{made.rows:,} rows and {made.files:,} files are in {folder}, compared by hash")
    for key in made.missing:
        output.say(f"linlog: the bytes of file {key} were missing at their source")
    if made.missing:
        raise typer.Exit(3)
