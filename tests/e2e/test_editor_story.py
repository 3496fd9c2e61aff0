"""People annotate in the editor: with keys, side by side, and with a server that goes away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from linlog import LinLogClient
from tests.e2e import audit, world
from tests.e2e.conftest import enter
from tests.e2e.servers import serving_client
from tests.e2e.world import png
from tests.factories import websites

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Locator

    from linlog.wire.tasks import Task

pytestmark = pytest.mark.browser
WIDTH, HEIGHT = 400, 300


@pytest.fixture
def client(tmp_path: Path) -> Iterator[LinLogClient]:
    """A client of a server whose tasks a story may change."""
    with serving_client(tmp_path / "data") as made:
        yield made


@pytest.fixture
def annotator(page: Page, client: LinLogClient, complaints: list[str]) -> Page:
    """A page whose reader has signed in."""
    with page.expect_console_message(lambda said: " 401" in said.text):
        enter(page, client.base_url)
    complaints.clear()
    return page


def images(client: LinLogClient, amount: int = 1) -> list[Task]:
    """Images to label, of one project."""
    project = client.create_project("Cells", "image", ["red cell", "white cell"])
    blank = png(Image.new("RGB", (WIDTH, HEIGHT), (214, 220, 226)))
    return [
        client.create_image_task(project.id, blank, unique_id=f"cell-{place}")
        for place in range(amount)
    ]


def edit(page: Page, client: LinLogClient, task: Task) -> None:
    """Open a task in the editor."""
    page.goto(f"{client.base_url}/projects/{task.project_id}/tasks/{task.id}")
    expect(page.locator("[data-painted=true]")).to_be_visible()


def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a pixel of the image lies in the window: the whole image is shown, with a margin."""
    frame = page.locator("[data-painted=true]").bounding_box()
    assert frame is not None
    scale = min((frame["width"] - 48) / WIDTH, (frame["height"] - 48) / HEIGHT)
    return (
        frame["x"] + frame["width"] / 2 + (x - WIDTH / 2) * scale,
        frame["y"] + frame["height"] / 2 + (y - HEIGHT / 2) * scale,
    )


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw from one pixel of the image to another."""
    page.mouse.move(*spot(page, *start))
    page.mouse.down()
    page.mouse.move(*spot(page, *end), steps=4)
    page.mouse.up()


def saved(page: Page) -> None:
    """Wait until everything is stored."""
    expect(page.locator("[data-state=saved]")).to_be_visible()


def boxes(client: LinLogClient, task: Task) -> list[tuple[Any, ...]]:
    """The boxes of a task as the server holds them, in whole pixels."""
    found = client.tasks.get(task.id).annotations
    return [
        (mark.label, *(round(getattr(mark.shape, side)) for side in ("left", "top", "width")))
        for mark in found
    ]


def rows(page: Page) -> Locator:
    """The annotations in the list at the side."""
    return page.get_by_role("list", name="Annotations").locator("[aria-posinset]")


def press(page: Page, keys: Sequence[str]) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


STEPS = {"j": "Next", "k": "Previous"}


def step(page: Page, key: str) -> None:
    """Press the key of another task, which does nothing until the place in the list is known."""
    expect(page.get_by_role("button", name=STEPS[key], exact=True)).to_be_enabled()
    press(page, key)


def holding_the_first(page: Page, address: str) -> list[Route]:
    """Hold the first request for an address; it goes on when whoever asks lets it."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route(re.compile(address), hold)
    return held


