"""What people do on the page of a project with 100,000 tasks, each step measured.

A server in a process of its own and a client on the same machine. Tasks carry annotations, tags and
data of their own; half of them are complete and make a dataset, on which a model version is
measured. Then every step is taken in turn with the others: facets with counts, pages under a query,
in an order, deep in the list, right after a change, by outcome, a look at one task, and the request
for a change of all tasks. The reference is the first page of the plain list, which an index gives.

    python -m benchmarks.bench_grid [--tasks 100000] [--rounds 30] [--postgresql]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from linlog import LinLogClient, ModelTrainer
from tests.postgresql import running
from tests.serving import serve

LIMIT = 60
LABELS = ("cell", "platelet", "debris")
TAGS = ("night", "fog", "checked")
PREDICTED = 5000
"""Tasks that the model version has predictions on."""


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings: dict[str, Any] = {"workers": 1}
        if asked.postgresql:
            database = stack.enter_context(running())
            settings["database"] = database.url(database.create())
        served = stack.enter_context(serve(folder / "data", **settings))
        client = stack.enter_context(LinLogClient(served.url, served.token))
        found = measured(client, asked.tasks, asked.rounds)
        found["server_mb"] = round(served.memory_bytes() / 1e6)
    kind = "postgresql" if asked.postgresql else "sqlite"
    sys.stdout.write(json.dumps({"benchmark": "grid", "database": kind, **found}) + "\n")


def measured(client: LinLogClient, tasks: int, rounds: int) -> dict[str, Any]:
    """The 95th percentile of each step in milliseconds, and of the first answer of all."""
    project = client.create_project("Bench", labels=[*LABELS])
    for at in range(0, tasks, 1000):
        client.create_tasks(project.id, entries(at, min(at + 1000, tasks)))
    dataset = client.create_dataset("Bench", project_id=project.id)
    evaluation_id = evaluated(client, dataset.id)
    first_ms = timed(partial(client.tasks.facets, project.id))
    first_of_dataset_ms = timed(
        partial(client.datasets.facets, dataset.id, evaluation_id=evaluation_id)
    )
    steps = taken(client, project.id, dataset.id, evaluation_id)
    milliseconds: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            milliseconds[name].append(timed(step))
    p95 = {name: sorted(some)[int(0.95 * len(some))] for name, some in milliseconds.items()}
    reference = p95["plain page"]
    changed_s = all_tagged(client, project.id)
    return {
        "tasks": tasks,
        "first_answer_ms": round(first_ms),
        "first_answer_of_dataset_ms": round(first_of_dataset_ms),
        "slowest_p95_ms": round(max(p95.values()), 1),
        f"tagging_of_{tasks}_s": round(changed_s, 1),
        "steps": {
            name: {"p95_ms": round(each, 1), "ratio": round(each / reference, 1)}
            for name, each in p95.items()
        },
    }


def entries(start: int, stop: int) -> Iterator[dict[str, Any]]:
    """Tasks as `create_tasks` takes them; every other one is complete, with two boxes."""
    for at in range(start, stop):
        chance = np.random.default_rng(at)
        marks = [box(chance) for _ in range(2)] if at % 2 == 0 else []
        yield {
            "attachment": f"text {at}",
            "batch_name": f"batch {at % 10}",
            "unique_id": f"u{at:07d}",
            "tags": [*chance.permutation(TAGS)[: chance.integers(3)].tolist()],
            "metadata": {"camera": at % 7, "hour": chance.random() * 24, "site": f"s{at % 40}"},
            "annotations": marks,
            "complete": at % 2 == 0,
        }


def box(chance: np.random.Generator) -> dict[str, Any]:
    """A box with a label."""
    width, height = chance.integers(4, 200, 2).tolist()
    sides = {"width": width, "height": height}
    label = LABELS[int(chance.integers(len(LABELS)))]
    return {"label": label, "type": "bounding-box", "left": 5, "top": 5, **sides}


def evaluated(client: LinLogClient, dataset_id: str) -> str:
    """An evaluation of a model version that found some of the boxes of some of the tasks."""
    chance = np.random.default_rng(1)
    model = client.create_model("Bench")
    trainer = ModelTrainer(client)
    version = trainer.init(model.id, "v1", labels=[*LABELS], config={})
    for task in client.datasets.tasks(dataset_id, limit=1000).walk():
        if task.annotations and chance.random() < PREDICTED / 50_000:
            found = task.annotations[0]
            sides = {
                name: getattr(found.shape, name) for name in ("left", "top", "width", "height")
            }
            guess = {"label": found.label, "type": "bounding-box", **sides}
            client.create_model_run(dataset_id, version.id, task.id, guess, chance.random())
    trainer.finish(wait=True)
    return client.get_evaluations(dataset_id=dataset_id)[0].id


def taken(
    client: LinLogClient, project_id: str, dataset_id: str, evaluation_id: str
) -> dict[str, Callable[[], Any]]:
    """The steps that people take, by name."""
    page = partial(client.tasks.list, project_id, limit=LIMIT)
    facets = partial(client.tasks.facets, project_id)
    judged = {"evaluation_id": evaluation_id}
    of_dataset = partial(client.datasets.tasks, dataset_id, limit=LIMIT, **judged)
    one = page(query="label:cell")[30]
    number = count()

    def after_a_change() -> None:
        client.tasks.update(one.id, tags=[f"round {next(number)}"])
        facets("label:cell")

    def after_one_came() -> None:
        client.create_tasks(project_id, [{"attachment": "one more", "metadata": {"hour": 7.5}}])
        page(query="tag:night", sort="-metadata.hour")

    def a_change_of_all() -> None:
        body = {"project_id": project_id, "query": "label:nothing", "add_tags": ["seen"]}
        client.tasks.change(**body)

    return {
        "plain page": page,
        "facets": facets,
        "facets under a query": partial(facets, "label:cell metadata.camera=3 -tag:night"),
        "facets, one or the other": partial(
            facets, "batch:(batch 1) or tag:fog".replace("(batch 1)", '"batch 1"')
        ),
        "page under a query": partial(page, query="label:cell metadata.camera=3"),
        "page by a text": partial(page, query="unique_id~99"),
        "page in an order": partial(page, query="tag:night", sort="-metadata.hour"),
        "deep page": partial(page, query="label:cell", offset=20_000),
        "page by size of annotations": partial(page, query="annotation(label:cell area<1024)"),
        "facets after a change": after_a_change,
        "page in an order after a task came": after_one_came,
        "neighbours": partial(client.tasks.neighbours, one.id, query="label:cell"),
        "look at a task": partial(client.tasks.get, one.id),
        "facets of outcomes": partial(
            client.datasets.facets, dataset_id, "outcome:missed", **judged
        ),
        "page by outcome": partial(
            of_dataset, query="outcome:hit confidence>=0.5", predictions=True
        ),
        "page by score": partial(of_dataset, query="", sort="-score"),
        "ask for a change": a_change_of_all,
    }


def all_tagged(client: LinLogClient, project_id: str) -> float:
    """Seconds until all tasks have another tag."""
    begun = time.perf_counter()
    job = client.tasks.change(project_id=project_id, query="", add_tags=["all"])
    while job.state in {"queued", "running"}:
        time.sleep(0.2)
        job = client.jobs.get(job.id)
    return time.perf_counter() - begun


def timed(step: Callable[[], Any]) -> float:
    """Milliseconds that a step takes."""
    begun = time.perf_counter()
    step()
    return 1e3 * (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
