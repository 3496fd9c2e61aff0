"""A cut network is told on every page, with a way to try again, and pages go on when it is back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.e2e.world import World

pytestmark = pytest.mark.browser


def cause(page: Page) -> Locator:
    """What says that the server is out of reach."""
    return page.get_by_role("alert").filter(has_text="The server does not answer.")


def stop_server(page: Page) -> None:
    """Refuse every connection, until `unroute_all`."""
    page.route(re.compile("/(api|healthz)"), lambda route: route.abort("connectionrefused"))


def test_a_report_says_that_the_network_is_cut(
    reader: Page, shown: World, complaints: list[str]
) -> None:
    page = reader
    page.goto(f"{shown.url}/evaluations/{shown.first.id}")
    bar = page.get_by_role("region", name="What the numbers stand on")
    expect(bar).to_contain_text("Shown as it was evaluated.")
    page.context.set_offline(True)
    expect(cause(page)).to_contain_text("look at your network")
    page.get_by_role("slider", name="IoU from").focus()
    page.keyboard.press("End")
    expect(bar).to_contain_text("It could not be counted.")
    failure = page.get_by_role("alert").filter(has_text="This did not work")
    expect(failure.get_by_role("button", name="Try again")).to_be_visible()
    cause(page).get_by_role("button", name="Try again now").click()
    expect(cause(page)).to_be_visible()

    page.context.set_offline(False)
    expect(cause(page)).to_have_count(0)
    expect(failure).to_have_count(0)
    expect(bar).to_contain_text(re.compile(r"Shown: IoU from 1"))
    expect(page.locator("section[data-block=scalars]").first).to_be_visible()
    complaints.clear()


def test_a_page_whose_code_was_never_loaded_opens_when_the_network_is_back(
    reader: Page, complaints: list[str]
) -> None:
    page = reader
    expect(page.get_by_text("Shapes on paper")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("link", name="Settings").click()
    expect(cause(page)).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
    expect(cause(page)).to_have_count(0)
    expect(page).to_have_url(re.compile("/settings$"))
    complaints.clear()


def test_a_page_that_is_opened_without_a_server_comes_when_it_is_there(
    reader: Page, shown: World, complaints: list[str]
) -> None:
    page = reader
    stop_server(page)
    page.goto(f"{shown.url}/datasets/{shown.dataset_id}")
    expect(cause(page)).to_be_visible()
    expect(page.get_by_role("button", name="Try again", exact=True)).to_be_visible()
    page.unroute_all()
    expect(page.get_by_role("heading", name="Shapes, spring")).to_be_visible()
    expect(cause(page)).to_have_count(0)
    complaints.clear()


def test_a_server_that_stops_while_a_reader_looks_is_told(
    reader: Page, complaints: list[str]
) -> None:
    page = reader
    expect(page.get_by_text("Shapes on paper")).to_be_visible()
    stop_server(page)
    page.get_by_role("link", name="Datasets").first.click()
    expect(cause(page)).to_be_visible()
    page.unroute_all()
    expect(page.get_by_role("link", name="Shapes, spring")).to_be_visible()
    expect(cause(page)).to_have_count(0)
    complaints.clear()
