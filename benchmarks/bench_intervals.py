"""How often the interval of a single report holds the number of all tasks there are.

Made-up versions, from a seed, each judged on its own few tasks. What is true of all tasks is taken
from one version judged on many; an interval should hold it in 95 of 100 sets.

    python -m benchmarks.bench_intervals detection --tasks 100 --sets 1000
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import numpy as np

from benchmarks import chance
from linlog.evaluation import intervals, kinds
from linlog.evaluation.resampling import Numbers

MANY: int = 30_000
"""Tasks from which the truth is taken."""


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(chance.MAKERS))
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--sets", type=int, default=1000)
    asked = parser.parse_args()
    found = measure(asked.kind, asked.tasks, asked.sets)
    sys.stdout.write(json.dumps({"benchmark": "intervals", **vars(asked), **found}) + "\n")


def measure(kind: str, tasks: int, sets: int) -> dict[str, Any]:
    """By number what is true, the share of intervals that hold it, and their median width."""
    whole = _numbers(kind, [1], MANY)
    true = {name.name: value for name, value in zip(whole.names, whole.plain, strict=True)}
    ends: dict[str, list[tuple[float, float]]] = {name: [] for name in true}
    for at in range(sets):
        for name, interval in intervals.of_numbers(_numbers(kind, [0, at, tasks], tasks)).items():
            ends[name].append(interval)
    return {
        "numbers": {
            name: {
                "true": round(float(true[name]), 4),
                "given": round(len(some) / sets, 3),
                "held": round(float(np.mean([low <= true[name] <= high for low, high in some])), 3),
                "median width": round(float(np.median([high - low for low, high in some])), 4),
            }
            for name, some in ends.items()
            if some
        }
    }


def _numbers(kind: str, seed: list[int], tasks: int) -> Numbers:
    judge = kinds.get(kind)
    # An open threshold would be chosen on each set anew, and be another number on each.
    config = judge.Config(**{"detection": {"confidence_threshold": 0.4}}.get(kind, {}))
    items, _ = chance.MAKERS[kind](np.random.default_rng(seed), tasks, 0.0)
    return judge.numbers(judge.match(items, config), config)


if __name__ == "__main__":
    main()
