"""`linlog dataset-versions`."""

from __future__ import annotations

from typing import Annotated

import typer

from linlog.cli import output
from linlog.cli._options import AsJson, Limit, Offset, client
from linlog.wire.dataset_versions import Changes

app = typer.Typer(help="Datasets as they were.", no_args_is_help=True)


@app.command("list")
def list_dataset_versions(
    dataset_id: Annotated[str, typer.Argument(help="The dataset's id.")],
    named: Annotated[bool, typer.Option(help="Only those with a name.")] = False,
    limit: Limit = 100,
    offset: Offset = 0,
    as_json: AsJson = False,
) -> None:
    """List a dataset's versions, newest first."""
    with client() as linlog:
        found = linlog.dataset_versions.list(dataset_id, named=named, limit=limit, offset=offset)
    columns = {
        "id": "ID",
        "number": "NUMBER",
        "name": "NAME",
        "task_count": "TASKS",
        "annotation_count": "ANNOTATIONS",
        "created_date": "CREATED",
    }
    output.page(found, columns, as_json=as_json)


@app.command("create")
def create_dataset_version(
    dataset_id: Annotated[str, typer.Argument(help="The dataset's id.")],
    name: Annotated[str | None, typer.Option(help="What people will call it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Freeze what a dataset holds now."""
    with client() as linlog:
        found = linlog.dataset_versions.create(dataset_id, name)
    if as_json:
        output.data(found)
    else:
        output.record(found)


@app.command("difference")
def difference_of_dataset_versions(
    id: Annotated[str, typer.Argument(help="The version's id.")],
    since: Annotated[str, typer.Argument(help="An earlier version's id.")],
    as_json: AsJson = False,
) -> None:
    """Say what a version holds otherwise than an earlier one."""
    with client() as linlog:
        found = linlog.dataset_versions.difference(id, since)
    if as_json:
        output.data(found)
        return
    rows = {"tasks": found.tasks, "annotations": found.annotations, "labels": found.labels}
    output.grid(
        ["", "ADDED", "REMOVED", "CHANGED"],
        [(name, changes.added, changes.removed, changes.changed) for name, changes in rows.items()],
    )
    for name, changes in rows.items():
        for line in _lines(changes):
            output.line(f"{name}: {line}")


def _lines(changes: Changes) -> list[str]:
    return [
        " ".join(filter(None, (change.change, change.task_id, change.annotation_id, _name(change))))
        for change in changes.changes
    ]


def _name(change: object) -> str:
    """The label that a change is about."""
    held = getattr(change, "after", None) or getattr(change, "before", None) or {}
    return str(held.get("label") or held.get("name") or "")
