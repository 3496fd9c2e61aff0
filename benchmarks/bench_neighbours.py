"""How long one organisation waits while another floods the server, to how long when it is quiet.

The second organisation asks and writes one thing after another; the first sends 100 log entries
a request from many connections, as fast as they are taken. Times are those that a client sees, and
the ratio of their 99th percentiles is what depends the least on the machine.

    python -m benchmarks.bench_neighbours [--requests 300] [--flood 40]
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
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
        with flooding(first, asked.flood) as statuses:
            first.wait_for(statuses, asked.flood)
            begun = sum(statuses.values())
            loud = second.ask(asked.requests)
            flood = sum(statuses.values()) - begun
        grown = served.memory_bytes() - memory
    found = {
        "requests": asked.requests,
        "flood_requests": flood,
        "flood_statuses": dict(statuses),
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

    @staticmethod
    def wait_for(statuses: Counter[int], number: int) -> None:
        """Until so many requests were answered."""
        while sum(statuses.values()) < number:
            time.sleep(0.01)


@contextmanager
def flooding(party: Party, lines: int) -> Iterator[Counter[int]]:
    """Many connections that log a hundred entries and ask again at once; counts of statuses."""
    over, statuses = Event(), Counter[int]()

    def flood(name: int) -> None:
        line, at = party.line(), 0
        while not over.is_set():
            statuses[party.log(line, f"f{name}.{at}", 100)] += 1
            at += 1

    threads = [Thread(target=flood, args=[name], daemon=True) for name in range(lines)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        over.set()
        for thread in threads:
            thread.join()


def centile(seconds: list[float], at: int) -> float:
    """A percentile, in milliseconds."""
    return round(sorted(seconds)[min(len(seconds) - 1, len(seconds) * at // 100)] * 1000, 2)


if __name__ == "__main__":
    main()