def test_an_image_is_labelled_by_keys_and_all_of_it_is_there_again(
    annotator: Page, client: LinLogClient
) -> None:
    task, other = images(client, 2)
    edit(annotator, client, task)
    press(annotator, "2b")
    drag(annotator, (40, 40), (140, 120))
    press(annotator, "1")  # What was just drawn.
    drag(annotator, (200, 60), (260, 120))
    press(annotator, "2")
    expect(rows(annotator)).to_have_text([re.compile("^white cell"), re.compile("^red cell")])

    # Reshape the first by its corner, then undo, do it again, and rename the second.
    press(annotator, "v")
    annotator.mouse.click(*spot(annotator, 60, 60))
    drag(annotator, (140, 120), (180, 150))
    expect(rows(annotator).nth(1)).to_contain_text("140 × 110")
    press(annotator, ["Control+z"])
    expect(rows(annotator).nth(1)).to_contain_text("100 × 80")
    press(annotator, ["Control+y", ".", "1", "ArrowRight", "Control+ArrowDown"])
    saved(annotator)
    assert boxes(client, task) == [("red cell", 40, 40, 140), ("red cell", 201, 70, 60)]

    annotator.reload()
    expect(rows(annotator)).to_have_count(2)
    press(annotator, [".", "Delete"])
    expect(rows(annotator)).to_have_count(1)
    press(annotator, ["Control+Enter"])
    expect(annotator).to_have_url(re.compile(other.id))
    saved(annotator)
    assert client.tasks.get(task.id).complete
    assert boxes(client, task) == [("red cell", 201, 70, 60)]


def test_of_two_people_who_change_one_task_neither_loses_work(
    annotator: Page, client: LinLogClient, complaints: list[str]
) -> None:
    [task] = images(client)
    edit(annotator, client, task)
    second = annotator.context.new_page()
    edit(second, client, task)
    for page, left in ((annotator, 20), (second, 220)):
        press(page, "1b")
        drag(page, (left, 40), (left + 100, 120))
        if page is annotator:
            saved(page)

    asked = second.get_by_role("dialog", name="Somebody else changed this task meanwhile")
    expect(asked.get_by_role("heading", name="Theirs")).to_be_visible()
    assert boxes(client, task) == [("red cell", 20, 40, 100)]
    assert audit.grave(second) == []
    asked.get_by_role("button", name="Merge").click()
    expect(rows(second)).to_have_count(2)
    saved(second)
    assert sorted(boxes(client, task)) == [("red cell", 20, 40, 100), ("red cell", 220, 40, 100)]

    # Who did not touch anything meanwhile sees it when the task is opened again.
    annotator.reload()
    expect(rows(annotator)).to_have_count(2)
    complaints[:] = [said for said in complaints if "409" not in said]


def test_a_loose_box_is_tightened_at_its_edge(annotator: Page, client: LinLogClient) -> None:
    [task] = images(client)
    edit(annotator, client, task)
    # The first label is in the hand: the first stroke is not lost for want of one.
    chosen = annotator.get_by_role("group", name="Labels by number").get_by_role("button")
    expect(chosen.first).to_have_attribute("aria-pressed", "true")
    press(annotator, "b")
    drag(annotator, (40, 40), (240, 240))
    press(annotator, "v")
    annotator.mouse.click(*spot(annotator, 140, 140))
    # Anywhere along it, and the pointer says so.
    canvases = annotator.locator("[data-painted=true]")
    annotator.mouse.move(*spot(annotator, 40, 90))
    expect(canvases).to_have_css("cursor", "ew-resize")
    drag(annotator, (40, 90), (60, 120))
    drag(annotator, (200, 240), (180, 220))
    saved(annotator)
    [mark] = client.tasks.get(task.id).annotations
    assert mark.label == "red cell"
    assert [round(side) for side in mark.shape.bounds or ()] == [60, 40, 240, 220]


def test_nobody_leaves_with_unsaved_work_unasked(
    annotator: Page, client: LinLogClient, complaints: list[str]
) -> None:
    task, other = images(client, 2)
    edit(annotator, client, task)
    # Refused for good: what got lost is sent again by itself, perhaps before the button is pressed.
    away = re.compile("/annotations$")
    annotator.route(away, lambda route: route.fulfill(status=400))
    press(annotator, "1b")
    drag(annotator, (40, 40), (140, 120))
    expect(annotator.locator("[data-state=failed]")).to_be_visible()
    press(annotator, "v")
    step(annotator, "j")
    asked = annotator.get_by_role("dialog", name="Your last changes are not stored")
    asked.get_by_role("button", name="Stay").click()
    expect(rows(annotator)).to_have_count(1)
    assert boxes(client, task) == []

    annotator.unroute(away)
    annotator.get_by_role("button", name="Try again").click()
    saved(annotator)
    step(annotator, "j")
    expect(annotator).to_have_url(re.compile(other.id))
    assert boxes(client, task) == [("red cell", 40, 40, 100)]
    complaints[:] = [said for said in complaints if " 400" not in said]


