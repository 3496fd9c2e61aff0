"""The oracles for attacks on servers in the tests' own process, and for those without a server.

Tests of other folders have no process to look at from outside. Their servers' apps are `watched`,
and while a test that is marked as an attack runs, every answer is looked at before it is given.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, partial
from http.cookies import SimpleCookie
from pathlib import Path
from threading import Lock, get_ident
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote_plus, urlsplit

from linlog.server import log
from linlog.server.machine import Machine
from tests.attacks import oracles
from tests.attacks.watch.sitecustomize import reached
from tests.factories.replies import Reply

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
COMPARED = 50
"""Requests of a test before which what is stored is read, to be compared where one is refused."""
OWN_FILES = (".pytest_cache", ".hypothesis", "/proc/", os.devnull)
"""What tests write beside them, and where the system is told to count anew."""
LONGEST_READ = 65_536
"""Bytes of a body in which secrets are looked for, and what else came with their last part."""
SECRET_FIELDS = ("password", "old_password", "new_password", "secret", "code")
SHORTEST_SECRET = 15
"""Characters; what is shorter is no secret, but a word that a test sends in its place."""


@dataclass
class Witness:
    """What was seen of one attack."""

    canaries: tuple[str, ...]
    folder: Path
    """Where tests may write, beside the system's own folder for such files."""
    secrets: set[str] = field(default_factory=set)
    """What was sent to a server, or given by one, and belongs in no log."""
    logged: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seen: list[tuple[Machine | None, list[str]]] = field(default_factory=list)
    """What was done to the world, with the server whose request did it, if one did."""
    folders: set[Path] = field(default_factory=set)
    begun: int = 0

    def begin(self, machine: Machine) -> dict[str, str] | None:
        """What is stored before a request; None where that is not compared."""
        self.begun += 1
        self.folders.add(machine.settings.data)
        compared = self.begun <= COMPARED and _requests.at_work == 1
        # Workers change what is stored whatever is asked meanwhile.
        return stored(machine) if compared and not machine.settings.workers else None

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
                assert is_of_the_test(each, self.folder), each
            elif not is_mail(machine, each):
                oracles.nothing_outbound([each])
                oracles.nothing_outside([each], machine.settings.data)
        for data in self.folders:
            oracles.files_keep_secrets(data, self.canaries)
        oracles.keeps_secrets("\n".join(self.logged).encode(), [*self.canaries, *self.secrets])


@dataclass
class Requests:
    """How many requests to watched servers were begun, and are at work; asked by any thread."""

    begun: int = 0
    at_work: int = 0
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def one(self) -> Iterator[int]:
        """Count a request, and give its number."""
        with self._lock:
            self.begun += 1
            self.at_work += 1
            number = self.begun
        try:
            yield number
        finally:
            with self._lock:
                self.at_work -= 1


_requests = Requests()
_now: list[Witness] = []
"""The witness of the test that runs, if that is an attack."""
_serves: ContextVar[Machine | None] = ContextVar("serves", default=None)
"""The server whose request this thread or task works on."""


_tidying: set[int] = set()
"""The threads that collect garbage at the moment."""


@contextmanager
def attack(canaries: Sequence[str], folder: Path | None = None) -> Iterator[None]:
    """Look at all that happens until the end of the block; tests may write in the folder."""
    _listen()
    witness = Witness(tuple(canaries), folder or Path(tempfile.gettempdir()))
    _now.append(witness)
    try:
        # What is imported first while a request is answered is no file that the request writes.
        with (
            patch.object(sys, "dont_write_bytecode", new=True),
            overheard(witness.logged),
            oracles.bounded(os.getpid()),
        ):
            yield
    finally:
        _now.remove(witness)
    witness.conclude()


@cache
def _listen() -> None:
    """Hear of what this process does to the world, from the first attack on."""

    def heard(event: str, facts: tuple[Any, ...]) -> None:
        if _now and (fact := reached(event, facts)):
            # Garbage was left by anybody, earlier tests too, and is collected by whoever is there.
            machine = None if get_ident() in _tidying else _serves.get()
            _now[-1].seen.append((machine, fact))

    def tidies(phase: str, _: dict[str, int]) -> None:
        change = _tidying.add if phase == "start" else _tidying.discard
        change(get_ident())

    sys.addaudithook(heard)
    gc.callbacks.append(tidies)


@contextmanager
def overheard(said: list[str]) -> Iterator[None]:
    """Keep every line of the server's log, and what other packages give to that of Python."""
    write, make, text = log.write, logging.getLogRecordFactory(), logging.Formatter()

    def kept(line: str) -> None:
        said.append(line)
        write(line)

    def made(*facts: Any, **more: Any) -> logging.LogRecord:
        record = make(*facts, **more)
        said.append(text.format(record))
        return record

    logging.setLogRecordFactory(made)
    try:
        with patch.object(log, "write", kept):
            yield
    finally:
        logging.setLogRecordFactory(make)


