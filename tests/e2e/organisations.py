"""Organisations to look at: one that has just begun, a small one, and one after years."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from PIL import Image

from linlog import LinLogClient, ModelTrainer
from tests.e2e import world
from tests.e2e.servers import EMAIL, PASSWORD
from tests.e2e.test_accessibility import addresses

MANY_PROJECTS = 40
PREDICTED = 5_000
LONG = (
    "A name that somebody made from a path: north-east, 2026-11-27, camera 04, rain, second attempt"
)
NOBODY = ""
KEPT_OUT = "grace@example.org"
"""A person of the small organisation who does not see all of its projects."""


@dataclass(frozen=True)
class Shot:
    """What is worth a picture."""

    address: str
    opening: str = ""
    """What is opened on the page, of `OPENINGS`."""
    who: str = EMAIL
    """Who looks: the owner, somebody else by their email, or nobody who has signed in."""

    def name(self, place: int) -> str:
        """A file's name; ids say nothing to who looks at it."""
        plain = re.sub(r"\b[a-z]+_[0-9A-Za-z]{8,}", "", self.address.partition("#")[0])
        words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:50]
        return "-".join(part for part in (f"{place:03}", words, self.opening) if part) + ".png"


def shots(addresses: list[str]) -> list[Shot]:
    """Pages with nothing opened on them, as the owner sees them."""
    return [Shot(address) for address in addresses]


def first_start(link: str) -> list[Shot]:
    """What a server shows that nobody owns yet, by the link that it printed."""
    return [
        Shot("/sign-in", who=NOBODY),
        Shot(link, who=NOBODY),
        Shot(link, "incomplete", who=NOBODY),
    ]


def nothing(client: LinLogClient) -> list[Shot]:
    """An organisation that has just begun."""
    del client
    lists = ["/projects", "/datasets", "/models", "/model-versions", "/evaluations", "/compare"]
    opened = ("/projects", "activity"), ("/projects", "lost"), ("/account", "second-factor")
    outside = (("/sign-in", ""), ("/sign-in", "refused"), ("/forgotten", ""))
    links = (("/forgotten", "forgotten"), ("/set-password#s", ""), ("/set-password#s", "choosing"))
    return [
        *shots([*lists, "/settings", "/audit", "/account"]),
        *(Shot(*each) for each in opened),
        *(Shot(*each, NOBODY) for each in (*outside, *links)),
    ]


def begun(client: LinLogClient) -> list[Shot]:
    """Things right after they were made, which hold nothing yet."""
    project = client.create_project("Just begun", "image", ["cat"])
    bare = client.create_project("No labels yet", "ner")
    dataset = client.create_dataset("Empty for now", project_id=project.id)
    model = client.create_model("Not trained yet")
    version = client.model_versions.create(client.create_model("Began a second ago").id, "v1")
    parts = ("", "?view=table", "/labels", "/batches", "/members")
    lists = ["/projects", "/datasets", "/models", "/model-versions", "/evaluations"]
    return [
        *shots(lists),
        *shots([f"/projects/{project.id}{part}" for part in parts]),
        Shot(f"/projects/{bare.id}/labels"),
        *shots([f"/datasets/{dataset.id}{part}" for part in ("", "/slices", "/versions")]),
        Shot(f"/datasets/{dataset.id}/slices", "slice-form"),
        Shot(f"/models/{model.id}"),
        Shot(f"/models/{version.model_id}"),
        *(
            Shot(f"/model-versions?model_id={model_id}{view}")
            for model_id in (model.id, version.model_id)
            for view in ("", "&view=table", "&view=configs")
        ),
        Shot(f"/model-versions/{version.id}"),
    ]


