"""A real server in a process of its own, a process that forks others, and a line that fails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import pytest

from linlog import LinLogClient
from linlog.client.journal import files
from linlog.client.journal.files import Head
from linlog.server import admin
from linlog.wire import codec
from linlog.wire.model_runs import ModelRun
from linlog.wire.model_versions import ModelVersion
from tests.faults.proxy import Proxy
from tests.faults.scenarios import Forker
from tests.faults.servers import House
from tests.ports import free_port
from tests.serving import OWNER, PASSWORD, serve

PLAIN = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
"""A command that runs another one without what only root may do."""


@dataclass
class World:
    """A server with a dataset of a few tasks and a model."""

    url: str
    token: str
    data: Path
    client: LinLogClient
    dataset_id: str
    model_id: str
    task_ids: list[str]

    def version(self) -> ModelVersion:
        """A new version."""
        return self.client.model_versions.create(self.model_id, "v")

    def run(self, version_id: str) -> ModelRun:
        """A version's run on the dataset."""
        return self.client.model_runs.create(self.dataset_id, version_id)

    def log_of(self, version_id: str) -> list[int]:
        """What `at` a version logged, in order."""
        return [entry.data["at"] for entry in self.client.log_entries.everything(version_id)]

    def given(self, version_id: str) -> dict[str, object]:
        """What a scenario is told."""
        return {
            "url": self.url,
            "token": self.token,
            "version_id": version_id,
            "dataset_id": self.dataset_id,
            "task_ids": self.task_ids,
        }


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a new data folder."""
    # What breaks the line to it listens on a port of its own.
    data = tmp_path_factory.mktemp("faults") / "data"
    with serve(data, hosts="127.0.0.1:*") as served:
        client = LinLogClient(served.url, served.token)
        yield filled(client, served.data, served.token)
        client.close()


def filled(client: LinLogClient, data: Path, token: str) -> World:
    """A world of eight tasks."""
    project = client.create_project("Faults", labels=["cell"])
    entries = [{"attachment": f"text {at}", "complete": True} for at in range(8)]
    tasks = client.create_tasks(project.id, entries)
    dataset = client.create_dataset("faults", project_id=project.id)
    model = client.create_model("killed")
    return World(
        client.base_url, token, data, client, dataset.id, model.id, [task.id for task in tasks]
    )


@pytest.fixture(scope="session")
def forker() -> Iterator[Forker]:
    """What starts processes to be killed."""
    made = Forker()
    yield made
    made.close()


@pytest.fixture(scope="session")
def plain() -> Iterator[Forker]:
    """What starts programs that no rule of the file system passes over."""
    yield from unprivileged("tests.faults.scenarios")


@pytest.fixture(scope="module")
def plain_server() -> Iterator[Forker]:
    """What starts such servers."""
    yield from unprivileged("tests.faults.servers")


def unprivileged(program: str) -> Iterator[Forker]:
    """What starts processes without that which only root may do."""
    within = PLAIN if os.geteuid() == 0 else ()
    if within and which(within[0]) is None:
        pytest.skip("without setpriv root may write everywhere")
    made = Forker(program, *within)
    yield made
    made.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A new data folder."""
    yield from housed(tmp_path_factory.mktemp("house") / "data")


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A data folder that tests of other modules leave alone."""
    yield from housed(tmp_path_factory.mktemp("own_house") / "data")


def housed(data: Path) -> Iterator[House]:
    """A new data folder with an owner and a token, for as long as it is asked for."""
    admin.create_user(data, OWNER, "owner", PASSWORD)
    forker = Forker("tests.faults.servers")
    found = House(forker, data, admin.create_token(data, "tests"), free_port())
    yield found
    if found.started is not None:
        found.started.kill()
    forker.close()


@pytest.fixture
def proxy(world: World) -> Iterator[Proxy]:
    """A line to the server that fails as it is told."""
    made = Proxy(int(world.url.rpartition(":")[2]))
    yield made
    made.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries come at once."""
    monkeypatch.setattr("linlog.client.sender.pause_s", lambda attempt, after=None: 0.005)
    monkeypatch.setattr("linlog.client.left.pause_s", lambda attempt, after=None: 0.005)
    monkeypatch.setattr("linlog.client.http.pause_s", lambda attempt, after=None: 0.005)


def left_log(folder: Path, url: str, version_id: str, count: int, name: str = "here") -> Path:
    """A journal of log entries whose writer is dead."""
    folder.mkdir(exist_ok=True)
    head = Head(
        stream="log_entries", address=url, target=version_id, client_id=name, created="2026-01-01"
    )
    journal = files.create(folder, head)
    for at in range(count):
        journal.append(at, codec.encode((at, at, 1_767_225_600_000_000_000, {"at": at})))
    journal.abandon()
    return journal.path
