"""`linlog tokens`: made on the server's data folder itself."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from linlog import errors
from linlog.cli import output
from linlog.cli._options import DEFAULT_DATA, AsJson, Data, client, extra
from linlog.wire.tokens import SCOPES, TokenCreate, TokenScope
from linlog.wire.users import ROLES, Role

app = typer.Typer(help="Keys for programs.", no_args_is_help=True)


@app.command("list")
def list_tokens(as_json: AsJson = False) -> None:
    """List tokens, without their secrets; for admins."""
    with client() as linlog:
        found = linlog.tokens.list(limit=1000)
    columns = {
        "id": "ID",
        "name": "NAME",
        "role": "ROLE",
        "scope": "SCOPE",
        "hint": "HINT",
        "expires_date": "EXPIRES",
        "last_used_date": "LAST USED",
    }
    output.page(found, columns, as_json=as_json)


@app.command("create")
def create_token(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")] = "manager",
    scope: Annotated[str, typer.Option(help=f"One of {', '.join(SCOPES)}.")] = "admin",
    expires_days: Annotated[
        int, typer.Option(min=0, max=3650, help="Days until it ends; 0 for never.")
    ] = 90,
    project_id: Annotated[
        list[str] | None,
        typer.Option(help="A project that it is for, and no other; may come again."),
    ] = None,
    data: Data = None,
) -> None:
    """Make a token, on the data folder itself, and print its secret this once.

    With `--project-id`, nothing outside of that project is there for it.
    """
    if role not in ROLES:
        raise errors.ConfigError(f"unknown role {role!r}; expected one of {', '.join(ROLES)}")
    if scope not in SCOPES:
        raise errors.ConfigError(f"unknown scope {scope!r}; expected one of {', '.join(SCOPES)}")
    new = TokenCreate(
        name=name,
        role=cast("Role", role),
        scope=cast("TokenScope", scope),
        expires_days=expires_days or None,
        project_ids=tuple(project_id) if project_id else None,
    )
    with extra("server"):
        from linlog.server import admin

        secret = admin.make_token(data or DEFAULT_DATA, new)
    output.line(secret)


@app.command("delete")
def delete_token(id: Annotated[str, typer.Argument(help="The token's id.")]) -> None:
    """End a token at once; for admins."""
    with client() as linlog:
        linlog.tokens.delete(id)
    output.say(f"{id} has ended")
