"""A reader compares versions slice by slice and label by label, and reads them by other rules."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from linlog.wire.blocks import Table
from tests.e2e.numbers import fixed, p_value, signed

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from linlog import LinLogClient
    from linlog.wire.blocks import Report
    from linlog.wire.comparisons import Comparison, ScalarDifference
    from tests.e2e.world import World

pytestmark = pytest.mark.browser


def number(numbers: tuple[ScalarDifference, ...], name: str) -> ScalarDifference:
    """One of some numbers, by its name."""
    return next(each for each in numbers if each.name == name)


def tells(row: Locator, of: ScalarDifference) -> None:
    """Expect a difference with its verdict and its p-value, corrected where it is one of many."""
    expect(row).to_contain_text(signed(of.difference))
    expect(row).to_contain_text(of.verdict)
    adjusted = of.p_value if of.p_adjusted is None else of.p_adjusted
    expect(row).to_contain_text(p_value(adjusted))


def compared(client: LinLogClient, shown: World, *others: str, **asked: str) -> Comparison:
    """The comparison with the first version, with all slices of the dataset."""
    return client.compare(shown.first.id, *others, slices=shown.slice_ids, **asked)


def test_differences_are_told_slice_by_slice_and_by_any_number(
    reader: Page, shown: World, client: LinLogClient
) -> None:
    page, found = reader, compared(client, shown, shown.second.id)
    page.goto(f"{shown.url}/compare?first={shown.first.id}&second={shown.second.id}")
    table = page.get_by_role("table", name="By slice")
    tells(table.get_by_role("row", name=re.compile("^All tasks")), found.scalars[0])
    for each in found.slices:
        row = table.get_by_role("row", name=re.compile(f"^{each.name}"))
        expect(row).to_contain_text(str(each.tasks))
        tells(row, each.numbers[0])
    page.get_by_role("combobox", name="Number of the slices").click()
    page.get_by_role("option", name="Recall", exact=True).click()
    expect(page).to_have_url(re.compile("number=recall"))
    for each in found.slices:
        row = table.get_by_role("row", name=re.compile(f"^{each.name}"))
        tells(row, number(each.numbers, "recall"))

    table.get_by_role("link", name=found.slices[0].name).click()
    expect(page).to_have_url(re.compile(f"slice_id={shown.slice_ids[0]}"))
    within = compared(client, shown, shown.second.id, slice_id=shown.slice_ids[0])
    verdict = page.get_by_role("region", name="Verdict")
    expect(verdict).to_contain_text(f"Of {within.tasks} tasks")
    expect(verdict).to_contain_text(f"better on {within.won_count}")
    page.get_by_role("link", name=re.compile("^Only the slice")).click()
    expect(verdict).to_contain_text(f"Of {found.tasks} tasks")


@pytest.mark.parametrize(("choice", "ending"), [("HTML", ".html"), ("Markdown", ".md")])
def test_a_comparison_and_a_report_are_downloaded(
    reader: Page, shown: World, client: LinLogClient, choice: str, ending: str
) -> None:
    page, found = reader, compared(client, shown, shown.second.id)
    page.goto(f"{shown.url}/compare?first={shown.first.id}&second={shown.second.id}")
    expect(page.get_by_role("table", name="By slice")).to_be_visible()
    text = downloaded(page, "comparison", choice, ending)
    assert text == (found.to_html() if ending == ".html" else found.to_markdown())
    page.goto(f"{shown.url}/evaluations/{shown.first.id}?confidence_threshold=0.9")
    expect(page.get_by_role("region", name="Summary")).to_be_visible()
    text = downloaded(page, "report", choice, ending)
    report = client.get_report(shown.first.id, confidence_threshold=0.9)
    for name in ("precision", "recall"):
        assert f"{report.scalar(name):.4f}" in text
    assert "Confidence from 0.90." in text


def downloaded(page: Page, of: str, choice: str, ending: str) -> str:
    """What the page hands over as a file."""
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as handed:
        page.get_by_role("menuitem", name=f"The {of} as {choice}").click()
    assert handed.value.suggested_filename.endswith(ending)
    return Path(handed.value.path()).read_text("utf-8")


def test_labels_are_told_by_any_number_and_corrected(
    reader: Page, shown: World, client: LinLogClient
) -> None:
    page, found = reader, compared(client, shown, shown.second.id)
    page.goto(f"{shown.url}/compare?first={shown.first.id}&second={shown.second.id}")
    table = page.get_by_role("table", name="By label")
    expect(table.get_by_role("columnheader", name="p, Holm")).to_be_visible()
    for name, title in (("ap", None), ("f1", "F1")):
        if title is not None:
            page.get_by_role("combobox", name="Number of the labels").click()
            page.get_by_role("option", name=title, exact=True).click()
        for label in found.labels:
            row = table.get_by_role("row", name=re.compile(f"^{label.label}"))
            tells(row, number(label.numbers, name))
    expect(page).to_have_url(re.compile("label_number=f1"))
    neither = page.locator("section", has=page.get_by_role("heading", name="Right in neither"))
    expect(neither).to_contain_text(f"{found.both_wrong_count} tasks")
    neither.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Shape finder · coarse")).to_be_visible()
    expect(page.get_by_text("right in neither, with fine")).to_be_visible()


def test_three_versions_stand_against_one(reader: Page, shown: World, client: LinLogClient) -> None:
    page = reader
    page.goto(f"{shown.url}/compare?first={shown.first.id}&second={shown.second.id}")
    page.get_by_role("combobox", name="Add a version").click()
    page.get_by_role("option", name="Shape finder · rough").click()
    found = compared(client, shown, shown.second.id, shown.third.id)
    versions = page.get_by_role("table", name="Versions")
    for name, pair in (("fine", found), ("rough", found.others[0])):
        row = versions.get_by_role("row", name=re.compile(f"^Shape finder · {name}"))
        tells(row, pair.scalars[0])
    slices = page.get_by_role("table", name="By slice")
    for name in ("coarse", "fine", "rough"):
        expect(slices.get_by_role("columnheader", name=name)).to_be_visible()
    for pair in (found, found.others[0]):
        row = slices.get_by_role("row", name=re.compile(f"^{pair.slices[0].name}"))
        tells(row, pair.slices[0].numbers[0])

    versions.get_by_role("link", name="Shape finder · rough").click()
    expect(page).to_have_title(re.compile("^rough against coarse"))
    verdict = page.get_by_role("region", name="Verdict")
    expect(verdict).to_contain_text(f"worse on {found.others[0].lost_count}")
    versions.get_by_role("button", name="Make Shape finder · fine the baseline").click()
    expect(page).to_have_title(re.compile("^rough against fine"))
    expect(versions.get_by_role("row", name=re.compile("^Shape finder · coarse"))).to_be_visible()
    versions.get_by_role("button", name="Leave Shape finder · coarse out").click()
    expect(versions).to_have_count(0)
    expect(page).to_have_title(re.compile("^rough against fine"))


def test_versions_are_picked_from_the_list(reader: Page, shown: World) -> None:
    page = reader
    page.goto(f"{shown.url}/evaluations")
    for name in ("coarse", "rough", "fine"):
        page.get_by_role("checkbox", name=f"Compare {name}", exact=True).check()
    page.get_by_role("link", name="Compare the 3").click()
    expect(page).to_have_title(re.compile("^rough against coarse"))
    expect(page.get_by_role("table", name="Versions").get_by_role("row")).to_have_count(3)


def tables(report: Report) -> dict[str, Table]:
    """The tables of a report by name."""
    return {block.name: block for block in report.blocks if isinstance(block, Table)}


def test_protocols_stand_side_by_side_and_their_gap_is_taken_apart(
    reader: Page, shown: World, client: LinLogClient
) -> None:
    page, found = reader, tables(client.protocols(shown.first.id))
    page.goto(f"{shown.url}/evaluations/{shown.first.id}")
    expect(page.get_by_role("table", name="Slices side by side")).to_be_visible()
    # What the page shows last is asked for once the reader comes near.
    page.locator("[class*=protocols]").scroll_into_view_if_needed()
    side = page.get_by_role("table", name="The same predictions by protocol")
    for row in found["protocols"].rows:
        for value in row.values:
            if value is not None:
                expect(side.get_by_role("row", name=row.title)).to_contain_text(fixed(value))
    differences = found["protocol_differences"]
    for place, column in enumerate(differences.columns):
        page.get_by_role("combobox", name="Protocol and number").click()
        page.get_by_role("option", name=column.title, exact=True).click()
        way = page.get_by_role("table", name=f"From COCO to {column.title}")
        for row in differences.rows[:-1]:
            change = row.values[place]
            said = signed(change, 4) if change else "no difference"
            expect(way.get_by_role("row", name=row.title)).to_contain_text(said)


def test_protocols_follow_the_slice_and_the_labels(
    reader: Page, shown: World, client: LinLogClient
) -> None:
    page, labels = reader, client.evaluations.labels(shown.first.id).labels
    state = {"slice_id": shown.slice_ids[0], "label_map": {labels[0].label: "renamed"}}
    found = tables(client.protocols(shown.first.id, **state))
    plain = tables(client.protocols(shown.first.id))
    assert found["protocols"].rows[0].values != plain["protocols"].rows[0].values
    query = urlencode({**state, "label_map": json.dumps(state["label_map"])})
    page.goto(f"{shown.url}/evaluations/{shown.first.id}?{query}")
    expect(page.get_by_role("table", name="Slices side by side")).to_be_visible()
    page.locator("[class*=protocols]").scroll_into_view_if_needed()
    side = page.get_by_role("table", name="The same predictions by protocol")
    for row in found["protocols"].rows:
        for value in row.values:
            if value is not None:
                expect(side.get_by_role("row", name=row.title)).to_contain_text(fixed(value))


def test_nothing_but_boxes_and_regions_is_judged_by_protocols(reader: Page, shown: World) -> None:
    reader.goto(f"{shown.url}/evaluations/{shown.poses.id}")
    expect(reader.get_by_role("region", name="Summary")).to_be_visible()
    expect(reader.get_by_role("region", name="Worst examples")).to_be_visible()
    expect(reader.get_by_role("combobox", name="Protocol and number")).to_have_count(0)
    assert reader.locator("[class*=protocols]").count() == 0
