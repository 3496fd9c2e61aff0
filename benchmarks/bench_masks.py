"""Polygons of 5,000 images drawn and compared: linlog beside pycocotools, in one process.

`python -m benchmarks.bench_masks [IMAGES]`. Both start from what they read: pycocotools from lists
of numbers, linlog from shapes. Seconds are of the processor, so that a busy machine changes the
ratios little. The IoUs that both find are compared to the bit, the AP to 1e-12.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from typing import Any

import numpy as np
from pycocotools import mask as coco
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from linlog.evaluation import bands, kinds, masks, tallies
from linlog.evaluation.items import Item, Prediction, Truth
from linlog.shapes import Polygon, Segment

HEIGHT, WIDTH, LABELS = 480, 640, 80
TRUTHS, PREDICTIONS = 7.2, 50


def main(images: int) -> None:
    """Print one line of seconds and ratios."""
    items = [_item(np.random.default_rng((0, number)), number) for number in range(images)]
    lists = [tuple(_flat(side) for side in (item.truths, item.predictions)) for item in items]
    ours, theirs = _ours(items), _theirs(lists)
    assert np.array_equal(np.sort(ours["iou"]), np.sort(theirs["iou"])), "equal to the bit"
    some = items[: max(1, images // 10)]
    own, expected = _evaluated(some), _evaluated_by_coco(some)
    assert abs(own["map"] - expected["map"]) < 1e-12, (own, expected)
    pairs = {
        "draw": (ours["draw"], theirs["draw"]),
        "compare": (ours["compare"], theirs["compare"]),
        "both": tuple(side["draw"] + side["compare"] for side in (ours, theirs)),
        f"evaluate_{len(some)}_images": (own["s"], expected["s"]),
    }
    found = {
        name: {"linlog_s": round(one, 2), "pycocotools_s": round(other, 2),
               "ratio": round(one / other, 2)}
        for name, (one, other) in pairs.items()
    }  # fmt: skip
    sys.stdout.write(json.dumps({"benchmark": "masks", "images": images, **found}) + "\n")


def _ours(items: list[Item]) -> dict[str, Any]:
    draw = compare = 0.0
    found = [np.zeros(0)]
    for at in range(0, len(items), masks.AT_ONCE):
        some = items[at : at + masks.AT_ONCE]
        truths, predictions = tallies.shapes(some)
        owner = np.repeat(
            np.tile(np.arange(len(some)), 2),
            [len(item.truths) for item in some] + [len(item.predictions) for item in some],
        )
        begin = time.process_time()
        shapes, frames = [*truths, *predictions], masks.frames(some)
        regions = masks.drawn(shapes, frames.height[owner], frames.width[owner])
        middle = time.process_time()
        alone = np.zeros(len(truths), dtype=bool)
        *_, iou = masks.pairs(bands.of(regions), owner, len(truths), 0.1, alone)
        draw, compare = draw + middle - begin, compare + time.process_time() - middle
        found.append(iou)
    return {"draw": draw, "compare": compare, "iou": np.concatenate(found)}


def _theirs(lists: list[tuple[list[Any], list[Any]]]) -> dict[str, Any]:
    draw = compare = 0.0
    found = [np.zeros(0)]
    for truths, predictions in lists:
        begin = time.process_time()
        sides = [
            coco.frPyObjects(some, HEIGHT, WIDTH) if some else [] for some in (truths, predictions)
        ]
        middle = time.process_time()
        iou = coco.iou(sides[1], sides[0], [0] * len(truths)) if all(sides) else np.zeros(0)
        draw, compare = draw + middle - begin, compare + time.process_time() - middle
        found.append(iou[iou >= 0.1])
    return {"draw": draw, "compare": compare, "iou": np.concatenate(found)}


def _evaluated(items: list[Item]) -> dict[str, Any]:
    kind = kinds.get("segmentation")
    begin = time.process_time()
    report = kind.summarize(kind.match(items, kind.Config()), kind.Config())
    return {"s": time.process_time() - begin, "map": report.scalar("map")}


def _evaluated_by_coco(items: list[Item]) -> dict[str, Any]:
    def told(image: int, each: Truth | Prediction) -> dict[str, Any]:
        drawn = coco.frPyObjects(_flat([each]), HEIGHT, WIDTH)[0]
        area = float(coco.area(drawn))
        return {"image_id": image, "category_id": int(each.label), "area": area,
                "segmentation": drawn, "iscrowd": 0}  # fmt: skip

    begin = time.process_time()
    truths = [told(at, each) for at, item in enumerate(items, 1) for each in item.truths]
    found = [
        {**told(at, each), "score": each.confidence}
        for at, item in enumerate(items, 1)
        for each in item.predictions
    ]
    sides = [COCO(), COCO()]
    with contextlib.redirect_stdout(io.StringIO()):
        for side, some in zip(sides, (truths, found), strict=True):
            side.dataset = {
                "images": [
                    {"id": at, "height": HEIGHT, "width": WIDTH} for at in range(1, len(items) + 1)
                ],
                "categories": [{"id": at} for at in range(LABELS)],
                "annotations": [{**each, "id": at} for at, each in enumerate(some, 1)],
            }
            side.createIndex()
        made = COCOeval(sides[0], sides[1], "segm")
        made.evaluate()
        made.accumulate()
        made.summarize()
    return {"s": time.process_time() - begin, "map": made.stats[0]}


def _item(random: np.random.Generator, number: int) -> Item:
    places = [(random.uniform(0, 1, 2) * [WIDTH, HEIGHT], _reach(random), _label(random))
              for _ in range(random.poisson(TRUTHS))]  # fmt: skip
    truths = [
        Truth(f"a_{number}_{at}", label, _blob(random, centre, reach))
        for at, (centre, reach, label) in enumerate(places)
    ]
    predictions = []
    for at in range(PREDICTIONS):
        if places and random.random() < 0.4:
            centre, reach, label = places[random.integers(len(places))]
            centre = centre + random.normal(0, 0.15 * reach, 2)
            reach *= np.exp(random.normal(0, 0.15))
        else:
            centre, reach = random.uniform(0, 1, 2) * [WIDTH, HEIGHT], _reach(random)
            label = _label(random)
        shape = _blob(random, centre, reach)
        predictions.append(Prediction(f"pr_{number}_{at}", label, shape, float(random.random())))
    return Item(f"t_{number:05d}", tuple(truths), tuple(predictions), height=HEIGHT, width=WIDTH)


def _reach(random: np.random.Generator) -> float:
    return float(np.exp(random.uniform(np.log(6), np.log(150))))


def _label(random: np.random.Generator) -> str:
    return str(random.integers(LABELS))


def _blob(random: np.random.Generator, centre: Any, reach: float) -> Polygon:
    """A smooth outline of 12 to 50 corners, as people draw and models trace them."""
    turn = np.sort(random.uniform(0, 2 * np.pi, random.integers(12, 50)))
    waves = (
        random.normal(0, 0.18 / n) * np.cos(n * turn + random.uniform(0, 6.3)) for n in range(1, 5)
    )
    far = np.maximum(reach * (1 + sum(waves)), 0.2 * reach)
    path = centre + np.c_[np.cos(turn), np.sin(turn)] * far[:, None] * [1, random.uniform(0.5, 1.5)]
    corners = np.round(np.clip(path, 0, [WIDTH, HEIGHT]), 2)
    return Polygon((Segment(tuple(map(tuple, corners.tolist()))),))


def _flat(marks: Any) -> list[list[float]]:
    return [np.ravel(mark.shape.segments[0].path).tolist() for mark in marks]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