def test_submitted_work_that_is_not_stored_is_there_again(
    annotator: Page, client: LinLogClient, complaints: list[str]
) -> None:
    task, other = images(client, 2)
    edit(annotator, client, task)
    away = re.compile("/annotations$")
    annotator.route(away, lambda route: route.abort())
    press(annotator, "1b")
    drag(annotator, (40, 40), (140, 120))
    press(annotator, ["v", "Control+Enter"])
    # The next task does not wait for the one before, which comes back with what was drawn.
    expect(annotator).to_have_url(re.compile(other.id))
    said = annotator.get_by_role("alert").filter(has_text="was not submitted")
    expect(said).to_be_visible()
    expect(rows(annotator)).to_have_count(0)
    annotator.unroute(away)
    said.get_by_role("button", name="Back to it").click()
    expect(annotator).to_have_url(re.compile(task.id))
    expect(rows(annotator)).to_have_count(1)
    press(annotator, ["Control+Enter"])
    expect(annotator).to_have_url(re.compile(other.id))
    saved(annotator)
    assert client.tasks.get(task.id).complete
    assert boxes(client, task) == [("red cell", 40, 40, 100)]
    complaints[:] = [said for said in complaints if "ERR_FAILED" not in said]


def test_work_is_submitted_before_the_next_task_is_known(
    annotator: Page, client: LinLogClient
) -> None:
    task, other = images(client, 2)
    held = holding_the_first(annotator, "/neighbours")
    edit(annotator, client, task)
    press(annotator, ["Control+Enter"])
    submit = annotator.get_by_role("button", name="Submit", exact=True)
    expect(submit).to_have_attribute("data-loading", "true")
    held[0].continue_()
    expect(annotator).to_have_url(re.compile(other.id))
    saved(annotator)
    assert client.tasks.get(task.id).complete


def test_the_keys_are_the_editors_again_when_an_attribute_is_set(
    annotator: Page, client: LinLogClient
) -> None:
    [task] = images(client)
    fields = (
        {"key": "blurred", "attribute_type": "binary"},
        {"key": "stage", "options": ["young", "old"]},
        {"key": "note", "attribute_type": "text"},
    )
    client.projects.update(task.project_id, attributes=fields)
    edit(annotator, client, task)
    press(annotator, "1b")
    drag(annotator, (40, 40), (140, 120))
    annotator.get_by_role("checkbox", name="blurred").click()
    press(annotator, ["2"])
    expect(rows(annotator)).to_contain_text("white cell")
    annotator.get_by_role("combobox", name="stage").click()
    annotator.get_by_role("option", name="old").click()
    press(annotator, ["1"])
    expect(rows(annotator)).to_contain_text("red cell")
    annotator.get_by_role("textbox", name="note").fill("at 2 o'clock")
    press(annotator, ["Enter", "2"])
    expect(rows(annotator)).to_contain_text("white cell")
    annotator.get_by_role("textbox", name="Filter by label").fill("white")
    press(annotator, ["Escape", "1"])
    # It is no white cell any more.
    expect(rows(annotator)).to_have_count(0)
    saved(annotator)
    [mark] = client.tasks.get(task.id).annotations
    assert mark.label == "red cell"
    assert mark.attributes == {"blurred": True, "stage": "old", "note": "at 2 o'clock"}


def test_a_reader_chooses_other_keys(annotator: Page, client: LinLogClient) -> None:
    [task] = images(client)
    edit(annotator, client, task)
    press(annotator, "?")
    sheet = annotator.get_by_role("dialog", name="Keys")
    sheet.get_by_role("button", name="Another key for: Box, now b", exact=True).click()
    expect(sheet.get_by_text("Press a key", exact=True)).to_be_visible()
    press(annotator, "e")
    now = sheet.get_by_role("button", name="Another key for: Box, now e", exact=True)
    expect(now).to_be_visible()
    assert audit.grave(annotator) == []
    press(annotator, ["Escape"])
    expect(sheet).not_to_be_visible()
    annotator.reload()
    expect(annotator.locator("[data-painted=true]")).to_be_visible()
    tool = annotator.get_by_role("button", name="Box", exact=True)
    press(annotator, "b")
    expect(tool).to_have_attribute("aria-pressed", "false")
    press(annotator, "e")
    expect(tool).to_have_attribute("aria-pressed", "true")


