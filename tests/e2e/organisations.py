"""Organisations to look at: one that has just begun, a small one, and one after years."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import islice
from typing import Any

from PIL import Image

from linlog import LinLogClient, ModelTrainer
from tests.e2e import world
from tests.e2e.test_accessibility import addresses

MANY_PROJECTS = 40
PREDICTED = 5_000
LONG = (
    "A name that somebody made from a path: north-east, 2026-11-27, camera 04, rain, second attempt"
)
Addresses = list[str]


def nothing(client: LinLogClient) -> Addresses:
    """An organisation that has just begun."""
    del client
    lists = ["/projects", "/datasets", "/models", "/model-versions", "/evaluations", "/compare"]
    return [*lists, "/settings", "/audit", "/account"]


def begun(client: LinLogClient) -> Addresses:
    """Things right after they were made, which hold nothing yet."""
    project = client.create_project("Just begun", "image", ["cat"])
    dataset = client.create_dataset("Empty for now", project_id=project.id)
    model = client.create_model("Not trained yet")
    version = client.model_versions.create(client.create_model("Began a second ago").id, "v1")
    return [
        *(f"/projects/{project.id}{part}" for part in ("", "?view=table", "/labels", "/batches")),
        *(f"/datasets/{dataset.id}{part}" for part in ("", "/slices", "/versions")),
        f"/models/{model.id}",
        f"/models/{version.model_id}",
        *(
            f"/model-versions?model_id={model_id}{view}"
            for model_id in (model.id, version.model_id)
            for view in ("", "&view=table", "&view=configs")
        ),
        f"/model-versions/{version.id}",
    ]


def little(client: LinLogClient) -> Addresses:
    """The world of the browser tests."""
    return addresses(world.seed(client, client.base_url))


def much(client: LinLogClient, *, tasks: int, runs: int) -> Addresses:
    """What an organisation has after years."""
    chance = random.Random(3)
    for place in range(MANY_PROJECTS):
        client.create_project(f"{LONG}, {place}" if place % 9 == 4 else f"Project {place}", "text")
        client.create_dataset(f"{LONG}, {place}" if place % 9 == 4 else f"Dataset {place}")
    labels = [f"label {place:03}" for place in range(120)]
    project = client.create_project("Blocks, all of them", "image", labels)
    pictures = [plain_picture(chance) for _ in range(40)]
    for at in range(0, tasks, 1000):
        entries = (entry(pictures, labels, place) for place in range(at, min(tasks, at + 1000)))
        client.create_tasks(project.id, entries)
    dataset = client.create_dataset("Blocks, complete", project_id=project.id)
    model = client.create_model("Block finder")
    evaluations = [measured(client, model.id, dataset.id, f"v{n}", labels, n) for n in (1, 2)]
    searched = many_runs(client, chance, runs)
    first, second = evaluations
    pair = f"first={first.id}&second={second.id}"
    shown = client.tasks.list(project.id, limit=1).results[0]
    judged = f"evaluation_id={first.id}&model_run_id={first.model_run_id}"
    return [
        "/projects",
        *(
            f"/projects/{project.id}{part}"
            for part in ("", "?view=table", "?query=status%3Aopen", "/labels", "/batches")
        ),
        f"/projects/{project.id}?look={shown.id}",
        f"/projects/{project.id}/tasks/{shown.id}",
        "/datasets",
        f"/datasets/{dataset.id}?{judged}",
        f"/datasets/{dataset.id}?{judged}&query=outcome%3Amissed&view=table",
        f"/datasets/{dataset.id}/slices",
        f"/datasets/{dataset.id}/versions",
        "/models",
        f"/models/{searched}",
        *(
            f"/model-versions?model_id={searched}{view}"
            for view in ("", "&view=table", "&view=configs")
        ),
        "/model-versions",
        f"/model-versions/{first.model_version_id}",
        "/evaluations",
        f"/evaluations/{first.id}",
        f"/compare?{pair}",
        "/audit",
    ]


def plain_picture(chance: random.Random) -> bytes:
    """A photograph's size in few bytes."""
    colour = tuple(chance.randint(60, 220) for _ in range(3))
    return world.png(Image.new("RGB", chance.choice(((640, 480), (480, 640), (1200, 300))), colour))


def entry(pictures: list[bytes], labels: list[str], place: int) -> dict[str, Any]:
    """A task as `create_tasks` takes it; every other one is complete, with boxes."""
    chance = random.Random(place)
    boxes = [
        world.box(chance.choice(labels), 20 * n, 15 * n, chance.randint(20, 120), 60)
        for n in range(4)
    ]
    return {
        "attachment": pictures[place % len(pictures)],
        "filename": f"{place:06}.png" if place % 11 else f"{LONG.replace(' ', '_')}-{place}.png",
        "batch_name": f"batch {place % 60}",
        "tags": chance.sample([f"tag {n}" for n in range(30)], place % 4),
        "metadata": {"camera": place % 7, "hour": chance.random() * 24, "site": f"s{place % 400}"},
        "annotations": boxes if place % 2 == 0 else [],
        "complete": place % 2 == 0,
    }


def measured(
    client: LinLogClient, model_id: str, dataset_id: str, name: str, labels: list[str], seed: int
) -> Any:
    """An evaluation of a version that has predictions on some tasks, some of them wrong."""
    chance = random.Random(seed)
    trainer = ModelTrainer(client)
    version = trainer.init(model_id, name, labels, {"seed": seed})
    for task in islice(client.datasets.tasks(dataset_id, limit=1000).walk(), PREDICTED):
        for mark in task.annotations:
            label = mark.label if chance.random() < 0.8 else chance.choice(labels)
            at: Any = mark.shape
            box = world.box(label, at.left + chance.gauss(0, 4), at.top, at.width, at.height)
            client.create_model_run(dataset_id, version.id, task.id, box, chance.random())
    return trainer.finish(wait=True)[0]


def many_runs(client: LinLogClient, chance: random.Random, runs: int) -> str:
    """A model with many versions, each with its config and its curves."""
    model = client.create_model("Searched through")
    for place in range(runs):
        rate = 10 ** chance.uniform(-5, -1)
        config = {
            "learning_rate": rate,
            "depth": chance.randint(2, 60),
            "optimizer": {
                "name": chance.choice(("adam", "sgd", "lion")),
                "decay": chance.random() / 10,
            },
        }
        trainer = ModelTrainer(client)
        trainer.init(model.id, f"{LONG} {place}" if place % 50 == 7 else f"run {place}", (), config)
        for step in range(12):
            loss = 1 / (step + 1) + rate + chance.gauss(0, 0.02)
            trainer.log({"train": {"loss": loss}, "accuracy": 1 - loss / 2}, step=step)
    client.flush()
    return model.id


FILLED: dict[str, Callable[[LinLogClient], Addresses]] = {
    "none": nothing,
    "begun": begun,
    "little": little,
}
