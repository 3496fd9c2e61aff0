"""The README's loop: `create_model_run` once a box, until all are durable and readable.

Client, server and SQLite on this machine. The reference is what SQLite alone takes for the same
boxes: one row each, in one transaction, forced to disk.

    python -m benchmarks.bench_predictions [--boxes 250000] [--tasks 5000] [--workers 1]
        [--scattered]

`--workers 0` leaves out what the server does with predictions beside storing them. `--scattered`
predicts in an order that jumps between tasks at every call.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

from linlog import LinLogClient
from tests.serving import Served, serve


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boxes", type=int, default=250_000)
    parser.add_argument("--tasks", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--scattered", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LINLOG_JOURNAL"] = f"{folder}/journals"
        reference_s = reference(Path(folder), asked.boxes)
        with serve(Path(folder) / "data", workers=asked.workers) as served:
            found = loop(served, asked.boxes, asked.tasks, scattered=asked.scattered)
    found["workers"], found["scattered"] = asked.workers, asked.scattered
    found["reference_boxes_per_s"] = round(asked.boxes / reference_s)
    found["ratio"] = round(found["boxes_per_s"] / found["reference_boxes_per_s"], 3)
    sys.stdout.write(json.dumps({"benchmark": "predictions", **found}) + "\n")


def loop(served: Served, boxes: int, task_count: int, *, scattered: bool) -> dict[str, Any]:
    """Make tasks, then predict on them box by box."""
    client = LinLogClient(served.url, served.token)
    project = client.create_project("Bench", labels=["cell"])
    entries = [{"attachment": f"text {at}", "complete": True} for at in range(task_count)]
    tasks = client.create_tasks(project.id, entries)
    dataset = client.create_dataset("bench", project_id=project.id)
    version = client.model_versions.create(client.create_model("bench").id, "v")
    memory = served.memory_bytes()
    each = boxes // task_count
    calls = [(at, box) for at in range(task_count) for box in range(each)]
    if scattered:
        Random(0).shuffle(calls)  # noqa: S311 - made-up data
    begun, client_cpu_s, server_cpu_s = time.perf_counter(), time.process_time(), served.cpu_s()
    for at, box in calls:
        client.create_model_run(
            dataset.id,
            version.id,
            tasks[at].id,
            {
                "label": "cell",
                "left": 1.5 * box,
                "top": 0.25 * at,
                "width": 20.0 + box,
                "height": 16.0,
            },
            (box + 1) / (each + 1),
        )
    called = time.perf_counter()
    client.flush()
    flushed = time.perf_counter()
    run = client.model_runs.list(dataset_id=dataset.id)[0]
    last = client.predictions.list(run.id, task_id=tasks[-1].id, limit=1000)
    readable = time.perf_counter()
    assert run.prediction_count == each * task_count
    assert len(last) == each
    client.close()
    return {
        "boxes": each * task_count,
        "tasks": task_count,
        "boxes_per_s": round(each * task_count / (readable - begun)),
        "call_us": round((called - begun) / (each * task_count) * 1e6, 2),
        "client_cpu_us": round((time.process_time() - client_cpu_s) / (each * task_count) * 1e6, 2),
        "server_cpu_us": round((served.cpu_s() - server_cpu_s) / (each * task_count) * 1e6, 2),
        "called_s": round(called - begun, 2),
        "flushed_s": round(flushed - called, 2),
        "read_s": round(readable - flushed, 3),
        "server_mb_before": round(memory / 1e6),
        "server_mb_after": round(served.memory_bytes() / 1e6),
        "database_mb": round(served.database_bytes() / 1e6, 1),
    }


def reference(folder: Path, boxes: int) -> float:
    """Seconds that SQLite alone takes."""
    rows = [
        (f"pr_{at:022d}", f"t_{at // 50:022d}", "cell", 1.5, 2.5, 20.0, 16.0, 0.5)
        for at in range(boxes)
    ]
    conn = sqlite3.connect(folder / "reference.sqlite3", isolation_level=None)
    conn.execute("PRAGMA journal_mode=WAL")
    conn.execute("PRAGMA synchronous=FULL")
    conn.execute(
        "CREATE TABLE boxes (id TEXT PRIMARY KEY, task TEXT, label TEXT, x REAL, y REAL, w REAL,"
        " h REAL, confidence REAL)"
    )
    begun = time.perf_counter()
    conn.execute("BEGIN IMMEDIATE")
    conn.executemany("INSERT INTO boxes VALUES (?,?,?,?,?,?,?,?)", rows)
    conn.execute("COMMIT")
    seconds = time.perf_counter() - begun
    conn.close()
    return seconds


if __name__ == "__main__":
    main()
