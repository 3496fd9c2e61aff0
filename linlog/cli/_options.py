"""What many commands share: their options, and the client they call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from linlog import errors

if TYPE_CHECKING:
    from linlog.client.client import LinLogClient

AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout instead of a table.")]
Limit = Annotated[int, typer.Option(help="How many to show.", min=1, max=1000)]
Offset = Annotated[int, typer.Option(help="How many to leave out before them.", min=0)]
Labels = Annotated[
    list[str] | None,
    typer.Option(
        "--label",
        help="OLD=NEW: call a label otherwise, or join several; OLD=: leave it out.",
    ),
]
Data = Annotated[
    Path | None,
    typer.Option(
        envvar="LINLOG_DATA", help="The server's data folder; linlog-data where none is named."
    ),
]
DEFAULT_DATA: Final = Path("linlog-data")


@contextmanager
def client() -> Iterator[LinLogClient]:
    """A client of the server that the environment or `linlog login` names."""
    # What only serves needs no client.
    from linlog.client.client import LinLogClient

    with LinLogClient() as made:
        yield made


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Say what to type where a package that only an extra brings is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "linlog").split(".")[0] == "linlog":
            raise
        raise errors.ConfigError(
            f'this needs packages that are not installed: pip install "linlog[{name}]"'
        ) from None


def label_map(pairs: Iterable[str]) -> dict[str, str | None]:
    """What OLD=NEW says, for each; None for OLD=. Raises Invalid for other words."""
    found: dict[str, str | None] = {}
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not equals:
            raise errors.Invalid(f"--label takes OLD=NEW or OLD=, not {pair!r}")
        found[old] = new or None
    return found
