"""What must hold whatever an attacker sends: the oracles of the list, each a function."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from time import monotonic

import psycopg

from linlog.server.store.tables import metadata
from tests.factories.replies import Reply
from tests.patience import PATIENCE_S, shared

NOTED = {
    "tokens": {"used"},
    "sessions": {"used"},
    "organisations": {"audit_number", "audit_hash"},
}
"""When a secret was last used, and that something was refused, is noted by refused requests too."""
ROWS = {
    table.name: "SELECT {} FROM {} ORDER BY {}".format(
        ", ".join(
            f'"{each.name}"' for each in table.c if each.name not in NOTED.get(table.name, ())
        ),
        table.name,
        ", ".join(each.name for each in table.primary_key),
    )
    for table in metadata.sorted_tables
    if table.name != "audit_entries"
}
HASHES = " UNION ALL ".join(
    f"SELECT '{name}', coalesce(md5(string_agg(rows::text, chr(10))), '') FROM ({query}) AS rows"
    for name, query in ROWS.items()
)
"""The same, hashed by PostgreSQL in one question: to read all that is stored takes longer."""
RESTRICTED = {
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
}
DENIALS = "SELECT request_id FROM audit_entries WHERE result = 'refused'"
ROOM_BYTES = 250_000_000
"""Two bodies of the heaviest kinds that are read, one of which the allocator has not given back."""
PART_BYTES = 1 << 24
HEALTH_S = 0.5
PROBE_EACH_S = 0.1
INSIDE = ("Traceback", "sqlalchemy", "sqlite3", "SELECT ", '.py"', "pydantic", "object at 0x")
"""What only the inside of a server says."""


def no_failure(reply: Reply) -> None:
    """O1: no answer of 500 and above."""
    assert reply.status < 500, (reply.status, reply.body[:500])


def rows(conn: sqlite3.Connection) -> dict[str, str]:
    """A hash of every table, by its name."""
    found = {}
    for name, query in ROWS.items():
        said = repr(conn.execute(query).fetchall())
        found[name] = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
    return found


def rows_at(database: str) -> dict[str, str]:
    """The same of a database by its address, through a connection of its own."""
    if database.startswith("postgresql"):
        with psycopg.connect(database) as conn:
            return dict(conn.execute(HASHES).fetchall())
    path = database.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as conn:
        return rows(conn)


def written(data: Path) -> dict[str, str]:
    """A hash of every table and of every stored file, by name."""
    found = rows_at(f"sqlite:///{data / 'linlog.sqlite3'}")
    for path in sorted((data / "blobs").rglob("*")):
        if path.is_file():
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def idle(data: Path) -> bool:
    """Whether no job of a data folder waits or runs."""
    with closing(sqlite3.connect(f"file:{data / 'linlog.sqlite3'}?mode=ro", uri=True)) as conn:
        (left,) = conn.execute(
            "SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')"
        ).fetchone()
    return not left


@contextmanager
def unchanged(data: Path) -> Iterator[None]:
    """O2: what is stored is the same before and after."""
    before = written(data)
    yield
    same(before, written(data))


def same(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """O2: nothing came, went or changed."""
    names = before.keys() | after.keys()
    changed = {name for name in names if before.get(name) != after.get(name)}
    assert changed == set(), changed


def events(record: Path, since: int = 0) -> list[list[str]]:
    """What the server's processes did to the world, from a place in the record on."""
    with record.open("rb") as lines:
        lines.seek(since)
        return [json.loads(line) for line in lines]


def nothing_outbound(seen: Sequence[Sequence[str]]) -> None:
    """O3: no connection and no look-up of a name was tried, and no program was started."""
    outbound = [each for each in seen if each[0] in {"connect", "resolve", "program"}]
    assert outbound == [], outbound


def nothing_outside(seen: Sequence[Sequence[str]], data: Path) -> None:
    """O4: nothing outside of the data folder was opened to be written."""
    outside = [
        each
        for each in seen
        if each[0] == "write" and not Path(each[1]).is_relative_to(data) and each[1] != "/dev/null"
    ]
    assert outside == [], outside


