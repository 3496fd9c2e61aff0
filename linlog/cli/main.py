"""The command `linlog`: its nouns, and the one place where errors become a line on stderr."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated, Final

import typer

import linlog
from linlog import errors
from linlog.cli import output

VERBS: Final = {
    "demo": "demo",
    "serve": "serve",
    "worker": "serve",
    "copy": "copy",
    "login": "login",
    "evaluate": "evaluate",
    "gate": "gate",
    "sync": "sync",
}
"""Commands of one word, and the file that holds each."""
NOUNS: Final = {
    "projects": "projects",
    "tasks": "tasks",
    "datasets": "datasets",
    "dataset-versions": "dataset_versions",
    "slices": "slices",
    "models": "models",
    "model-versions": "model_versions",
    "predictions": "predictions",
    "evaluations": "evaluations",
    "audit": "audit_entries",
    "users": "users",
    "tokens": "tokens",
}
"""Words with verbs of their own behind them, and the file that holds each."""


def program(word: str | None = None) -> typer.Typer:
    """The command, with what `word` names alone, or all of it where that names nothing.

    A start of the server, or a command in a loop, would wait for the others to be loaded.
    """
    made = typer.Typer(
        help="Label data, train models and see how good they are.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    made.callback(invoke_without_command=True)(root)
    wanted = {word} if word in VERBS or word in NOUNS else {*VERBS, *NOUNS}
    for name, file in VERBS.items():
        if name in wanted:
            made.command()(getattr(import_module(f"linlog.cli.{file}"), name))
    for name, file in NOUNS.items():
        if name in wanted:
            made.add_typer(import_module(f"linlog.cli.{file}").app, name=name)
    return made


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
        program(sys.argv[1] if len(sys.argv) > 1 else None)()
    except (errors.LinLogError, ValueError, OSError) as error:
        output.say(f"linlog: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
