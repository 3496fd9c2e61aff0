"""Files of 100,000 tasks and 250,000 boxes, imported until they are readable, and imported again.

Client, server and SQLite on this machine. The reference is what reading the rows as JSON takes.
The boxes of a task follow each other, unless they are `--scattered`: each on another task then.

    python -m benchmarks.bench_imports [--boxes 250000] [--tasks 100000] [--scattered]
                                       [--format ndjson|parquet|coco]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from linlog import LinLogClient
from linlog.client.importing.reports import ImportReport
from tests.serving import Served, serve

DATASET_TASKS = 5000
Names = dict[str, str | None]
"""The unique ids of tasks."""
Made = tuple[Path, dict[str, Path]]


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boxes", type=int, default=250_000)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--scattered", action="store_true")
    parser.add_argument("--format", choices=("ndjson", "parquet", "coco"), default="ndjson")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LINLOG_JOURNAL"] = f"{folder}/journals"
        with serve(Path(folder) / "data") as served:
            found = measured(served, Path(folder), asked)
    sys.stdout.write(
        json.dumps(
            {
                "benchmark": "imports",
                "scattered": asked.scattered,
                "format": asked.format,
                **found,
            }
        )
        + "\n"
    )


def measured(served: Served, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Import tasks, then predictions on some of them."""
    client = LinLogClient(served.url, served.token)
    project = client.create_project("Imported", labels=["cell"])
    file = written(
        folder / "tasks.ndjson",
        (
            {
                "attachment": f"text {at}",
                "attachment_type": "text",
                "complete": True,
                **({"unique_id": f"{at}"} if asked.format == "coco" else {}),
            }
            for at in range(asked.tasks)
        ),
    )
    found: dict[str, Any] = {
        "tasks": timed(file, lambda: client.tasks.import_file(project.id, file))
    }
    page = client.tasks.list(project.id, limit=1000)
    some = [*islice(page.walk(), DATASET_TASKS)]
    dataset = client.datasets.create("imported", task_ids=[task.id for task in some])
    version = client.model_versions.create(client.create_model("bench").id, "v")
    memory = served.memory_bytes()
    file = written(
        folder / "predictions.ndjson",
        (
            {
                "task_id": some[_task(at, len(some), asked)].id,
                "label": "cell",
                "confidence": 0.5,
                "shape": {"type": "box", "left": at / 8, "top": 1.5, "width": 20.0, "height": 16.0},
            }
            for at in range(asked.boxes)
        ),
    )
    names = {task.id: task.unique_id for task in some}
    made, how = IN_FORMAT[asked.format](file, names)
    load = lambda: client.predictions.import_file(dataset.id, version.id, made, **how)  # noqa: E731
    found["predictions"] = timed(file, load)
    found["predictions_again"] = timed(file, load)
    found["server_grew_mb"] = (served.memory_bytes() - memory) // 1_000_000
    client.close()
    return found


def _as_it_is(file: Path, _: Names) -> Made:
    return file, {}


def _as_parquet(file: Path, _: Names) -> Made:
    """A column for each key, those of the boxes among them."""
    rows = [json.loads(line) for line in file.open()]
    for row in rows:
        row.update(row.pop("shape"))
        del row["type"]
    made = file.with_suffix(".parquet")
    parquet.write_table(pa.Table.from_pylist(rows), made)
    return made, {}


def _as_coco(file: Path, names: Names) -> Made:
    """Results, whose images are tasks by their unique ids."""
    results = []
    for row in map(json.loads, file.open()):
        box = row["shape"]
        sides = [box[key] for key in ("left", "top", "width", "height")]
        result = {"image_id": names[row["task_id"]], "category_id": 1, "bbox": sides}
        results.append({**result, "score": row["confidence"]})
    made, instances = file.with_suffix(".json"), file.with_name("instances.json")
    made.write_text(json.dumps(results))
    images = [{"id": name} for name in names.values()]
    named = {"images": images, "categories": [{"id": 1, "name": "cell"}], "annotations": []}
    instances.write_text(json.dumps(named))
    return made, {"instances": instances}


IN_FORMAT: dict[str, Callable[[Path, Names], Made]] = {
    "ndjson": _as_it_is,
    "parquet": _as_parquet,
    "coco": _as_coco,
}
"""Write boxes of NDJSON as files of a format; what an import needs beside such a file."""


def _task(at: int, tasks: int, asked: argparse.Namespace) -> int:
    return at % tasks if asked.scattered else at * tasks // asked.boxes


def written(path: Path, rows: Any) -> Path:
    """Rows as NDJSON."""
    with path.open("w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def timed(file: Path, load: Callable[[], ImportReport]) -> dict[str, float]:
    """Rows a second of an import, and of reading the same lines alone."""
    begun = time.perf_counter()
    with file.open() as lines:
        rows = sum(1 for line in lines if json.loads(line))
    read_s = time.perf_counter() - begun
    begun = time.perf_counter()
    report = load()
    took_s = time.perf_counter() - begun
    assert report.accepted == rows, report
    return {
        "rows": rows,
        "seconds": round(took_s, 2),
        "rows_per_s": round(rows / took_s),
        "ratio": round(took_s / read_s, 1),
    }


if __name__ == "__main__":
    main()
