"""`linlog serve`, `linlog worker` and `linlog demo`: what runs until it is stopped."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from linlog.cli._options import Data, extra

Database = Annotated[
    str | None,
    typer.Option(
        envvar="LINLOG_DATABASE", help="Database address; SQLite in the data folder by default."
    ),
]
Files = Annotated[
    str | None,
    typer.Option(
        envvar="LINLOG_FILES", help="Where files are kept, such as s3://bucket; a folder in data."
    ),
]

ComputeAt = Annotated[
    str | None,
    typer.Option(
        envvar="LINLOG_COMPUTE", help="Where jobs match tasks, such as dask://host:8786; here."
    ),
]


def serve(
    host: Annotated[
        str | None, typer.Option(envvar="LINLOG_HOST", help="Address to listen on [127.0.0.1].")
    ] = None,
    port: Annotated[
        int | None, typer.Option(envvar="LINLOG_PORT", help="Port to listen on [8420].")
    ] = None,
    data: Data = None,
    database: Database = None,
    files: Files = None,
    compute: ComputeAt = None,
    origin: Annotated[
        str | None,
        typer.Option(envvar="LINLOG_ORIGIN", help="Address that browsers use, if another."),
    ] = None,
) -> None:
    """Serve the platform."""
    # Nearly all that a start makes stays: `run` lets the collector in when it is done.
    gc.disable()
    with extra("server"):
        from linlog.server.serve import run
    run(
        host=host,
        port=port,
        data=data,
        database=database,
        files=files,
        compute=compute,
        origin=origin,
    )


def worker(
    data: Data = None,
    database: Database = None,
    files: Files = None,
    compute: ComputeAt = None,
) -> None:
    """Work on jobs beside a server, from the same data folder."""
    with extra("server"):
        from linlog.server.serve import run_worker
    run_worker(data=data, database=database, files=files, compute=compute)
