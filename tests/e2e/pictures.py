"""Takes a picture of every page with no, little and much data, in every look that people have.

`python3 dev pictures [--into FOLDER] [--data none begun little much] [--only WORD]`. Each amount of
data is an organisation on a server of its own; its folder is kept beside the pictures, so that a
second call fills nothing again. Looks are light and dark at two widths, and a phone's for the pages
that people open from a message. One sheet a page shows its looks side by side.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from contextlib import contextmanager
from dataclasses import astuple
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import Browser, Error, Page, sync_playwright

from linlog import LinLogClient
from tests.e2e import servers
from tests.e2e.conftest import enter
from tests.e2e.openings import OPENINGS
from tests.e2e.organisations import FILLED, NOBODY, Shot, first_start, much
from tests.e2e.servers import EMAIL, PASSWORD
from tools import browser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WINDOWS = ((1280, 800), (1920, 1080))
PHONE = (390, 844)
ON_PHONES = re.compile(
    "^/(sign-in|setup|set-password|forgotten|account|settings|projects$|nowhere)"
)
"""Pages that work on a phone: what stands in an email, and one's own account."""
SCHEMES = ("light", "dark")
SHEET_WIDTH = 960
TALLEST = 5_000
"""Where a picture of a page ends, in pixels: lists may be longer than a file can be."""
BAR = 160
"""The most height of what stays above a page that is scrolled, in pixels."""
PATIENCE_MS = 15_000
STILL_MS = 350
"""How long a page rests before its picture: figures are drawn a frame after their numbers came."""
DATA = ["start", *FILLED, "much"]
LOADED = """() => {
  const waiting = document.querySelector(".mantine-Skeleton-root, .mantine-Loader-root");
  const pictures = [...document.images].filter(
    (each) => each.getBoundingClientRect().top < innerHeight,
  );
  return waiting === null && pictures.every((each) => each.complete);
}"""


LOOKED_THROUGH = """async () => {
  const root = document.documentElement;
  if (scrollY > 0) return root.scrollHeight;
  for (let y = 0; y < Math.min(root.scrollHeight, 8000); y += innerHeight) {
    scrollTo(0, y);
    await new Promise((done) => setTimeout(done, 150));
  }
  scrollTo(0, 0);
  await new Promise((done) => setTimeout(done, 150));
  return root.scrollHeight;
}"""
"""Figures are drawn when they come into the window; gives how tall the page is."""
SCROLLED = """async (top) => {
  scrollTo(0, top);
  await new Promise((done) => setTimeout(done, 150));
  return scrollY;
}"""
"""Gives how far down the window is, which ends with the page."""


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
        data = asked.into / f"{name}.data"
        opened = ownerless(data) if name == "start" else organisation(data, filled[name])
        with opened as (url, shots), chromium() as one:
            named = {each.name(place): each for place, each in enumerate(shots)}
            wanted = {file: each for file, each in named.items() if asked.only in str(each)}
            for scheme in SCHEMES:
                photograph(one, url, wanted, asked.into / name, scheme)
            sheets(asked.into / name)


@contextmanager
def organisation(
    data: Path, fill: Callable[[LinLogClient], list[Shot]]
) -> Iterator[tuple[str, list[Shot]]]:
    """A server with an organisation, filled when it is new, and what is worth a picture."""
    known = data.with_suffix(".json")
    new = not known.exists()
    if new:
        servers.owned(data)
    with servers.serving(data) as server:
        if new:
            began = time.monotonic()
            with LinLogClient(server.url, email=EMAIL, password=PASSWORD) as client:
                known.write_text(json.dumps([astuple(each) for each in fill(client)]))
            say(f"{data.stem}: filled in {time.monotonic() - began:.0f} s")
        yield server.url, [Shot(*each) for each in json.loads(known.read_text())]


@contextmanager
def ownerless(data: Path) -> Iterator[tuple[str, list[Shot]]]:
    """A server that nobody owns yet; the link that it prints differs from start to start."""
    with servers.serving(data, lines=2) as server:
        link = server.said[1].rpartition(" ")[2]
        yield server.url, first_start(link.removeprefix(server.url))


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that the tests use."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=browser.find(), args=browser.launch_arguments()
        )
        yield opened
        opened.close()


def photograph(one: Browser, url: str, shots: dict[str, Shot], into: Path, scheme: str) -> None:
    """Take every picture in one scheme; each window is the same page, made wider or narrower."""
    for who in sorted({each.who for each in shots.values()}):
        context = one.new_context(
            color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
        )
        page = context.new_page()
        if who != NOBODY:
            enter(page, url, who)
        for name, shot in shots.items():
            if shot.who == who:
                pictured(
                    page,
                    url,
                    shot,
                    {each: into / f"{each[0]}-{scheme}" / name for each in windows(shot)},
                )
        context.close()


def windows(shot: Shot) -> list[tuple[int, int]]:
    """The windows in which a page is looked at."""
    return [*WINDOWS, *([PHONE] if ON_PHONES.match(shot.address) else [])]


def pictured(page: Page, url: str, shot: Shot, files: dict[tuple[int, int], Path]) -> None:
    """Open a page, and what opens on it, and take its picture in each window."""
    first, *_ = files
    page.set_viewport_size({"width": first[0], "height": first[1]})
    page.goto("about:blank")
    page.goto(f"{url}{shot.address}")
    settled(page)
    try:
        OPENINGS[shot.opening](page)
    except (Error, AssertionError) as error:
        say(f"{shot}: {str(error).splitlines()[0]}")
    for (width, height), file in files.items():
        page.set_viewport_size({"width": width, "height": height})
        settled(page)
        file.parent.mkdir(parents=True, exist_ok=True)
        taken(page, file, whole=shot.opening == "")
    page.unroute_all()


def taken(page: Page, file: Path, *, whole: bool) -> None:
    """Write the picture of a page, or of what of it is in the window.

    A page is put together from windows, as people scroll through it: in one picture of all, what
    canvases far below the window hold is missing. Bars that stay are in the first window alone.
    """
    tall = int(page.evaluate(LOOKED_THROUGH) if whole else 0)
    size = page.viewport_size
    assert size is not None
    width, height = size["width"], size["height"]
    if tall <= height or page.evaluate("() => scrollY") > 0:
        page.screenshot(path=file)
        return
    picture = Image.new("RGB", (width, min(tall, TALLEST)))
    for top in range(0, picture.height, height - BAR):
        at = int(page.evaluate(SCROLLED, top))
        under = BAR if top > 0 else 0
        window = Image.open(BytesIO(page.screenshot())).crop((0, under, width, height))
        picture.paste(window, (0, at + under))
    picture.save(file)
    page.evaluate(SCROLLED, 0)


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


def sheets(folder: Path) -> None:
    """One picture a page, its looks side by side."""
    sizes = [width for width, _ in (*WINDOWS, PHONE)]
    named = [folder / f"{width}-{scheme}" for width in sizes for scheme in SCHEMES]
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
