"""The editor with 5,000 annotations on an image of 4,000 x 3,000 pixels, in a headless browser.

A server in a process of its own, and the real page in Chromium without a GPU, 1,280 x 800. In one
sweep the view is zoomed or moved before every frame, by wheel events, for a few seconds; frames are
counted, and how long the slowest twentieth took. The reference is the plainest drawing of the same:
a canvas that draws the image and strokes every rectangle anew, in the same browser, in turn with
it. Then annotations are selected by clicks, from the button's release to the frame that shows
it; and the next task, of the same size and loaded ahead, is opened by its key, to the frame that
shows its image.

    python -m benchmarks.bench_canvas [--shape box|polygon] [--annotations 5000] [--seconds 4]
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

from linlog import LinLogClient
from linlog.server import admin
from tests.serving import serve
from tools import browser

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from linlog.wire.tasks import Task

WIDTH, HEIGHT = 4000, 3000
EMAIL, PASSWORD = "bench@example.org", "correct horse battery staple"
CLICKS = 40
SWITCHES = 6
LABELS = ("red", "white", "platelet", "dirt")

SWEEP = """async ([selector, milliseconds]) => {
  const host = document.querySelector(selector);
  const { left, top, width, height } = host.getBoundingClientRect();
  const gaps = [];
  const begun = performance.now();
  let before = begun;
  for (let frame = 0; before - begun < milliseconds; frame += 1) {
    // In for a while, then to the sides, then out again: a hand that looks around.
    const phase = (frame % 90) / 30;
    const wheel = {
      deltaY: phase < 1 ? -40 : phase < 2 ? (frame % 2 ? 60 : -60) : 40,
      shiftKey: phase >= 1 && phase < 2,
      clientX: left + width * 0.45,
      clientY: top + height * 0.55,
      bubbles: true,
      cancelable: true,
    };
    host.dispatchEvent(new WheelEvent("wheel", wheel));
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    gaps.push(now - before);
    before = now;
  }
  return gaps;
}"""
REFERENCE = """async ([address, rectangles]) => {
  document.body.innerHTML = "<canvas id=plain style='position:fixed;inset:0'></canvas>";
  const canvas = document.querySelector("#plain");
  [canvas.width, canvas.height] = [innerWidth, innerHeight];
  const ctx = canvas.getContext("2d");
  const image = new Image();
  image.src = address;
  await image.decode();
  let [scale, x, y] = [Math.min(innerWidth / image.width, innerHeight / image.height), 0, 0];
  const draw = () => {
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, canvas.width, canvas.height);
    ctx.setTransform(scale, 0, 0, scale, x, y);
    ctx.drawImage(image, 0, 0);
    ctx.lineWidth = 1.5 / scale;
    for (const [left, top, width, height, colour] of rectangles) {
      ctx.strokeStyle = colour;
      ctx.strokeRect(left, top, width, height);
    }
  };
  canvas.addEventListener("wheel", (event) => {
    if (event.shiftKey) x -= event.deltaY;
    else {
      const factor = Math.exp(-event.deltaY * 0.0016);
      x = event.clientX - (event.clientX - x) * factor;
      y = event.clientY - (event.clientY - y) * factor;
      scale *= factor;
    }
    requestAnimationFrame(draw);
  });
  draw();
}"""
SELECTED = """() => {
  window.waited = new Promise((resolve) => {
    addEventListener("pointerup", () => {
      const begun = performance.now();
      // After the frame that this click asked for.
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now() - begun);
        channel.port2.postMessage(null);
      });
    }, { capture: true, once: true });
  });
}"""
SWITCHED = """() => {
  const host = () => document.querySelector("[data-address]");
  const before = host().dataset.address;
  window.waited = new Promise((resolve) => {
    addEventListener("keydown", () => {
      const begun = performance.now();
      const look = () => {
        const now = host();
        const there = now && now.dataset.address !== before && now.dataset.painted === "true";
        if (there) resolve(performance.now() - begun);
        else requestAnimationFrame(look);
      };
      look();
    }, { capture: true, once: true });
  });
}"""


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=("box", "polygon"), default="box")
    parser.add_argument("--annotations", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=4)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder) / "data") as served:
        admin.create_user(Path(folder) / "data", EMAIL, "annotator", PASSWORD, "Bench")
        with LinLogClient(served.url, served.token) as client:
            tasks = [filled(client, asked.shape, asked.annotations)]
            project_id = tasks[0].project_id
            picture = scene(np.random.default_rng(2))
            tasks += [client.create_image_task(project_id, picture) for _ in range(SWITCHES)]
            found = measured(served.url, tasks, round(asked.seconds * 1000))
    told = {"benchmark": "canvas", "shape": asked.shape, "annotations": asked.annotations}
    sys.stdout.write(json.dumps({**told, **found}) + "\n")


def filled(client: LinLogClient, shape: str, amount: int) -> Task:
    """A task with many annotations."""
    chance = np.random.default_rng(1)
    project = client.create_project("Bench", "image", list(LABELS))
    marks = [mark(chance, shape) for _ in range(amount)]
    return client.create_image_task(project.id, scene(chance), annotations=marks)


def mark(chance: np.random.Generator, shape: str) -> dict[str, Any]:
    """A box, or a polygon of 24 corners in its place."""
    width, height = chance.uniform(12, 90), chance.uniform(12, 90)
    left, top = chance.uniform(0, WIDTH - width), chance.uniform(0, HEIGHT - height)
    label = str(chance.choice(LABELS))
    if shape == "box":
        box = {"left": left, "top": top, "width": width, "height": height}
        return {"label": label, "shape": {"type": "box", **box}}
    turns = [2 * math.pi * place / 24 for place in range(24)]
    path = [
        (left + width / 2 * (1 + math.cos(turn)), top + height / 2 * (1 + math.sin(turn)))
        for turn in turns
    ]
    return {"label": label, "shape": {"type": "polygon", "segments": [{"path": path, "holes": []}]}}


def scene(chance: np.random.Generator) -> bytes:
    """A JPEG with something on it everywhere."""
    image = Image.effect_noise((WIDTH, HEIGHT), 40).convert("RGB")
    draw = ImageDraw.Draw(image)
    for _ in range(400):
        x, y, size = (int(side) for side in chance.integers((WIDTH, HEIGHT, 120)))
        draw.ellipse((x, y, x + size, y + size), fill=(int(chance.integers(256)), 120, 160))
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        image.save(file.name, "JPEG", quality=85)
        return Path(file.name).read_bytes()


def measured(url: str, tasks: list[Task], sweep_ms: int) -> dict[str, Any]:
    """The sweeps of both, the clicks and the switches."""
    with sync_playwright() as playwright:
        found = browser.find()
        assert found is not None, browser.HOW_TO_INSTALL
        program = playwright.chromium.launch(
            executable_path=str(found), args=browser.launch_arguments()
        )
        context = program.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        sign_in(page, url)
        address = f"{url}/projects/{tasks[0].project_id}/tasks/{tasks[0].id}"
        plain = context.new_page()
        plain.goto(url)
        frames: dict[str, list[float]] = {"editor": [], "reference": []}
        rectangles = [outline(mark) for mark in tasks[0].annotations]
        picture = f"/api/v2/files/{tasks[0].item.file_id}/content"
        page.goto(address)
        page.wait_for_selector("[data-painted=true]")
        plain.evaluate(REFERENCE, [picture, rectangles])
        for _ in range(2):
            page.bring_to_front()
            page.keyboard.press("f")
            frames["editor"] += page.evaluate(SWEEP, ["[data-address]", sweep_ms])
            plain.bring_to_front()
            frames["reference"] += plain.evaluate(SWEEP, ["#plain", sweep_ms])
        plain.close()
        page.bring_to_front()
        clicks = [selected(page, rectangle) for rectangle in rectangles[:CLICKS]]
        switches = [switched(page) for _ in tasks[1:]]
        program.close()
    return {
        **{f"{name}_fps": fps(gaps) for name, gaps in frames.items()},
        "ratio": round(fps(frames["editor"]) / fps(frames["reference"]), 2),
        **{f"{name}_frame_p95_ms": round(p95(gaps), 1) for name, gaps in frames.items()},
        "select_median_ms": round(statistics.median(clicks), 1),
        "select_p95_ms": round(p95(clicks), 1),
        "switch_median_ms": round(statistics.median(switches)),
        "switch_most_ms": round(max(switches)),
    }


def sign_in(page: Page, url: str) -> None:
    """Sign in by the form."""
    page.goto(url)
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Projects", exact=True).wait_for()


def outline(annotation: Any) -> tuple[float, float, float, float, str]:
    """The rectangle around an annotation, and a colour."""
    left, top, right, bottom = annotation.shape.bounds
    colour = ("#3b7dd8", "#e8710a", "#1e9e77", "#c2367f")[LABELS.index(annotation.label)]
    return left, top, right - left, bottom - top, colour


def selected(page: Page, rectangle: tuple[float, ...]) -> float:
    """Milliseconds from the click on an annotation to the frame that shows it selected."""
    page.keyboard.press("f")
    frame = page.locator("[data-address]").bounding_box()
    assert frame is not None
    scale = min((frame["width"] - 48) / WIDTH, (frame["height"] - 48) / HEIGHT)
    left, top, width, height = rectangle[:4]
    x = frame["x"] + frame["width"] / 2 + (left + width / 2 - WIDTH / 2) * scale
    y = frame["y"] + frame["height"] / 2 + (top + height / 2 - HEIGHT / 2) * scale
    page.mouse.move(x, y)
    page.evaluate(SELECTED)
    page.mouse.down()
    page.mouse.up()
    waited = float(page.evaluate("() => window.waited"))
    page.locator("[aria-pressed=true][class*=entry]").wait_for()
    return waited


def switched(page: Page) -> float:
    """Milliseconds from the key to the frame that shows the next task's image."""
    page.wait_for_selector("[data-ahead]", timeout=120_000)
    page.evaluate(SWITCHED)
    page.keyboard.press("j")
    return float(page.evaluate("() => window.waited"))


def fps(gaps: list[float]) -> float:
    """Frames a second."""
    return round(1000 * len(gaps) / sum(gaps), 1)


def p95(values: list[float]) -> float:
    """What nineteen of twenty do not exceed."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


if __name__ == "__main__":
    main()
