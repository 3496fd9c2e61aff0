"""Two organisations of one server: one that floods it, and one that asks beside it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from threading import Thread
from typing import IO, Any, Final

from linlog import ids
from linlog.server import secrets
from tests.serving import Served

TAKEN: Final = b"+"
REFUSED: Final = b"-"


def beside(
    second: Party, first: Party, number: int, *, lines: int = 40, refused: bool = False
) -> tuple[list[float], tuple[int, int]]:
    """What so many requests of the second one take while the first one floods.

    And how many of the flood were taken meanwhile, and how many refused; it begins when some were.
    """
    with flooding(first, lines) as counts:
        while counts[TAKEN] < lines or (refused and counts[REFUSED] < lines):
            time.sleep(0.01)
        before = counts.copy()
        loud = second.ask(number)
        return loud, (counts[TAKEN] - before[TAKEN], counts[REFUSED] - before[REFUSED])


def neighbour(served: Served) -> str:
    """The token of an owner of a second organisation."""
    secret, scope, now = secrets.new_token(), ids.new("organisation"), time.time_ns() // 1000
    with sqlite3.connect(served.data / "linlog.sqlite3", timeout=60) as conn:
        conn.execute(
            "INSERT INTO organisations (id, name, created) VALUES (?, 'Second', ?)", (scope, now)
        )
        conn.execute(
            "INSERT INTO tokens (id, organisation_id, name, role, secret_hash, hint, created) "
            "VALUES (?, ?, 'bench', 'owner', ?, '', ?)",
            (ids.new("token"), scope, secrets.digest(secret), now),
        )
    conn.close()
    return secret


@dataclass(frozen=True)
class Party:
    """One organisation that asks: a project, a model version, and connections of its own."""

    port: int
    token: str
    project: str = ""
    version: str = ""

    @classmethod
    def of(cls, served: Served, token: str) -> Party:
        """One with a project and a version of its own."""
        new = cls(int(served.url.rpartition(":")[2]), token)
        with closing(new.line()) as line:
            project = new.call(line, "POST", "/projects", {"title": "p"})[1]["id"]
            model = new.call(line, "POST", "/models", {"name": "m"})[1]["id"]
            version = new.call(line, "POST", f"/models/{model}/versions", {"name": "v"})[1]["id"]
        return replace(new, project=project, version=version)

    def line(self) -> HTTPConnection:
        """A connection."""
        return HTTPConnection("127.0.0.1", self.port, timeout=120)

    def call(self, line: HTTPConnection, method: str, path: str, body: Any) -> tuple[int, Any]:
        """Status and data of a request."""
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        line.request(method, f"/api/v2{path}", json.dumps(body) if body else None, headers)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read() or b"null")

    def ask(self, number: int) -> list[float]:
        """The seconds of so many requests, half of which write a log entry."""
        with closing(self.line()) as line:
            return [self._asked(line, at) for at in range(number)]

    def _asked(self, line: HTTPConnection, at: int) -> float:
        begun = time.perf_counter()
        if at % 2:
            status = self.log(line, f"c{begun}", 1)
        else:
            status, _ = self.call(line, "GET", f"/projects/{self.project}/tasks", None)
        passed = time.perf_counter() - begun
        assert status == HTTPStatus.OK, f"the second organisation is answered {status}"
        return passed

    def log(self, line: HTTPConnection, client: str, number: int) -> int:
        """The status of so many log entries."""
        entries = [{"number": at, "step": at, "data": {"loss": 1.5}} for at in range(number)]
        where = f"/model-versions/{self.version}/log-entries"
        return self.call(line, "POST", where, {"client_id": client, "entries": entries})[0]


@contextmanager
def flooding(party: Party, lines: int) -> Iterator[Counter[bytes]]:
    """Flood from a process of its own; how many requests were taken, and how many refused."""
    counts: Counter[bytes] = Counter()
    command = [sys.executable, "-m", "tests.flooding", json.dumps([*vars(party).values(), lines])]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0, cwd=root) as process:
        assert process.stdout is not None, "asked for"
        counting = Thread(target=_count, args=(process.stdout, counts))
        counting.start()
        try:
            yield counts
        finally:
            process.terminate()
            counting.join()


def _count(answers: IO[bytes], counts: Counter[bytes]) -> None:
    while found := answers.read(1):
        counts[found] += 1


def flood(party: Party, lines: int) -> None:
    """Log a hundred entries from many connections and ask again at once, for ever."""

    def keep_on(name: int) -> None:
        line = party.line()
        for at in count():
            status = party.log(line, f"f{name}.{at}", 100)
            os.write(sys.stdout.fileno(), TAKEN if status == HTTPStatus.OK else REFUSED)

    with ThreadPoolExecutor(lines) as threads:
        list(threads.map(keep_on, range(lines)))


if __name__ == "__main__":
    *_values, _lines = json.loads(sys.argv[1])
    flood(Party(*_values), _lines)
