"""A Chromium that is there, a server with a small world in it, and a reader who has signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect

from linlog import LinLogClient
from tests.e2e import world
from tests.e2e.servers import EMAIL, PASSWORD, serving_client
from tests.patience import PATIENCE_S
from tools import browser as installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.world import World


# How soon something is there is measured in benchmarks: a story waits for it on a busy machine too.
PATIENCE_MS = 1000 * PATIENCE_S
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the browser that is there, off the network, and as root too."""
    found = installed.find()
    assert found is not None, installed.HOW_TO_INSTALL
    return {
        **browser_type_launch_args,
        "executable_path": str(found),
        "args": installed.launch_arguments(),
    }


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Browser:
    """The browser, whose clicks, visits and downloads are waited for as long as all else."""
    browser.on("context", lambda context: context.set_default_timeout(PATIENCE_MS))
    return browser


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinLogClient]:
    """The client of a server of its own, which `shown` fills; read from it, only."""
    with serving_client(tmp_path_factory.mktemp("e2e") / "data") as made:
        yield made


@pytest.fixture(scope="session")
def shown(client: LinLogClient) -> World:
    """A server with pictures, texts, measured versions and one in training; read it, only."""
    return world.seed(client, client.base_url)


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complains of; it may not, unless the test takes it out of the list."""
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    yield found
    assert found == []


@pytest.fixture(scope="session")
def cookies(browser: Browser, shown: World) -> list[Any]:
    """What the browser keeps of a reader who has signed in."""
    context = browser.new_context()
    enter(context.new_page(), shown.url)
    found = context.cookies()
    context.close()
    return found


@pytest.fixture
def reader(page: Page, shown: World, cookies: list[Any], complaints: list[str]) -> Page:
    """The page of projects, as a reader sees it who has signed in; nothing may be complained of."""
    page.emulate_media(reduced_motion="reduce")
    page.context.add_cookies(cookies)
    page.goto(shown.url)
    expect(page.get_by_role("heading", name="Projects", exact=True)).to_be_visible()
    assert complaints == []
    return page


@pytest.fixture(params=["light", "dark"])
def signed_in(request: pytest.FixtureRequest, reader: Page) -> Page:
    """The same, where the reader's system is light and where it is dark."""
    reader.emulate_media(color_scheme=request.param)
    return reader


def enter(page: Page, url: str, email: str = EMAIL) -> None:
    """Sign in by the form, as the owner unless somebody else is named."""
    page.goto(url)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Projects", exact=True)).to_be_visible()