def test_the_editor_answers_a_slow_server_with_what_was_drawn(
    annotator: Page, client: LinLogClient
) -> None:
    [task] = images(client)
    edit(annotator, client, task)
    held = holding_the_first(annotator, "/annotations$")
    press(annotator, "1b")
    with annotator.expect_request(re.compile("/annotations$")):
        drag(annotator, (40, 40), (140, 120))
    expect(annotator.locator("[data-state=saving]")).to_be_visible()
    drag(annotator, (200, 40), (240, 120))
    held[0].continue_()
    saved(annotator)
    assert boxes(client, task) == [("red cell", 40, 40, 100), ("red cell", 200, 40, 40)]


TEXT = "Ada Lovelace met 😀 Bob at the University of York."


LABELS = ("person", "place", "organisation")


def words_at(page: Page, words: str) -> list[float]:
    """Where words of the text begin and end, and how high they stand in the window."""
    found: list[float] = page.get_by_role("article").evaluate(
        """(article, words) => {
          const pieces = [...article.querySelectorAll("[data-start]")];
          const piece = pieces.find((each) => each.textContent.includes(words));
          const range = document.createRange();
          const start = piece.textContent.indexOf(words);
          range.setStart(piece.firstChild, start);
          range.setEnd(piece.firstChild, start + words.length);
          const { left, right, top, bottom } = range.getBoundingClientRect();
          return [left, right, (top + bottom) / 2];
        }""",
        words,
    )
    return found


def drag_over(page: Page, words: str) -> None:
    """Draw over words of the text."""
    left, right, middle = words_at(page, words)
    page.mouse.move(left + 1, middle)
    page.mouse.down()
    page.mouse.move(right - 1, middle, steps=5)
    page.mouse.up()


def test_a_text_is_marked_by_keys_and_by_hand(annotator: Page, client: LinLogClient) -> None:
    project = client.create_project("Names", "ner", ["person", "place", "organisation"])
    task = client.create_ner_task(project.id, TEXT)
    annotator.goto(f"{client.base_url}/projects/{project.id}/tasks/{task.id}")
    expect(annotator.get_by_role("article")).to_contain_text("Lovelace")
    press(annotator, ["ArrowRight", "Shift+ArrowRight"])
    expect(annotator.locator("[data-marked]")).to_have_text("Ada Lovelace")
    press(annotator, ["1", *["ArrowRight"] * 3])
    expect(annotator.locator("[data-marked]")).to_have_text("Bob")
    press(annotator, ["2"])
    # The one below lies within the one before: both are there, each with its label.
    drag_over(annotator, "University of York")
    press(annotator, "3")
    drag_over(annotator, "York")
    press(annotator, "2")
    expect(rows(annotator)).to_have_count(4)
    assert audit.grave(annotator) == []
    annotator.locator("mark", has_text="Bob").click()
    press(annotator, ["Delete"])
    expect(rows(annotator)).to_have_count(3)
    saved(annotator)
    marks = client.tasks.get(task.id).annotations
    assert [(mark.label, TEXT[mark.shape.start : mark.shape.end]) for mark in marks] == [
        ("person", "Ada Lovelace"),
        ("organisation", "University of York"),
        ("place", "York"),
    ]


