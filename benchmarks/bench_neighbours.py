"""How long one organisation waits while another floods the server, to how long when it is quiet.

The second organisation asks and writes one thing after another; the first sends 100 log entries
a request from many connections, as fast as they are taken, from a process of its own, so that
neither waits for the other's Python. Times are those that a client sees, and the ratio of their
99th percentiles is what depends the least on the machine.

    python -m benchmarks.bench_neighbours [--requests 300] [--flood 40]
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
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder) / "data") as served,
    ):
        second = Party(served, neighbour(served))
        second.ask(asked.requests // 10)
        quiet = second.ask(asked.requests)
        memory = served.memory_bytes()
        first = Party(served, served.token)
        with flooding(first, asked.flood) as answered:
            while answered.value < asked.flood:
                time.sleep(0.01)
            begun = answered.value
            loud = second.ask(asked.requests)
            flood = answered.value - begun
        grown = served.memory_bytes() - memory
    found = {
        "requests": asked.requests,
        "flood_requests": flood,
        "quiet_p50_ms": centile(quiet, 50),
        "quiet_p99_ms": centile(quiet, 99),
        "flooded_p50_ms": centile(loud, 50),
        "flooded_p99_ms": centile(loud, 99),
        "ratio_p50": round(centile(loud, 50) / centile(quiet, 50), 2),
        "ratio_p99": round(centile(loud, 99) / centile(quiet, 99), 2),
        "grown_mb": round(grown / 1e6, 1),
    }
    sys.stdout.write(json.dumps({"benchmark": "neighbours", **found}) + "\n")


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
                self.log(line, f"c{begun}", 1)
            else:
                self.call(line, "GET", f"/projects/{self.project}/tasks", None)
            found.append(time.perf_counter() - begun)
        return found

    def log(self, line: HTTPConnection, client: str, number: int) -> int:
        """The status of so many log entries."""
        entries = [{"number": at, "step": at, "data": {"loss": 1.5}} for at in range(number)]
        where = f"/model-versions/{self.version}/log-entries"
        return self.call(line, "POST", where, {"client_id": client, "entries": entries})[0]


@contextmanager
def flooding(party: Party, lines: int) -> Iterator[Any]:
    """Flood from another process; how many requests were taken, as `value`."""
    processes = get_context("spawn")
    over, taken = processes.Event(), processes.Value("l", 0)
    process = processes.Process(target=flood, args=(party, lines, over, taken))
    process.start()
    try:
        yield taken
    finally:
        over.set()
        process.join()


def flood(party: Party, lines: int, over: Any, taken: Any) -> None:
    """Log a hundred entries from many connections and ask again at once, until it is over."""

    def keep_on(name: int) -> None:
        line, at = party.line(), 0
        while not over.is_set():
            status = party.log(line, f"f{name}.{at}", 100)
            at += 1
            if status == HTTPStatus.OK:
                with taken.get_lock():
                    taken.value += 1

    with ThreadPoolExecutor(lines) as threads:
        list(threads.map(keep_on, range(lines)))


def centile(seconds: list[float], at: int) -> float:
    """A percentile, in milliseconds."""
    return round(sorted(seconds)[min(len(seconds) - 1, len(seconds) * at // 100)] * 1000, 2)


if __name__ == "__main__":
    main()
