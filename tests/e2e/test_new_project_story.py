"""A manager makes a project in the pages, fills it, labels, and judges a model by what is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from linlog import LinLogClient
from tests.e2e import audit
from tests.e2e.conftest import enter
from tests.e2e.servers import EMAIL, PASSWORD, serving_client
from tests.e2e.world import png

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser
REFUSED = re.compile(r"Failed to load resource: .* (401|409|422)")


def test_a_project_is_made_filled_and_worked_on_in_the_pages(
    page: Page, complaints: list[str], tmp_path: Path
) -> None:
    for name, colour in (("one.png", "#d6dce2"), ("two.png", "#c9b4a0")):
        (tmp_path / name).write_bytes(png(Image.new("RGB", (400, 300), colour)))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with serving_client(tmp_path / "data") as client:
        with LinLogClient(client.base_url, email=EMAIL, password=PASSWORD) as owner:
            owner.users.create("grace@example.org", PASSWORD)
        enter(page, client.base_url)

        page.keyboard.press("n")
        form = page.get_by_role("dialog", name="New project")
        title = form.get_by_label("Title")
        expect(title).to_be_focused()
        page.keyboard.press("Enter")
        expect(form.get_by_text("A title is needed.")).to_be_visible()
        assert audit.grave(page) == []
        title.fill("c" * 201)
        page.keyboard.press("Enter")
        expect(form.get_by_text("at most 200")).to_be_visible()
        title.fill("Blood cells")
        form.get_by_label("Name of label 1").fill("red cell")
        page.keyboard.press("Enter")
        expect(form.get_by_label("Name of label 2")).to_be_focused()
        page.keyboard.type("red cell")
        form.get_by_role("button", name="Create the project").click()
        expect(form.get_by_text("A label before it has this name")).to_be_visible()
        form.get_by_label("Name of label 2").fill("white cell")
        form.get_by_role("button", name="Create the project").click()

        expect(page.get_by_role("heading", name="No tasks yet")).to_be_visible()
        assert audit.grave(page) == []
        (project,) = client.get_projects()
        assert [(label.name, label.shape) for label in project.labels] == [
            ("red cell", "box"),
            ("white cell", "box"),
        ]

        with page.expect_file_chooser() as chosen:
            page.get_by_role("button", name="Choose files").click()
        chosen.value.set_files([tmp_path / n for n in ("one.png", "two.png", "broken.png")])
        sent = page.get_by_role("dialog", name="Add tasks")
        expect(sent.get_by_text("2 of 3 rows accepted, 1 rejected")).to_be_visible()
        expect(sent.get_by_role("cell", name="broken.png")).to_be_visible()
        assert audit.grave(page) == []
        sent.get_by_role("button", name="Done").click()
        expect(page.get_by_role("link", name="one.png")).to_be_visible()

        with page.expect_file_chooser() as chosen:
            page.get_by_role("button", name="Add tasks").click()
            sent.get_by_role("button", name="Choose files").click()
        chosen.value.set_files([tmp_path / "one.png"])
        expect(sent.get_by_text("1 of 1 row accepted, 1 of them there already")).to_be_visible()
        page.keyboard.press("Escape")

        page.get_by_role("link", name="Labels").click()
        page.get_by_role("button", name="Add a label").click()
        adding = page.get_by_role("dialog", name="Add a label")
        adding.get_by_label("Name").fill("white cell")
        page.keyboard.press("Enter")
        expect(adding.get_by_text("label 'white cell' already")).to_be_visible()
        assert audit.grave(page) == []
        adding.get_by_label("Name").fill("platelet")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="platelet")).to_be_visible()
        expect(adding).to_have_count(0)
        expect(page.get_by_role("button", name="Annotate next")).to_be_enabled()

        page.keyboard.press("a")
        canvas = page.locator("[data-painted=true]")
        expect(canvas).to_be_visible()
        page.keyboard.press("3")
        room = canvas.bounding_box()
        assert room is not None
        page.mouse.move(room["x"] + room["width"] * 0.4, room["y"] + room["height"] * 0.4)
        page.mouse.down()
        page.mouse.move(room["x"] + room["width"] * 0.6, room["y"] + room["height"] * 0.6, steps=4)
        page.mouse.up()
        with page.expect_response(re.compile("/(complete|submit)$")):
            page.keyboard.press("Control+Enter")
        (done,) = client.tasks.list(project.id, status="completed")
        assert [annotation.label for annotation in done.annotations] == ["platelet"]

        page.goto(f"{client.base_url}/datasets")
        page.get_by_role("button", name="New dataset").click()
        dataset = page.get_by_role("dialog", name="New dataset")
        dataset.get_by_role("button", name="Create the dataset").click()
        expect(dataset.get_by_text("A project is needed.")).to_be_visible()
        assert audit.grave(page) == []
        dataset.get_by_label("Name").fill("Cells, March")
        dataset.get_by_role("combobox", name="Project").click()
        page.get_by_role("option", name="Blood cells · 1 complete task").click()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Cells, March")).to_be_visible()

        (kept,) = client.get_datasets()
        version = client.model_versions.create(client.create_model("Finder").id, "first")
        guess = {"label": "platelet", "left": 4, "top": 8, "width": 30, "height": 30}
        client.create_model_run(kept.id, version.id, done.id, guess, 0.9)
        client.flush()
        page.goto(f"{client.base_url}/model-versions/{version.id}")
        page.get_by_role("button", name="Evaluate first on Cells, March").click()
        expect(page.get_by_role("link", name="report of first on Cells, March")).to_be_visible()
        assert audit.grave(page) == []

        assert page.context.browser is not None
        other = page.context.browser.new_context(base_url=client.base_url).new_page()
        enter(other, client.base_url, "grace@example.org")
        expect(other.get_by_role("link", name="Blood cells")).to_be_visible()
        expect(other.get_by_role("button", name="New project")).to_have_count(0)
        other.context.close()
    # Refused above on purpose, and asking who is signed in before anybody is.
    complaints[:] = [said for said in complaints if not REFUSED.match(said)]
