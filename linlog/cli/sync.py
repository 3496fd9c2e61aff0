"""`linlog sync`: delivers what programs left in their journals, or says what waits there."""

from __future__ import annotations

from typing import Annotated

import typer

from linlog.cli import output
from linlog.cli._options import AsJson, client
from linlog.client import left
from linlog.client.journal import folder


def sync(
    status: Annotated[
        bool, typer.Option("--status", help="Say what waits, and send nothing.")
    ] = False,
    written_for: Annotated[
        str | None,
        typer.Option(help="Send what was written for this address of the server, if it moved."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Deliver what programs left when they ended. The exit code is 1 where not all arrived."""
    if status:
        _say_what_waits(as_json=as_json)
        return
    with client() as linlog:
        found = list(left.deliver(linlog._http, address=written_for))  # noqa: SLF001 - the client's own connection
    if as_json:
        output.data(found)
    elif found:
        output.table(
            found,
            {
                "target": "OF",
                "delivered": "DELIVERED",
                "refused": "REFUSED",
                "damaged": "DAMAGED",
                "problem": "WAITS ON, AS",
            },
        )
    else:
        output.say("nothing waits")
    if not all(entry.complete for entry in found):
        raise typer.Exit(1)


def _say_what_waits(*, as_json: bool) -> None:
    found, refused = folder.waiting(), folder.refused()
    if as_json:
        output.data(found)
    elif found:
        output.table(
            found,
            {
                "target": "OF",
                "address": "FOR",
                "records": "RECORDS",
                "size_bytes": "BYTES",
                "damaged": "DAMAGED",
                "in_use": "IN USE",
                "journal": "FILE",
            },
        )
    else:
        output.say("nothing waits")
    for entry in found:
        if entry.target is None and not as_json:
            output.say(
                f"{entry.journal} is no journal that this version can read, or too damaged: "
                "deliver it with the version of linlog that wrote it, or remove it"
            )
    for path, count in refused.items():
        output.say(f"{count} records that the server refused are set aside in {path}")
