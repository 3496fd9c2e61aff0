"""How time and memory of boxes grow with the images: 1 ×, 10 × and 100 ×, beside hotcoco.

For each size a process of its own streams made-up images through matching into files, as a server
keeps them; another makes COCO's numbers of these files, a third the whole report. hotcoco does its
same calls, each in a process of its own too: its evaluator is fed as many images at a time; its
whole report begins with arrays in files, as it can make none after streaming.

    pip install hotcoco==1.3.0
    python -m benchmarks.bench_growth [--images 500] [--scales 1 10 100] [--runs 3] [--alone]

There are 50 predictions and 7.2 truths an image. Seconds are of processors, the least of the runs
(of one run of `match`); making the data does not count. `growth` is how many times as long the next
size takes, divided by how many times as many images it has: 1 is linear, less is better. Memory is
the most that a process had, Python and libraries included; `kb_an_image` is what each image more
adds to it. `--alone` leaves hotcoco out.

`fill_s` is the reference: what another process takes only to fill as much memory, once. A system
that gives much memory out slowly, as virtual machines may, makes `growth` worse; `own_growth` is
that of the seconds without it.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from itertools import pairwise
from typing import Any, Final

from benchmarks import growth_steps
from benchmarks.growth_steps import BLOCK

WORKS: Final = ("match", "numbers", "report")
Found = dict[str, dict[str, Any]]


def main() -> None:
    """Print one line: what each work took at each size, how that grew, and what hotcoco took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--images", type=int, default=BLOCK)
    asked.add_argument("--scales", type=int, nargs="+", default=[1, 10, 100])
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--alone", action="store_true")
    chosen = asked.parse_args()
    whose = ["linlog"]
    if not chosen.alone and importlib.util.find_spec("hotcoco") is not None:
        whose.append("hotcoco")
    sizes = [chosen.images * scale for scale in chosen.scales]
    found = {who: {size: _of(who, size, chosen.runs) for size in sizes} for who in whose}
    for size in sizes if "hotcoco" in found else ():
        means = [found[who][size]["report"].pop("mean") for who in whose]
        assert abs(means[0] - means[1]) < 1e-9, (size, means)
    told = {
        "benchmark": "growth",
        "images": sizes,
        "predictions": [size * growth_steps.PREDICTIONS // BLOCK for size in sizes],
        **{who: _table(each) for who, each in found.items()},
    }
    if "hotcoco" in found:
        ours, theirs = found["linlog"], found["hotcoco"]
        told["peak_to_hotcoco"] = {
            work: [
                _rounded(ours[size][work]["peak_mb"] / theirs[size][work]["peak_mb"])
                for size in sizes
            ]
            for work in WORKS
        }
    sys.stdout.write(json.dumps(told) + "\n")


def _of(who: str, images: int, runs: int) -> Found:
    """What each work takes for so many images."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"match": _run(who, "match", images, folder)}
        if who == "hotcoco":
            _run(who, "arrays", images, folder)
        for work in ("numbers", "report"):
            found[work] = _least([_run(who, work, images, folder) for _ in range(runs)])
        for each in found.values():
            filled = [_run("system", "fill", int(each["peak_mb"]), folder) for _ in range(runs)]
            each["fill_s"] = _least(filled)["s"]
        return found


def _run(who: str, work: str, images: int, folder: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.growth_steps", who, work, str(images), folder]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _least(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The shortest run with the most memory of any."""
    return {**min(runs, key=lambda run: run["s"]), "peak_mb": max(run["peak_mb"] for run in runs)}


def _table(found: dict[int, Found]) -> dict[str, Any]:
    """By work: seconds, megabytes, how both grow from size to size, and what an image adds."""
    sizes = sorted(found)
    told = {}
    for work in WORKS:
        of = [found[size][work] for size in sizes]
        own = [each["s"] - each["fill_s"] for each in of]
        told[work] = {
            "s": [_rounded(each["s"]) for each in of],
            "growth": _growth(sizes, [each["s"] for each in of]),
            "fill_s": [_rounded(each["fill_s"]) for each in of],
            "own_growth": _growth(sizes, own),
            "peak_mb": [_rounded(each["peak_mb"]) for each in of],
            "kb_an_image": [
                _rounded((more["peak_mb"] - less["peak_mb"]) * 1000 / (wide - narrow))
                for (narrow, wide), (less, more) in zip(pairwise(sizes), pairwise(of), strict=True)
            ],
        }
    return told


def _growth(sizes: list[int], seconds: list[float]) -> list[float]:
    """How many times as long the next size takes, by how many times as many images it has."""
    return [
        _rounded(more / less / (wide / narrow))
        for (narrow, wide), (less, more) in zip(pairwise(sizes), pairwise(seconds), strict=True)
    ]


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


if __name__ == "__main__":
    main()
