"""A reader opens a report, sees a wrong example drawn and tells versions apart, by keys too."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from linlog.wire.blocks import Examples, Histogram

if TYPE_CHECKING:
    from linlog import LinLogClient
    from tests.e2e.world import World

pytestmark = pytest.mark.browser
DRAWN = re.compile(r"^Image with \d+ annotations? \(.*\)")


def test_a_wrong_example_is_two_clicks_away(signed_in: Page, shown: World) -> None:
    signed_in.goto(f"{shown.url}/evaluations/{shown.first.id}")
    expect(signed_in.get_by_role("region", name="Summary")).to_be_visible()
    signed_in.locator('a[href*="/tasks/t_"]').first.click()
    expect(signed_in.get_by_role("heading", name="Outcomes")).to_be_visible()
    canvas = signed_in.get_by_role("img", name=DRAWN)
    expect(canvas).to_have_attribute("data-painted", "true")
    assert colours(canvas.screenshot()) > 8
    expect(signed_in).to_have_title(re.compile(r"^paper-\d+\.png · linlog$"))


def test_an_example_shows_the_labels_that_were_judged(
    reader: Page, shown: World, client: LinLogClient
) -> None:
    page, corrected = reader, shown.corrected
    ids = corrected.task_ids
    for evaluation, changed in ((corrected.earlier, True), (corrected.later, False)):
        for truth in client.evaluations.truths(evaluation.id, ids).truths:
            assert truth.changed == changed
            page.goto(f"{shown.url}/evaluations/{evaluation.id}/tasks/{truth.task_id}")
            labels = Counter(each.label for each in truth.annotations)
            drawn = page.get_by_role("img", name=DRAWN)
            expect(drawn).to_have_attribute("data-painted", "true")
            expect(drawn).to_have_accessible_name(re.compile(f"^Image with {labels.total()} "))
            named = str(drawn.get_attribute("aria-label"))
            told = named.partition("(")[2].partition(")")[0]
            assert Counter(told.split(", ")) == Counter(f"{n} {name}" for name, n in labels.items())
            said = page.get_by_role("status").filter(has_text="have changed since")
            expect(said).to_have_count(int(changed))
    page.goto(f"{shown.url}/evaluations/{corrected.earlier.id}/tasks/{ids[1]}")
    page.get_by_role("link", name="The task as it is now").click()
    expect(page).to_have_url(f"{shown.url}/datasets/{corrected.dataset_id}/tasks/{ids[1]}")
    now = len(client.tasks.get(ids[1]).annotations)
    expect(page.get_by_role("img", name=re.compile(f"^Image with {now} "))).to_be_visible()


def test_cards_of_examples_say_that_labels_have_changed(
    reader: Page, shown: World, client: LinLogClient
) -> None:
    evaluation_id, ids = shown.corrected.earlier.id, shown.corrected.task_ids
    blocks = client.get_report(evaluation_id).blocks
    examples = {
        one.task_id for block in blocks if isinstance(block, Examples) for one in block.examples
    }
    changed = examples.intersection(ids)
    assert changed, "the world has no example whose labels were corrected"
    reader.goto(f"{shown.url}/evaluations/{evaluation_id}")
    for task_id in sorted(examples):
        card = reader.locator(f'a[href*="/tasks/{task_id}"]').first
        expect(card.get_by_role("img")).to_be_visible()
        expect(card.get_by_text("changed since")).to_have_count(int(task_id in changed))


def colours(screenshot: bytes) -> int:
    """How many colours a picture of the page has, coarsely: a blank canvas has one or two."""
    picture = Image.open(io.BytesIO(screenshot)).convert("RGB").quantize(64)
    return len(picture.getcolors() or ())


def test_two_versions_are_told_apart(signed_in: Page, shown: World) -> None:
    signed_in.goto(f"{shown.url}/compare?first={shown.first.id}&second={shown.second.id}")
    verdict = signed_in.get_by_role("region", name="Verdict")
    expect(verdict).to_contain_text("By mAP, fine is better by 0.")
    counts = f"better on {shown.comparison.won_count}, worse on {shown.comparison.lost_count}"
    expect(verdict).to_contain_text(counts)
    signed_in.locator('a[href*="/compare/tasks/t_"]').first.click()
    expect(signed_in.get_by_role("heading", name="Shape finder · coarse")).to_be_visible()
    expect(signed_in.get_by_role("heading", name="Shape finder · fine")).to_be_visible()


def test_a_cell_of_the_matrix_opens_its_objects(signed_in: Page, shown: World) -> None:
    page = signed_in
    page.goto(f"{shown.url}/evaluations/{shown.first.id}")
    missed = page.get_by_role("button", name=re.compile(r"^circle as \(background\): [1-9]"))
    amount = str(missed.get_attribute("aria-label")).rpartition(" ")[2]
    missed.click()
    dialog = page.get_by_role("dialog", name=f"Missed · circle · {amount}")
    expect(dialog.get_by_role("listitem")).to_have_count(min(24, int(amount)))
    page.reload()
    expect(dialog).to_be_visible()
    page.go_back()
    expect(dialog).not_to_be_visible()
    page.go_forward()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(page.get_by_role("region", name="Summary")).to_be_visible()


HEIGHTS = """(bars) => bars.map((bar) =>
  [...bar.children].reduce((sum, part) => sum + part.getBoundingClientRect().height, 0)
)"""
"""Of each bar the pixels that its parts are high together."""


def test_a_bar_opens_its_objects_and_keys_walk_through_them(
    signed_in: Page, shown: World, client: LinLogClient
) -> None:
    page = signed_in
    bars = next(
        block
        for block in client.get_report(shown.first.id).blocks
        if isinstance(block, Histogram) and block.name == "confidence_histogram"
    )
    totals = [sum(each) for each in zip(*(one.counts for one in bars.series), strict=True)]
    bin_ = max(range(len(totals)), key=totals.__getitem__)
    last = bin_ == len(totals) - 1
    rows = client.get_outcomes(
        shown.first.id,
        outcome=["hit", "confused", "false positive", "duplicate"],
        confidence__gte=bars.edges[bin_],
        confidence__lt=None if last else bars.edges[bin_ + 1],
        all_confidences=True,
    )
    assert rows.count == totals[bin_] > 1
    page.goto(f"{shown.url}/evaluations/{shown.first.id}")
    group = page.get_by_role("group", name="Confidence of predictions")
    expect(group.get_by_role("button")).to_have_count(len(totals))
    heights = group.get_by_role("button").evaluate_all(HEIGHTS)
    assert max(heights) > 100
    assert heights == pytest.approx([max(heights) * each / max(totals) for each in totals], abs=1)
    group.get_by_role("button").nth(bin_).click()
    dialog = page.get_by_role("dialog", name=re.compile(rf"^Predictions · .* · {rows.count}$"))
    crops = dialog.get_by_role("link")
    expect(crops).to_have_count(min(24, rows.count))
    for place, row in enumerate(rows[:24]):
        expect(crops.nth(place)).to_have_attribute(
            "href", re.compile(rf"{row.task_id}.*nth={place}")
        )
    expect(dialog.locator("[data-waits]")).to_have_count(0)
    pictures = dialog.locator("canvas")
    expect(pictures.first).to_have_accessible_name(re.compile("^Image with .* prediction"))
    assert colours(pictures.first.screenshot()) > 4
    crops.first.click()
    for place in (0, 1):
        expect(page).to_have_url(re.compile(rf"{rows[place].task_id}.*nth={place}"))
        expect(page.get_by_text(f"{place + 1} of {rows.count}", exact=True)).to_be_visible()
        chosen = page.get_by_role("complementary").get_by_role("button", pressed=True)
        expect(chosen.filter(has_text=f"{rows[place].confidence:.2f}")).not_to_have_count(0)
        page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()


def test_numbers_and_bars_are_opened_by_keys(signed_in: Page, shown: World) -> None:
    page = signed_in
    page.goto(f"{shown.url}/evaluations/{shown.first.id}")
    number = page.get_by_role("button", name=re.compile("^Recall .*, open Truths not found$"))
    number.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=re.compile("^Truths not found · "))
    expect(dialog.get_by_role("link")).not_to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    group = page.get_by_role("group", name="F1 of images")
    group.get_by_role("button").first.focus()
    page.keyboard.press("End")
    last = group.get_by_role("button").last
    expect(last).to_be_focused()
    expect(last).to_have_accessible_name(re.compile("^0.95 to 1: "))


def test_curves_are_drawn_on_while_a_version_trains(signed_in: Page, shown: World) -> None:
    signed_in.goto(f"{shown.url}/model-versions/{shown.version_ids[2]}")
    logged = signed_in.locator("section", has=signed_in.get_by_role("heading", name="Logged"))
    expect(logged.get_by_text("training", exact=True)).to_be_visible()
    expect(
        signed_in.get_by_role("img", name=re.compile("^loss by step, 55 points"))
    ).to_be_visible()
    expect(signed_in.get_by_text("NaN")).to_be_visible()


def test_a_report_is_read_by_keys_alone(signed_in: Page, shown: World) -> None:
    page = signed_in
    page.keyboard.press("4")
    expect(page.get_by_role("heading", name="Evaluations")).to_be_visible()
    reach(page, "Shape finder · coarse")
    page.keyboard.press("Enter")
    expect(page).to_have_title("coarse on Shapes, spring · linlog")
    first = f'#{shown.block} a[href*="{shown.examples[0]}"] [role=img]'
    expect(page.locator(first)).to_be_visible()
    reach(page, "Image with")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(shown.examples[0]))
    expect(page.get_by_text(f"1 of {len(shown.examples)}")).to_be_visible()
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(shown.examples[1]))
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile(shown.examples[0]))
    page.keyboard.press("t")
    expect(page.get_by_role("checkbox", name="Truth")).not_to_be_checked()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("Show or hide the truth")
    page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Summary")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Find")).to_be_focused()
    page.keyboard.type("finer")
    expect(page.get_by_text("Nothing has this name.")).to_be_visible()
    page.get_by_role("combobox", name="Find").fill("")
    page.keyboard.type("shape find")
    expect(page.get_by_role("option", name="Shape finder")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_title("Shape finder · linlog")


MOST_TABS = 60


def reach(page: Page, name: str) -> None:
    """Press Tab until what has the focus is named so; whatever has it must show that."""
    expect(page.get_by_role("link", name=name).first).to_be_visible()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
              const { activeElement: on } = document;
              const { outlineStyle, boxShadow } = getComputedStyle(on);
              const picture = on.querySelector("[role=img]");
              const words = on.getAttribute("aria-label") ?? picture?.getAttribute("aria-label");
              const shows = outlineStyle !== "none" || boxShadow !== "none";
              return { name: words ?? on.innerText, shows, html: on.outerHTML.slice(0, 200) };
            }"""
        )
        assert focused["shows"], f"nothing shows that this has the focus: {focused['html']}"
        if focused["name"].strip().startswith(name):
            return
    raise AssertionError(f"{MOST_TABS} times Tab did not reach {name!r}")
