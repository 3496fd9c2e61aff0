"""Every page fits the windows that people have: nothing runs out of it sideways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error, Page, expect

from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.test_accessibility import EXPECTED, addresses

if TYPE_CHECKING:
    from tests.e2e.world import World

pytestmark = pytest.mark.browser
WIDTHS = (1024, 1280, 1440, 1920)
FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
OUTSIDE = """() => {
  const edge = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll("main *")].filter(
    (part) => part.getBoundingClientRect().right > edge + 1,
  );
  return wide.slice(0, 5).map((part) => part.outerHTML.slice(0, 140));
}"""


def test_every_page_fits_its_window(reader: Page, shown: World, complaints: list[str]) -> None:
    found: list[str] = []
    for address in addresses(shown):
        reader.goto(f"{shown.url}{address}")
        expect(reader.locator("main h1")).not_to_be_empty()
        expect(reader.locator(".mantine-Skeleton-root")).to_have_count(0)
        for width in WIDTHS:
            reader.set_viewport_size({"width": width, "height": 900})
            found += [f"{address} at {width}: {part}" for part in outside(reader)]
    assert not found, "\n".join(found)
    complaints[:] = [said for said in complaints if not EXPECTED.search(said)]


def outside(page: Page, patience_ms: float = PATIENCE_MS) -> list[str]:
    """What does not fit; figures take their new width a moment after the window has it."""
    try:
        page.wait_for_function(FITS, timeout=patience_ms)
    except Error:
        return [str(part) for part in page.evaluate(OUTSIDE)]
    return []


def test_what_runs_out_is_found(page: Page) -> None:
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.set_content("<main><div style='width: 1200px'>wide</div></main>")
    assert len(outside(page, patience_ms=500)) == 1
