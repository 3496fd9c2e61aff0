"""A reader watches a training run while it logs, and finds what mattered in the configs of many."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

from linlog import LinLogClient
from linlog.wire.log_entries import LogEntryCreate
from tests.e2e import audit
from tests.e2e.conftest import enter
from tests.e2e.servers import serving_client
from tests.factories import log_entries
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser
STEPS, SPIKE = 20_000, 13_579

INK_IN_TOP = """chart => {
    const canvas = chart.querySelector("canvas");
    if (canvas === null) return 0;
    const height = Math.round(canvas.height * 0.4);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, height);
    let found = 0;
    for (let at = 0; at < data.length; at += 4) {
        const [red, , blue, alpha] = data.slice(at, at + 4);
        // The first colour of the palette is a blue; the axes and their words are grey.
        if (alpha > 120 && blue - red > 80) found += 1;
    }
    return found;
}"""
"""How many pixels in the upper part of a chart have the colour of its line."""
NOTE_TICKS = """
const write = CanvasRenderingContext2D.prototype.fillText;
window.ticks = new Set();
CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
    // Of the two axes, only x has its numbers below their places.
    if (this.textAlign === "center" && /[0-9]/.test(text)) window.ticks.add(text);
    write.call(this, text, ...at);
};"""
"""Notes the numbers below charts."""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[LinLogClient]:
    """A client of a server that a story may fill."""
    with serving_client(tmp_path / "data") as made:
        yield made


def send(client: LinLogClient, version_id: str, steps: range) -> None:
    """Log a loss at each step: low, but for one spike."""
    new = [log_entries.of(at, loss=100.0 if at == SPIKE else at % 10 / 10) for at in steps]
    for start in range(0, len(new), 5000):
        log_entries.send(client, version_id, new[start : start + 5000])


def chart(page: Page) -> Locator:
    """The chart of the loss."""
    return page.get_by_role("img", name=re.compile("^loss of 1 run"))


def inked(page: Page) -> None:
    """Wait until the line reaches the upper part of the chart, which may be drawn anew."""
    end = time.monotonic() + PATIENCE_S
    while chart(page).evaluate(INK_IN_TOP) <= 10:
        assert time.monotonic() < end, "the line does not reach the upper part"
        page.wait_for_timeout(50)


def test_a_run_is_watched_and_zoomed(
    page: Page, client: LinLogClient, complaints: list[str]
) -> None:
    model = client.create_model("Cells")
    version = client.model_versions.create(model.id, "v1", config={"lr": 0.1})
    send(client, version.id, range(SPIKE))
    page.emulate_media(reduced_motion="reduce")
    with page.expect_console_message(lambda said: " 401" in said.text):
        enter(page, client.base_url)
    # Who is signed in is asked before anybody is.
    complaints.clear()
    page.goto(f"{client.base_url}/models/{model.id}")
    page.get_by_role("link", name="Training runs").click()
    expect(page.get_by_role("heading", name="Training runs")).to_be_visible()
    expect(chart(page)).to_have_accessible_name(re.compile("13,579 points"))

    # What is logged now is drawn without a reload, and the one spike with it.
    send(client, version.id, range(SPIKE, STEPS))
    expect(chart(page)).to_have_accessible_name(re.compile("20,000 points"))
    inked(page)

    # A brush over a part asks the server for it, and the address holds it.
    over = chart(page).locator(".u-over")
    box = over.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.6, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, middle, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"low=\d.*high=\d"))
    expect(chart(page)).not_to_have_accessible_name(re.compile("20,000 points"))
    inked(page)
    page.get_by_role("button", name="Show all").click()
    expect(chart(page)).to_have_accessible_name(re.compile("20,000 points"))

    page.get_by_text("Table", exact=True).click()
    row = page.get_by_role("row", name=re.compile("^v1"))
    expect(row).to_contain_text("0.9")
    expect(page).to_have_url(re.compile("view=table"))
    page.get_by_role("textbox", name="Find runs").fill("^no such")
    expect(row).to_have_count(0)

    # There is nothing between two steps, however far apart they are drawn.
    short = client.model_versions.create(client.create_model("Few steps").id, "v1", config={})
    log_entries.send(client, short.id, [log_entries.of(at, loss=1 / (at + 1)) for at in range(4)])
    page.add_init_script(NOTE_TICKS)
    for address in (f"model-versions/{short.id}", f"model-versions?model_id={short.model_id}"):
        page.goto(f"{client.base_url}/{address}")
        page.wait_for_function("() => window.ticks.size > 2")
        assert page.evaluate("[...window.ticks].sort()") == ["0", "1", "2", "3"]


RATES = [0.1, 0.2, 0.4, 0.8] * 6


def train_many(client: LinLogClient) -> str:
    """A model of 24 runs whose accuracy follows from the rate and not from the optimizer."""
    model = client.create_model("Cells")
    for place, rate in enumerate(RATES):
        config = {"rate": rate, "optimizer": ["adam", "sgd", "lion"][place // 4 % 3], "epochs": 5}
        version = client.model_versions.create(model.id, f"v{place}", config=config)
        new = log_entries.of(0, accuracy=1 - rate + place / 1000, loss=rate)
        log_entries.send(client, version.id, [new])
    return model.id


def open_many(page: Page, client: LinLogClient, complaints: list[str]) -> None:
    """Look at such a model's runs, signed in."""
    model_id = train_many(client)
    with page.expect_console_message(lambda said: " 401" in said.text):
        enter(page, client.base_url)
    complaints.clear()
    page.goto(f"{client.base_url}/model-versions?model_id={model_id}")


