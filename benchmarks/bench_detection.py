"""The numbers of boxes beside peers: 5,000 images, 80 labels, 36,000 truths, 250,000 predictions.

Everybody begins with what it keeps once predictions are matched: linlog with the bytes of a tally
in its store, hotcoco with its streaming evaluator, and for whole runs with its data in memory.
pycocotools is slow, so it gets the first tenth of the images, and so does linlog beside it. All
agree on mAP. hotcoco and ultrafast-pycocotools are measured where they are installed:

    pip install hotcoco==1.3.0 ultrafast-pycocotools==0.1.14
    python -m benchmarks.bench_detection [--images 5000] [--predictions 250000] [--runs 5]

Seconds are of the wall, the median of the runs; a ratio is linlog's to the peer's. Memory is the
most that a process of its own has, from what is kept to the numbers.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final

import numpy as np

from benchmarks import boxes, peak
from linlog.evaluation import average_precision, carried, kinds, tallies
from linlog.evaluation.items import Item
from linlog.evaluation.tallies import Tally

AT_ONCE: Final = 16
"""Images that a trainer hands over together."""
SLICES: Final = 10
Dict = dict[str, Any]
KIND: Final = kinds.get("detection")
CONFIG: Final = KIND.Config()


def main() -> None:
    """Print one line of seconds and ratios."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--images", type=int, default=5_000)
    asked.add_argument("--predictions", type=int, default=250_000)
    asked.add_argument("--runs", type=int, default=5)
    chosen = asked.parse_args()
    data = boxes.coco(np.random.default_rng(0), chosen.images, chosen.predictions)
    items = boxes.items(data)
    tally = KIND.match(items, CONFIG)
    ours = _ours(items, tally, chosen.runs)
    peers = [
        _hotcoco(data, chosen.runs),
        _ultrafast(data, chosen.runs),
        _pycocotools(_first(data, chosen.images // 10)),
    ]
    expected = _mean(tally)
    for peer in peers:
        mean = expected if peer.get("images") is None else ours["tenth"]["mean"]
        assert "mean" not in peer or abs(peer["mean"] - mean) < 1e-9, (peer, mean)
    found = {
        "benchmark": "detection",
        "images": chosen.images,
        "truths": len(tally.truths["task"]),
        "predictions": len(tally.predictions["task"]),
        "linlog_s": {name: _rounded(value) for name, value in ours["s"].items()},
        "peak_mb": {k: v for each in (ours, *peers) for k, v in each.get("peak_mb", {}).items()},
        "peers_s": {peer["name"]: {k: _rounded(v) for k, v in peer["s"].items()} for peer in peers},
        "ratios": {
            f"{work}/{peer['name']}": _rounded(_own(ours, peer)[work] / seconds)
            for peer in peers
            for work, seconds in peer["s"].items()
        },
    }
    sys.stdout.write(json.dumps(found) + "\n")


def _own(ours: Dict, peer: Dict) -> Dict:
    """What linlog took for the same images; a finish in memory stands beside none but ours."""
    found: Dict = ours["s"] if peer.get("images") is None else ours["tenth"]["s"]
    return found


def _ours(items: list[Item], tally: Tally, runs: int) -> Dict:
    data, tenth = tallies.encode(tally), KIND.match(items[: len(items) // 10], CONFIG)
    data_of_tenth, size = tallies.encode(tenth), len(tally)
    part = np.arange(size) % SLICES
    edited, before = _edited(items[size // 2]), tallies.decode(data)
    changed = [edited if item.task_id == edited.task_id else item for item in items]
    expected = _mean(KIND.match(changed, CONFIG))
    average_precision.averages(before)
    rest = tallies.masked(tally, np.arange(size) != size // 2)
    first = items[: AT_ONCE * 20]

    def slices() -> None:
        whole = tallies.decode(data)
        for at in range(SLICES):
            _mean(tallies.masked(whole, part == at))

    def edit() -> None:
        after = KIND.merge([rest, KIND.match([edited], CONFIG)])
        carried.carry(before, after, [edited.task_id])
        found = average_precision.averages(after)
        assert average_precision.mean(found.precision[0]) == expected

    seconds = {
        "finish": _timed(lambda: _mean(tallies.decode(data)), runs),
        "run": _timed(lambda: _mean(tallies.decode(data)), runs),
        "report": _timed(lambda: KIND.summarize(tallies.decode(data), CONFIG), runs),
        "slices": _timed(slices, runs),
        "edit": _timed(edit, runs),
        "match": _timed(
            lambda: [KIND.match(some, CONFIG) for some in _batches(first)], runs
        ) / len(first),
    }  # fmt: skip
    own = _timed(lambda: _mean(tallies.decode(data_of_tenth)), runs)
    return {
        "s": seconds,
        "tenth": {"s": {"finish": own}, "mean": _mean(tenth)},
        "peak_mb": {who: peak.of(who, data) for who in ("linlog", "linlog report")},
    }


def _edited(item: Item) -> Item:
    """The image with another label for its first annotation: the most frequent one, mostly."""
    first, *others = item.truths
    label = next(name for name in ("1", "2") if name != first.label)
    return replace(item, truths=(replace(first, label=label), *others))


def _mean(tally: Tally) -> float:
    """All of COCO's numbers by size and label, of which this returns mAP."""
    tally.derived.clear()
    return average_precision.mean(average_precision.averages(tally).precision[0])


def _hotcoco(data: Dict, runs: int) -> Dict:
    hotcoco = _installed("hotcoco")
    if hotcoco is None:
        return {"name": "hotcoco", "s": {}}
    truth = hotcoco.COCO(data["truth"])
    said = truth.load_res(data["said"])
    by_image = boxes.by_image(data)
    streamed = hotcoco.StreamingEval(data["truth"]["categories"], iou_type="bbox")
    batches = [
        [list(chain.from_iterable(column)) for column in zip(*some, strict=True)]
        for some in _batches(by_image)
    ]
    match = _once(lambda: [streamed.update(*some) for some in batches]) / len(by_image)
    kept = streamed.to_bytes()

    def again() -> Any:
        made = hotcoco.COCOeval(truth, said, "bbox")
        made.evaluate()
        return _summed(made)

    def report() -> None:
        made = again()
        made.report()
        made.f_scores()
        made.confusion_matrix()
        made.tide_errors()
        made.calibration()
        made.image_diagnostics()

    made = again()
    slices: dict[str, list[int]] = {f"slice {at}": [] for at in range(SLICES)}
    for at, image in enumerate(data["truth"]["images"]):
        slices[f"slice {at % SLICES}"].append(image["id"])
    restored = [hotcoco.StreamingEval.from_bytes(kept) for _ in range(runs)]
    finish = _timed(lambda: _summed(restored.pop().finalize()), runs)
    seconds = {
        "finish": finish,
        "run": _timed(again, runs),
        "report": _timed(report, runs),
        "slices": _timed(lambda: made.slice_by(slices), runs),
        "edit": _timed(again, runs),
        "match": match,
    }
    mean, most = float(made.stats[0]), {"hotcoco": peak.of("hotcoco", kept)}
    return {"name": "hotcoco", "s": seconds, "mean": mean, "peak_mb": most}


def _ultrafast(data: Dict, runs: int) -> Dict:
    ultrafast = _installed("ultrafast_pycocotools")
    if ultrafast is None:
        return {"name": "ultrafast", "s": {}}
    truth, said = _loaded(ultrafast.COCO, data)
    found: list[float] = []

    def again() -> None:
        made = ultrafast.COCOeval(truth, said, "bbox")
        with contextlib.redirect_stdout(io.StringIO()):
            made.evaluate()
        found.append(float(_summed(made).stats[0]))

    return {"name": "ultrafast", "s": {"run": _timed(again, runs)}, "mean": found[0]}


def _pycocotools(data: Dict) -> Dict:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    truth, said = _loaded(COCO, data)
    made = COCOeval(truth, said, "bbox")

    def again() -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            made.evaluate()
        _summed(made)

    seconds = _once(again)
    return {
        "name": "pycocotools_on_a_tenth",
        "s": {"finish": seconds},
        "mean": float(made.stats[0]),
        "images": len(data["truth"]["images"]),
    }


def _loaded(kind: Any, data: Dict) -> tuple[Any, Any]:
    with contextlib.redirect_stdout(io.StringIO()):
        truth = kind()
        truth.dataset = data["truth"]
        truth.createIndex()
        return truth, truth.loadRes(data["said"])


def _summed(made: Any) -> Any:
    with contextlib.redirect_stdout(io.StringIO()):
        made.accumulate()
        made.summarize()
    return made


def _first(data: Dict, images: int) -> Dict:
    truth = {
        **data["truth"],
        "images": data["truth"]["images"][:images],
        "annotations": [e for e in data["truth"]["annotations"] if e["image_id"] <= images],
    }
    return {"truth": truth, "said": [e for e in data["said"] if e["image_id"] <= images]}


def _batches(some: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(some), AT_ONCE):
        yield some[start : start + AT_ONCE]


def _installed(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def _timed(call: Callable[[], Any], runs: int) -> float:
    return statistics.median(_once(call) for _ in range(runs))


def _once(call: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


if __name__ == "__main__":
    main()
