"""Instance segmentation against pycocotools, with every region drawn and encoded by it."""

from __future__ import annotations

import numpy as np
import pytest
from pycocotools import mask as coco_masks

from linlog.evaluation import kinds
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box, Mask, Polygon, Segment
from tests.unit.evaluation import cases, coco

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
KIND = kinds.get("segmentation")
CONFIG = KIND.Config()


def region(shape, item):
    """What COCO says of a region: its run lengths and its area, both by pycocotools."""
    size = (item.height, item.width)
    if isinstance(shape, Mask):
        found = coco_masks.frPyObjects({"size": shape.size, "counts": list(shape.counts)}, *size)
    else:
        parts = [cut_out(part, size) for part in shape.segments]
        found = coco_masks.merge(parts)
    return {"segmentation": found, "area": float(coco_masks.area(found))}


def cut_out(part, size):
    inside = drawn(part.path, size)
    for hole in part.holes:
        inside &= ~drawn(hole, size)
    return coco_masks.encode(np.asfortranarray(inside, dtype=np.uint8))


def drawn(path, size):
    found = coco_masks.frPyObjects([np.ravel(path).tolist()], *size)[0]
    return coco_masks.decode(found).astype(bool)


def report_of(items, **config):
    return KIND.summarize(KIND.match(items, CONFIG), KIND.Config(**config))


def block(report, name):
    return next(entry for entry in report.blocks if entry.name == name)


@pytest.mark.parametrize("seed", range(0, 300, 10))
def test_equals_pycocotools(seed):
    for each in range(seed, seed + 10):
        items = cases.hard_regions(each)
        coco.assert_same(KIND, items, coco.evaluation(items, region, "segm", ("segmentation",)))


def test_the_random_sets_hold_what_makes_programs_differ():
    sets = [cases.hard_regions(seed) for seed in range(300)]
    pixels = [
        region(each.shape, item)["area"] for items in sets for item in items for each in item.truths
    ]
    amounts = {**cases.difficulties(sets, most=100), "without a pixel": pixels.count(0)}
    assert min(amounts.values()) >= 8, amounts


def square(left, top, side):
    corners = ((left, top), (left + side, top), (left + side, top + side), (left, top + side))
    return Polygon((Segment(corners),))


def test_a_hole_tells_a_ring_from_a_disc():
    path, hole = square(0, 0, 20).segments[0].path, square(5, 5, 10).segments[0].path
    ring = Polygon((Segment(path, (hole,)),))
    item = Item(
        "t_1",
        (Truth("a_1", "ring", ring),),
        (Prediction("pr_1", "ring", square(0, 0, 20), 0.9),),
        height=30,
        width=30,
    )
    example = block(report_of([item], iou_threshold=0.9), "worst").examples[0]
    assert next(each.iou for each in example.outcomes) == 300 / 400
    assert report_of([item]).scalar("ap50") == pytest.approx(1)


def test_outlines_are_cut_at_the_edge_where_it_is_known():
    truth = Truth("a_1", "cat", square(0, 0, 10))
    out = Prediction("pr_1", "cat", square(-20, 0, 30), 0.9)
    known = Item("t_1", (truth,), (out,), height=10, width=10)
    report = report_of([known])
    assert report.scalar("map") == pytest.approx(1)
    assert "not known" not in block(report, "about").text
    unknown = report_of([Item("t_1", (truth,), (out,))])
    assert unknown.scalar("map") == 0
    assert "not known of 1 task:" in block(unknown, "about").text


def test_a_mask_of_another_size_meets_nothing_and_is_told():
    whole, other = np.ones((4, 4), dtype=bool), np.ones((8, 8), dtype=bool)
    item = Item(
        "t_1",
        (Truth("a_1", "cat", cases.mask(whole)),),
        (Prediction("pr_1", "cat", cases.mask(other), 0.9),),
        height=4,
        width=4,
    )
    report = report_of([item])
    assert report.scalar("map") == 0
    assert "another size than their image: 1 mask." in block(report, "about").text


def test_sizes_are_those_of_pixels_unless_told():
    big = square(0, 0, 40)
    item = Item(
        "t_1",
        (Truth("a_1", "cat", big), Truth("a_2", "cat", square(50, 0, 40), area=10.0)),
        (Prediction("pr_1", "cat", big, 0.9),),
        height=50,
        width=100,
    )
    report = report_of([item])
    assert report.scalar("map_medium") == pytest.approx(1)
    assert report.scalar("map_small") == 0


def test_other_shapes_are_refused_by_name():
    with pytest.raises(ValueError, match="segmentation takes polygons and masks, but some .* box"):
        KIND.match([Item("t_1", (Truth("a_1", "cat", Box(0, 0, 1, 1)),))], CONFIG)


@pytest.mark.parametrize(
    "config", [{"iou_threshold": 0.05}, {"confidence_threshold": 2.0}, {"missing": "ignored"}]
)
def test_config_refuses_what_makes_no_sense(config):
    with pytest.raises(ValueError, match="must be"):
        KIND.Config(**config)
