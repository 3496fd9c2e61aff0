"""Work is reviewed: commented where it is wrong, rejected with a reason, corrected and accepted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from linlog.server import admin
from tests.e2e import audit
from tests.e2e.conftest import enter
from tests.e2e.servers import PASSWORD, serving_client
from tests.e2e.test_editor_story import HEIGHT, WIDTH, drag, press, rows, saved, spot, step
from tests.e2e.world import png

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from linlog import LinLogClient
    from linlog.wire.tasks import Task
    from linlog.wire.users import Role

pytestmark = pytest.mark.browser
PEOPLE: dict[str, Role] = {
    "ann": "annotator",
    "rob": "reviewer",
    "rita": "reviewer",
    "vic": "viewer",
}
TEXT = "Ada met Bob in York."


@pytest.fixture
def client(tmp_path: Path) -> Iterator[LinLogClient]:
    """A client of a server with an annotator and two reviewers."""
    data = tmp_path / "data"
    with serving_client(data) as made:
        for name, role in PEOPLE.items():
            admin.create_user(data, f"{name}@example.org", role, PASSWORD, name.title())
        yield made


@pytest.fixture
def person(browser: Browser, client: LinLogClient) -> Iterator[Callable[[str], Page]]:
    """The page of a person who has signed in; what a browser complains of is told at the end."""
    contexts = []
    complaints: list[str] = []

    def come(name: str) -> Page:
        context = browser.new_context(reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        enter(page, client.base_url, f"{name}@example.org")
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield come
    for context in contexts:
        context.close()
    assert complaints == []


def cells(client: LinLogClient, amount: int) -> list[Task]:
    """Images of a project whose work is reviewed."""
    project = client.projects.create("Cells", labels=["red cell", "white cell"], reviewed=True)
    blank = png(Image.new("RGB", (WIDTH, HEIGHT), (214, 220, 226)))
    return [
        client.create_image_task(project.id, blank, unique_id=f"cell-{place}")
        for place in range(amount)
    ]


def submitted(client: LinLogClient, amount: int) -> list[Task]:
    """The same, all of which wait for a reviewer."""
    found = cells(client, amount)
    for task in found:
        client.tasks.submit(task.id)
    return found


def home(page: Page, client: LinLogClient, task: Task, queue: str = "Annotate next") -> None:
    """Open the project of a task, and wait until its next task is known."""
    page.goto(f"{client.base_url}/projects/{task.project_id}")
    expect(page.get_by_role("button", name=queue)).to_be_enabled()


def at(page: Page, task: Task) -> None:
    """Wait until a task is shown in the editor."""
    expect(page).to_have_url(re.compile(task.id))
    expect(page.locator("[data-painted=true]")).to_be_visible()


def test_work_is_rejected_with_a_comment_corrected_and_accepted(
    client: LinLogClient, person: Callable[[str], Page]
) -> None:
    first, second = cells(client, 2)
    ann, rob = person("ann"), person("rob")
    # Annotate and submit, by keys but for the drawing.
    home(ann, client, first)
    press(ann, "a")
    at(ann, first)
    press(ann, "1b")
    drag(ann, (40, 40), (140, 120))
    press(ann, ["Control+Enter"])
    at(ann, second)
    saved(ann)
    assert client.tasks.get(first.id).status == "in_review"

    # Review: a comment on the shape, one at a point, a reason.
    home(rob, client, first, "Review next")
    expect(rob.get_by_role("link", name="In review 1", exact=True)).to_be_visible()
    press(rob, "r")
    at(rob, first)
    press(rob, [".", "s"])
    rob.get_by_role("textbox", name="Comment").fill("Too <b>wide</b>")
    press(rob, ["Enter"])
    threads = rob.get_by_role("list", name="Comments").locator("> li")
    expect(threads).to_have_count(1)
    rob.mouse.click(*spot(rob, 300, 200), button="right")
    rob.get_by_role("button", name="Missing object", exact=True).click()
    expect(threads).to_have_count(2)
    expect(threads.nth(1)).to_contain_text("a point at 300, 200")
    assert audit.grave(rob) == []
    press(rob, ["Control+Backspace", "1"])
    assert audit.grave(rob) == []
    press(rob, ["Enter"])
    expect(rob.get_by_text("That was the last task of the list.")).to_be_visible()
    found = client.tasks.get(first.id)
    assert (found.status, found.rejection_reason) == ("rejected", "Wrong position")

    # The annotator sees why and where, corrects, settles it and submits again.
    home(ann, client, first)
    expect(ann.get_by_role("link", name="Rejected 1", exact=True)).to_be_visible()
    press(ann, "a")
    at(ann, first)
    expect(ann.get_by_role("status").filter(has_text="Rejected by Rob")).to_contain_text(
        "Wrong position · 2 open comments"
    )
    press(ann, ["e"])
    mine = ann.get_by_role("list", name="Comments").locator("> li")
    expect(mine.first).to_contain_text("Too <b>wide</b>")
    expect(mine.first.get_by_role("button", pressed=True)).to_be_visible()
    press(ann, ["R", "f", "Escape"])
    expect(mine).to_have_count(1)
    press(ann, "2b")
    drag(ann, (280, 180), (320, 220))
    press(ann, "v")
    saved(ann)
    press(ann, ["Control+Enter"])
    at(ann, second)
    saved(ann)

    # The reviewer sees what changed, corrects the rest and accepts in one step.
    home(rob, client, first, "Review next")
    press(rob, "r")
    at(rob, first)
    expect(rob.get_by_text("1 new, 0 changed, 0 gone")).to_be_visible()
    press(rob, [".", "ArrowRight"])
    accept = rob.get_by_role("button", name="Correct and accept")
    expect(accept).to_be_visible()
    press(rob, ["Control+Enter"])
    expect(rob.get_by_text("Corrected and accepted.")).to_be_visible()
    rounds = client.reviews.list(first.id)
    assert [(each.state, each.author, each.reviewer) for each in rounds] == [
        ("corrected", "Ann", "Rob"),
        ("rejected", "Ann", "Rob"),
    ]
    assert (rounds[0].added, rounds[0].changed, rounds[0].removed) == (0, 1, 0)
    assert client.tasks.get(first.id).complete
    assert [each.resolved for each in client.comments.list(first.id)] == [True, False]
    home(rob, client, first)
    expect(rob.get_by_role("link", name="Completed 1", exact=True)).to_be_visible()


def test_a_second_reviewer_is_told_and_loses_nothing(
    client: LinLogClient, person: Callable[[str], Page]
) -> None:
    [task] = cells(client, 1)
    client.annotations.create(
        task.id, [{"label": "red cell", "left": 40, "top": 40, "width": 60, "height": 60}]
    )
    client.tasks.submit(task.id)
    rob, rita = person("rob"), person("rita")
    for page in (rob, rita):
        page.goto(f"{client.base_url}/projects/{task.project_id}/tasks/{task.id}?status=in_review")
        at(page, task)
        expect(page.get_by_role("button", name="Accept", exact=True)).to_be_visible()
    press(rita, "1b")
    drag(rita, (200, 60), (260, 120))
    saved(rita)
    press(rob, ["Control+Enter"])
    told = rob.get_by_role("dialog", name="Somebody else was here meanwhile")
    expect(told).to_contain_text("the task changed meanwhile")
    told.get_by_role("button", name="Look at it again").click()
    expect(rob.get_by_role("button", name="Correct and accept")).to_be_visible()
    press(rob, ["Control+Backspace", "3", "Enter"])
    expect(rob.get_by_text("That was the last task of the list.")).to_be_visible()

    press(rita, ["Control+Enter"])
    told = rita.get_by_role("dialog", name="Somebody else was here meanwhile")
    expect(told).to_contain_text("Rob decided meanwhile: rejected: Missing object")
    assert audit.grave(rita) == []
    told.get_by_role("button", name="Look at it again").click()
    expect(rita.get_by_role("status").filter(has_text="Rejected by Rob")).to_be_visible()
    rita.get_by_role("tab", name="Annotations").click()
    expect(rows(rita)).to_have_count(2)
    assert client.tasks.get(task.id).annotation_count == 2


def test_the_next_task_does_not_wait_for_a_decision(
    client: LinLogClient, person: Callable[[str], Page]
) -> None:
    first, second = submitted(client, 2)
    rob = person("rob")
    home(rob, client, first, "Review next")
    press(rob, "r")
    at(rob, first)
    held: list[Route] = []
    rob.route(re.compile("/reviews$"), lambda route: decision(route, held))
    with rob.expect_request(lambda asked: asked.method == "POST" and "/reviews" in asked.url):
        press(rob, ["Control+Enter"])
    at(rob, second)
    assert client.tasks.get(first.id).status == "in_review"
    # Somebody else decides first: that is told, and the task is one click away.
    client.reviews.reject(first.id, "Wrong label")
    held[0].continue_()
    told = rob.get_by_role("alert").filter(has_text="Nothing was decided about")
    expect(told).to_contain_text("decided meanwhile: rejected: Wrong label")
    told.get_by_role("button", name="Back to it").click()
    at(rob, first)
    expect(rob.get_by_role("status").filter(has_text="Wrong label")).to_be_visible()
    assert client.tasks.get(first.id).rejected


def decision(route: Route, held: list[Route]) -> None:
    """Hold what decides; let everything else through."""
    if route.request.method == "POST":
        held.append(route)
    else:
        route.continue_()


def test_who_said_what_is_wrong_rejects_with_one_key_more(
    client: LinLogClient, person: Callable[[str], Page]
) -> None:
    [task] = cells(client, 1)
    client.tasks.submit(task.id)
    client.comments.create(task.id, "Too wide")
    rob = person("rob")
    home(rob, client, task, "Review next")
    press(rob, "r")
    at(rob, task)
    expect(rob.get_by_role("list", name="Comments")).to_contain_text("Too wide")
    press(rob, ["Control+Backspace"])
    expect(rob.get_by_role("dialog", name="Reject the work")).to_be_visible()
    press(rob, ["Enter"])
    expect(rob.get_by_text("That was the last task of the list.")).to_be_visible()
    assert client.tasks.get(task.id).rejection_reason == "See the comments"


def test_what_is_being_said_waits_while_other_tasks_are_looked_at(
    client: LinLogClient, person: Callable[[str], Page]
) -> None:
    first, second = submitted(client, 2)
    rob = person("rob")
    rob.goto(f"{client.base_url}/projects/{first.project_id}/tasks/{first.id}")
    at(rob, first)
    rob.mouse.click(*spot(rob, 120, 90), button="right")
    said = rob.get_by_role("textbox", name="Comment")
    said.fill("Is this one")
    rob.get_by_role("button", name="Next", exact=True).click()
    at(rob, second)
    expect(said).to_have_count(0)
    step(rob, "k")
    at(rob, first)
    expect(said).to_have_value("Is this one")
    expect(rob.get_by_text("a point at 120, 90")).to_be_visible()
    # The keys still lead on: the hand is not in the field.
    step(rob, "j")
    at(rob, second)
    rob.go_back()
    rob.reload()
    at(rob, first)
    expect(said).to_have_value("Is this one")
    said.fill("Is this one cell?")
    said.press("Enter")
    expect(rob.get_by_role("list", name="Comments")).to_contain_text("Is this one cell?")
    step(rob, "j")
    at(rob, second)
    step(rob, "k")
    at(rob, first)
    expect(said).to_have_count(0)
    [kept] = client.comments.list(first.id)
    assert kept.text == "Is this one cell?"

    # Whoever only looks reads it too, and can say nothing.
    vic = person("vic")
    vic.goto(f"{client.base_url}/projects/{first.project_id}/tasks/{first.id}")
    expect(vic.get_by_role("list", name="Comments")).to_contain_text("Is this one cell?")
    expect(vic.get_by_role("list", name="Comments")).to_contain_text("a point at 120, 90")
    expect(vic.get_by_role("button", name="Answer")).to_have_count(0)
    assert audit.grave(vic) == []


def test_a_text_is_commented_by_keys(client: LinLogClient, person: Callable[[str], Page]) -> None:
    project = client.projects.create("Names", type="ner", labels=["person"], reviewed=True)
    task = client.create_ner_task(project.id, TEXT)
    client.tasks.submit(task.id)
    rob = person("rob")
    rob.goto(f"{client.base_url}/projects/{project.id}/tasks/{task.id}?status=in_review")
    expect(rob.get_by_role("article")).to_contain_text("York")
    press(rob, [*["ArrowRight"] * 3, "s"])
    rob.get_by_role("textbox", name="Comment").fill("A person")
    press(rob, ["Enter"])
    expect(rob.get_by_role("img", name="comment 1")).to_be_visible()
    # What was written and not sent goes along with the decision.
    press(rob, ["Escape", "s"])
    rob.get_by_role("textbox", name="Comment").fill("Otherwise fine")
    rob.get_by_role("button", name="Accept", exact=True).click()
    expect(rob.get_by_text("Accepted. That was the last task of the list.")).to_be_visible()
    said, also = client.comments.list(task.id)
    assert (also.text, also.place, also.annotation_id) == ("Otherwise fine", None, None)
    assert (said.text, said.place.to_json()) == (
        "A person",
        {"type": "span", "start": 8, "end": 11},
    )
