"""A person signs in, opens a report, clicks a wrong example and sees it drawn."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from linlog import LinLogClient, ModelTrainer
from linlog.server import admin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EMAIL, PASSWORD = "ada@example.org", "correct horse battery staple"
BOX = {"label": "red", "type": "bounding-box", "left": 40, "top": 30, "width": 60, "height": 50}
pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Seeded:
    """A running server and the reports on it."""

    url: str
    first: str
    second: str


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    """A real server process with a project, a dataset and two judged model versions."""
    data = tmp_path_factory.mktemp("e2e") / "data"
    admin.create_user(data, EMAIL, "owner", PASSWORD)
    token = admin.create_token(data, "e2e")
    url, process = serve(data)
    try:
        with LinLogClient.init_from_token(token, url) as client:
            yield Seeded(url, *seed(client))
    finally:
        process.terminate()
        process.wait(20)


def serve(data: Path) -> tuple[str, subprocess.Popen[bytes]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ("-c", "from linlog.cli.main import main; main()", "serve")
    process = subprocess.Popen(
        [sys.executable, *words, "--data", str(data), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if not name.startswith("LINLOG_")},
    )
    url = f"http://127.0.0.1:{port}"
    ends = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"{url}/healthz").close()
        except OSError:
            assert time.monotonic() < ends, "the server did not start"
            time.sleep(0.05)
        else:
            return url, process


def picture() -> bytes:
    image = Image.new("RGB", (160, 120), "#dddddd")
    ImageDraw.Draw(image).rectangle((40, 30, 100, 80), fill="#cc2222")
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def seed(client: LinLogClient) -> tuple[str, str]:
    project = client.create_project("Squares", labels=["red"])
    wanted = [{"attachment": picture(), "annotations": [BOX], "complete": True} for _ in range(8)]
    tasks = client.create_tasks(project.id, wanted)
    dataset = client.create_dataset("Squares", project_id=project.id)
    model = client.create_model("finder")
    return tuple(  # type: ignore[return-value]
        judged(client, model.id, dataset.id, tasks, name, shift)
        for name, shift in (("sloppy", 40), ("careful", 2))
    )


def judged(
    client: LinLogClient, model_id: str, dataset_id: str, tasks: Any, name: str, shift: float
) -> str:
    trainer = ModelTrainer(client)
    version = trainer.init(model_id, name, ["red"], {"shift": shift})
    for step in range(5):
        trainer.log({"loss": 1 / (step + 1)})
    for place, task in enumerate(tasks):
        said = {**BOX, "left": BOX["left"] + (shift if place % 2 else 1)}
        client.create_model_run(dataset_id, version.id, task.id, said, 0.9 - place / 100)
    return trainer.finish(wait=True)[0].id


@pytest.fixture(params=["light", "dark"])
def signed_in(request: pytest.FixtureRequest, page: Page, seeded: Seeded) -> Iterator[Page]:
    """A page whose reader has signed in; nothing may be said in the console."""
    complaints: list[str] = []
    page.emulate_media(color_scheme=request.param)
    page.goto(seeded.url)
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    # Asking who is signed in is refused before; from here on nothing may go wrong.
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    yield page
    assert complaints == []


def test_a_wrong_example_is_two_clicks_away(signed_in: Page, seeded: Seeded) -> None:
    signed_in.goto(f"{seeded.url}/evaluations/{seeded.first}")
    expect(signed_in.get_by_text("mAP", exact=True)).to_be_visible()
    signed_in.locator('a[href*="/tasks/t_"]').first.click()
    expect(signed_in.get_by_role("heading", name="Outcomes")).to_be_visible()
    drawn = signed_in.get_by_label("Image with 1 annotation (1 red) and 1 prediction")
    expect(drawn.first).to_be_visible()
    signed_in.keyboard.press("j")
    expect(drawn.first).to_be_visible()
    signed_in.keyboard.press("Escape")
    expect(signed_in.get_by_text("mAP", exact=True)).to_be_visible()


def test_two_versions_are_told_apart(signed_in: Page, seeded: Seeded) -> None:
    signed_in.goto(f"{seeded.url}/compare?first={seeded.first}&second={seeded.second}")
    verdict = signed_in.get_by_role("region", name="Verdict")
    expect(verdict).to_contain_text("By mAP, careful is better by 0.")
    expect(verdict).to_contain_text("Of 8 tasks it did better on 4, worse on 0, alike on 4.")
    signed_in.locator('a[href*="/compare/tasks/t_"]').first.click()
    expect(signed_in.get_by_role("heading", name="finder · sloppy")).to_be_visible()
    expect(signed_in.get_by_role("heading", name="finder · careful")).to_be_visible()
