"""Comparing two detectors: 5,000 images, 80 labels, 36,000 truths, 250,000 predictions each.

The reference, in the same process, is what a resample costs when it is really made: the tally of
the drawn tasks, ranked and summed anew for mAP alone.

    python -m benchmarks.bench_comparisons [--images 5000] [--truths 36000] [--predictions 250000]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from linlog.evaluation import (
    average_precision,
    comparison,
    kinds,
    paired_numbers,
    resampling,
    tallies,
)
from linlog.evaluation.items import Item, Prediction, Truth
from linlog.evaluation.resampling import Numbers, Part
from linlog.evaluation.tallies import Tally
from linlog.shapes import Box

LABELS = [f"label {place:02d}" for place in range(80)]
SHARES = 1 / np.arange(1, len(LABELS) + 1) ** 0.8
SHARES /= SHARES.sum()
KIND = kinds.get("detection")
CONFIG = KIND.Config()


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--truths", type=int, default=36_000)
    parser.add_argument("--predictions", type=int, default=250_000)
    asked = parser.parse_args()
    runs = made(asked.images, asked.truths, asked.predictions)
    sys.stdout.write(
        json.dumps({"benchmark": "comparisons", **vars(asked), **measure(runs)}) + "\n"
    )


def measure(runs: list[Tally]) -> dict[str, Any]:
    """Seconds, and ratios to the reference."""
    reference = statistics.median(_seconds(_really_resampled, runs[0], seed) for seed in range(5))
    numbers = [KIND.numbers(run, CONFIG) for run in runs]
    busy = time.process_time()
    headline = _seconds(_headline, numbers, len(runs[0]), 1000)
    busy = time.process_time() - busy
    whole = _seconds(lambda: comparison.compare_all(KIND, runs, CONFIG))
    return {
        "one resample really made, s": round(reference, 4),
        "1,000 resamples of mAP, AP50, AP75, AR100 and AP by label, two versions, s": round(
            headline, 3
        ),
        "the same, s of processors": round(busy, 3),
        "ratio to 2,000 really made": round(headline / (2000 * reference), 4),
        "whole comparison, s": round(whole, 3),
        "resamples": {part.names[0].name: part.resamples() for part in numbers[0].parts},
    }


def made(images: int, truths: int, predictions: int) -> list[Tally]:
    """The tallies of two versions, the second placing its boxes less well."""
    chance = np.random.default_rng(0)
    owner = np.sort(chance.integers(0, images, truths))
    label = chance.choice(len(LABELS), truths, p=SHARES)
    size = np.exp(chance.normal(4, 1, truths))
    boxes = np.concatenate(
        [
            chance.uniform(0, 500, (truths, 2)),
            size[:, None] * chance.uniform(0.6, 1.4, (truths, 2)),
        ],
        axis=1,
    )
    right = [[] for _ in range(images)]
    for at in range(truths):
        right[owner[at]].append(Truth(f"a_{at}", LABELS[label[at]], _box(boxes[at])))
    found = []
    for noise in (0.12, 0.13):
        said = [[] for _ in range(images)]
        near = chance.integers(0, truths, predictions // 4)
        called = np.where(
            chance.random(len(near)) < 0.85, label[near], chance.integers(0, len(LABELS), len(near))
        )
        moved = boxes[near] + chance.normal(0, noise, (len(near), 4)) * size[near, None] * 0.7
        moved[:, 2:] = np.abs(moved[:, 2:])
        far = predictions - len(near)
        anywhere = np.concatenate(
            [chance.uniform(0, 500, (far, 2)), np.exp(chance.normal(4, 1, (far, 2)))], axis=1
        )
        owners = np.concatenate([owner[near], chance.integers(0, images, far)])
        codes = np.concatenate([called, chance.integers(0, len(LABELS), far)])
        sure = np.concatenate([chance.beta(4, 3, len(near)), chance.beta(1.2, 5, far)])
        for at, box in enumerate(np.concatenate([moved, anywhere])):
            said[owners[at]].append(
                Prediction(f"p_{at}", LABELS[codes[at]], _box(box), float(sure[at]))
            )
        items = [Item(f"t_{at:06d}", tuple(right[at]), tuple(said[at])) for at in range(images)]
        found.append(KIND.match(items, CONFIG))
    return found


def _box(row: np.ndarray) -> Box:
    return Box(*map(float, row))


def _headline(numbers: list[Numbers], tasks: int, resamples: int) -> None:
    """As a comparison does it, for the part alone that has the headline."""
    alone = [replace(each, make=partial(_first_of, each)) for each in numbers]
    drawn = paired_numbers.draw(alone, tasks, resamples=resamples, seed=0)
    assert drawn.parts[0].differences[0].shape[1] == resamples, "as many as were asked for"


def _first_of(numbers: Numbers) -> tuple[Part, ...]:
    return numbers.parts[:1]


def _really_resampled(run: Tally, seed: int) -> float:
    """MAP of the tasks that one resample draws at least once: less than what it costs in full."""
    drawn = next(resampling.draws(len(run), resamples=1, seed=seed))[:, 0]
    part = tallies.masked(run, drawn > 0)
    ranking = average_precision.Ranking(part, average_precision.settings([0]))
    return float(np.nanmean(ranking.average_precision()))


def _seconds(function: Any, *arguments: Any) -> float:
    begin = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
