"""A reader asks a report again: every number follows, the address holds it, and back leads back."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from linlog.wire.blocks import Matrix
from tests.e2e import audit
from tests.e2e.numbers import fixed
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Route

    from linlog import LinLogClient
    from linlog.wire.blocks import Report
    from tests.e2e.world import World

pytestmark = pytest.mark.browser


def bar(page: Page) -> Locator:
    """The part of a report that says what its numbers stand on."""
    return page.get_by_role("region", name="What the numbers stand on")


def says(page: Page, report: Report) -> None:
    """Expect a report's numbers on the page: those of the summary, and a cell of the matrix."""
    summary = page.locator("section[data-block=scalars]").first
    recall, missed = report.scalar("recall"), report.scalar("missed")
    assert recall is not None
    assert missed is not None
    expect(summary).to_contain_text(re.compile(f"Recall{fixed(recall)}"))
    expect(summary).to_contain_text(re.compile(f"Missed{missed:.0f}"))
    matrix = next(block for block in report.blocks if isinstance(block, Matrix))
    cell = f"{matrix.rows[0]} as {matrix.rows[0]}: {matrix.values[0][0]:.0f}"
    expect(page.get_by_role("button", name=cell, exact=True)).to_be_attached()


def test_controls_drive_every_number(reader: Page, shown: World, client: LinLogClient) -> None:
    page, evaluation_id = reader, shown.first.id
    made = client.get_report(evaluation_id)
    page.goto(f"{shown.url}/evaluations/{evaluation_id}")
    expect(bar(page)).to_contain_text("Shown as it was evaluated.")
    says(page, made)

    page.get_by_role("slider", name="IoU from").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"\?iou_threshold=0\.95$"))
    expect(bar(page)).to_contain_text("Shown: IoU from 0.95.")
    says(page, client.get_report(evaluation_id, iou_threshold=0.95))

    page.get_by_role("combobox", name="Slice").click()
    page.get_by_role("option", name="At the wall, in dim light").click()
    both = client.get_report(evaluation_id, iou_threshold=0.95, slice_id=shown.slice_ids[0])
    says(page, both)
    expect(bar(page)).to_contain_text(re.compile(r"These are \d+ of 24 tasks\."))

    page.reload()
    says(page, both)
    page.go_back()
    says(page, client.get_report(evaluation_id, iou_threshold=0.95))
    # All that the slider did in a row is one step.
    page.go_back()
    says(page, made)
    page.go_forward()
    page.keyboard.press("r")
    expect(page).to_have_url(f"{shown.url}/evaluations/{evaluation_id}")
    says(page, made)


def test_old_numbers_stay_dimmed_while_new_ones_are_counted(
    reader: Page, shown: World, client: LinLogClient
) -> None:
    page, evaluation_id = reader, shown.first.id
    held: list[Route] = []
    holds = [True]

    def hold(route: Route) -> None:
        if holds:
            held.append(route)
        else:
            route.continue_()

    page.goto(f"{shown.url}/evaluations/{evaluation_id}")
    says(page, client.get_report(evaluation_id))
    page.route(re.compile(r"/report\?.*split=test"), hold)
    page.get_by_role("combobox", name="Split").click()
    page.get_by_role("option", name=re.compile("^test")).click()
    expect(bar(page)).to_contain_text("Counting …")
    report = page.locator("main [aria-busy=true]")
    expect(report).to_have_css("opacity", "0.5")
    says(page, client.get_report(evaluation_id))
    holds.clear()
    for route in held:
        route.continue_()
    says(page, client.get_report(evaluation_id, split="test"))
    expect(report).to_have_count(0)
    page.get_by_role("button", name="As evaluated", exact=True).click()
    says(page, client.get_report(evaluation_id))


def test_labels_are_joined_and_left_out_by_keys(
    reader: Page, shown: World, client: LinLogClient
) -> None:
    page, evaluation_id = reader, shown.first.id
    made = client.get_report(evaluation_id)
    page.goto(f"{shown.url}/evaluations/{evaluation_id}")
    says(page, made)
    page.keyboard.press("l")
    editor = page.get_by_role("dialog", name="Labels of this report")
    expect(editor.get_by_role("checkbox", name="circle")).to_be_focused()
    for key in ("Space", "Tab", "Space", "Tab", "Tab"):
        page.keyboard.press(key)
    expect(editor.get_by_role("button", name="Join 2")).to_be_enabled()
    page.keyboard.type("flat")
    page.keyboard.press("Enter")
    joined = {"circle": "flat", "square": "flat"}
    says(page, client.get_report(evaluation_id, label_map=joined))
    expect(bar(page)).to_contain_text("Shown: circle and square as flat.")
    assert audit.grave(page) == []

    editor.get_by_role("checkbox", name="triangle").check()
    editor.get_by_role("button", name="Leave out").click()
    expect(bar(page)).to_contain_text("circle and square as flat · triangle left out")
    both = client.get_report(evaluation_id, label_map={**joined, "triangle": None})
    says(page, both)
    expect(editor.get_by_role("button", name="Count triangle again")).to_be_visible()
    page.keyboard.press("Escape")
    expect(editor).not_to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Labels"))).to_be_focused()
    page.reload()
    says(page, both)
    page.go_back()
    says(page, made)
    page.go_forward()
    says(page, both)
    page.get_by_role("button", name=re.compile("^Labels")).click()
    editor.get_by_role("button", name="Read circle, square as evaluated").click()
    says(page, client.get_report(evaluation_id, label_map={"triangle": None}))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="As evaluated", exact=True).click()
    expect(page).to_have_url(f"{shown.url}/evaluations/{evaluation_id}")
    says(page, made)


