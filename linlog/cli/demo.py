"""`linlog demo`: real work on real data, and the platform to look at it with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linlog.cli._options import extra


def demo(
    data: Annotated[Path, typer.Option(help="Folder that the demo fills, or serves again.")] = Path(
        "linlog-demo"
    ),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; another where it is taken.")] = 8420,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Go on serving until Ctrl-C.")
    ] = True,
) -> None:
    """Train real models on real data, measure them, and serve the platform with all of it."""
    with extra("demo"):
        from linlog.demo.main import run

        code = run(data, host, port, serve=serve)
    raise typer.Exit(code)
