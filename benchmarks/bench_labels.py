"""Classification of a million items beside scikit-learn, spans of a million tokens beside seqeval.

`python -m benchmarks.bench_labels` prints one JSON line for each: seconds of the processor, the
median of five, and the ratio to the peer in the same run. `numbers` are precision, recall and F1 by
label and averaged, from a tally in memory; `report` is the whole report with its curves, areas,
calibration, confusions and examples; `store` is what reading the tally from its bytes adds.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from seqeval.metrics import f1_score as seqeval_f1
from sklearn.metrics import classification_report, f1_score

from linlog.evaluation import kinds, label_blocks, matching, tallies
from linlog.evaluation.one_label import OneLabel
from linlog.evaluation.span_findings import SpanFindings
from linlog.evaluation.tallies import Tally

ITEMS: Final = 1_000_000
LABELS: Final = 100
TEXTS: Final = 40_000
TOKENS: Final = 25
RUNS: Final = 5


def classification(random: np.random.Generator) -> None:
    """One label an item of a hundred, seven of ten right."""
    truth = random.integers(0, LABELS, ITEMS)
    said = np.where(random.random(ITEMS) < 0.7, truth, random.integers(0, LABELS, ITEMS))
    tally = _tally("classification", [f"label {at:03d}" for at in range(LABELS)], ITEMS)
    task = np.arange(ITEMS, dtype=np.int32)
    tally = _with_rows(tally, (task, truth), (task, said), random.random(ITEMS))
    peer, expected = _timed(lambda: f1_score(truth, said, average="macro"))
    whole, _ = _timed(lambda: classification_report(truth, said), runs=1)
    _compare("classification", tally, peer, float(expected), {"report_of_peer": whole})


def spans(random: np.random.Generator) -> None:
    """Up to four spans a text of 25 tokens, four of five found."""
    truth = [_spans(random) for _ in range(TEXTS)]
    said = [
        [span for span in found if random.random() < 0.9]
        if random.random() < 0.9
        else _spans(random)
        for found in truth
    ]
    names = ["A", "B", "C", "D"]
    sides = [
        np.array([(at, *span) for at, found in enumerate(side) for span in found], dtype=np.int64)
        for side in (truth, said)
    ]
    tally = _tally("ner", names, TEXTS)
    tally = _with_rows(
        tally,
        (sides[0][:, 0], sides[0][:, 3]),
        (sides[1][:, 0], sides[1][:, 3]),
        np.full(len(sides[1]), 0.9),
        ends=(sides[0][:, 1:3], sides[1][:, 1:3]),
    )
    tags = [[_tags(found, names) for found in side] for side in (truth, said)]
    peer, expected = _timed(lambda: seqeval_f1(*tags), runs=3)
    _compare("spans", tally, peer, float(expected), {})


def _compare(name: str, tally: Tally, peer: float, expected: float, more: dict[str, float]) -> None:
    kind = kinds.get(tally.kind)
    config = kind.Config()
    data = tallies.encode(tally)
    numbers, found = _timed(lambda: _NUMBERS[name](tally))
    assert found is not None, "there are truths"
    assert abs(found - expected) < 1e-12, f"F1 is {found}, the peer's {expected}"
    report, _ = _timed(lambda: kind.summarize(tally, config), runs=3)
    # The size is that of all columns, so that each of them is read.
    store, _ = _timed(lambda: tallies.decode(data).size_bytes, runs=3)
    seconds = {"peer": peer, "numbers": numbers, "report": report, "store": store, **more}
    ratios = {key: seconds[key] / peer for key in ("numbers", "report", "store")}
    line = {
        "name": name,
        "seconds": {key: round(value, 5) for key, value in seconds.items()},
        "ratios": {key: round(value, 5) for key, value in ratios.items()},
    }
    print(json.dumps(line), flush=True)


def _macro_f1(tally: Tally) -> float | None:
    found = {each.name: each.value for each in label_blocks.averages(OneLabel(tally, 0.0))}
    return found["f1_macro"]


def _exact_f1(tally: Tally) -> float:
    return float(SpanFindings(tally, 0.0).scores.total.f1[0])


_NUMBERS: Final[dict[str, Callable[[Tally], float | None]]] = {
    "classification": _macro_f1,
    "spans": _exact_f1,
}


def _tally(kind: str, labels: list[str], tasks: int) -> Tally:
    empty = kinds.get(kind).merge([])
    return Tally(
        kind=kind,
        tasks=tuple(f"t_{at:08d}" for at in range(tasks)),
        labels=tuple(labels),
        predicted=np.ones(tasks, dtype=bool),
        truths=empty.truths,
        predictions=empty.predictions,
        pairs=empty.pairs,
    )


def _with_rows(
    tally: Tally,
    truth: tuple[Any, Any],
    said: tuple[Any, Any],
    confidence: Any,
    ends: tuple[Any, Any] | None = None,
) -> Tally:
    sides = []
    for place, (task, label) in enumerate((truth, said)):
        rows = {
            "task": task.astype(np.int32),
            "label": label.astype(np.int32),
            "id": np.array([f"i{at}".encode() for at in range(len(task))]),
        }
        if ends is not None:
            rows["start"] = ends[place][:, 0].astype(np.int32)
            rows["end"] = ends[place][:, 1].astype(np.int32)
        sides.append(rows)
    pairs = tally.pairs
    if ends is not None:
        pairs = tallies.pair_rows(*matching.span_pairs(*ends, (truth[0], said[0])))
    return Tally(
        kind=tally.kind,
        tasks=tally.tasks,
        labels=tally.labels,
        predicted=tally.predicted,
        truths=sides[0],
        predictions={**sides[1], "confidence": confidence},
        pairs=pairs,
    )


def _spans(random: np.random.Generator) -> list[tuple[int, int, int]]:
    """Start, end and label of spans that do not touch."""
    found, at = [], 0
    for _ in range(random.integers(0, 5)):
        start = at + int(random.integers(0, 6))
        end = start + int(random.integers(1, 4))
        if end > TOKENS:
            break
        found.append((start, end, int(random.integers(0, 4))))
        at = end
    return found


def _tags(found: list[tuple[int, int, int]], names: list[str]) -> list[str]:
    tags = ["O"] * TOKENS
    for start, end, label in found:
        tags[start:end] = [f"B-{names[label]}", *[f"I-{names[label]}"] * (end - start - 1)]
    return tags


def _timed(work: Callable[[], Any], runs: int = RUNS) -> tuple[float, Any]:
    """The median of the seconds that it takes, and what it gives."""
    seconds = []
    found = None
    for _ in range(runs):
        began = time.process_time()
        found = work()
        seconds.append(time.process_time() - began)
    return statistics.median(seconds), found


def main() -> None:
    """Measure both."""
    classification(np.random.default_rng(0))
    spans(np.random.default_rng(0))


if __name__ == "__main__":
    main()
