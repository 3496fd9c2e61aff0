"""Coming in (A, B): what the time of an answer tells, and what many at once cost all others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from itertools import chain, repeat
from pathlib import Path
from statistics import median
from threading import Barrier
from time import process_time
from typing import Any

import pytest
from scipy.stats import mannwhitneyu

from linlog.client.transports.app import AppTransport
from linlog.server import app
from linlog.server.attempts import Attempts
from tests.api.test_isolation import invented
from tests.attacks import oracles, targets
from tests.attacks.targets import Target
from tests.attacks.test_lines import get, refused
from tests.attacks.witness import Watched
from tests.conftest import Template, running
from tests.factories import organisations, processes, sessions, users, worlds
from tests.factories.organisations import Home
from tests.factories.replies import Reply, encoded
from tests.patience import PATIENCE_S

SAMPLES = 400
ROUNDS = 3
"""One of a hundred comparisons of equals finds a difference; a real one is found each time."""
WRONG = "wrong horse battery staple"


@dataclass
class Stopwatch:
    """An app whose answers are timed: the processor's seconds until their last byte is sent."""

    app: Any
    taken: list[float] = field(default_factory=list)

    @property
    def state(self) -> Any:
        """The app's own."""
        return self.app.state

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on, and note what its answer took."""
        begun = process_time()

        async def timed(message: Any) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self.taken.append(process_time() - begun)
            await send(message)

        await self.app(scope, receive, timed)


@dataclass
class Timed:
    """An organisation of a timed server that counts no guesses, and another one beside it."""

    watch: Stopwatch
    home: Home
    email: str
    theirs: dict[str, str]

    def pairs(self, number: int, *asks: Callable[[], Reply]) -> list[list[float]]:
        """What each of some requests takes, so many times, in turns."""
        self.watch.taken.clear()
        for ask in chain.from_iterable(repeat(asks, number)):
            ask()
        return [self.watch.taken[at :: len(asks)] for at in range(len(asks))]


@pytest.fixture(scope="module")
def timed(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Timed]:
    """A server in this process, so that other processes' work is not counted."""
    with running(template, tmp_path_factory.mktemp("timed") / "data") as inside:
        theirs = worlds.create(organisations.create(inside, "Theirs"))
        inside.machine.attempts = Attempts(per_account=10**6, per_source=10**6)
        watch = Stopwatch(app.build(inside.machine))
        transport = AppTransport(Watched(watch, inside.machine))
        home = organisations.create(replace(inside, transport=transport), "Ours")
        yield Timed(watch, home, users.create(home).email, theirs)
        transport.close()


def tells_them_apart(first: list[float], second: list[float]) -> bool:
    """Whether the times of two kinds of answers differ by more than chance and a tenth."""
    apart = abs(median(first) / median(second) - 1) > 0.1
    return bool(apart or mannwhitneyu(first, second).pvalue <= 0.01)


@pytest.mark.attack("A05")
def test_the_time_of_a_refusal_does_not_tell_of_an_account(
    timed: Timed, counted: Callable[[int], int]
) -> None:
    asks = [
        lambda each=each: sessions.create(timed.home, each, WRONG)
        for each in (timed.email, "nobody@example.org")
    ]
    assert {ask().status for ask in asks} == {401}
    rounds = (timed.pairs(counted(SAMPLES), *asks) for _ in range(ROUNDS))
    assert not all(tells_them_apart(*each) for each in rounds)


@pytest.mark.attack("B01", "B17")
@pytest.mark.parametrize(
    "where", ["projects/{project_id}", "tasks/{task_id}", "files/{file_id}", "jobs/{job_id}"]
)
def test_the_time_of_a_404_does_not_tell_of_a_row(
    timed: Timed, counted: Callable[[int], int], where: str
) -> None:
    paths = [f"/api/v2/{where.format(**ids)}" for ids in (timed.theirs, invented(timed.theirs))]
    asks = [lambda path=path: timed.home.call("GET", path) for path in paths]
    assert {ask().status for ask in asks} == {404}
    rounds = (timed.pairs(counted(SAMPLES), *asks) for _ in range(ROUNDS))
    assert not all(tells_them_apart(*each) for each in rounds)


@pytest.mark.attack("A06")
def test_many_who_sign_in_at_once_hold_up_nobody_else(template: Template, tmp_path: Path) -> None:
    with targets.attacked(template, tmp_path) as target, target.withstanding():
        together = Barrier(64)

        def signed_in(at: int) -> Reply:
            body = encoded({"email": f"p{at}@example.org", "password": WRONG})
            sent = {"Content-Type": "application/json"}
            with closing(HTTPConnection("127.0.0.1", target.port, timeout=PATIENCE_S)) as line:
                together.wait()
                line.request("POST", "/api/v2/sessions", body, sent)
                answer = line.getresponse()
                names = {name.lower(): one for name, one in answer.getheaders()}
                return Reply(answer.status, names, answer.read())

        with oracles.answers_others(target.port), ThreadPoolExecutor(64) as pool:
            found = [*pool.map(signed_in, range(64))]
        for reply in found:
            target.check(reply)
        assert {401, 429} == {each.status for each in found}


@pytest.mark.attack("A21")
@pytest.mark.parametrize(
    ("key", "mode", "host", "said"),
    [
        (b"changeme", 0o600, "127.0.0.1", "has 8 bytes, not 32"),
        (b"x" * 32, 0o644, "127.0.0.1", "chmod 600"),
        (b"x" * 32, 0o600, "0.0.0.0", "LINLOG_ORIGIN"),
    ],
)
def test_a_server_that_would_be_open_does_not_start(
    template: Template, tmp_path: Path, key: bytes, mode: int, host: str, said: str
) -> None:
    with template.copied(tmp_path / "data"):
        secret = tmp_path / "data" / "secret"
        secret.write_bytes(key)
        secret.chmod(mode)
        words = ("--data", str(tmp_path / "data"), "--port", "0", "--host", host)
        told = processes.command("serve", *words)
        assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1), told.stderr
        assert said in told.stderr


@pytest.mark.attack("A14")
@pytest.mark.parametrize("more", ["Token {owner}", "Token {viewer}", "Basic YTpi", ""])
def test_a_request_has_one_authorization_or_none_counts(target: Target, more: str) -> None:
    line = f"Authorization: {more.format(**target.tokens)}".encode()
    refused(target, get(target, b"/api/v2/projects", line), statuses={400, 401})