def test_a_wrong_span_is_put_right_by_keys_and_by_hand(
    annotator: Page, client: LinLogClient
) -> None:
    project = client.create_project("Names", "ner", ["person", "place", "organisation"])
    task = client.create_ner_task(project.id, TEXT)
    annotator.goto(f"{client.base_url}/projects/{project.id}/tasks/{task.id}")
    expect(annotator.get_by_role("article")).to_contain_text("Lovelace")
    # The labels and their numbers are in sight, and take a click as well as a key.
    labels = annotator.get_by_role("group", name="Labels by number")
    expect(labels.get_by_role("button")).to_have_text([re.compile(name) for name in LABELS])
    drag_over(annotator, "Ada")
    labels.get_by_role("button", name="person").click()
    press(annotator, ["Shift+ArrowRight"])
    expect(rows(annotator)).to_contain_text(["Ada Lovelace"])
    press(annotator, ["Control+ArrowRight", "ArrowRight", "3"])
    # Over a text they are listed as it is read.
    expect(rows(annotator).last).to_contain_text("University")
    # Shift and a click move the nearer end to the word below the hand.
    left, right, middle = words_at(annotator, "York")
    annotator.keyboard.down("Shift")
    annotator.mouse.click((left + right) / 2, middle)
    annotator.keyboard.up("Shift")
    expect(rows(annotator).last).to_contain_text("University of York")
    assert audit.grave(annotator) == []
    saved(annotator)
    marks = client.tasks.get(task.id).annotations
    assert [(mark.label, TEXT[mark.shape.start : mark.shape.end]) for mark in marks] == [
        ("person", "Ada Lovelace"),
        ("organisation", "University of York"),
    ]


def test_a_whole_item_is_labelled_by_keys(
    annotator: Page, client: LinLogClient, complaints: list[str]
) -> None:
    project = client.create_project("Letters", "categorisation", ["complaint", "praise"])
    html = "<h1>Dear all</h1><script>document.title = 'run'</script>"
    first = client.create_categorisation_task(project.id, html, "html")
    second = client.create_categorisation_task(project.id, "The tea was hot.")
    annotator.goto(f"{client.base_url}/projects/{project.id}/tasks/{first.id}")
    labels = annotator.get_by_role("group", name="Labels of the whole item")
    expect(labels.get_by_role("button")).to_have_count(2)
    frame = annotator.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Dear all")).to_be_visible()
    expect(annotator.get_by_text("Press the number of a label.")).to_be_visible()
    press(annotator, "12")
    expect(labels.get_by_role("button", pressed=True)).to_have_count(2)
    press(annotator, "1")
    press(annotator, ["Control+Enter"])
    expect(annotator).to_have_url(re.compile(second.id))
    labels.get_by_role("button", name="complaint").click()
    saved(annotator)
    stored = [client.tasks.get(task.id).annotations for task in (first, second)]
    assert [[mark.label for mark in marks] for marks in stored] == [["praise"], ["complaint"]]
    complaints[:] = [said for said in complaints if "frame is sandboxed" not in said]


def test_a_project_with_one_label_lets_another_take_its_place(
    annotator: Page, client: LinLogClient
) -> None:
    project = client.create_project("Letters", "categorisation", ["complaint", "praise"])
    task = client.create_categorisation_task(project.id, "The tea was hot.")
    annotator.goto(f"{client.base_url}/projects/{project.id}/labels")
    rule = annotator.get_by_role("switch", name="One label of the whole")
    rule.click(force=True)
    expect(rule).to_be_checked()
    expect(rule).to_be_enabled()
    annotator.goto(f"{client.base_url}/projects/{project.id}/tasks/{task.id}")
    labels = annotator.get_by_role("group", name="Labels of the whole item")
    expect(labels.get_by_role("button")).to_have_count(2)
    press(annotator, "12")
    expect(labels.get_by_role("button", pressed=True)).to_have_text(re.compile("praise"))
    saved(annotator)
    assert [mark.label for mark in client.tasks.get(task.id).annotations] == ["praise"]


PRYING = b"""<h1>Shop</h1><script>
try { document.body.append(parent.parent.document.title) }
catch (error) { document.body.append(error.name) }
</script>"""
"""A page that looks for what it must not see."""


def test_an_outside_page_is_shown_when_it_is_asked_for(
    annotator: Page, client: LinLogClient
) -> None:
    project = client.create_project("Shops", "categorisation", ["complaint"])
    with websites.website({"/": websites.page(PRYING, content_type="text/html")}) as shop:
        address = shop.url()
        task = client.create_categorisation_task(project.id, address, "iframe")
        annotator.goto(f"{client.base_url}/projects/{project.id}/tasks/{task.id}")
        expect(annotator.get_by_role("link", name=address)).to_be_visible()
        expect(annotator.locator("iframe")).to_have_count(0)
        annotator.get_by_role("button", name="Show it here").click()
        inner = annotator.frame_locator("iframe").frame_locator("iframe")
        expect(inner.get_by_role("heading", name="Shop")).to_be_visible()
        # Its scripts run, in an origin that reaches nothing of ours.
        expect(inner.locator("body")).to_contain_text("SecurityError")
    press(annotator, "1")
    saved(annotator)
    assert [mark.label for mark in client.tasks.get(task.id).annotations] == ["complaint"]


