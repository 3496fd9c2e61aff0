"""Two people annotate, and their owner reads a report by whose work the truth is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from linlog import LinLogClient, ModelTrainer
from tests.e2e import audit
from tests.e2e.conftest import enter
from tests.e2e.servers import EMAIL, PASSWORD, owned, serving
from tests.e2e.world import box, png

if TYPE_CHECKING:
    from pathlib import Path

    from linlog.wire.evaluations import Evaluation

pytestmark = pytest.mark.browser
CAREFUL, CARELESS = "Grace Hopper", "Alan Turing"
SIDE = 200


def judged(owner: LinLogClient) -> Evaluation:
    """A model that finds every square, judged by two people's boxes: one draws all beside them."""
    project = owner.create_project("Squares", "image", ["square"])
    places = [(20 + 15 * at, 90 - 10 * at) for at in range(6)]
    tasks = owner.create_tasks(project.id, [{"attachment": square(*place)} for place in places])
    for who, shift, first in ((CAREFUL, 0, 0), (CARELESS, 40, 1)):
        email = f"{who.split()[0].lower()}@example.org"
        owner.users.create(email, PASSWORD, role="annotator", name=who)
        with LinLogClient(owner.base_url, email=email, password=PASSWORD) as theirs:
            for task, (left, top) in list(zip(tasks, places, strict=True))[first::2]:
                theirs.annotate_task(task.id, [box("square", left + shift, top, 60, 60)])
                owner.tasks.complete(task.id)
    dataset = owner.create_dataset("Squares, all", project_id=project.id)
    trainer = ModelTrainer(owner)
    version = trainer.init(owner.create_model("Square finder").id, "first", ["square"], {"seed": 1})
    for task, (left, top) in zip(tasks, places, strict=True):
        guess = box("square", left, top, 60, 60)
        owner.create_model_run(dataset.id, version.id, task.id, guess, 0.9)
    return trainer.finish(wait=True)[0]


def square(left: float, top: float) -> bytes:
    """A picture of one square."""
    image = Image.new("RGB", (SIDE, SIDE), (236, 231, 220))
    ImageDraw.Draw(image).rectangle((left, top, left + 60, top + 60), fill=(60, 90, 130))
    return png(image)


def test_a_report_is_cut_by_annotator(page: Page, complaints: list[str], tmp_path: Path) -> None:
    owned(tmp_path / "data")
    with serving(tmp_path / "data") as server:
        with LinLogClient(server.url, email=EMAIL, password=PASSWORD) as owner:
            evaluation = judged(owner)
        with page.expect_console_message(lambda said: " 401" in said.text):
            enter(page, server.url)
        # Who is signed in is asked before anybody is.
        complaints.clear()
        page.goto(f"{server.url}/datasets/{evaluation.dataset_id}/slices")
        page.get_by_role("button", name="One for each annotator").click()
        for who in (CAREFUL, CARELESS):
            row = page.get_by_role("row", name=re.compile(f"^{who}"))
            expect(row).to_contain_text(f'annotator:"{who}"')
            expect(row).to_contain_text(re.compile("3 50.%"))
        expect(page.get_by_role("button", name="One for each annotator")).to_have_count(0)
        page.get_by_role("button", name=f"Change the slice {CARELESS}").click()
        form = page.get_by_role("dialog", name="Change the slice")
        expect(form).to_contain_text(f"This is {CARELESS}.")
        assert audit.grave(page) == []

        page.goto(f"{server.url}/evaluations/{evaluation.id}")
        table = page.get_by_role("table", name="Slices side by side")
        headline = page.get_by_role("region", name="Summary")
        for who, recall in ((CAREFUL, "1.000"), (CARELESS, "0.000")):
            expect(table.get_by_role("row", name=re.compile(f"^{who}"))).to_contain_text(recall)
            table.get_by_role("link", name=who).click()
            expect(headline).to_contain_text(recall)
        worst = page.get_by_role("region", name="Worst examples")
        pictures = worst.locator('a[href*="/tasks/t_"]')
        expect(pictures).to_have_count(3)
        assert audit.grave(page) == []
        pictures.first.click()
        expect(page.get_by_role("heading", name="Outcomes")).to_be_visible()
        expect(page.get_by_text("missed").first).to_be_visible()
