"""A real server to attack: a process on loopback that is watched, with two worlds in its data."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic
from typing import Any

from tests.attacks import oracles
from tests.conftest import PASSWORD, Template, running
from tests.factories import organisations, processes, users, worlds
from tests.factories.processes import ROOT, Serving
from tests.factories.replies import Reply, encoded
from tests.patience import PATIENCE_S

WATCH = Path(__file__).parent / "watch"
CANARY = "canary-7d1c4f-of-the-environment"
S3_CANARY = "canary-52b0ae-of-a-bucket"
KEPT_S = 5.0
OF_NOBODY = ("/api/v2/setup", "/media/")
"""Where nobody is known who could be refused something."""
ROLES = ("owner", "manager", "annotator", "viewer")


@dataclass
class Target:
    """The server, what is known of it, and what was planted."""

    serving: Serving
    data: Path
    record: Path
    ids: dict[str, str]
    theirs: dict[str, str]
    """The same in another organisation."""
    tokens: dict[str, str]
    person: str
    """Who may sign in, as an owner, with the password of the tests."""
    canaries: list[str]
    denied: list[str]
    """The ids of requests that were answered with 403."""
    line: HTTPConnection
    """A connection that is kept, as browsers do; it is opened again where the server ended it."""
    used: float = 0.0
    """When that was used last; servers end those that are not used for long."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.serving.port

    @property
    def host(self) -> str:
        """What a request's Host says."""
        return f"127.0.0.1:{self.port}"

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: str | None = "owner",
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """One request, with a role's token or none. What must always hold is looked at."""
        reply = self.serving_reply(method, path, body, role=role, headers=headers)
        self.check(reply, with_body=method != "HEAD")
        if reply.status == 403 and not path.startswith(OF_NOBODY):
            self.denied.append(reply.headers["x-request-id"])
        return reply

    def serving_reply(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: str | None = "owner",
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """The same where the server may well fail, as its database does."""
        sent = {"Content-Type": "application/json"} if body is not None else {}
        if role is not None:
            sent["Authorization"] = f"Token {self.tokens[role]}"
        given = {name: one for name, one in {**sent, **(headers or {})}.items() if one != ""}
        if monotonic() - self.used > KEPT_S:
            self.line.close()
        self.used = monotonic()
        try:
            self.line.request(method, path, encoded(body) or None, given)
            answer = self.line.getresponse()
            names = {name.lower(): one for name, one in answer.getheaders()}
            reply = Reply(answer.status, names, answer.read())
        except (OSError, HTTPException):
            self.line.close()
            raise
        return reply

    @staticmethod
    def at(port: int, method: str, path: str, body: Any, token: str) -> Reply:
        """One request to another server, with a token."""
        line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        sent = {"Authorization": f"Token {token}"}
        sent |= {} if body is None else {"Content-Type": "application/json"}
        line.request(method, path, encoded(body) or None, sent)
        answer = line.getresponse()
        reply = Reply(answer.status, dict(answer.getheaders()), answer.read())
        line.close()
        return reply

    def check(self, reply: Reply, *, with_body: bool = True) -> None:
        """O1, O6, O7 and the headers."""
        oracles.no_failure(reply)
        said = repr(dict(reply.headers)).encode() + reply.body
        oracles.keeps_secrets(said, self.canaries)
        oracles.is_restricted(reply)
        if reply.status >= 400 and with_body:
            oracles.is_refusal(reply)

    def talk(self, *parts: bytes) -> bytes:
        """Bytes on a connection of their own; all that came back until it was closed."""
        found = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S) as line:
            with suppress(OSError):
                for part in parts:
                    line.sendall(part)
            with suppress(OSError):
                while part := line.recv(65536):
                    found += part
        return found

    def hang_up(self, part: bytes) -> None:
        """Send a part of a request, and go away."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S) as line:
            line.sendall(part)

    def events(self, since: int = 0) -> list[list[str]]:
        """What its processes did to the world."""
        return oracles.events(self.record, since)

    @contextmanager
    def withstanding(self) -> Iterator[None]:
        """O3, O4, O5's memory, O6 and O8 for what is done to it in the block; and it answers."""
        since = self.record.stat().st_size
        with oracles.bounded(self.serving.process.pid):
            yield
        seen = self.events(since)
        oracles.nothing_outbound(seen)
        oracles.nothing_outside(seen, self.data)
        oracles.denials_noted(self.data, self.denied)
        oracles.keeps_secrets(self.said().encode(), self.canaries)
        oracles.files_keep_secrets(self.data, self.canaries)
        assert self.call("GET", "/healthz", role=None).status == 200

    def said(self) -> str:
        """All that it printed."""
        return "".join([*self.serving.out, *self.serving.err])


@contextmanager
def attacked(template: Template, folder: Path, **settings: str) -> Iterator[Target]:
    """A server on two organisations with one of everything each."""
    data, record = folder / "data", folder / "record"
    with running(template, data) as inside:
        ours, theirs = (organisations.create(inside, name) for name in ("Ours", "Theirs"))
        tokens = {role: ours.token(role) for role in ROLES}
        tokens["other"] = theirs.token("manager")
        person = users.create(ours).email
        values = worlds.create(ours), worlds.create(theirs)
    with processes.serving(
        data,
        **{
            "PYTHONPATH": f"{WATCH}:{ROOT}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "ATTACKS_RECORD": str(record),
            "DEPLOYMENT_SECRET": CANARY,
            "AWS_SECRET_ACCESS_KEY": S3_CANARY,
            "LINLOG_WORKERS": "0",
            **settings,
        },
    ) as serving:
        planted = [CANARY, S3_CANARY, PASSWORD, *tokens.values()]
        line = HTTPConnection("127.0.0.1", serving.port, timeout=PATIENCE_S)
        try:
            yield Target(serving, data, record, *values, tokens, person, planted, [], line)
        finally:
            line.close()
