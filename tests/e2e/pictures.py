"""Takes a picture of every page with no, little and much data, light and dark, narrow and wide.

`python3 dev pictures [--into FOLDER] [--data none begun little much] [--only WORD]`. Each amount of
data is an organisation on a server of its own; its folder is kept beside the pictures, so that a
second call fills nothing again. One sheet a page shows its four looks side by side.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import Browser, Error, Page, sync_playwright

from linlog import LinLogClient
from tests.e2e import servers
from tests.e2e.conftest import enter
from tests.e2e.organisations import FILLED, Addresses, much
from tools import browser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOOKS = (("light", 1280, 800), ("dark", 1280, 800), ("light", 1920, 1080), ("dark", 1920, 1080))
SHEET_WIDTH = 960
PATIENCE_MS = 15_000
STILL_MS = 350
"""How long a page rests before its picture: figures are drawn a frame after their numbers came."""
DATA = [*FILLED, "much"]
LOADED = """() => {
  const waiting = document.querySelector(".mantine-Skeleton-root, .mantine-Loader-root");
  const pictures = [...document.images].filter(
    (each) => each.getBoundingClientRect().top < innerHeight,
  );
  return waiting === null && pictures.every((each) => each.complete);
}"""


def main() -> None:
    """Take the pictures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("pictures"))
    parser.add_argument("--data", nargs="*", choices=DATA, default=DATA)
    parser.add_argument("--only", default="", help="a part of the addresses that are wanted")
    parser.add_argument("--tasks", type=int, default=100_000, help="how many tasks are much")
    parser.add_argument("--runs", type=int, default=1_000, help="how many training runs are much")
    asked = parser.parse_args()
    filled = {**FILLED, "much": partial(much, tasks=asked.tasks, runs=asked.runs)}
    asked.into.mkdir(parents=True, exist_ok=True)
    for name in asked.data:
        with (
            organisation(asked.into / f"{name}.data", filled[name]) as (url, pages),
            chromium() as one,
        ):
            for scheme, width, height in LOOKS:
                photograph(
                    one,
                    url,
                    [each for each in pages if asked.only in each],
                    asked.into / name,
                    look=(scheme, width, height),
                )
            sheets(asked.into / name)


@contextmanager
def organisation(
    data: Path, fill: Callable[[LinLogClient], Addresses]
) -> Iterator[tuple[str, Addresses]]:
    """A server with an organisation, filled when it is new, and the addresses worth a picture."""
    known = data.with_suffix(".json")
    token = None if known.exists() else servers.owned(data)
    with servers.serving(data) as server:
        if token is not None:
            began = time.monotonic()
            with LinLogClient.init_from_token(token, server.url) as client:
                known.write_text(json.dumps(fill(client)))
            say(f"{data.stem}: filled in {time.monotonic() - began:.0f} s")
        yield server.url, json.loads(known.read_text())


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that the tests use."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=browser.find(), args=browser.launch_arguments()
        )
        yield opened
        opened.close()


def photograph(
    one: Browser, url: str, pages: Addresses, into: Path, *, look: tuple[str, int, int]
) -> None:
    """Take a picture of every address in one look."""
    scheme, width, height = look
    folder = into / f"{width}-{scheme}"
    folder.mkdir(parents=True, exist_ok=True)
    context = one.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{url}/sign-in")
    settled(page)
    page.screenshot(path=folder / "00-sign-in.png")
    enter(page, url)
    for place, address in enumerate(pages, 1):
        page.goto(f"{url}{address}")
        settled(page)
        page.screenshot(path=folder / f"{place:02}-{slug(address)}.png")
    context.close()


def settled(page: Page) -> None:
    """Wait until nothing is loading; a page that goes on loading is taken as it is, and told."""
    try:
        page.locator("h1, h2, form").first.wait_for(timeout=PATIENCE_MS)
        page.wait_for_load_state("networkidle", timeout=PATIENCE_MS)
        page.wait_for_function(LOADED, timeout=PATIENCE_MS)
    except Error as error:
        say(f"{page.url}: {str(error).splitlines()[0]}")
    page.wait_for_timeout(STILL_MS)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def slug(address: str) -> str:
    """A file's name for an address; ids say nothing to who looks at it."""
    plain = re.sub(r"\b[a-z]+_[0-9A-Za-z]{8,}", "", address)
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60]


def sheets(folder: Path) -> None:
    """One picture a page, its four looks side by side."""
    named = [folder / f"{width}-{scheme}" for scheme, width, _ in LOOKS]
    for first in sorted(named[0].glob("*.png")):
        shots = [Image.open(each / first.name) for each in named if (each / first.name).exists()]
        small = [
            each.resize((SHEET_WIDTH, each.height * SHEET_WIDTH // each.width)) for each in shots
        ]
        tall = [max(row.height for row in small[at : at + 2]) for at in range(0, len(small), 2)]
        sheet = Image.new("RGB", (2 * SHEET_WIDTH + 8, sum(tall) + 8 * (len(tall) - 1)), "red")
        for at, each in enumerate(small):
            sheet.paste(each, (at % 2 * (SHEET_WIDTH + 8), sum(tall[: at // 2]) + at // 2 * 8))
        sheet.save(folder / first.name)


if __name__ == "__main__":
    main()