@contextmanager
def bounded(process: int, most: int = ROOM_BYTES) -> Iterator[None]:
    """O5: no attack, however long it goes on, takes more memory than this at any moment.

    Only Linux tells the most memory that a process had since a moment.
    """
    kept = Path(f"/proc/{process}")
    if not (kept / "clear_refs").exists():
        yield
        return
    before = int((kept / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    (kept / "clear_refs").write_text("5")
    yield
    peak = int((kept / "status").read_text().partition("VmHWM:")[2].split()[0]) * 1024
    assert peak - before <= most, f"{(peak - before) / 1e6:.0f} MB"


@contextmanager
def answers_others(
    port: int, path: str = "/healthz", headers: Mapping[str, str] | None = None
) -> Iterator[None]:
    """O5: beside a load, the slowest hundredth of what asks for /healthz waits 500 ms at most.

    So does what asks for another address, where one is named.

    Where the machine is busy with other work it is as much more as there is work for each of its
    processors, and twenty times the slowest of quick probes before the load at least: the server
    is judged by what the load adds, not by its neighbours.
    """
    asking = partial(answer_s, port, path, headers)
    before, quick_s = shared(), max(asking() for _ in range(10))
    over, waited = Event(), list[float]()

    def probe() -> None:
        while not over.wait(PROBE_EACH_S):
            waited.append(asking())

    with ThreadPoolExecutor(1) as threads:
        probing = threads.submit(probe)
        try:
            yield
        finally:
            over.set()
        probing.result()
    # The neighbours may have begun since.
    most_s = max(HEALTH_S * max(before, shared()), 20 * quick_s)
    slowest = sorted(waited)[len(waited) * 99 // 100] if waited else 0.0
    assert slowest <= most_s, f"{slowest:.2f} s, where {most_s:.2f} s are allowed"


def answer_s(port: int, path: str, headers: Mapping[str, str] | None) -> float:
    """The seconds that an address takes to answer on a connection of its own."""
    begun, line = monotonic(), HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    line.request("GET", path, headers=headers or {})
    assert line.getresponse().status == 200
    line.close()
    return monotonic() - begun


def denials_noted(data: Path, requests: Sequence[str]) -> None:
    """O8: each of these requests, which were refused, is in the audit log as that."""
    with closing(sqlite3.connect(f"file:{data / 'linlog.sqlite3'}?mode=ro", uri=True)) as conn:
        noted = {row[0] for row in conn.execute(DENIALS)}
    includes(noted, requests)


def includes(noted: Collection[str], requests: Sequence[str]) -> None:
    """O8: each of these requests is among those that were noted."""
    assert {*requests} <= {*noted}


def keeps_secrets(said: bytes, canaries: Sequence[str]) -> None:
    """O6: nothing that was planted is told."""
    told = [one for one in canaries if one.encode() in said]
    assert told == [], told


def files_keep_secrets(data: Path, canaries: Sequence[str]) -> None:
    """O6: nor is it in the database of a data folder, which may be larger than memory."""
    beside = max((len(one.encode()) for one in canaries), default=1)
    for path in data.glob("*.sqlite3*"):
        with path.open("rb") as file:
            end = b""
            while part := file.read(PART_BYTES):
                end += part
                keeps_secrets(end, canaries)
                end = end[-beside:]


def is_refusal(reply: Reply, sent: str = "") -> None:
    """O7: the one error body, with the id of the request, and nothing of the inside.

    Words of what was sent may be said again.
    """
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    assert [*reply.data] == ["detail", "code", "field", "request_id"]
    assert reply.data["request_id"] == reply.headers["x-request-id"]
    assert 10 < len(reply.data["detail"]) < 1000
    assert not [one for one in INSIDE if one in reply.body.decode() and one not in sent]


def is_restricted(reply: Reply) -> None:
    """C07: every answer binds the browser that reads it."""
    said = {name: reply.headers.get(name) for name in RESTRICTED}
    assert said == RESTRICTED
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors" in policy
    assert ("frame-ancestors 'self'" in policy) == ("x-frame-options" not in reply.headers)
    assert reply.headers["referrer-policy"] in {"strict-origin-when-cross-origin", "no-referrer"}
    assert "cache-control" in reply.headers
    assert "server" not in reply.headers