def test_keypoints_are_told_by_oks_alone(reader: Page, shown: World, client: LinLogClient) -> None:
    page, evaluation_id = reader, shown.poses.id
    page.goto(f"{shown.url}/evaluations/{evaluation_id}")
    says(page, client.get_report(evaluation_id))
    expect(page.get_by_role("slider", name="IoU from")).to_have_count(0)
    page.get_by_role("slider", name="OKS from").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"\?oks_threshold=0\.95$"))
    expect(bar(page)).to_contain_text("Shown: OKS from 0.95.")
    strict = client.get_report(evaluation_id, oks_threshold=0.95)
    assert strict.scalar("missed") != client.get_report(evaluation_id).scalar("missed")
    says(page, strict)
    page.goto(f"{shown.url}/evaluations/{evaluation_id}?oks_threshold=0.1")
    says(page, client.get_report(evaluation_id, oks_threshold=0.1))
    # But for the sentence that says what OKS is, nothing speaks of IoU.
    told = page.locator("main").inner_text().replace("OKS stands where boxes have IoU", "")
    assert "IoU" not in told


NEXT_FRAME = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))"
CURVE = "() => document.querySelector('#confidence_curve canvas')?.toDataURL()"


def test_figures_follow_as_if_they_were_opened_so(reader: Page, shown: World) -> None:
    page, address = reader, f"{shown.url}/evaluations/{shown.first.id}"
    opened = page.context.new_page()
    opened.emulate_media(reduced_motion="reduce")
    opened.goto(f"{address}?iou_threshold=0.95")
    page.goto(address)
    expect(page.get_by_role("img", name=re.compile("at IoU 0.50: Value"))).to_be_visible()
    page.wait_for_function(CURVE)
    page.get_by_role("slider", name="IoU from").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    # The one that marks its best place, which is elsewhere now.
    for tab in (page, opened):
        expect(tab.get_by_role("img", name=re.compile("at IoU 0.95: Value"))).to_be_visible()
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)
    drawn_alike(page, opened)


def drawn_alike(page: Page, other: Page) -> None:
    """Wait until two tabs show the same curve; each may still be drawing."""
    end = time.monotonic() + PATIENCE_S
    while (one := page.evaluate(CURVE)) is None or one != other.evaluate(CURVE):
        assert time.monotonic() < end, "the figure is not what it is when it is opened so"
        other.evaluate(NEXT_FRAME)


def test_the_table_of_slices_leads_to_their_reports(
    reader: Page, shown: World, client: LinLogClient
) -> None:
    page, slice_id = reader, shown.slice_ids[1]
    page.goto(f"{shown.url}/evaluations/{shown.first.id}")
    table = page.get_by_role("table", name="Slices side by side")
    table.get_by_role("link", name="Something was missed").click()
    expect(page).to_have_url(re.compile(f"slice_id={slice_id}"))
    says(page, client.get_report(shown.first.id, slice_id=slice_id))
    page.locator('a[href*="/tasks/t_"]').first.click()
    expect(page.get_by_role("heading", name="Outcomes")).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar(page)).to_contain_text("the slice Something was missed")
    table.get_by_role("link", name="All tasks").click()
    expect(bar(page)).to_contain_text("Shown as it was evaluated.")


def test_a_state_that_cannot_be_leads_back(
    reader: Page, shown: World, complaints: list[str]
) -> None:
    with reader.expect_console_message(lambda said: " 404" in said.text):
        reader.goto(f"{shown.url}/evaluations/{shown.first.id}?slice_id=sl_nothing")
    expect(reader.get_by_role("alert")).to_be_visible()
    reader.get_by_role("button", name="As evaluated", exact=True).click()
    expect(reader.get_by_role("region", name="Summary")).to_be_visible()
    assert len(complaints) == 1
    complaints.clear()
