"""Pages are downloaded as files that open without a network and show what the page showed."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.world import World

pytestmark = pytest.mark.browser
DOWNLOAD = "Download this page"


def downloaded(reader: Page, folder: Path) -> Path:
    """The file that the page on show is downloaded as: by its button, or from a report's menu."""
    menu = reader.get_by_role("button", name="Download", exact=True)
    button = reader.get_by_role("button", name=DOWNLOAD)
    expect(menu.or_(button)).to_have_count(1)
    if menu.count():
        menu.click()
        button = reader.get_by_role("menuitem", name="This page")
    with reader.expect_download() as coming:
        button.click()
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    return file


def opened(browser: Browser, file: Path) -> Page:
    """The file in a browser that has no network, and may ask for nothing."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(file.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    return page


def painted(page: Page) -> list[int]:
    """The widths of the pictures of a page in a file, 0 for one that does not show."""
    widths: list[int] = page.evaluate("[...document.images].map((each) => each.naturalWidth)")
    return widths


def test_a_report_is_downloaded_with_its_state(
    browser: Browser, reader: Page, shown: World, tmp_path: Path
) -> None:
    reader.goto(f"{shown.url}/evaluations/{shown.first.id}?confidence_threshold=0.6")
    numbers = reader.locator("[data-block=scalars]").first
    expect(numbers).to_be_visible()
    file = downloaded(reader, tmp_path)
    said = numbers.inner_text()
    assert file.name == "coarse-on-shapes-spring.html"
    assert file.stat().st_size < 25_000_000
    page = opened(browser, file)
    expect(page.get_by_role("heading", level=1)).to_contain_text("coarse on Shapes, spring")
    assert page.locator("[data-block=scalars]").first.inner_text() == said
    expect(page.locator(".downloaded-from")).to_contain_text("confidence_threshold=0.6")
    expect(page.get_by_role("button", name="Download", exact=True)).to_have_count(0)
    widths = painted(page)
    assert len(widths) > 3
    assert min(widths) > 0
    assert page.locator("script, iframe").count() == 0
    page.context.close()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/model-versions", "Training runs"),
        ("/model-versions?view=configs", "What mattered"),
        ("/datasets/{dataset}?query=label:circle&evaluation_id={evaluation}", "Outcome"),
    ],
)
def test_charts_configs_and_lists_are_downloaded(
    browser: Browser, reader: Page, shown: World, tmp_path: Path, address: str, words: str
) -> None:
    where = address.format(dataset=shown.dataset_id, evaluation=shown.first.id)
    reader.goto(f"{shown.url}{where}")
    expect(reader.get_by_text(words).first).to_be_visible()
    page = opened(browser, downloaded(reader, tmp_path))
    expect(page.get_by_text(words).first).to_be_visible()
    assert 0 not in painted(page)
    live, kept = (each.locator("a[data-task]").count() for each in (reader, page))
    assert kept >= live
    page.context.close()


def test_a_table_of_tasks_is_downloaded_as_csv(reader: Page, shown: World, tmp_path: Path) -> None:
    reader.goto(f"{shown.url}/datasets/{shown.dataset_id}?view=table&columns=labels,annotations")
    with reader.expect_download() as coming:
        reader.get_by_role("button", name="Download as CSV", exact=True).last.click()
    coming.value.save_as(tmp_path / "tasks.csv")
    with (tmp_path / "tasks.csv").open(newline="") as file:
        head, *rows = [*csv.reader(file)]
    assert head == ["id", "task", "labels", "annotations"]
    assert len(rows) == 24
    assert all(re.fullmatch(r"\d+", row[3]) for row in rows)
