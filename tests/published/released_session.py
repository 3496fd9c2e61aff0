"""A program for an interpreter that has the released client and not this package.

It does everything that `linearlogic` 0.3.4 can do against the server at its first argument, with
the token or the email address and password that follow, and asserts what comes back. The last
two arguments are a folder for its files and the id of a dataset of more than 480 tasks: the
client's export begins there (a fault of its own).
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

# Its own package has the name of ours; only one of them is on this interpreter's path.
linlog: Any = import_module("linlog")
dataset_classes: Any = import_module("linlog.dataset")
ModelTrainer: Any = import_module("linlog.model_trainer").ModelTrainer
spacy: Any = import_module("linlog.exporter.formats.spacy")
Image: Any = import_module("PIL.Image")

BOX = {"label": "Cat", "type": "bounding-box", "left": 1, "top": 2, "width": 3, "height": 4}
CORNERS = [{"x": 1, "y": 1}, {"x": 9, "y": 1}, {"x": 5, "y": 7}]
POLYGON = {"label": "Dog", "type": "polygon", "vertices": CORNERS}


def refused(call: Callable[[], Any]) -> int:
    """The status that a call is refused with."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - it raises nothing more exact
        return int(error.args[1])
    raise AssertionError("it was not refused")


def projects(client: Any) -> tuple[str, str]:
    """Organisation, projects, taxonomy, workflows; the ids of two projects."""
    assert client.get_organisation()["members"][0]["role"] == "owner"
    colour = {"r": 1, "g": 2, "b": 3}
    cat = {"name": "Cat", "task_type": "bounding-box", "colour_code": colour}
    attributes = [{"key": "age", "attribute_type": "text"}]
    made = client.create_project("Pets", "image", [cat], annotation_attributes=attributes, odd=1)
    other = client.create_project("Words", "ner", [{"label": "Person"}])["id"]
    assert (made["id"][:2], made["annotation_attributes"][0]["key"]) == ("p_", "age")
    taken = client.copy_project_taxonomy(made["id"], other)["objects_to_annotate"]
    assert [label["name"] for label in taken] == ["Cat", "Person"]
    assert {made["id"], other} <= {entry["id"] for entry in client.get_projects()}
    assert client.get_project(made["id"])["objects_to_annotate"] == taken
    assert [batch["name"] for batch in client.get_project_batches(made["id"])] == ["main (default)"]
    assert client.get_project_workflows(made["id"]) == []
    template = client.get_workflow_templates()[0]
    client.set_project_workflow_template(made["id"], template["id"])
    assert client.get_project_workflows(made["id"]) == template["stages"]
    assert refused(lambda: client.get_project("p_nothing")) == 404
    return made["id"], other


def tasks(client: Any, project: str, folder: Path) -> None:
    """Tasks of every kind that the client can make."""
    client.create_categorisation_task(project, "words")
    for _ in range(2):
        page = "https://example.org/a.html"
        marks = [{"name": "Cat"}]
        client.create_categorisation_task(project, page, "iframe", "more", marks, True, "one")
    person = {"label": "Person", "type": "ner", "start": 0, "end": 3}
    client.create_ner_task(project, "Ada met Grace.", annotations=[person], complete=True)
    client.create_ner_task(project, "Ada", tokens=["Ada", {"odd": float("nan")}])
    client.upload_video_task(project, "https://example.org/v.mp4", "more", None, False, "two")
    for number, name in enumerate(("a.png", "bild ä.bmp", "text.jpg")):
        path = folder / name
        Image.new("RGB", (40 + number, 30), (9, 9, 9)).save(path)
        kind = "ocr" if number == 2 else "image"
        client.upload_image_task(project, str(path), kind, [BOX, POLYGON], True, f"up {number}")
    batches = {entry["name"]: entry["item_count"] for entry in client.get_project_batches(project)}
    assert batches == {"main (default)": 6, "more": 2}


def lists(client: Any, project: str) -> list[Any]:
    """Pages and filters; the images."""
    page = client.get_project_tasks(project)
    assert (page.count, page.limit, page.offset) == (8, 100, 0)
    assert (page.next_url, page.previous_url) == (None, None)
    assert [task["type"] for task in page] == [
        *("categorisation", "categorisation", "ner", "ner", "video", "image", "image", "ocr")
    ]
    long_ago = datetime(2020, 1, 1)  # noqa: DTZ001 - without a zone, as users write it
    for filters, count in (
        ({"status": "completed"}, 5),
        ({"complete": True, "rejected": False}, 5),
        ({"complete": False}, 3),
        ({"rejected": True}, 0),
        ({"work_started": True}, 5),
        ({"created_date": page[1]["created_date"]}, 1),
        ({"created_date__gte": long_ago}, 8),
        ({"created_date__gt": date(2020, 1, 1)}, 8),
        ({"created_date__lte": datetime.now(UTC)}, 8),
        ({"created_date__lt": datetime(2020, 1, 1, tzinfo=UTC)}, 0),
        ({"limit": 3, "offset": 480}, 8),
    ):
        found = client.get_project_tasks(project, **filters)
        assert found.count == count, filters
        assert len(found) == (0 if "offset" in filters else count), filters
    second = client.get_project_tasks(project, limit=3, offset=3)
    assert [task["id"] for task in second] == [task["id"] for task in page[3:6]]
    assert second.next_url.startswith("http")
    assert second.previous_url.endswith("limit=3&offset=0")
    words = spacy.export([task for task in page if task["type"] == "ner"], [])
    assert [len(entry["tokens"]) for entry in words] == [4, 2]
    assert page[6]["meta"]["filename"] == "bild ä.bmp"
    return page[5:]


