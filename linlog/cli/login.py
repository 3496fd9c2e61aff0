"""`linlog login`: stores where the server is and who asks."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from linlog import errors
from linlog.cli import output
from linlog.client import settings
from linlog.client.client import LinLogClient
from linlog.client.settings import Credentials, Settings


def login(
    url: Annotated[
        str, typer.Option(envvar="LINLOG_URL", help="The server's address.")
    ] = settings.DEFAULT_URL,
    email: Annotated[
        str | None, typer.Option(help="Sign in as this person instead of with a token.")
    ] = None,
    secret_stdin: Annotated[
        bool, typer.Option("--stdin", help="Read the token or password from stdin.")
    ] = False,
    allow_insecure: Annotated[
        bool, typer.Option("--allow-insecure", help="Allow http:// to another machine.")
    ] = False,
) -> None:
    """Check a token, or a person's password, with the server and keep it for later commands."""
    secret = _secret("Password" if email else "Token", from_stdin=secret_stdin)
    pair = Credentials(email=email, password=secret) if email else Credentials(token=secret)
    linlog = LinLogClient(
        url, pair.token, email=pair.email, password=pair.password, allow_insecure=allow_insecure
    )
    with linlog:
        found = linlog.sessions.get()
    kept = settings.write_stored(Settings(linlog.base_url, pair))
    output.say(f"{linlog.base_url} knows you as {found.role} of {found.organisation.name}")
    output.say(f"stored in {kept}, readable by you alone")


def _secret(what: str, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise errors.ConfigError("there is no terminal to ask on: add --stdin")
    return str(typer.prompt(what, hide_input=True, err=True))