def test_predictions_are_accepted_one_by_one_and_all_at_once(
    annotator: Page, client: LinLogClient
) -> None:
    [task] = images(client)
    client.tasks.complete(task.id)
    dataset = client.create_dataset("Cells", project_id=task.project_id)
    version = client.model_versions.create(client.create_model("Finder").id, "first")
    for place, confidence in enumerate((0.3, 0.9, 0.7)):
        guess = world.box("red cell", 20 + 120 * place, 40, 100, 60)
        client.create_model_run(dataset.id, version.id, task.id, guess, confidence)
    client.flush()
    edit(annotator, client, task)
    annotator.get_by_role("tab", name="Predictions").click()
    annotator.get_by_role("combobox", name="Predictions of").click()
    annotator.get_by_role("option", name="Finder").click()
    listed = annotator.get_by_role("list", name="Predictions").get_by_role("listitem")
    expect(listed).to_have_count(2)
    assert audit.grave(annotator) == []
    # The surest is accepted and made wider at once; then all that are left above the slider.
    press(annotator, "ga")
    expect(listed).to_have_count(1)
    drag(annotator, (240, 70), (250, 70))
    slider = annotator.get_by_role("slider", name="Confidence")
    slider.focus()
    press(annotator, ["Home"])
    expect(listed).to_have_count(2)
    annotator.get_by_role("button", name="Accept 2 predictions").click()
    expect(listed).to_have_count(0)
    saved(annotator)
    stored = [("red cell", 140, 40, 110), ("red cell", 260, 40, 100), ("red cell", 20, 40, 100)]
    assert boxes(client, task) == stored
    sources = [mark.source or "" for mark in client.tasks.get(task.id).annotations]
    assert all(source.startswith("prediction pr_") for source in sources)


def test_a_new_task_is_labelled_from_what_a_model_said_of_it(
    annotator: Page, client: LinLogClient
) -> None:
    task, other = images(client, 2)
    version = client.model_versions.create(client.create_model("Finder").id, "first")
    for place, confidence in enumerate((0.2, 0.9, 0.7)):
        guess = world.box("red cell", 20 + 120 * place, 40, 100, 60)
        client.create_model_run(
            None, version.id, task.id, guess, confidence, project_id=task.project_id
        )
    client.flush()
    edit(annotator, client, task)
    # They are there unasked: those that are sure enough.
    annotator.get_by_role("tab", name="Predictions · 2").click()
    listed = annotator.get_by_role("list", name="Predictions").get_by_role("listitem")
    expect(listed).to_have_count(2)
    assert audit.grave(annotator) == []
    press(annotator, "A")
    expect(listed).to_have_count(0)
    # One of them is made wider; the third cell nobody predicted.
    annotator.get_by_role("tab", name="Annotations").click()
    rows(annotator).nth(0).get_by_role("button", name="red cell").click()
    expect(annotator.get_by_text("From a prediction, as it was.")).to_be_visible()
    drag(annotator, (360, 70), (380, 70))
    expect(annotator.get_by_text("From a prediction, and edited.")).to_be_visible()
    press(annotator, ["Escape", "2", "b"])
    drag(annotator, (40, 180), (90, 240))
    saved(annotator)
    press(annotator, ["Control+Enter"])
    expect(annotator).to_have_url(re.compile(other.id))
    assert boxes(client, task) == [
        ("red cell", 140, 40, 100),
        ("red cell", 260, 40, 120),
        ("white cell", 40, 180, 50),
    ]
    [run] = client.model_runs.list(project_id=task.project_id)
    used = client.model_runs.use(run.id)
    assert (used.tasks, used.predictions) == (1, 3)
    assert (used.accepted, used.edited, used.drawn) == (1, 1, 1)
    annotator.goto(f"{client.base_url}/model-versions/{version.id}")
    runs = annotator.get_by_role("table", name="Model runs")
    expect(runs.get_by_role("link", name="Cells")).to_be_visible()
    expect(runs.get_by_text("33")).to_be_visible()


