"""Lists of the tasks of a project that grows from ten thousand tasks to a million.

A server in a process of its own and a client on the same machine. First tasks are imported, 1,000 a
request. Then every kind of page is asked for, in turn with the others: the first, one deep in the
list, one by cursor from there, and each filter; and what stands beside a task in filtered lists.
The reference is the same pages in the same run when the project had its first tasks. The rare
label is on more of the first tasks than fill a page, and on few of the others: else its reference
would be a page with less on it, whose tasks cost less to read.

    python -m benchmarks.bench_tasks [--tasks 1000000] [--first 10000] [--rounds 40] [--postgresql]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from linlog import LinLogClient
from tests.postgresql import running
from tests.serving import serve

LIMIT = 50
COMMON_UNTIL = 10_000
"""Tasks of which many carry the rare label."""
IMPORTED = 100_000
"""Tasks over which the time of an import is told."""


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = {}
        if asked.postgresql:
            database = stack.enter_context(running())
            settings["database"] = database.url(database.create())
        served = stack.enter_context(serve(folder / "data", **settings))
        client = stack.enter_context(LinLogClient(served.url, served.token))
        found = grown(client, asked.first, asked.tasks, asked.rounds)
        found["server_mb"] = round(served.memory_bytes() / 1e6)
    kind = "postgresql" if asked.postgresql else "sqlite"
    sys.stdout.write(json.dumps({"benchmark": "tasks", "database": kind, **found}) + "\n")


def grown(client: LinLogClient, first: int, tasks: int, rounds: int) -> dict[str, Any]:
    """The pages of a small project, and those of the same project when it is large."""
    project = client.create_project("Bench", labels=["cat", "dog"])
    create(client, project.id, 0, first)
    small = measured(client, project.id, rounds)
    begun = time.perf_counter()
    create(client, project.id, first, tasks)
    import_s = (time.perf_counter() - begun) * IMPORTED / (tasks - first)
    large = measured(client, project.id, rounds)
    pages = {
        name: {
            "p95_ms": round(large[name], 2),
            "reference_ms": round(small[name], 2),
            "ratio": round(large[name] / small[name], 2),
        }
        for name in large
    }
    return {
        "tasks": tasks,
        "first": first,
        f"import_of_{IMPORTED}_s": round(import_s, 1),
        "slowest_p95_ms": max(page["p95_ms"] for page in pages.values()),
        "widest_ratio": max(page["ratio"] for page in pages.values()),
        "pages": pages,
    }


def create(client: LinLogClient, project_id: str, start: int, stop: int) -> None:
    """Import tasks: a third of them completed, in ten batches."""
    for at in range(start, stop, 1000):
        client.create_tasks(project_id, entries(at, min(at + 1000, stop)))


def entries(start: int, stop: int) -> Iterator[dict[str, Any]]:
    """Tasks as `create_tasks` takes them; one label is on a third, the other on few."""
    for at in range(start, stop):
        rare = at % (30 if at < COMMON_UNTIL else 9999) == 0
        labels = ["cat", "dog"] if rare else ["cat"]
        completed = {"annotations": labels, "complete": True} if at % 3 == 0 else {}
        tags = {"tags": ["night"]} if at % 4 == 0 else {}
        named = {"unique_id": f"u{at}", "batch_name": f"batch {at % 10}"}
        yield {"attachment": f"text {at}", **named, **completed, **tags}


def measured(client: LinLogClient, project_id: str, rounds: int) -> dict[str, float]:
    """The 95th percentile of each kind of page, in milliseconds."""
    pages = asked_for(client, project_id)
    seconds: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(rounds):
        for name, ask in pages.items():
            begun = time.perf_counter()
            ask()
            seconds[name].append(time.perf_counter() - begun)
    return {name: 1e3 * sorted(some)[int(0.95 * len(some))] for name, some in seconds.items()}


def asked_for(client: LinLogClient, project_id: str) -> dict[str, Callable[[], Any]]:
    """What is asked for, by its name."""
    page = partial(client.get_project_tasks, id=project_id, limit=LIMIT)
    count = page().count
    middle = page(offset=count // 2)
    at: datetime = middle[0].created_date
    filters: dict[str, dict[str, Any]] = {
        "first": {},
        "deep": {"offset": count - LIMIT},
        "status": {"status": "completed"},
        "several statuses": {"status": "pending,in_progress,rejected"},
        "complete": {"complete": True},
        "not complete, deep": {"complete": False, "offset": count // 2},
        "rejected": {"rejected": True},
        "work_started": {"work_started": False},
        "created_date": {"created_date": at},
        "created_date__gte": {"created_date__gte": at},
        "created_date__lte": {"created_date__lte": at},
        "created_date__gt": {"created_date__gt": at},
        "created_date__lt": {"created_date__lt": at},
        "complete, created_date__gte": {"complete": True, "created_date__gte": at},
        "label": {"label": "cat"},
        "label, deep": {"label": "cat", "offset": count // 4},
        "label, created_date__gte": {"label": "cat", "created_date__gte": at},
        "rare label": {"label": "dog"},
        "label, complete": {"label": "cat", "complete": True},
        "label, complete, deep": {"label": "cat", "complete": True, "offset": count // 4},
        "label, not complete": {"label": "cat", "complete": False},
        "label, several statuses": {"label": "cat", "status": "pending,in_progress,rejected"},
        "label, rejected": {"label": "cat", "rejected": True},
        "label, batch_id": {"label": "cat", "batch_id": middle[0].batch_id},
        "tag, complete": {"tag": "night", "complete": True},
        "tag, not complete, deep": {"tag": "night", "complete": False, "offset": count // 7},
        "batch_id": {"batch_id": middle[0].batch_id},
        "unique_id": {"unique_id": f"u{count // 2}"},
        "tag": {"tag": "night"},
        "tag, deep": {"tag": "night", "offset": count // 5},
        "label, tag": {"label": "cat", "tag": "night"},
        "rare label, tag": {"label": "dog", "tag": "night"},
    }
    asked: dict[str, Callable[[], Any]] = {
        name: partial(page, **given) for name, given in filters.items()
    }
    asked["by cursor"] = middle.next_page
    beside = partial(client.tasks.neighbours, middle[0].id)
    asked["neighbours"] = beside
    for name in (
        "complete",
        "label",
        "tag",
        "created_date__lte",
        "label, not complete",
        "label, tag",
    ):
        asked[f"neighbours, {name}"] = partial(beside, **filters[name])
    return asked


if __name__ == "__main__":
    main()
