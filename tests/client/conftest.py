"""What the tests of the SDK share: a project with a dataset and a model, small images."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partialmethod
from io import BytesIO

import pytest
from PIL import Image

from linlog import LinLogClient
from linlog.cli import main
from linlog.client.sender import Sender
from linlog.wire.datasets import Dataset
from linlog.wire.models import Model
from linlog.wire.projects import Project
from linlog.wire.tasks import Task
from tests.patience import PATIENCE_S


@dataclass
class Scene:
    """A project whose five tasks are complete and kept in a dataset, and a model."""

    project: Project
    tasks: list[Task]
    dataset: Dataset
    model: Model


def picture(colour: int = 0, size: tuple[int, int] = (64, 48)) -> bytes:
    """The bytes of a small PNG."""
    target = BytesIO()
    Image.new("RGB", size, (colour, 90, 160)).save(target, format="PNG")
    return target.getvalue()


BOX = {"label": "cell", "left": 4.0, "top": 6.0, "width": 20.0, "height": 16.0}


@dataclass
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no server that does not answer: `flush` waits for it unless told."""
    monkeypatch.setattr(Sender, "flush", partialmethod(Sender.flush, timeout_s=PATIENCE_S))


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Runs `linlog` in this process to its end."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["linlog", *arguments])
        try:
            main.main()
            code = 0
        except SystemExit as ending:
            code = int(ending.code or 0)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def png() -> Callable[..., bytes]:
    """Makes small images."""
    return picture


@pytest.fixture
def scene(client: LinLogClient) -> Scene:
    """A project, its dataset and a model."""
    project = client.create_project("Blood", labels=["cell"])
    entries = [
        {"attachment": picture(at), "annotations": [BOX], "complete": True} for at in range(5)
    ]
    tasks = client.create_tasks(project.id, entries)
    dataset = client.create_dataset("blood", project_id=project.id)
    return Scene(project, list(tasks), dataset, client.create_model("finder"))
