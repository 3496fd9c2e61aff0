"""What commands that import a file say of its rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from linlog.cli import output

if TYPE_CHECKING:
    from linlog.client.importing.reports import ImportReport

RejectedFile = Annotated[
    Path | None, typer.Option(help="Write each rejected row here, a line of JSON, with the reason.")
]
REJECTED: Final = 3
"""Exit code where the import is done, but some rows were rejected."""


def show(found: ImportReport, *, as_json: bool) -> None:
    """Print a report; exit with 3 where rows were rejected."""
    for rejected in found.reasons:
        rows = "1 row" if rejected.count == 1 else f"{rejected.count:,} rows"
        more = ", …" if rejected.count > len(rejected.places) else ""
        output.say(f"{rows} rejected: {rejected.reason}: {', '.join(rejected.places)}{more}")
    if as_json:
        output.data(found)
    else:
        output.record(found)
    if found.rejected:
        raise typer.Exit(REJECTED)