def predicted(client: LinLogClient, tasks: Sequence[Task]) -> None:
    """Predict a box on each of some tasks that are to be labelled."""
    version = client.model_versions.create(client.create_model("Finder").id, "first")
    for task in tasks:
        guess = world.box("red cell", 20, 40, 100, 60)
        client.create_model_run(None, version.id, task.id, guess, 0.9, project_id=task.project_id)
    client.flush()


def test_keys_that_are_pressed_while_the_next_task_opens_do_not_change_the_one_before(
    annotator: Page, client: LinLogClient
) -> None:
    task, other = images(client, 2)
    predicted(client, [task, other])
    held = holding_the_first(annotator, "/neighbours")
    edit(annotator, client, task)
    expect(annotator.get_by_role("tab", name="Predictions · 1")).to_be_visible()
    press(annotator, ["Control+Enter"])
    submit = annotator.get_by_role("button", name="Submit", exact=True)
    expect(submit).to_have_attribute("data-loading", "true")
    press(annotator, ["A", "g", "a"])
    held[0].continue_()
    expect(annotator).to_have_url(re.compile(other.id))
    saved(annotator)
    assert boxes(client, task) == []
    # Who comes back works on it again.
    step(annotator, "k")
    expect(annotator).to_have_url(re.compile(task.id))
    annotator.get_by_role("tab", name="Predictions").click()
    annotator.get_by_role("combobox", name="Predictions of").click()
    annotator.get_by_role("option", name="Finder").click()
    press(annotator, ["g", "a"])
    expect(annotator.get_by_role("tab", name="Annotations · 1")).to_be_visible()


def test_who_accepts_before_the_predictions_are_there_is_told_so(
    annotator: Page, client: LinLogClient
) -> None:
    [task] = images(client)
    predicted(client, [task])
    held = holding_the_first(annotator, "/predictions")
    with annotator.expect_request(re.compile("/predictions")):
        edit(annotator, client, task)
    press(annotator, "A")
    said = annotator.get_by_role("status").filter(has_text="still on their way")
    expect(said).to_be_visible()
    assert audit.grave(annotator) == []
    held[0].continue_()
    expect(said).to_have_count(0)
    press(annotator, "A")
    expect(annotator.get_by_role("tab", name="Annotations · 1")).to_be_visible()
    saved(annotator)


def test_who_draws_at_what_is_locked_is_told_so(annotator: Page, client: LinLogClient) -> None:
    [task] = images(client)
    edit(annotator, client, task)
    press(annotator, "1b")
    drag(annotator, (40, 40), (140, 120))
    press(annotator, ["v", "l", "h"])
    expect(rows(annotator).get_by_role("button", name="Show", exact=True)).to_be_visible()
    # The key that hid it shows it again.
    press(annotator, "h")
    expect(rows(annotator).get_by_role("button", name="Hide", exact=True)).to_be_visible()
    drag(annotator, (90, 80), (110, 80))
    expect(annotator.get_by_role("status").filter(has_text="locked")).to_be_visible()
    saved(annotator)


def test_a_polygon_is_drawn_cut_in_two_and_joined_again(
    annotator: Page, client: LinLogClient
) -> None:
    [task] = images(client)
    edit(annotator, client, task)
    press(annotator, "1p")
    for corner in ((60, 60), (260, 60), (260, 200), (60, 200)):
        annotator.mouse.click(*spot(annotator, *corner))
    press(annotator, ["Enter", "c"])
    drag(annotator, (160, 20), (160, 280))
    expect(rows(annotator)).to_have_count(2)
    saved(annotator)
    halves = [mark.shape.bounds for mark in client.tasks.get(task.id).annotations]
    assert [[round(side) for side in bounds or ()] for bounds in sorted(halves)] == [
        [60, 60, 160, 200],
        [160, 60, 260, 200],
    ]
    press(annotator, ["Escape", "Control+a", "y"])
    expect(rows(annotator)).to_have_count(1)
    saved(annotator)
    [whole] = client.tasks.get(task.id).annotations
    assert round(whole.shape.area) == 200 * 140
