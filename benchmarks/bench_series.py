"""A million numbers of one key, drawn 800 columns wide, and one number by key of 1,000 versions.

The reference reads and writes as much JSON as the answers, in the same process.

    python -m benchmarks.bench_series
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from linlog import LinLogClient
from linlog.wire import codec
from linlog.wire.log_entries import LogEntriesCreate, LogEntryCreate, LogReceipt
from tests.serving import serve

POINTS = 1_000_000
AT_ONCE = 5_000
SPIKE = 654_321
VERSIONS, KEYS = 1_000, 200
ROUNDS = 5


def main() -> None:
    """Print one line."""
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder) / "data") as served:
        client = LinLogClient(served.url, served.token)
        model_id = client.create_model("bench").id
        version_id = client.model_versions.create(model_id, "long").id
        began = time.perf_counter()
        fill(client, version_id)
        ingest_s = time.perf_counter() - began
        series = client.log_entries.series
        whole = best(lambda: series(version_id, points=3200, keys=["loss"]))
        part = best(lambda: series(version_id, points=3200, keys=["loss"], low=6e5, high=7e5))
        line = series(version_id, points=3200, keys=["loss"]).series[0]
        many = client.create_model("many").id
        for number in range(VERSIONS):
            each = client.model_versions.create(many, f"v{number}").id
            send(client, each, [(0, {f"part{key % 8}/k{key}": key / 7 for key in range(KEYS)})])
        rows = best(lambda: client.log_entries.numbers(model_id=many))
        text = json.dumps([[key / 7 for key in range(KEYS)] for _ in range(VERSIONS)])
        reference = best(lambda: json.dumps(json.loads(text)))
    found: dict[str, Any] = {
        "points": POINTS,
        "ingest_s": round(ingest_s, 1),
        "series_ms": round(whole * 1e3, 1),
        "zoom_ms": round(part * 1e3, 1),
        "kept": len(line.steps),
        "spike_seen": SPIKE in line.steps and max(v for v in line.values if v) == 1e3,
        "versions_by_keys": f"{VERSIONS}x{KEYS}",
        "numbers_ms": round(rows * 1e3, 1),
        "reference_ms": round(reference * 1e3, 1),
        "ratio": {
            "series": round(whole / reference, 2),
            "numbers": round(rows / reference, 2),
        },
    }
    sys.stdout.write(json.dumps({"benchmark": "series", **found}) + "\n")


def fill(client: LinLogClient, version_id: str) -> None:
    """Log a million losses, one of which is a spike."""
    for start in range(0, POINTS, AT_ONCE):
        steps = range(start, start + AT_ONCE)
        values = [(at, {"loss": 1e3 if at == SPIKE else 1 / (1 + at % 977)}) for at in steps]
        send(client, version_id, values)


def send(client: LinLogClient, version_id: str, values: list[tuple[int, dict[str, float]]]) -> None:
    """Append entries."""
    entries = tuple(LogEntryCreate(number=at, step=at, data=data) for at, data in values)
    body = LogEntriesCreate(client_id="bench", entries=entries)
    where = f"/model-versions/{version_id}/log-entries"
    client._http.deliver(where, LogReceipt, codec.encode(body))  # noqa: SLF001


def best(call: Callable[[], object]) -> float:
    """Seconds of the fastest of some calls."""
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return min(found)


if __name__ == "__main__":
    main()