def little(client: LinLogClient) -> list[Shot]:
    """The world of the browser tests."""
    shown = world.seed(client, client.base_url)
    project, image = f"/projects/{shown.project_ids[0]}", shown.tasks[0]
    dataset, report = f"/datasets/{shown.dataset_id}", f"/evaluations/{shown.first.id}"
    task, judged = f"{project}/tasks/{image.id}", shown.judged[1]
    waiting = f"/projects/{judged.project_id}/tasks/{judged.id}"
    pair = f"first={shown.first.id}&second={shown.second.id}"
    opened = {
        project: ("conditions", "saved-queries", "chosen", "tags", "deletion"),
        f"{project}?query=label%3Acircle": ("saving",),
        f"{project}?view=table": ("columns",),
        task: (
            "labels",
            "predictions",
            "review",
            "task",
            "state-of-task",
            "light-of-image",
            "keys",
        ),
        waiting: ("rejection", "review"),
        f"{dataset}/slices": ("slice-form", "slice-json"),
        f"{dataset}/versions": ("freeze",),
        report: ("label-map", "downloads-of-report"),
        f"/compare?{pair}": ("more-versions",),
        "/projects": ("keys", "finder", "lost", "activity", "account", "offline"),
        "/settings": ("token", "person", "invitation", "sessions"),
        "/account": ("second-factor",),
    }
    kept = client.create_project("For members only", "image", ["cat"])
    client.update_project(kept.id, visibility="members")
    client.users.create(KEPT_OUT, PASSWORD)
    seen = ["/projects", "/datasets", "/models", "/evaluations", "/model-versions", "/settings"]
    theirs = [
        project,
        f"{project}/members",
        task,
        dataset,
        report,
        f"/projects/{kept.id}",
        "/audit",
    ]
    return [
        *shots(addresses(shown)),
        Shot(f"{project}/members"),
        *(Shot(address, each) for address, names in opened.items() for each in names),
        *(Shot(address, who=KEPT_OUT) for address in [*seen, *theirs, "/account"]),
        Shot("/projects", "finder", KEPT_OUT),
    ]


def much(client: LinLogClient, *, tasks: int, runs: int) -> list[Shot]:
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
    people(client, project.id)
    kept(client, dataset.id, evaluations[0].model_run_id)
    first, second = evaluations
    pair = f"first={first.id}&second={second.id}"
    shown = client.tasks.list(project.id, limit=1).results[0]
    judged = f"evaluation_id={first.id}&model_run_id={first.model_run_id}"
    home, data = f"/projects/{project.id}", f"/datasets/{dataset.id}"
    parts = ("", "?view=table", "?query=status%3Aopen", "/labels", "/batches", "/members")
    views = ("", "&view=table", "&view=configs")
    opened = {
        home: ("conditions", "saved-queries", "chosen", "finder", "activity"),
        f"{home}/tasks/{shown.id}": ("labels", "task"),
        f"/evaluations/{first.id}": ("label-map",),
        "/settings": ("sessions",),
    }
    return [
        *shots(["/projects", *(f"{home}{part}" for part in parts)]),
        *shots([f"{home}?look={shown.id}", f"{home}/tasks/{shown.id}"]),
        *shots(
            ["/datasets", f"{data}?{judged}", f"{data}?{judged}&query=outcome%3Amissed&view=table"]
        ),
        *shots([f"{data}/slices", f"{data}/versions", "/models", f"/models/{searched}"]),
        *(Shot(f"/model-versions?model_id={searched}{view}") for view in views),
        *shots(["/model-versions", f"/model-versions/{first.model_version_id}"]),
        *shots(["/evaluations", f"/evaluations/{first.id}", f"/compare?{pair}"]),
        *shots([f"/compare?{pair}&number=f1", "/settings", "/account", "/audit"]),
        *(Shot(address, each) for address, names in opened.items() for each in names),
    ]


def people(client: LinLogClient, project_id: str) -> None:
    """Many people and tokens, some with the longest names that there are."""
    for place in range(30):
        long = place % 7 == 3
        email = f"{'a-long-name.of-somebody-' if long else 'person'}{place}@mail.example.org"
        role = ("annotator", "reviewer", "viewer", "manager", "admin")[place % 5]
        user = client.users.create(
            email, PASSWORD, role=role, name=LONG if long else f"Person {place}"
        )
        if place % 5 < 3:
            client.projects.add_member(project_id, user.id)
    for place in range(12):
        client.tokens.create(LONG if place % 5 == 3 else f"token {place}")


def kept(client: LinLogClient, dataset_id: str, model_run_id: str) -> None:
    """Slices and versions of a dataset, and more evaluations of one model run."""
    for place in range(25):
        camera = {"field": "metadata.camera", "op": "is", "value": place % 7}
        label = {"field": "annotation.label", "op": "is", "value": f"label {place:03}"}
        name = f"{LONG}, {place}" if place % 9 == 4 else f"Slice {place}"
        client.slices.create(dataset_id, name, {"all": [camera, {"any": [label, camera]}]})
    client.dataset_versions.create(dataset_id, LONG)
    for place in range(20):
        client.evaluations.create(model_run_id, config={"iou_threshold": 0.3 + place / 40})


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


FILLED: dict[str, Callable[[LinLogClient], list[Shot]]] = {
    "none": nothing,
    "begun": begun,
    "little": little,
}
