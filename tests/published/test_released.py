"""The client as it was released, unmodified, against a real server, where one is installed.

`linearlogic` 0.3.4, the only release on PyPI, has this package's import name, so that it needs an
environment of its own:

    python3 -m venv old && old/bin/pip install linearlogic==0.3.4 requests numpy pillow
    LINLOG_RELEASED_PYTHON=old/bin/python python3 dev test tests/published/test_released.py
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from linlog import LinLogClient
from tests.conftest import OWNER, PASSWORD
from tests.factories import processes, tasks

PYTHON = os.environ.get("LINLOG_RELEASED_PYTHON")
SESSION = Path(__file__).with_name("released_session.py")
LARGE = 535

pytestmark = pytest.mark.skipif(
    not PYTHON, reason="LINLOG_RELEASED_PYTHON names no interpreter with linearlogic==0.3.4"
)


@dataclass
class Place:
    """A running server, its token and a dataset of LARGE tasks."""

    base: str
    token: str
    large: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server for these tests."""
    data = tmp_path_factory.mktemp("released") / "data"
    token = processes.owner_and_token(data)
    with processes.serving(data) as server, LinLogClient(server.origin, token) as client:
        made = tasks.completed(client, LARGE, marks=())
        dataset = client.create_dataset("Large", task_ids=[task.id for task in made])
        yield Place(f"{server.origin}/api/v1", token, dataset.id)


@pytest.mark.parametrize("mode", ["token", "credentials"])
def test_everything_that_the_released_client_can_do(
    place: Place, tmp_path: Path, mode: str
) -> None:
    assert PYTHON is not None, "skipped without it"
    credentials = [place.token] if mode == "token" else [OWNER, PASSWORD]
    arguments = [place.base, *credentials, str(tmp_path), place.large]
    done = subprocess.run(
        [PYTHON, str(SESSION), *arguments],
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.endswith("everything was done\n"), done.stderr[-3000:]
