"""How long one organisation waits while another floods the server, to how long when it is quiet.

The second organisation asks and writes one thing after another; the first sends 100 log entries
a request from many connections, as fast as they are taken, from a process of its own, so that
neither waits for the other's Python. Times are those that a client sees, and the ratio of their
99th percentiles is what depends the least on the machine.

Whoever floods takes processors from all others of this machine, whomever it asks. What that alone
makes of the ratio is measured beside: the same flood asks another server then.

With `--per-minute` a token may send so many requests, and it is measured when the flood is refused.

    python -m benchmarks.bench_neighbours [--requests 300] [--flood 40] [--per-minute 0]
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from linlog import ids
from linlog.server import secrets
from tests.serving import Served, serve


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--flood", type=int, default=40)
    parser.add_argument("--per-minute", type=int, default=0)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder) / "data", requests_per_minute=asked.per_minute) as served,
        serve(Path(folder) / "other", requests_per_minute=asked.per_minute) as other,
    ):
        second = Party(served, neighbour(served))
        second.ask(asked.requests // 10)
        quiet = second.ask(asked.requests)
        beside, _ = flooded(second, Party(other, other.token), asked)
        memory = served.memory_bytes()
        loud, (taken, refused) = flooded(second, Party(served, served.token), asked)
        grown = served.memory_bytes() - memory
    found = {
        "requests": asked.requests,
        "flood_requests": taken,
        "flood_refused": refused,
        "quiet_p50_ms": centile(quiet, 50),
        "quiet_p99_ms": centile(quiet, 99),
        "flooded_p50_ms": centile(loud, 50),
        "flooded_p99_ms": centile(loud, 99),
        "ratio_p50": ratio(loud, quiet, 50),
        "ratio_p99": ratio(loud, quiet, 99),
        "other_server_ratio_p50": ratio(beside, quiet, 50),
        "other_server_ratio_p99": ratio(beside, quiet, 99),
        "grown_mb": round(grown / 1e6, 1),
    }
    sys.stdout.write(json.dumps({"benchmark": "neighbours", **found}) + "\n")


def flooded(second: Party, first: Party, asked: Any) -> tuple[list[float], tuple[int, int]]:
    """What the second one's requests take while the first one floods, and what that one got.

    That is how many of its requests were taken and refused meanwhile.
    """
    with flooding(first, asked.flood) as counts:
        while counts[0] < asked.flood or (asked.per_minute and counts[1] < asked.flood):
            time.sleep(0.01)
        before = [*counts]
        loud = second.ask(asked.requests)
        return loud, (counts[0] - before[0], counts[1] - before[1])


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


class Party:
    """One organisation that asks: a project, a model version, and a connection of its own."""

    def __init__(self, served: Served, token: str) -> None:
        self.port = int(served.url.rpartition(":")[2])
        self.token = token
        line = self.line()
        self.project = self.call(line, "POST", "/projects", {"title": "p"})[1]["id"]
        model = self.call(line, "POST", "/models", {"name": "m"})[1]["id"]
        version = self.call(line, "POST", f"/models/{model}/versions", {"name": "v"})[1]
        self.version = version["id"]

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
        line, found = self.line(), []
        for at in range(number):
            begun = time.perf_counter()
            if at % 2:
                status = self.log(line, f"c{begun}", 1)
            else:
                status, _ = self.call(line, "GET", f"/projects/{self.project}/tasks", None)
            found.append(time.perf_counter() - begun)
            assert status == HTTPStatus.OK, f"the second organisation is answered {status}"
        return found

    def log(self, line: HTTPConnection, client: str, number: int) -> int:
        """The status of so many log entries."""
        entries = [{"number": at, "step": at, "data": {"loss": 1.5}} for at in range(number)]
        where = f"/model-versions/{self.version}/log-entries"
        return self.call(line, "POST", where, {"client_id": client, "entries": entries})[0]


@contextmanager
def flooding(party: Party, lines: int) -> Iterator[Any]:
    """Flood from another process; how many requests were taken, and how many refused."""
    processes = get_context("spawn")
    over, counts = processes.Event(), processes.Array("l", 2)
    process = processes.Process(target=flood, args=(party, lines, over, counts))
    process.start()
    try:
        yield counts
    finally:
        over.set()
        process.join()


def flood(party: Party, lines: int, over: Any, counts: Any) -> None:
    """Log a hundred entries from many connections and ask again at once, until it is over."""

    def keep_on(name: int) -> None:
        line, at = party.line(), 0
        while not over.is_set():
            status = party.log(line, f"f{name}.{at}", 100)
            at += 1
            with counts.get_lock():
                counts[0 if status == HTTPStatus.OK else 1] += 1

    with ThreadPoolExecutor(lines) as threads:
        list(threads.map(keep_on, range(lines)))


def ratio(seconds: list[float], of: list[float], at: int) -> float:
    """How much longer the one percentile is than the other."""
    return round(centile(seconds, at) / centile(of, at), 2)


def centile(seconds: list[float], at: int) -> float:
    """A percentile, in milliseconds."""
    return round(sorted(seconds)[min(len(seconds) - 1, len(seconds) * at // 100)] * 1000, 2)


if __name__ == "__main__":
    main()
