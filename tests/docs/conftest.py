"""A server on loopback with a small world in it, for the examples of the docs to talk to."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn

from linlog import LinLogClient
from linlog.server import admin
from linlog.server.app import create_app
from linlog.server.settings import load
from linlog.shapes import Whole
from tests.factories import model_runs, predictions, processes

EMAIL = "ada@example.org"
PASSWORD = "a long enough password"
LABELS = ["cat", "dog"]
TEXTS = {"It purrs.": "cat", "It barks.": "dog", "It purrs again.": "cat"}


@dataclass(frozen=True)
class World:
    """Where the server is, who asks, and what the words of the examples stand for."""

    url: str
    token: str
    stands_for: dict[str, str]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a new data folder with one project, its dataset and a model."""
    data = tmp_path_factory.mktemp("docs") / "data"
    admin.create_user(data, EMAIL, "owner", PASSWORD)
    token = admin.create_token(data, "docs")
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = create_app(load(data=data, port=listening.getsockname()[1]))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", loop="asyncio"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        processes.until(lambda: server.started, "the start of the server")
        yield World(url, token, populate(url, token))
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def populate(url: str, token: str) -> dict[str, str]:
    """Make a project, a dataset and a model; return what stands for their names."""
    with LinLogClient.init_from_token(token, url) as client:
        project = client.create_project("Pets", type="categorisation", labels=LABELS)
        tasks = [
            client.create_categorisation_task(
                project.id, text, "text", annotations=[label], complete=True
            )
            for text, label in TEXTS.items()
        ]
        dataset = client.create_dataset("Pets", task_ids=[task.id for task in tasks])
        model = client.create_model("Pets by ear")
        # Examples read and compare evaluations of the dataset, and run in any order.
        for name in ("0", "0 again"):
            version = client.model_versions.create(model.id, name, labels=LABELS)
            run = model_runs.create(client, dataset_id=dataset.id, version_id=version.id)
            said = [predictions.of(task.id, shape=Whole()) for task in tasks]
            predictions.send(client, run.id, said)
            client.evaluations.wait(client.evaluations.create(run.id).id)
        return {
            "email": EMAIL,
            "password": PASSWORD,
            "token": token,
            "project_id": project.id,
            "dataset_id": dataset.id,
            "model_id": model.id,
            "model_version_id": version.id,
            "task_id": tasks[0].id,
        }
