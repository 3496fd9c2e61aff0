"""What these tests make, through the published contract alone."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image

from tests.published.clients import V4, Client

BOX: dict[str, Any] = {
    "label": "Cat",
    "type": "bounding-box",
    "left": 10,
    "top": 20,
    "width": 30.5,
    "height": 40,
    "rotation": 0,
}
PATH = [{"x": 1, "y": 2}, {"x": 9, "y": 2}, {"x": 9, "y": 7.5}]
HOLE = [{"x": 5, "y": 3}, {"x": 6, "y": 3}, {"x": 6, "y": 4}]
POLYGON: dict[str, Any] = {"label": "Dog", "type": "polygon", "vertices": PATH}
CORNERS = ("nw", "ne", "se", "sw")


def picture(width: int = 40, height: int = 30, form: str = "PNG") -> bytes:
    """The bytes of an image."""
    written = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(written, form)
    return written.getvalue()


def project(client: Client, title: str = "Pets", type: str = "image") -> str:
    """The id of a new project."""
    sent = {"title": title, "type": type, "objects_to_annotate": []}
    return str(client.post("projects", sent)["id"])


def text(client: Client, project_id: str, **more: Any) -> dict[str, Any]:
    """A task on a text."""
    sent = {"project": project_id, "attachment": "Ada met Grace in Geneva."}
    found: dict[str, Any] = client.post("tasks/categorisation", {**sent, **more})
    return found


def image(client: Client, project_id: str, *annotations: Any, **more: Any) -> dict[str, Any]:
    """A task on an image whose address is kept as it is."""
    sent = {
        "project": project_id,
        "attachment": "https://example.org/cat.png",
        "external_data": True,
        "annotations": [*annotations],
    }
    found: dict[str, Any] = client.post("tasks/image", {**sent, **more})
    return found


@dataclass(frozen=True)
class Bench:
    """A dataset with one task, and a model version to run on it."""

    project: str
    task: str
    dataset: str
    version: str


def bench(client: V4, *annotations: Any) -> Bench:
    """A task with its ground truth in a dataset, and a version."""
    where = project(client)
    task = image(client, where, *(annotations or (BOX,)), complete=True)["id"]
    dataset = client.post("datasets", {"name": "Pets", "project": where})["id"]
    model = client.post("models", {"name": "Finder"})["id"]
    answer = client.post(f"models/{model}/init", {"version_name": "v1", "config": {}})
    return Bench(where, task, dataset, answer["ai_model_version"]["id"])
