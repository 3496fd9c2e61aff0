"""How often intervals hold, planted differences are found, and gates raise false alarms.

Pairs of made-up versions, from a seed. Without `--better` both are equally good, so that the true
difference is 0: an interval should hold it in 95 of 100 pairs, a gate at a greatest drop of 0
fail at most 5. With it, the second finds that much more; the mean over all pairs is the truth.

    python -m benchmarks.bench_significance detection --tasks 100 --pairs 1000 --resamples 1000
    python -m benchmarks.bench_significance classification --tasks 200 --pairs 1000 --better 0.08
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from typing import Any

import numpy as np

from benchmarks import chance
from linlog.evaluation import comparison, gates, kinds
from linlog.wire.comparisons import Comparison


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", nargs="?", default="classification", choices=sorted(chance.MAKERS))
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--better", type=float, default=0.0)
    asked = parser.parse_args()
    found = measure(asked.kind, asked.tasks, asked.pairs, asked.resamples, asked.better)
    sys.stdout.write(json.dumps({"benchmark": "significance", **vars(asked), **found}) + "\n")


def measure(kind: str, tasks: int, pairs: int, resamples: int, better: float) -> dict[str, Any]:
    """By number the shares of pairs."""
    judge = kinds.get(kind)
    threshold = {"detection": {"confidence_threshold": 0.4}}.get(kind, {})
    config = judge.Config(**threshold)
    usual, gated = [], []
    for pair in range(pairs):
        made = chance.MAKERS[kind](np.random.default_rng([0, pair, tasks]), tasks, better)
        runs = [judge.match(items, config) for items in made]
        usual.append(comparison.compare_all(judge, runs, config, resamples=resamples, seed=pair))
        # The gate asks whether the better one may be followed by the worse.
        gated.append(
            comparison.compare_all(
                judge, runs[::-1], config, resamples=resamples, seed=pair, level=gates.level(0.05)
            )
        )
    return {
        "numbers": {
            name: _of_number(usual, name, better) for name in (s.name for s in usual[0].scalars)
        },
        "labels": _of_labels(usual),
        "any label called different": _share(
            any(label.verdict != "no evidence" for label in each.labels) for each in usual
        ),
        "gate on the headline": {
            f"max_drop {max_drop}": _outcomes(gated, max_drop) for max_drop in (0.0, 0.005, 0.02)
        },
    }


def _of_number(found: list[Comparison], name: str, better: float) -> dict[str, float]:
    rows = [each for one in found for each in one.scalars if each.name == name]
    rows = [each for each in rows if each.difference is not None and each.low is not None]
    differences = np.array([each.difference for each in rows])
    true = float(differences.mean()) if better else 0.0
    return {
        "true": round(true, 4),
        "held": _share(each.low <= true <= each.high for each in rows),
        "called better": _share(each.verdict == "better" for each in rows),
        "called worse": _share(each.verdict == "worse" for each in rows),
    }


def _of_labels(found: list[Comparison]) -> dict[str, float]:
    """By number of a label how often its interval holds 0."""
    held: dict[str, list[bool]] = {}
    for each in (number for one in found for label in one.labels for number in label.numbers):
        if each.low is not None:
            held.setdefault(each.name, []).append(each.low <= 0 <= each.high)
    return {name: _share(values) for name, values in held.items()}


def _outcomes(found: list[Comparison], max_drop: float) -> dict[str, float]:
    decided = Counter(
        gates.decide(each, each.headline, max_drop=max_drop, alpha=0.05).outcome for each in found
    )
    return {name: round(count / len(found), 3) for name, count in sorted(decided.items())}


def _share(values: Any) -> float:
    found = list(values)
    return round(sum(found) / max(1, len(found)), 3)


if __name__ == "__main__":
    main()
