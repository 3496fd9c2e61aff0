"""Small writes by 1, 8 and 32 clients at once: an annotation or a log entry each, one a request.

Clients, server and database on this machine. The reference is what SQLite alone takes to commit
one row, forced to disk, beside each round in the same run; on PostgreSQL it is the same.

    python -m benchmarks.bench_writes [--seconds 5] [--clients 1,8,32] [--database postgresql]

`commits` are counted by the database itself: in the index of SQLite's log; for PostgreSQL it is how
often its log was forced to disk. `ratio` is requests a second by commits of the reference a second.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

from linlog import LinLogClient, ids
from tests.serving import Served, serve

REFERENCE = 100
"""Commits of the reference before each round."""
FORCED = "SELECT wal_sync FROM pg_stat_wal"
FORCED_SINCE_18 = "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"
Send = Callable[[http.client.HTTPConnection, int], None]


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--clients", default="1,8,32")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    asked = parser.parse_args()
    found: dict[str, Any] = {"benchmark": "writes", "database": asked.database}
    with tempfile.TemporaryDirectory() as folder, database(asked.database) as address:
        settings = {} if address is None else {"database": address}
        with serve(Path(folder) / "data", **settings) as served:
            for what, make in {"annotations": annotations, "log_entries": log_entries}.items():
                for clients in map(int, asked.clients.split(",")):
                    reference = commits_per_s(Path(folder))
                    done = measured(served, address, make(served, clients), clients, asked.seconds)
                    ratio = round(done["requests_per_s"] / reference, 2)
                    done |= {"reference_commits_per_s": round(reference), "ratio": ratio}
                    found[f"{what}_{clients}"] = done
    sys.stdout.write(json.dumps(found) + "\n")


@contextmanager
def database(name: str) -> Iterator[str | None]:
    """The address of a new database on a server of its own; None for the folder's own."""
    if name == "sqlite":
        yield None
        return
    from tests.postgresql import running

    with running() as server:
        yield server.url(server.create())


def measured(
    served: Served, address: str | None, send: Send, clients: int, seconds: float
) -> dict[str, Any]:
    """Let clients write for a while, each as fast as it is answered."""
    host = served.url.removeprefix("http://")
    took: list[list[float]] = [[] for _ in range(clients)]
    barrier = Barrier(clients + 1)

    def work(at: int) -> None:
        line = http.client.HTTPConnection(host)
        send(line, at)
        barrier.wait()
        barrier.wait()
        ends = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < ends:
            send(line, at)
            took[at].append(time.perf_counter() - begun)
        line.close()

    threads = [Thread(target=work, args=[at]) for at in range(clients)]
    for thread in threads:
        thread.start()
    barrier.wait()
    before, cpu, begun = commits(served, address), served.cpu_s(), time.perf_counter()
    barrier.wait()
    for thread in threads:
        thread.join()
    passed = time.perf_counter() - begun
    made = commits(served, address) - before
    each = sorted(one for some in took for one in some)
    return {
        "requests_per_s": round(len(each) / passed, 1),
        "commits_per_s": round(made / passed, 1),
        "requests_a_commit": round(len(each) / made, 2),
        "p50_ms": round(each[len(each) // 2] * 1e3, 2),
        "p99_ms": round(each[len(each) * 99 // 100] * 1e3, 2),
        "server_cpu_ms": round((served.cpu_s() - cpu) / len(each) * 1e3, 2),
    }


def commits(served: Served, address: str | None) -> int:
    """How many transactions the database has committed, or forced to disk, so far."""
    if address is None:
        index = next(served.data.glob("*.sqlite3-shm"))
        return int.from_bytes(index.read_bytes()[8:12], sys.byteorder)
    import psycopg

    # A connection that has nothing more to do tells after ten seconds what it did.
    time.sleep(11)
    with closing(psycopg.connect(address, autocommit=True)) as conn:
        newer = conn.info.server_version >= 180_000
        row = conn.execute(FORCED_SINCE_18 if newer else FORCED).fetchone()
    assert row is not None, "a server knows itself"
    return int(row[0])


def annotations(served: Served, clients: int) -> Send:
    """Replace the one annotation of a task of the client's own."""
    with LinLogClient(served.url, served.token) as client:
        project = client.create_project("Bench", labels=["cell"])
        entries = [{"attachment": f"text {at}"} for at in range(clients)]
        task_ids = [task.id for task in client.create_tasks(project.id, entries)]
    mark = {"label": "cell", "shape": {"type": "span", "start": 0, "end": 2}}

    def send(line: http.client.HTTPConnection, at: int) -> None:
        ask(served, line, "PUT", f"/api/v2/tasks/{task_ids[at]}/annotations", [mark])

    return send


def log_entries(served: Served, clients: int) -> Send:
    """Log one entry to a version of the client's own."""
    with LinLogClient(served.url, served.token) as client:
        model = client.create_model("Bench")
        made = [client.model_versions.create(model.id, f"v{at}") for at in range(clients)]
        version_ids = [version.id for version in made]
    numbers, name = count(), ids.name()

    def send(line: http.client.HTTPConnection, at: int) -> None:
        number = next(numbers)
        entry = {"number": number, "step": number, "data": {"loss": 1 / (1 + number)}}
        body = {"client_id": f"{name}-{at}", "entries": [entry]}
        ask(served, line, "POST", f"/api/v2/model-versions/{version_ids[at]}/log-entries", body)

    return send


def ask(
    served: Served, line: http.client.HTTPConnection, method: str, path: str, body: object
) -> None:
    """Send a request, and read its answer."""
    headers = {"Authorization": f"Token {served.token}", "Content-Type": "application/json"}
    body = {"annotations": body} if isinstance(body, list) else body
    line.request(method, path, json.dumps(body), headers)
    answer = line.getresponse()
    said = answer.read()
    assert answer.status in {200, 201}, said


def commits_per_s(folder: Path) -> float:
    """What SQLite alone commits in a second, one row each."""
    with closing(sqlite3.connect(folder / "reference.sqlite3", isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode=WAL")
        conn.execute("PRAGMA synchronous=FULL")
        conn.execute("CREATE TABLE IF NOT EXISTS rows (at INTEGER, name TEXT)")
        begun = time.perf_counter()
        for at in range(REFERENCE):
            conn.execute("BEGIN IMMEDIATE")
            conn.execute("INSERT INTO rows VALUES (?, ?)", (at, "x" * 200))
            conn.execute("COMMIT")
        return REFERENCE / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
