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
SAID: Final = {"reasons"}
"""What stands on stderr, a line each."""
OF_PREDICTIONS: Final = {"unmatched", "tasks_without_prediction", "task_ids_without_prediction"}
"""Fields of a report that say nothing of a file of tasks."""


def show(found: ImportReport, *, predictions: bool, as_json: bool) -> None:
    """Print what became of predictions, or of tasks; exit with 3 where rows were rejected."""
    for rejected in found.reasons:
        rows = "1 row" if rejected.count == 1 else f"{rejected.count:,} rows"
        more = ", …" if rejected.count > len(rejected.places) else ""
        output.say(f"{rows} rejected: {rejected.reason}: {', '.join(rejected.places)}{more}")
    if as_json:
        output.data(found)
    else:
        passed_over = SAID if predictions else SAID | OF_PREDICTIONS
        output.record({key: value for key, value in found.items() if key not in passed_over})
    if found.rejected:
        raise typer.Exit(REJECTED)
