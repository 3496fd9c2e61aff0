"""`linlog users`: made on the server's data folder itself."""

from __future__ import annotations

import sys
from typing import Annotated, cast

import typer

from linlog import errors, ids
from linlog.cli import output
from linlog.cli._options import DEFAULT_DATA, AsJson, Data, client, extra
from linlog.wire.users import ROLES, Role

app = typer.Typer(help="The people of the organisation.", no_args_is_help=True)


@app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """List users; for admins."""
    with client() as linlog:
        found = linlog.users.list(limit=1000)
    columns = {"id": "ID", "email": "EMAIL", "name": "NAME", "role": "ROLE", "disabled": "DISABLED"}
    output.page(found, columns, as_json=as_json)


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
    who: Annotated[str, typer.Argument(help="Their address; or their id, to ask the server.")],
    data: Data = None,
) -> None:
    """Take away the second factor of a person who lost it.

    With an address, on the data folder itself; with an id, by the server, for admins.
    """
    name = who
    if ids.is_id("user", who):
        with client() as linlog:
            linlog.users.reset_second_factor(who)
    else:
        with extra("server"):
            from linlog.server import admin

            name = admin.reset_second_factor(data or DEFAULT_DATA, who).email
    output.say(f"{name} signs in with the password alone, and ought to take another")


@app.command("sessions")
def list_sessions(
    user_id: Annotated[str, typer.Argument(help="Whose.")],
    as_json: AsJson = False,
) -> None:
    """List where a person is signed in; for admins."""
    with client() as linlog:
        found = linlog.users.sessions(user_id)
    columns = {"id": "ID", "source": "FROM", "program": "BROWSER", "last_used_date": "LAST USED"}
    output.page(found, columns, as_json=as_json)


@app.command("end-sessions")
def end_sessions(
    user_id: Annotated[str, typer.Argument(help="Whose.")],
    session: Annotated[str | None, typer.Option(help="The id of one alone.")] = None,
) -> None:
    """End the sessions of a person; for admins who are people."""
    with client() as linlog:
        if session is None:
            ended = linlog.users.end_sessions(user_id)
        else:
            ended = linlog.users.end_session(user_id, session)
    output.say(f"{ended.deleted} ended")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise errors.ConfigError("there is no terminal to ask on: add --password-stdin")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
