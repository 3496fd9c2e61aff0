"""What must hold whatever an attacker sends: the oracles of the list, each a function."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from linlog.server.store.tables import metadata
from tests.factories.replies import Reply

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
RESTRICTED = {
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
}
ROOM_BYTES = 250_000_000
"""Two bodies of the heaviest kinds that are read, one of which the allocator has not given back."""
INSIDE = ("Traceback", "sqlalchemy", "sqlite3", "SELECT ", '.py"', "pydantic", "object at 0x")
"""What only the inside of a server says."""


def no_failure(reply: Reply) -> None:
    """O1: no answer of 500 and above."""
    assert reply.status < 500, (reply.status, reply.body[:500])


def written(data: Path) -> dict[str, str]:
    """A hash of every table and of every stored file, by name."""
    found = {}
    with sqlite3.connect(f"file:{data / 'linlog.sqlite3'}?mode=ro", uri=True) as conn:
        for name, query in ROWS.items():
            rows = repr(conn.execute(query).fetchall())
            found[name] = hashlib.sha256(rows.encode("utf-8", "surrogatepass")).hexdigest()
    conn.close()
    for path in sorted((data / "blobs").rglob("*")):
        if path.is_file():
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@contextmanager
def unchanged(data: Path) -> Iterator[None]:
    """O2: what is stored is the same before and after."""
    before = written(data)
    yield
    after = written(data)
    assert {
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    } == (set())


def events(record: Path, since: int = 0) -> list[list[str]]:
    """What the server's processes did to the world, from a place in the record on."""
    with record.open("rb") as lines:
        lines.seek(since)
        return [json.loads(line) for line in lines]


def nothing_outbound(seen: Sequence[Sequence[str]]) -> None:
    """O3: no connection and no look-up of a name was tried, and no program was started."""
    assert [each for each in seen if each[0] in {"connect", "resolve", "program"}] == []


def nothing_outside(seen: Sequence[Sequence[str]], data: Path) -> None:
    """O4: nothing outside of the data folder was opened to be written."""
    outside = [
        each
        for each in seen
        if each[0] == "write" and not Path(each[1]).is_relative_to(data) and each[1] != "/dev/null"
    ]
    assert outside == []


def bounded(before: int, peak: int) -> None:
    """O5: no attack, however long it goes on, takes more memory than this at any moment."""
    assert peak - before <= ROOM_BYTES, f"{(peak - before) / 1e6:.0f} MB"


def denials_noted(data: Path, requests: Sequence[str]) -> None:
    """O8: each of these requests, which were refused, is in the audit log as that."""
    query = "SELECT request_id FROM audit_entries WHERE result = 'refused'"
    with sqlite3.connect(f"file:{data / 'linlog.sqlite3'}?mode=ro", uri=True) as conn:
        noted = {row[0] for row in conn.execute(query)}
    conn.close()
    assert {*requests} <= noted


def keeps_secrets(said: bytes, canaries: Sequence[str]) -> None:
    """O6: nothing that was planted is told."""
    assert not [one for one in canaries if one.encode() in said]


def is_refusal(reply: Reply) -> None:
    """O7: the one error body, with the id of the request, and nothing of the inside."""
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    assert [*reply.data] == ["detail", "code", "field", "request_id"]
    assert reply.data["request_id"] == reply.headers["x-request-id"]
    assert 10 < len(reply.data["detail"]) < 1000
    assert not [one for one in INSIDE if one in reply.body.decode()]


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