def test_what_mattered_is_found_and_brushed(
    page: Page, client: LinLogClient, complaints: list[str]
) -> None:
    open_many(page, client, complaints)
    page.get_by_text("Configs", exact=True).click()
    rows = page.get_by_role("table", name="Importances").get_by_role("row")
    expect(rows.nth(1)).to_contain_text(re.compile("^rate.*matters.*−0.9"))
    expect(rows.nth(2)).to_contain_text(re.compile("^optimizer.*none"))
    # A rate of 0.1 is best, and the last of those runs the very best.
    best = page.get_by_role("link", name="v20", exact=True).last
    expect(best).to_be_visible()
    expect(page.get_by_role("group", name="Program")).to_contain_text('"rate": 0.1,')

    # A brush along the upper half of the rate keeps 0.8 alone.
    axis = page.locator("[data-axis=rate]")
    box = axis.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(middle, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    runs = page.get_by_role("complementary", name="Runs").get_by_role("listitem")
    expect(runs).to_have_count(6)
    expect(page.get_by_role("link", name="v23", exact=True).last).to_be_visible()
    page.reload()
    expect(runs).to_have_count(6)

    # The same without a pointer: fields change what a brush takes, and give it up.
    page.get_by_label("rate from").fill("0.35")
    expect(runs).to_have_count(12)
    page.get_by_label("Keep all values of rate").press("Enter")
    expect(runs).to_have_count(24)

    page.get_by_role("combobox", name="Objective").click()
    page.get_by_role("option", name="loss").click()
    expect(page.get_by_text("has the lowest loss: 0.1")).to_be_visible()
    expect(page).to_have_url(re.compile("objective=loss"))


def test_many_runs_are_told_apart_and_what_is_not_drawn_is_said(
    page: Page, client: LinLogClient, complaints: list[str]
) -> None:
    open_many(page, client, complaints)
    drawn = page.get_by_role("img", name=re.compile("^loss of 20 runs"))
    expect(drawn).to_be_visible()
    expect(page.get_by_text("The first 20 of 24 runs are drawn.")).to_be_visible()
    listed = page.get_by_role("complementary", name="Runs").get_by_role("listitem")
    looks = listed.locator("[data-stroke]").evaluate_all(
        "all => all.map(each => getComputedStyle(each).background)"
    )
    assert len(looks) == 24
    assert len({*looks[:20]}) == 20
    assert audit.grave(page) == []
    # Of groups, all are drawn.
    page.get_by_role("combobox", name="Group by").click()
    page.get_by_role("option", name="rate").click()
    said = "20 of 24 runs are drawn, the first of each group."
    expect(page.get_by_text(said)).to_be_visible()


def test_points_without_a_place_on_a_log_axis_and_silent_runs_are_said(
    page: Page, client: LinLogClient, complaints: list[str]
) -> None:
    version = client.model_versions.create(client.create_model("Cells").id, "v1", config={})
    losses = enumerate((1.0, 0.0, -2.0, 3.0))
    noted = datetime(2026, 1, 5, tzinfo=UTC)
    new = [
        LogEntryCreate(number=at, step=at, data={"loss": loss}, logged_date=noted)
        for at, loss in losses
    ]
    log_entries.send(client, version.id, new)
    with page.expect_console_message(lambda said: " 401" in said.text):
        enter(page, client.base_url)
    complaints.clear()
    for address in (f"model-versions/{version.id}", f"model-versions?model_id={version.model_id}"):
        page.goto(f"{client.base_url}/{address}")
        expect(page.get_by_text("last sign 5 Jan 2026").first).to_be_visible()
        missing = page.get_by_text("2 points of 0 or less have no place on a log axis")
        expect(missing).to_have_count(0)
        page.get_by_role("switch", name="Log axis").click(force=True)
        expect(missing).to_be_visible()
        assert audit.grave(page) == []
    page.goto(f"{client.base_url}/model-versions/{version.id}")
    expect(page.get_by_text("the program may have been killed")).to_be_visible()
    expect(page.get_by_text("training", exact=True)).to_have_count(0)
