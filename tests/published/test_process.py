"""The old clients against a server in a process of its own, over a real socket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.conftest import OWNER, PASSWORD
from tests.factories import processes
from tests.factories.processes import PATIENCE_S, Serving
from tests.published import clients, made
from tests.published.clients import V4, Client, Trainer, V2b, read_task_as_v4
from tests.published.test_transport import every_success


class Process:
    """A running server, and lines to it."""

    def __init__(self, server: Serving, token: str) -> None:
        self.port, self.token = server.port, token

    def line(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request on a connection of its own, as these clients make them."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            return exchange(connection, method, path, headers, body)
        finally:
            connection.close()


def exchange(
    connection: HTTPConnection, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, Mapping[str, str], bytes]:
    """One request with exactly these headers, and its answer."""
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body or None)
    reply = connection.getresponse()
    found = {name.lower(): value for name, value in reply.getheaders()}
    return reply.status, found, reply.read()


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A server for all these tests."""
    data = tmp_path_factory.mktemp("process") / "data"
    token = processes.owner_and_token(data)
    with processes.serving(data) as server:
        yield Process(server, token)


@pytest.mark.parametrize("kind", clients.ALL)
def test_a_loop_of_training_and_predicting(process: Process, kind: type[Client]) -> None:
    client = kind.of_token(process.line, process.token)
    bench = made.bench(V4.of_token(process.line, process.token))
    trainer = Trainer(client)
    trainer.init(client.post("models", {"name": "Digits"})["id"], "first")
    for epoch in range(1, 10):
        trainer.log({"acc": epoch / 10})
    found = client.create_model_run(
        bench.dataset, trainer.version_id, bench.task, made.BOX, score=0.5
    )
    assert found["confidence_score"] == 0.5
    assert trainer.finish()["ai_model_version"]["state"] == "finished"
    assert client.get_project_tasks(bench.project, complete=True).total == 1


@pytest.mark.parametrize("kind", clients.ALL)
def test_basic_credentials(process: Process, kind: type[Client]) -> None:
    client = kind.of_credentials(process.line, OWNER, PASSWORD)
    assert isinstance(client.get_projects(), list)


def test_every_call_of_the_last_version(process: Process) -> None:
    client = V4.of_token(process.line, process.token)
    assert all(answer is not None for answer in every_success(client))


@pytest.mark.parametrize("kind", [V2b, clients.V3, clients.V34, V4])
@pytest.mark.parametrize("old_names", [False, True])
def test_an_upload_comes_back_by_its_address(
    process: Process, kind: type[V2b], *, old_names: bool
) -> None:
    client = kind.of_token(process.line, process.token)
    where = made.project(client)
    content = made.picture(300, 200, "BMP")
    client.upload_image_task(where, "bild ä.jpg", content, old_names=old_names, complete=True)
    (task,) = client.get_project_tasks(where)
    assert task["media_specs"] == {"width": 300, "height": 200}
    assert task["filename"] == "bild ä.jpg"
    origin = f"http://127.0.0.1:{process.port}"
    address = task["params"]["attachment"]
    assert address.startswith(f"{origin}/media/")
    status, headers, body = process.line("GET", address.removeprefix(origin), {}, b"")
    assert (status, headers["content-type"], body) == (200, "image/bmp", content)


def test_bodies_of_gets_leave_a_connection_in_order(process: Process) -> None:
    client = V4.of_token(process.line, process.token)
    where = made.project(client)
    connection = HTTPConnection("127.0.0.1", process.port, timeout=PATIENCE_S)

    def line(
        method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        return exchange(connection, method, path, headers, body)

    kept = V4.of_token(line, process.token)
    try:
        for _ in range(3):
            assert kept.get_project(where)["id"] == where
            assert kept.post("tasks", {"task_ids": []}) == {"deleted": 0}
        headers = {**kept.headers(b"", "GET"), "Content-Length": "300000"}
        status, _, _ = line("GET", f"/api/v1/projects/{where}", headers, b"x" * 300_000)
        assert status == 200
        assert kept.delete_project(where) == {"deleted": 1}
    finally:
        connection.close()


def test_saving_a_dataset_in_the_last_version_destroys_nothing(process: Process) -> None:
    client = V4.of_token(process.line, process.token)
    bench = made.bench(client, made.BOX, made.POLYGON)

    def shapes() -> list[Any]:
        (task,) = client.get_project_tasks(bench.project)
        return list(task["annotations"])

    before = shapes()
    for exclude in (True, False):
        for task in client.get_dataset_tasks(bench.dataset, exclude_annotations=exclude):
            client.update_task(task["id"], read_task_as_v4(task))
    assert shapes() == before


def test_a_client_of_the_house_beside_an_old_one(process: Process) -> None:
    from linlog import LinLogClient

    old = V4.of_token(process.line, process.token)
    bench = made.bench(old)
    with LinLogClient(f"http://127.0.0.1:{process.port}", process.token) as client:
        assert client.projects.get(bench.project).title == "Pets"
        old.create_model_run(bench.dataset, bench.version, bench.task, made.BOX)
        (run,) = client.model_runs.list(dataset_id=bench.dataset)
        assert run.prediction_count == 1
