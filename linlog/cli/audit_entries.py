"""`linlog audit`: the log of what matters to security; read, saved, and verified."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linlog import errors
from linlog.cli import output
from linlog.cli._options import DEFAULT_DATA, AsJson, Data, Limit, Offset, client, extra
from linlog.wire import codec
from linlog.wire.audit_entries import AuditEntry, Fault, first_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(help="Who did what that matters to security.", no_args_is_help=True)


@app.command("list")
def list_entries(
    action: Annotated[str | None, typer.Option(help="One action, such as tokens.create.")] = None,
    refused: Annotated[bool, typer.Option("--refused", help="Only what was refused.")] = False,
    limit: Limit = 100,
    offset: Offset = 0,
    as_json: AsJson = False,
) -> None:
    """List entries, newest first; for admins."""
    with client() as linlog:
        result = "refused" if refused else None
        found = linlog.audit_entries.list(action=action, result=result, limit=limit, offset=offset)
    columns = {
        "number": "NUMBER",
        "created_date": "WHEN",
        "actor": "WHO",
        "source": "FROM",
        "action": "ACTION",
        "object_id": "OBJECT",
        "result": "RESULT",
    }
    output.page(found, columns, as_json=as_json)


@app.command("export")
def export(
    path: Annotated[Path, typer.Argument(help="The file to write: .ndjson or .csv.")],
) -> None:
    """Write the whole log into a file; for admins. NDJSON is what can be verified."""
    kind = path.suffix.removeprefix(".").lower()
    if kind not in {"ndjson", "csv"}:
        raise errors.ConfigError(f"{path} must end in .ndjson or .csv")
    with client() as linlog:
        path.write_bytes(linlog.audit_entries.export(format=kind))
    output.say(f"{path} is written")


@app.command("verify")
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="An exported .ndjson file; else the data folder's logs.")
    ] = None,
    data: Data = None,
) -> None:
    """Look whether entries were changed, removed or put into another order; exit 1 if so."""
    faults = _verify_file(file) if file is not None else _verify_folder(data or DEFAULT_DATA)
    if any(faults):
        sys.exit(1)


def _verify_folder(data: Path) -> list[Fault | None]:
    if not data.is_dir():
        raise errors.ConfigError(f"there is no data folder {data}; name it with --data")
    with extra("server"):
        from linlog.server import admin

        found = admin.verify_audit(data)
    for each in found:
        _tell(f"{each.name} ({each.organisation_id})", each.fault, each.place)
    return [each.fault for each in found]


def _verify_file(file: Path) -> list[Fault | None]:
    fault, place = first_fault(_entries(file))
    _tell(str(file), fault, place)
    return [fault]


def _entries(file: Path) -> Iterator[AuditEntry]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield codec.decode(line, AuditEntry)
            except (ValueError, errors.LinLogError) as error:
                raise errors.FormatError(f"{file}, line {number}: no entry: {error}") from error


def _tell(name: str, fault: Fault | None, place: tuple[int, str]) -> None:
    number, last = place
    if fault is not None:
        output.line(f"{name}: {fault}; {number:,} entries before it are as they were written")
    else:
        output.line(f"{name}: {number:,} entries are as they were written; the last is {last}")
