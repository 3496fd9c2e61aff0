"""Organisations of a server, each with tokens of every role."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from linlog import LinLogClient, ids
from linlog.client.transports import Request
from linlog.server import clock
from linlog.server.context import Actor, Context
from linlog.server.services import tokens, users
from linlog.server.store import organisations
from linlog.server.store import users as user_rows
from linlog.wire.tokens import TokenCreate
from linlog.wire.users import UserCreate
from tests.conftest import ORIGIN, PASSWORD, Server
from tests.factories.replies import Reply, encoded


@dataclass
class Home:
    """An organisation, and how its people and programs reach the server."""

    server: Server
    id: str
    secrets: dict[str, str] = field(default_factory=dict)

    def token(self, role: str = "manager") -> str:
        """The secret of a token with a role."""
        if role not in self.secrets:
            new: Any = TokenCreate(name=role, role=role)
            with self.server.machine.database.write("tests") as conn:
                made = tokens.add(conn, self.id, new, now=clock.now())
            self.secrets[role] = made.secret
        return self.secrets[role]

    def client(self, role: str = "manager") -> LinLogClient:
        """A client with a role."""
        return LinLogClient(ORIGIN, self.token(role), transport=self.server.transport)

    def person(self, role: str = "owner") -> LinLogClient:
        """A client of a person with a role, for what no token may do."""
        email = f"{role}-of-{self.id.lower()}@example.org"
        with self.server.machine.database.write("tests") as conn:
            if user_rows.credentials(conn, email) is None:
                new: Any = UserCreate(email=email, role=role, password=PASSWORD)
                users.add(conn, self.id, new, now=clock.now())
        return self.server.as_user(email)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: str | None = "manager",
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """One request as it is, with a role's token, or with none."""
        sent = {} if role is None else {"Authorization": f"Token {self.token(role)}"}
        if body is not None and not isinstance(body, bytes):
            sent["Content-Type"] = "application/json"
        request = Request(method, ORIGIN + path, {**sent, **(headers or {})}, encoded(body))
        return Reply.of(self.server.transport.send(request))

    def context(self, conn: Any) -> Context:
        """What a service is given when this organisation asks."""
        return self.server.machine.context(conn, Actor(self.id, "manager"))


def create(server: Server, name: str = "Acme") -> Home:
    """A new organisation."""
    scope = ids.new("organisation")
    with server.machine.database.write("tests") as conn:
        organisations.insert(conn, scope, name=name, created=clock.now())
    return Home(server, scope)
