"""`linlog tokens`: made on the server's data folder itself."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from linlog import errors
from linlog.cli import output
from linlog.cli._options import DEFAULT_DATA, AsJson, Data, client, extra
from linlog.wire.users import ROLES, Role

app = typer.Typer(help="Keys for programs.", no_args_is_help=True)


@app.command("list")
def list_tokens(as_json: AsJson = False) -> None:
    """List tokens, without their secrets; for admins."""
    with client() as linlog:
        found = linlog.tokens.list(limit=1000)
    if as_json:
        output.data(found)
        return
    columns = {
        "id": "ID",
        "name": "NAME",
        "role": "ROLE",
        "hint": "HINT",
        "expires_date": "EXPIRES",
        "last_used_date": "LAST USED",
    }
    output.table(found, columns, count=found.count)


@app.command("create")
def create_token(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")] = "manager",
    expires_days: Annotated[
        int, typer.Option(min=0, max=3650, help="Days until it ends; 0 for never.")
    ] = 90,
    data: Data = None,
) -> None:
    """Make a token, on the data folder itself, and print its secret this once."""
    if role not in ROLES:
        raise errors.ConfigError(f"unknown role {role!r}; expected one of {', '.join(ROLES)}")
    with extra("server"):
        from linlog.server import admin

        folder, days = data or DEFAULT_DATA, expires_days or None
        secret = admin.create_token(folder, name, cast("Role", role), days)
    output.line(secret)
