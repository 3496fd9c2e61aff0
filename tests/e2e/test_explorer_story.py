"""A reader searches tasks by facet, by text and by keyboard; the address holds it all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from linlog import LinLogClient
from tests.e2e.conftest import enter
from tests.e2e.servers import serving_client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.world import World

pytestmark = pytest.mark.browser
MANY = 400
CARDS = "a[data-task]"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[LinLogClient]:
    """A client of a server whose project a story may change."""
    with serving_client(tmp_path / "data") as made:
        yield made


def notes(client: LinLogClient) -> str:
    """A project of many notes, from three rooms."""
    project = client.create_project("Notes", "ner", ["thing"])
    client.create_tasks(
        project.id,
        [
            {
                "attachment": f"Note {at}.",
                "unique_id": f"note-{at:03d}",
                "batch_name": "Week 1" if at < 100 else "Week 2",
                "metadata": {"room": ("kitchen", "hall", "cellar")[at % 3]},
            }
            for at in range(MANY)
        ],
    )
    return project.id


def signed_in(page: Page, client: LinLogClient, complaints: list[str]) -> None:
    """Enter; who is signed in is asked before anybody is."""
    with page.expect_console_message(lambda said: " 401" in said.text):
        enter(page, client.base_url)
    complaints.clear()


def test_tasks_are_found_looked_at_and_found_again(
    page: Page, own: LinLogClient, complaints: list[str]
) -> None:
    project_id = notes(own)
    signed_in(page, own, complaints)
    page.goto(f"{own.base_url}/projects/{project_id}")
    expect(page.get_by_text("400 tasks", exact=True)).to_be_visible()

    page.get_by_role("group", name="Batch").get_by_role("button", name="Week 1").click()
    expect(page.get_by_text("100 of 400 tasks")).to_be_visible()
    query = page.get_by_role("textbox", name="Query")
    expect(query).to_have_value('batch:"Week 1"')
    # The other batch is still there to be compared; the rooms are counted under the query.
    batches = page.get_by_role("group", name="Batch").get_by_role("button", name=re.compile("Week"))
    expect(batches).to_have_text([re.compile("Week 2.*300"), re.compile("Week 1.*100")])
    rooms = page.get_by_role("group", name="room").get_by_role("button", name=re.compile("hall"))
    expect(rooms).to_have_text(re.compile("33"))

    query.fill('batch:"Week 1" metadata.room=hall unique_id<note-050')
    expect(page.get_by_text("17 of 400 tasks")).to_be_visible()
    expect(rooms).to_have_attribute("aria-pressed", "true")
    query.fill('batch:"Week 1" room:hall')
    expect(page.get_by_text("(at character 16)")).to_be_visible()
    query.fill('batch:"Week 1" metadata.room=hall')
    expect(page.get_by_text("33 of 400 tasks")).to_be_visible()

    page.get_by_role("combobox", name="Order").click()
    page.get_by_role("option", name="By own id").click()
    expect(page.locator(CARDS).first).to_contain_text("note-001")
    page.locator(CARDS).nth(1).focus()
    page.keyboard.press("Space")
    look = page.get_by_role("region", name="Quick look")
    expect(look).to_contain_text("note-004")
    expect(look).to_contain_text("2 of 33")
    page.keyboard.press("ArrowRight")
    expect(look).to_contain_text("note-007")

    address = page.url
    page.reload()
    expect(look).to_contain_text("note-007")
    expect(look).to_contain_text("3 of 33")
    expect(query).to_have_value('batch:"Week 1" metadata.room=hall')
    expect(page.get_by_text("33 of 400 tasks")).to_be_visible()
    assert page.url == address
    page.keyboard.press("Escape")
    expect(look).to_have_count(0)
    page.get_by_role("button", name="Clear the query").click()
    expect(page.get_by_text("400 tasks", exact=True)).to_be_visible()


def test_of_many_tasks_few_are_in_the_page_and_the_last_is_reached(
    page: Page, own: LinLogClient, complaints: list[str]
) -> None:
    project_id = notes(own)
    signed_in(page, own, complaints)
    page.goto(f"{own.base_url}/projects/{project_id}?view=table&sort=unique_id")
    table = page.get_by_role("table", name="Tasks")
    expect(table).to_have_attribute("aria-rowcount", str(MANY + 1))
    expect(table.get_by_role("link", name="note-000")).to_be_visible()
    assert table.get_by_role("row").count() < 80
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 100_000)
    expect(table.get_by_role("link", name=f"note-{MANY - 1:03d}")).to_be_visible()
    assert table.get_by_role("row").count() < 80
    table.get_by_role("link", name=f"note-{MANY - 1:03d}").click()
    expect(page.get_by_text(f"{MANY} of {MANY}")).to_be_visible()
    page.go_back()
    # Where the reader was before.
    expect(table.get_by_role("link", name=f"note-{MANY - 1:03d}")).to_be_in_viewport()


def test_outcomes_of_an_evaluation_are_asked_for(reader: Page, shown: World) -> None:
    reader.goto(f"{shown.url}/datasets/{shown.dataset_id}")
    chosen = reader.get_by_role("combobox", name="Predictions and outcomes of")
    chosen.click()
    reader.get_by_role("option", name=re.compile("coarse")).click()
    outcome = reader.get_by_role("group", name="Outcome")
    missed = outcome.get_by_role("button", name=re.compile("Missed"))
    # Its name is there before its count.
    expect(missed).to_have_text(re.compile(r"\d$"))
    said = re.search(r"\d+$", missed.inner_text())
    assert said is not None
    missed.click()
    expect(reader.get_by_text(f"{said[0]} of 24 tasks")).to_be_visible()
    expect(reader.get_by_role("textbox", name="Query")).to_have_value("outcome:missed")
    # The address names the evaluation alone, and its predictions are drawn.
    assert "model_run_id" not in reader.url
    with reader.expect_response(
        lambda told: f"model_run_id={shown.first.model_run_id}" in told.url
    ):
        reader.reload()
    expect(reader.get_by_text(f"{said[0]} of 24 tasks")).to_be_visible()
    expect(reader.locator(CARDS).first).to_be_visible()
    assert f"evaluation_id={shown.first.id}" in reader.url


def test_a_query_that_needs_an_evaluation_says_what_to_do(
    reader: Page, shown: World, complaints: list[str]
) -> None:
    reader.goto(f"{shown.url}/datasets/{shown.dataset_id}?query=outcome:missed")
    expect(reader.get_by_text("choose an evaluation of the dataset")).to_be_visible()
    expect(reader.get_by_text("evaluation_id")).to_have_count(0)
    expect(reader.locator(".mantine-Skeleton-root")).to_have_count(0)
    complaints.clear()


def test_what_is_chosen_is_changed_at_once(
    page: Page, own: LinLogClient, complaints: list[str]
) -> None:
    project_id = notes(own)
    signed_in(page, own, complaints)
    page.goto(f"{own.base_url}/projects/{project_id}?query=metadata.room%3Dhall&sort=unique_id")
    expect(page.get_by_text("133 of 400 tasks")).to_be_visible()
    first, fourth = page.locator(CARDS).nth(0), page.locator(CARDS).nth(3)
    expect(fourth).to_contain_text("note-010")
    page.get_by_role("checkbox", name="Choose note-001").check(force=True)
    page.get_by_role("checkbox", name="Choose note-010").click(modifiers=["Shift"], force=True)
    chosen = page.get_by_role("group", name="Chosen tasks")
    expect(chosen).to_contain_text("4 chosen")
    expect(first).to_be_visible()
    chosen.get_by_role("button", name="Choose all 133").click()
    expect(chosen).to_contain_text("133 chosen")

    chosen.get_by_role("button", name="Do with them").click()
    page.get_by_role("menuitem", name="Add tags").click()
    form = page.get_by_role("dialog", name=re.compile("Add tags: 133 tasks"))
    form.get_by_label("Tags").first.fill("warm")
    page.keyboard.press("Enter")
    form.get_by_role("button", name="Add tags").click()
    expect(page.get_by_text("133 tasks changed.")).to_be_visible()
    warm = page.get_by_role("group", name="Tag").get_by_role("button", name=re.compile("warm"))
    expect(warm).to_have_text(re.compile("133"))
    assert own.tasks.facets(project_id, "tag:warm").count == 133

    warm.click()
    # Whatever was chosen before is let go when the query becomes another.
    expect(page.get_by_role("textbox", name="Query")).to_have_value(re.compile("tag:warm"))
    page.keyboard.press("Control+a")
    chosen.get_by_role("button", name="Do with them").click()
    page.get_by_role("menuitem", name="Delete").click()
    form = page.get_by_role("dialog", name=re.compile("Delete: 133 tasks"))
    expect(form.get_by_role("button", name="Delete")).to_be_disabled()
    form.get_by_role("textbox").fill("133")
    form.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No task fits this query")).to_be_visible()
    page.reload()
    expect(page.get_by_text("0 of 267 tasks")).to_be_visible()


def test_a_dataset_is_made_of_what_is_chosen(
    page: Page, own: LinLogClient, complaints: list[str]
) -> None:
    project = own.create_project("Posts", "ner", ["person"])
    for place in range(3):
        own.tasks.complete(own.create_ner_task(project.id, f"Ada met Bob {place}.").id)
    signed_in(page, own, complaints)
    page.goto(f"{own.base_url}/projects/{project.id}")
    expect(page.get_by_text("3 tasks", exact=True)).to_be_visible()
    page.keyboard.press("Control+a")
    chosen = page.get_by_role("group", name="Chosen tasks")
    for name in ("Names", "Names"):
        chosen.get_by_role("button", name="Do with them").click()
        page.get_by_role("menuitem", name="Add to a dataset").click()
        form = page.get_by_role("dialog", name=re.compile("Add to a dataset: 3 tasks"))
        form.get_by_label("Dataset").fill(name)
        # Suggestions, which the second time there are, do not stand in its way.
        form.get_by_role("button", name="Add to a dataset").click(trial=True)
        page.keyboard.press("Enter")
        expect(form).to_have_count(0)
    expect(page.get_by_text("3 tasks changed.").first).to_be_visible()
    # The second time it is there already.
    (made,) = own.datasets.list()
    assert (made.name, made.type) == ("Names", project.type)
    assert made.task_count == 3


def test_a_query_is_saved_by_a_name_and_asked_again(
    page: Page, own: LinLogClient, complaints: list[str]
) -> None:
    project_id = notes(own)
    signed_in(page, own, complaints)
    page.goto(f"{own.base_url}/projects/{project_id}?query=metadata.room%3Dhall")
    expect(page.get_by_text("133 of 400 tasks")).to_be_visible()
    page.get_by_role("button", name="Slices").click()
    page.get_by_role("menuitem", name="Save this query").click()
    form = page.get_by_role("dialog", name="Save this query")
    form.get_by_label("Name").fill("The hall")
    form.get_by_role("button", name="Save it").click()
    expect(page.get_by_role("button", name="The hall")).to_be_visible()
    (saved,) = own.slices.list(project_id=project_id)
    assert saved.query == {"field": "metadata.room", "op": "is", "value": "hall"}
    page.get_by_role("button", name="Clear the query").click()
    expect(page.get_by_text("400 tasks", exact=True)).to_be_visible()
    page.get_by_role("button", name="Slices").click()
    page.get_by_role("menuitem", name="The hall").click()
    expect(page.get_by_text("133 of 400 tasks")).to_be_visible()