def is_of_the_test(fact: Sequence[str], folder: Path) -> bool:
    """Whether a test itself may do so: in its folder, and to this machine alone."""
    what, where = fact[0], fact[1]
    if what == "connect":
        return where.startswith("127.") or where == "::1"
    own = any(Path(where).is_relative_to(one) for one in (tempfile.gettempdir(), folder))
    return what != "write" or own or any(name in where for name in OWN_FILES)


def is_mail(machine: Machine, fact: Sequence[str]) -> bool:
    """Whether a request goes to the server that the operator named for mail."""
    host = urlsplit(machine.settings.smtp).hostname
    return fact[0] in {"connect", "resolve"} and fact[1] == host


def stored(machine: Machine) -> dict[str, str]:
    """What a server keeps: its rows by their hashes, its files by their sizes."""
    files = (path for path in (machine.settings.data / "blobs").rglob("*") if path.is_file())
    sizes = {str(path): str(path.stat().st_size) for path in files}
    return oracles.rows_at(machine.settings.database_url) | sizes


@dataclass
class Watched:
    """An app whose answers are looked at while an attack goes on."""

    app: Any
    machine: Machine

    @property
    def state(self) -> Any:
        """The app's own."""
        return self.app.state

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer when it was looked at."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with _requests.one() as number:
            if _now:
                await self._attacked(_Call(_now[-1], self.machine, scope, number), receive, send)
            else:
                await self.app(scope, receive, send)

    async def _attacked(self, call: _Call, receive: Receive, send: Send) -> None:
        call.before = call.witness.begin(self.machine)

        async def read() -> Message:
            message = await receive()
            if len(call.body) < LONGEST_READ:
                call.body += message.get("body", b"")
            return message

        async def looked_at(message: Message) -> None:
            call.hear(message)
            await send(message)

        token = _serves.set(self.machine)
        try:
            await self.app(call.scope, read, looked_at)
        finally:
            _serves.reset(token)


@dataclass
class _Call:
    """One request, and what was answered to it so far."""

    witness: Witness
    machine: Machine
    scope: Any
    number: int
    before: dict[str, str] | None = None
    body: bytes = b""
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b""

    def hear(self, message: Message) -> None:
        """Take a part of the answer, and look at all of it when this is the last one."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            said = message["headers"]
            self.headers = {name.decode().lower(): one.decode("latin-1") for name, one in said}
            return
        self.answer += message.get("body", b"")
        if not message.get("more_body", False):
            self._look(Reply(self.status, self.headers, self.answer))

    def _look(self, reply: Reply) -> None:
        """O1, O2, O6, O7, O8 and the headers."""
        what = f"{self.scope['method']} {self.scope['path']} {reply.status}"
        check, sent = partial(self.witness.check, what), secrets_sent(self.scope, self.body)
        told = repr(dict(reply.headers)).encode() + reply.body
        self.witness.secrets.update(sent, secrets_given(reply))
        check(oracles.no_failure, reply)
        check(oracles.keeps_secrets, told, [*self.witness.canaries, *sent])
        check(oracles.is_restricted, reply)
        if reply.status < 400:
            return
        if self.scope["method"] != "HEAD":
            asked = unquote_plus(f"{self.scope['path']} {self.scope['query_string'].decode()}")
            check(oracles.is_refusal, reply, asked)
        if self.before is not None and _requests.begun == self.number:
            check(oracles.same, self.before, stored(self.machine))
        if reply.status == 403 and self.scope["state"].get("actor") is not None:
            with self.machine.database.read() as conn:
                noted = {row[0] for row in conn.exec_driver_sql(oracles.DENIALS)}
            check(oracles.includes, noted, [reply.headers["x-request-id"]])


def secrets_sent(scope: Any, body: bytes) -> list[str]:
    """The secrets that a request carries in its head, and in the fields of its body."""
    found = []
    for name, value in scope["headers"]:
        if name == b"authorization":
            found.append(value.decode("latin-1").rpartition(" ")[2])
        elif name == b"cookie":
            found += [one.value for one in SimpleCookie(value.decode("latin-1")).values()]
    return long_enough([*found, *fields(body)])


def secrets_given(reply: Reply) -> list[str]:
    """The secrets that an answer gives: those of new tokens and links, and of sessions."""
    cookies = SimpleCookie(reply.headers.get("set-cookie", ""))
    return long_enough([*fields(reply.body), *(one.value for one in cookies.values())])


def fields(body: bytes) -> list[str]:
    """What the fields of secrets hold, if a body is an object."""
    if not any(f'"{name}"'.encode() in body for name in SECRET_FIELDS):
        return []
    with suppress(ValueError, RecursionError):
        data = json.loads(body)
        if isinstance(data, dict):
            return [one for name in SECRET_FIELDS if isinstance(one := data.get(name), str)]
    return []


def long_enough(words: Sequence[str]) -> list[str]:
    """Those that are no words that a test sends in a secret's place."""
    return [one for one in words if len(one) >= SHORTEST_SECRET]
