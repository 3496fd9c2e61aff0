"""The command `linlog`: its nouns, and the one place where errors become a line on stderr."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

import linlog
from linlog import errors
from linlog.cli import (
    audit_entries,
    dataset_versions,
    datasets,
    evaluations,
    model_versions,
    models,
    output,
    predictions,
    projects,
    slices,
    tasks,
    tokens,
    users,
)
from linlog.cli.copy import copy
from linlog.cli.demo import demo
from linlog.cli.evaluate import evaluate
from linlog.cli.gate import gate
from linlog.cli.login import login
from linlog.cli.serve import serve, worker
from linlog.cli.sync import sync

app = typer.Typer(
    help="Label data, train models and see how good they are.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(demo)
app.command()(serve)
app.command()(worker)
app.command()(copy)
app.command()(login)
app.command()(evaluate)
app.command()(gate)
app.command()(sync)
app.add_typer(projects.app, name="projects")
app.add_typer(tasks.app, name="tasks")
app.add_typer(datasets.app, name="datasets")
app.add_typer(dataset_versions.app, name="dataset-versions")
app.add_typer(slices.app, name="slices")
app.add_typer(models.app, name="models")
app.add_typer(model_versions.app, name="model-versions")
app.add_typer(predictions.app, name="predictions")
app.add_typer(evaluations.app, name="evaluations")
app.add_typer(audit_entries.app, name="audit")
app.add_typer(users.app, name="users")
app.add_typer(tokens.app, name="tokens")


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Label data, train models and see how good they are."""
    if version:
        output.line(f"linlog {linlog.__version__}")
        raise typer.Exit


def main() -> None:
    """Run a command. Errors are one line on stderr and exit code 1."""
    try:
        app()
    except (errors.LinLogError, ValueError, OSError) as error:
        output.say(f"linlog: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
