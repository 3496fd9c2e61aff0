"""The oracles for attacks on servers in the tests' own process, and for those without a server.

Tests of other folders have no process to look at from outside. Their servers' apps are `watched`,
and while a test that is marked as an attack runs, every answer is looked at before it is given.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from linlog.server.machine import Machine
from tests.attacks import oracles
from tests.attacks.watch.sitecustomize import reached
from tests.factories.replies import Reply

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
COMPARED = 50
"""Requests of a test before which what is stored is read, to be compared where one is refused."""
OWN_FILES = ("__pycache__", ".pytest_cache", ".hypothesis", "/proc/", os.devnull)
"""What Python and its tests write beside them, and where the system is told to count anew."""


@dataclass
class Witness:
    """What was seen of one attack."""

    canaries: tuple[str, ...]
    wrong: list[str] = field(default_factory=list)
    seen: list[tuple[Machine | None, list[str]]] = field(default_factory=list)
    """What was done to the world, with the server whose request did it, if one did."""
    folders: set[Path] = field(default_factory=set)
    begun: int = 0
    at_work: int = 0

    def begin(self, machine: Machine) -> dict[str, str] | None:
        """What is stored before a request; None where that is not compared."""
        self.begun += 1
        self.at_work += 1
        self.folders.add(machine.settings.data)
        alone = self.at_work == 1 and self.begun <= COMPARED
        return stored(machine) if alone else None

    def check(self, what: str, oracle: Callable[..., None], *facts: Any) -> None:
        """Keep what an oracle says; whoever attacks is answered all the same."""
        try:
            oracle(*facts)
        except AssertionError as error:
            self.wrong.append(f"{what}: {oracle.__name__} {error}".strip())

    def conclude(self) -> None:
        """What must hold when the attack is over."""
        assert self.wrong == [], "\n".join(self.wrong)
        for machine, each in self.seen:
            if machine is None:
                assert is_of_the_test(each), each
            elif not is_mail(machine, each):
                oracles.nothing_outbound([each])
                oracles.nothing_outside([each], machine.settings.data)
        for path in (path for data in self.folders for path in data.glob("*.sqlite3*")):
            oracles.keeps_secrets(path.read_bytes(), self.canaries)


_now: list[Witness] = []
"""The witness of the test that runs, if that is an attack."""
_serves: ContextVar[Machine | None] = ContextVar("serves", default=None)
"""The server whose request this thread or task works on."""


@contextmanager
def attack(canaries: Sequence[str]) -> Iterator[None]:
    """Look at all that happens until the end of the block."""
    _listen()
    witness = Witness(tuple(canaries))
    _now.append(witness)
    try:
        with oracles.bounded(os.getpid()):
            yield
    finally:
        _now.remove(witness)
    witness.conclude()


@cache
def _listen() -> None:
    """Hear of what this process does to the world, from the first attack on."""

    def heard(event: str, facts: tuple[Any, ...]) -> None:
        if _now and (fact := reached(event, facts)):
            _now[-1].seen.append((_serves.get(), fact))

    sys.addaudithook(heard)


def is_of_the_test(fact: Sequence[str]) -> bool:
    """Whether a test itself may do so: in its folder, and to this machine alone."""
    what, where = fact[0], fact[1]
    if what == "connect":
        return where.startswith("127.") or where == "::1"
    own = Path(where).is_relative_to(tempfile.gettempdir())
    return what != "write" or own or any(name in where for name in OWN_FILES)


def is_mail(machine: Machine, fact: Sequence[str]) -> bool:
    """Whether a request goes to the server that the operator named for mail."""
    host = urlsplit(machine.settings.smtp).hostname
    return fact[0] in {"connect", "resolve"} and fact[1] == host


def stored(machine: Machine) -> dict[str, str] | None:
    """What a server keeps: its rows by their hashes, its files by their sizes; on SQLite alone."""
    data = machine.settings.data
    if machine.settings.database:
        return None
    files = (path for path in (data / "blobs").rglob("*") if path.is_file())
    return oracles.rows(data) | {str(path): str(path.stat().st_size) for path in files}


@dataclass
class Watched:
    """An app whose answers are looked at while an attack goes on."""

    app: Any
    machine: Machine

    @property
    def state(self) -> Any:
        """The app's own."""
        return self.app.state

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Pass a request on, and its answer when it was looked at."""
        if not _now or scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        witness = _now[-1]
        before, number = witness.begin(self.machine), witness.begun
        status, headers, body = 500, {}, b""

        async def looked_at(message: Message) -> None:
            nonlocal status, headers, body
            if message["type"] == "http.response.start":
                status = message["status"]
                said = message["headers"]
                headers = {name.decode().lower(): one.decode("latin-1") for name, one in said}
            else:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    alone = before if witness.begun == number else None
                    self._look(witness, scope, Reply(status, headers, body), alone)
            await send(message)

        token = _serves.set(self.machine)
        try:
            await self.app(scope, receive, looked_at)
        finally:
            witness.at_work -= 1
            _serves.reset(token)

    def _look(
        self, witness: Witness, scope: Any, reply: Reply, before: dict[str, str] | None
    ) -> None:
        """O1, O2, O6, O7, O8 and the headers."""
        what = f"{scope['method']} {scope['path']} {reply.status}"
        told = repr(dict(reply.headers)).encode() + reply.body
        witness.check(what, oracles.no_failure, reply)
        witness.check(what, oracles.keeps_secrets, told, [*witness.canaries, *credentials(scope)])
        witness.check(what, oracles.is_restricted, reply)
        if reply.status < 400:
            return
        if scope["method"] != "HEAD":
            sent = unquote_plus(f"{scope['path']} {scope['query_string'].decode()}")
            witness.check(what, oracles.is_refusal, reply, sent)
        if before is not None:
            witness.check(what, oracles.same, before, stored(self.machine))
        if reply.status == 403 and scope["state"].get("actor") is not None:
            with self.machine.database.read() as conn:
                noted = {row[0] for row in conn.exec_driver_sql(oracles.DENIALS)}
            witness.check(what, oracles.includes, noted, [reply.headers["x-request-id"]])


def credentials(scope: Any) -> list[str]:
    """The secrets that a request carries in its head."""
    found = []
    for name, value in scope["headers"]:
        if name == b"authorization":
            found.append(value.decode("latin-1").rpartition(" ")[2])
        elif name == b"cookie":
            found += [one.value for one in SimpleCookie(value.decode("latin-1")).values()]
    # What is shorter is no secret, but a word that a test sends in its place.
    return [one for one in found if len(one) >= 32]