def training(client: Any, dataset: str, images: list[Any]) -> None:
    """A version that is trained, logs, predicts and finishes."""
    model = client.controller.post_request("models", {"name": "Finder"})["id"]
    trainer = ModelTrainer(client)
    trainer.init(model, "first", {"lr": 0.1})
    for epoch in range(1, 10):
        answer = trainer.log({"acc": epoch / 10, "odd": float("inf")})
        assert answer["step"] == epoch - 1
    trainer.log({"staged": 1}, commit=False)
    assert trainer.log({"acc": 1}, step=20)["data"] == {"acc": 1, "staged": 1}
    for task in images:
        for confidence in (None, 0, 1, 0.25):
            made = client.create_model_run(
                dataset, trainer.model_version_id, task["id"], dict(BOX), confidence
            )
            assert made["confidence_score"] == confidence
    finished = trainer.finish()
    assert finished["ai_model_version"]["state"] == "finished"
    assert len(finished["evaluations"]) == 1
    assert refused(lambda: trainer.log({"acc": 1})) == 409
    shown = client.get_dataset_tasks(dataset)[0]["annotations"]
    assert [entry["is_model_run"] for entry in shown] == [False, False, *[True] * 4]
    assert {entry["iou"] for entry in shown[2:]} == {1.0}


def export(client: Any, dataset: str, images: list[Any]) -> None:
    """A dataset on the user's disk, in the two formats, and read from there."""
    remote = dataset_classes.RemoteDataset(client, dataset)
    assert remote.label_mapping == {"Cat": 0, "Dog": 1}
    remote.tasks = [*client.get_dataset_tasks(dataset)]
    root = Path(remote.export(pull=False))
    for task in images:
        assert (root / "tasks" / f"{task['id']}.json").is_file()
    local = dataset_classes.LocalDataset(remote.name)
    sizes = {task["id"]: image.size for image, task in (local[at] for at in range(len(local)))}
    assert sizes == {task["id"]: (40 + at, 30) for at, task in enumerate(images)}
    remote.export("coco", pull=False)
    coco = json.loads((root.parent / f"{remote.name}.json").read_text())
    assert [entry["name"] for entry in coco["categories"]] == ["Cat", "Dog"]
    assert {(entry["width"], entry["height"]) for entry in coco["images"]} == {*sizes.values()}
    assert len(coco["annotations"]) == len(images) * 6


def large_export(client: Any, dataset: str) -> None:
    """What the client's own `pull` brings of a large dataset: all that follows the 480th task."""
    remote = dataset_classes.RemoteDataset(client, dataset)
    dataset_classes.RemoteDataset.tasks.clear()
    root = Path(remote.export())
    count = client.get_dataset(dataset)["item_count"]
    assert len([*(root / "tasks").iterdir()]) == count - 480


def main(base: str, *rest: str) -> None:
    """Everything, once."""
    *credentials, folder, large = rest
    begin = linlog.LinLogClient.init_from_token
    if len(credentials) == 2:
        begin = linlog.LinLogClient.init_from_credentials
    client = begin(*credentials, base)
    project, other = projects(client)
    tasks(client, project, Path(folder))
    images = lists(client, project)
    wanted = {"name": "Photos", "task_ids": [task["id"] for task in images]}
    dataset = client.controller.post_request("datasets", wanted)["id"]
    assert dataset in [entry["id"] for entry in client.get_datasets()]
    assert client.get_dataset(dataset)["item_count"] == 3
    training(client, dataset, images)
    export(client, dataset, images)
    large_export(client, large)
    gone = [task["id"] for task in client.get_project_tasks(project, limit=2)]
    assert client.delete_tasks(gone) == {"deleted": 2}
    assert client.get_project_tasks(project).count == 6
    assert [client.delete_project(one)["deleted"] for one in (other, project)] == [1, 1]
    assert client.get_dataset(dataset)["item_count"] == 0
    sys.stdout.write("everything was done\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except BaseException:  # noqa: BLE001 - the client's progress bars have threads that would outlive it
        traceback.print_exc()
        os._exit(1)
    sys.stdout.flush()
    os._exit(0)
