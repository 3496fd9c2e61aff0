"""How long it takes to tell what mattered in many configs, beside scikit-learn's forest.

The reference is an extra-trees forest of as many trees, fitted with one job on the same table with
permutation importances (one repeat): what people run by hand for the same question.

    python -m benchmarks.bench_importances --runs 2000 --keys 50
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time

import numpy as np
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.inspection import permutation_importance

from linlog.evaluation import importances


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--keys", type=int, default=50)
    asked = parser.parse_args()
    random = np.random.default_rng(0)
    table = random.random((asked.runs, asked.keys))
    reached = 3 * table[:, 0] + 16 * (table[:, 1] - 0.5) ** 2 + 0.3 * random.normal(size=asked.runs)
    configs = [
        dict(zip(map(str, range(asked.keys)), map(float, row), strict=True)) for row in table
    ]

    started = time.perf_counter()
    found = importances.of_configs(configs, [*map(float, reached)])
    ours = time.perf_counter() - started
    started = time.perf_counter()
    forest = ExtraTreesRegressor(
        importances.BAGS * importances.TREES, bootstrap=True, oob_score=True, random_state=0
    ).fit(table, reached)
    permutation_importance(forest, table, reached, n_repeats=1, random_state=0)
    theirs = time.perf_counter() - started
    line = {
        "benchmark": "importances",
        **vars(asked),
        "load": round(os.getloadavg()[0], 1),
        "seconds": round(ours, 3),
        "reference_seconds": round(theirs, 3),
        "ratio": round(ours / theirs, 3),
        "explained": found.explained,
        "reference_explained": round(float(forest.oob_score_), 3),
        "first": [key.key for key in found.keys[:2]],
    }
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
