"""`linlog users`: made on the server's data folder itself."""

from __future__ import annotations

import sys
from typing import Annotated, cast

import typer

from linlog import errors
from linlog.cli import output
from linlog.cli._options import DEFAULT_DATA, AsJson, Data, client, extra
from linlog.wire.users import ROLES, Role

app = typer.Typer(help="The people of the organisation.", no_args_is_help=True)


@app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """List users; for admins."""
    with client() as linlog:
        found = linlog.users.list(limit=1000)
    if as_json:
        output.data(found)
        return
    columns = {"id": "ID", "email": "EMAIL", "name": "NAME", "role": "ROLE", "disabled": "DISABLED"}
    output.table(found, columns, count=found.count)


@app.command("create")
def create_user(
    email: Annotated[str, typer.Argument(help="The address that they sign in with.")],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")] = "annotator",
    name: Annotated[str, typer.Option(help="What people call them.")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from stdin.")
    ] = False,
    data: Data = None,
) -> None:
    """Add a user, on the data folder itself; a first one makes the organisation."""
    if role not in ROLES:
        raise errors.ConfigError(f"unknown role {role!r}; expected one of {', '.join(ROLES)}")
    password = _password(from_stdin=password_stdin)
    with extra("server"):
        from linlog.server import admin

        made = admin.create_user(data or DEFAULT_DATA, email, cast("Role", role), password, name)
    output.say(f"{made.email} is now {made.role}")
    output.line(made.id)


@app.command("invite")
def invite(
    email: Annotated[str, typer.Argument(help="The address that they will sign in with.")],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")] = "annotator",
    name: Annotated[str, typer.Option(help="What people call them.")] = "",
) -> None:
    """Invite a person by a link that is good once, and print it; for admins who are people."""
    with client() as linlog:
        made = linlog.users.invite(email, role=role, name=name)
    output.say(f"{made.user.email} chooses a password by this link until {made.expires_date:%F}")
    output.line(made.link)


@app.command("reset-password")
def reset_password(
    email: Annotated[str, typer.Argument(help="The address that they sign in with.")],
    data: Data = None,
) -> None:
    """Print a link by which a person chooses another password, on the data folder itself."""
    with extra("server"):
        from linlog.server import admin

        link = admin.reset_password(data or DEFAULT_DATA, email)
    output.say(f"{email} chooses a password by this link within 30 minutes, once")
    output.line(link)


@app.command("reset-second-factor")
def reset_second_factor(
    email: Annotated[str, typer.Argument(help="The address that they sign in with.")],
    data: Data = None,
) -> None:
    """Take away the second factor of a person who lost it, on the data folder itself."""
    with extra("server"):
        from linlog.server import admin

        user = admin.reset_second_factor(data or DEFAULT_DATA, email)
    output.say(f"{user.email} signs in with the password alone, and ought to take another")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise errors.ConfigError("there is no terminal to ask on: add --password-stdin")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
