"""A newcomer starts a server, becomes its owner, and fills it by the programs its pages show."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from linlog import LinLogClient
from tests.e2e import audit
from tests.e2e.conftest import enter
from tests.e2e.servers import EMAIL, PASSWORD, owned, serving

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser
CUT = """found => found.filter((each) => each.scrollWidth > each.clientWidth)
    .map((each) => each.textContent)"""
"""Programs of which the window does not show a line to its end."""
REFUSED = re.compile(r"Failed to load resource: .* 40[0-9]")


def test_the_printed_link_makes_the_owner(
    page: Page, complaints: list[str], tmp_path: Path
) -> None:
    with serving(tmp_path / "data", lines=2) as server:
        link = server.said[1].rpartition(" ")[2]
        page.goto(server.url)
        expect(page.get_by_text("This server has no owner yet.")).to_be_visible()
        page.goto(link)
        expect(page.get_by_role("heading", name="Set up linlog")).to_be_visible()
        assert audit.grave(page) == []
        page.get_by_role("button", name="Create and sign in").click()
        expect(page.get_by_text("An email address is needed.")).to_be_visible()
        assert audit.grave(page) == []
        page.get_by_label("Organisation").fill("Analytical engines")
        page.get_by_label("Your name").fill("Ada Lovelace")
        page.get_by_label("Email").fill(EMAIL)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="No projects yet")).to_be_visible()
        expect(page.get_by_text("Analytical engines")).to_be_visible()
        page.goto(link)
        page.get_by_label("Organisation").fill("Again")
        page.get_by_label("Email").fill("bob@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
    # Refused above: asking who is signed in before anybody is, and setting up a second time.
    complaints[:] = [said for said in complaints if not REFUSED.match(said)]


@pytest.fixture
def empty(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A client of a server without anything in it, and a page whose reader has signed in."""
    token = owned(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    for folder in ("cells", "images"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "0001.png").write_bytes(picture())
    with serving(tmp_path / "data") as server:
        monkeypatch.setenv("LINLOG_URL", server.url)
        monkeypatch.setenv("LINLOG_TOKEN", token)
        enter(page, server.url)
        with LinLogClient() as client:
            yield Empty(page, client, server.url)


def picture() -> bytes:
    """A small image."""
    written = io.BytesIO()
    Image.new("RGB", (64, 48), "#c9b4a0").save(written, "PNG")
    return written.getvalue()


class Empty:
    """What the story walks through."""

    def __init__(self, page: Page, client: LinLogClient, url: str) -> None:
        self.page, self.client, self.url = page, client, url

    def fill(self, address: str, title: str) -> None:
        """Open a page, see that it is empty, and run the program that it shows."""
        self.page.goto(f"{self.url}{address}")
        expect(self.page.get_by_role("heading", name=title)).to_be_visible()
        assert audit.grave(self.page) == []
        assert self.page.locator("main pre").evaluate_all(CUT) == []
        program = self.page.locator("main pre code").last.inner_text()
        exec(compile(program, address, "exec"), {"__name__": "__main__"})
        self.page.reload()


def test_each_empty_page_shows_the_program_that_fills_it(empty: Empty) -> None:
    page, client = empty.page, empty.client
    empty.fill("/projects", "No projects yet")
    expect(page.get_by_role("heading", name="Blood cells")).to_be_visible()
    text = client.create_project("Notes", "ner")
    empty.fill(f"/projects/{text.id}/labels", "No labels yet")
    expect(page.get_by_role("link", name="person")).to_be_visible()
    other = client.create_project("Others", "image")
    page.goto(f"{empty.url}/projects")
    expect(page.locator("main h2")).to_have_text(["Others", "Notes", "Blood cells"])
    empty.fill(f"/projects/{other.id}", "No tasks yet")
    expect(page.get_by_role("link", name="0001.png")).to_be_visible()
    empty.fill(f"/projects/{other.id}/labels", "No labels yet")
    expect(page.get_by_role("link", name="red cell")).to_be_visible()
    (task,) = client.get_project_tasks(client.get_projects()[0].id)
    client.complete_task(task.id)
    empty.fill("/datasets", "No datasets yet")
    expect(page.get_by_role("link", name="Blood cells, March")).to_be_visible()
    empty.fill("/models", "No models yet")
    expect(page.get_by_role("link", name="Cell detector")).to_be_visible()
    model = client.create_model("Bare")
    empty.fill(f"/models/{model.id}", "No versions yet")
    expect(page.get_by_role("link", name="v1")).to_be_visible()
    (version,) = client.get_model_versions(model_id=model.id)
    empty.fill(f"/model-versions/{version.id}", "No model runs yet")
    expect(page.get_by_role("link", name="Blood cells, March")).to_be_visible()
    empty.fill("/evaluations", "No evaluations yet")
    expect(page.get_by_role("link", name="Cell detector · v1")).to_be_visible()
    dataset = client.create_dataset("Bare", task_ids=[task.id])
    empty.fill(f"/datasets/{dataset.id}", "No model runs yet")
    expect(page.get_by_role("link", name="Report of v1 on Bare")).to_be_visible()
