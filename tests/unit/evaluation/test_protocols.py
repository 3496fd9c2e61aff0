"""Protocols: each against its own program or its formula told in a plain loop, and their gaps."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from linlog.evaluation import kinds, protocol_blocks, protocols
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.evaluation.protocols import (
    CHOICES,
    COCO,
    PROTOCOLS,
    ULTRALYTICS,
    ULTRALYTICS_8_3,
    VOC_11,
    VOC_ALL,
    Judge,
)
from linlog.shapes import Box
from linlog.wire.blocks import Table
from tests.unit.evaluation import cases, coco

KIND = kinds.get("detection")
CLOSE = {"abs": 1e-12, "nan_ok": True}
THRESHOLDS = np.linspace(0.5, 0.95, 10)


def judge(items):
    return Judge(KIND.match(items, KIND.Config()))


def marked(items, **marks):
    """The items with every truth's marks set as said."""
    return [
        replace(item, truths=tuple(replace(each, **marks) for each in item.truths))
        for item in items
    ]


# ------------------------------------------------------------------------------ oracles


def iou(one, other):
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    common = max(width, 0) * max(height, 0)
    return common / (one.area + other.area - common) if common else 0.0


def hard(truth):
    """What VOC calls difficult; so large a truth counts nowhere."""
    area = truth.shape.area if truth.area is None else truth.area
    return truth.ignored or area > 1e10


def labels_of(items):
    return sorted({each.label for item in items for each in (*item.truths, *item.predictions)})


def voc(items, area):
    """Mean AP of the VOC devkit: each prediction in turn looks at its best truth alone."""
    found = []
    for label in labels_of(items):
        truths = {
            item.task_id: [each for each in item.truths if each.label == label] for item in items
        }
        real = sum(not hard(each) for some in truths.values() for each in some)
        said = [
            (each, item.task_id)
            for item in items
            for each in item.predictions
            if each.label == label
        ]
        taken, right, wrong = set(), [], []
        for prediction, task in sorted(said, key=lambda pair: -pair[0].confidence):
            most, best = 0.0, None
            for truth in truths[task]:
                if iou(truth.shape, prediction.shape) > most:
                    most, best = iou(truth.shape, prediction.shape), truth
            reached = most >= 0.5
            passed = reached and hard(best)
            right.append(reached and not passed and best.annotation_id not in taken)
            wrong.append(not right[-1] and not passed)
            if right[-1]:
                taken.add(best.annotation_id)
        if not real:
            found.append(0.0)
            continue
        hits, misses = np.cumsum(right), np.cumsum(wrong)
        recall = hits / real
        precision = hits / np.maximum(hits + misses, 1)
        found.append(area(recall, precision))
    return np.mean(found) if found else np.nan


def eleven_points(recall, precision):
    return sum(max(precision[recall >= t], default=0.0) for t in np.arange(0, 1.1, 0.1)) / 11


def all_points(recall, precision):
    recall = np.concatenate([[0], recall, [1]])
    precision = np.concatenate([[0], precision, [0]])
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.diff(recall) @ precision[1:])


def ultralytics(items, *, ramp):
    """AP by label and threshold: limits, matching, and `compute_ap` of ultralytics."""
    every, real = [], {}
    for item in items:
        truths = [each for each in item.truths if not (hard(each) or each.crowd)]
        for each in truths:
            real[each.label] = real.get(each.label, 0) + 1
        kept = [each for each in item.predictions if each.confidence > 0.001]
        kept = sorted(kept, key=lambda each: -each.confidence)[:300]
        table = np.array(
            [[iou(t.shape, p.shape) if t.label == p.label else 0.0 for p in kept] for t in truths]
        ).reshape(len(truths), len(kept))
        correct = np.zeros((len(kept), 10), dtype=bool)
        for place, threshold in enumerate(THRESHOLDS):
            taken = set()
            for at in range(len(kept)):
                best = int(table[:, at].argmax()) if truths else -1
                if best >= 0 and table[best, at] >= threshold and best not in taken:
                    taken.add(best)
                    correct[at, place] = True
        every += zip(kept, correct, strict=True)
    every.sort(key=lambda pair: -pair[0].confidence)
    found = []
    for label in sorted(real):
        own = np.array([flags for each, flags in every if each.label == label], bool).reshape(
            -1, 10
        )
        hits, misses = np.cumsum(own, axis=0), np.cumsum(~own, axis=0)
        found.append(
            [
                compute_ap(hits[:, at] / real[label], hits[:, at] / (hits + misses)[:, at], ramp)
                if len(own)
                else 0.0
                for at in range(10)
            ]
        )
    return np.array(found).reshape(-1, 10)


def compute_ap(recall, precision, ramp):
    ends = ([1.0], [0.0]) if ramp else ([recall[-1], 1.0], [0.0, 0.0])
    recall = np.concatenate([[0.0], recall, ends[0]])
    precision = np.concatenate([[1.0], precision, ends[1]])
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.linspace(0, 1, 101)
    return np.trapezoid(np.interp(places, recall, precision), places)


@pytest.mark.parametrize("seed", range(60))
def test_coco_is_that_of_pycocotools(seed):
    items = cases.hard_boxes(seed)
    made, found = coco.evaluation(items), judge(items)
    for number, place in (("map", 0), ("ap50", 1)):
        expected = np.nan if made.stats[place] == -1 else made.stats[place]
        assert found.number(COCO, number) == pytest.approx(expected, **CLOSE)


@pytest.mark.parametrize("seed", range(60))
def test_voc_is_that_of_the_devkit(seed):
    items = marked(cases.hard_boxes(seed), crowd=False)
    found = judge(items)
    if all(hard(each) for item in items for each in item.truths):
        assert np.isnan(found.number(VOC_11, "ap50"))
        return
    assert found.number(VOC_11, "ap50") == pytest.approx(voc(items, eleven_points), **CLOSE)
    assert found.number(VOC_ALL, "ap50") == pytest.approx(voc(items, all_points), **CLOSE)


def test_a_recall_of_three_tenths_does_not_reach_the_fourth_of_eleven_points():
    """As with `linspace`, whose fourth of eleven is 0.30000000000000004; docs say so."""
    truths = [Truth(f"a_{at}", "cat", Box(60 * at, 0, 40, 40)) for at in range(10)]
    for hits, reached in ((2, 3), (3, 3), (4, 5), (6, 6), (7, 7), (8, 9)):
        sure = [Prediction(f"pr_{at}", "cat", truths[at].shape, 0.9) for at in range(hits)]
        found = judge([Item("t_1", tuple(truths), tuple(sure))])
        assert found.number(VOC_11, "ap50") == pytest.approx(reached / 11, **CLOSE)


@pytest.mark.parametrize("seed", range(60))
def test_ultralytics_is_that_of_its_formula(seed):
    items, found = cases.hard_boxes(seed), judge(cases.hard_boxes(seed))
    for protocol, ramp in ((ULTRALYTICS, False), (ULTRALYTICS_8_3, True)):
        expected = ultralytics(items, ramp=ramp)
        for number, values in (("map", expected), ("ap50", expected[:, :1])):
            wanted = values.mean() if values.size else np.nan
            assert found.number(protocol, number) == pytest.approx(wanted, **CLOSE)


def test_limits_are_of_the_label_or_of_the_image():
    """A hit behind 350 wrong predictions: behind 100 of its label, behind 300 of the image."""
    random, right = np.random.default_rng(0), Box(500, 500, 40, 40)
    wrong = [
        Prediction(f"pr_{at}", "cat" if at % 3 else "dog", Box(0, 0, 9, 9), 0.9 - at * 1e-4)
        for at in random.permutation(350).tolist()
    ]
    for label, others in (("cat", wrong), ("dog", wrong[:290])):
        hit = Prediction("pr_hit", label, right, 0.5)
        items = [Item("t_1", (Truth("a_1", label, right),), (*others, hit))]
        found = judge(items)
        everything = found.number(VOC_ALL, "ap50") > 0
        assert everything
        counted = sum(each.label == label for each in others) < 100
        assert (found.number(COCO, "ap50") > 0) == counted
        assert (found.number(ULTRALYTICS, "ap50") > 0) == (len(others) < 300)


def test_a_crowd_is_ignored_by_voc_and_unknown_to_ultralytics():
    """Its IoU is the share of the prediction inside it, so that many small ones lie in it."""
    crowd = Truth("a_1", "cat", Box(0, 0, 400, 400), crowd=True)
    one = Truth("a_2", "cat", Box(600, 0, 40, 40))
    inside = [Prediction(f"pr_{at}", "cat", Box(40 * at, 9, 30, 30), 0.9) for at in range(3)]
    last = Prediction("pr_9", "cat", one.shape, 0.5)
    found = judge([Item("t_1", (crowd, one), (*inside, last))])
    for protocol in (COCO, VOC_11, VOC_ALL):
        assert found.number(protocol, "ap50") == pytest.approx(1)
    assert found.number(ULTRALYTICS, "ap50") == pytest.approx(0.25, abs=0.01)


def test_masks_are_judged_too():
    kind = kinds.get("segmentation")
    tally = kind.match(cases.items("segmentation", 3), kind.Config())
    report = kind.summarize(tally, kind.Config())
    for number in ("map", "ap50"):
        assert Judge(tally).number(COCO, number) == pytest.approx(report.scalar(number), **CLOSE)


# --------------------------------------------------------------------------------- gaps


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_the_parts_sum_to_the_gap(seed):
    found = judge(cases.hard_boxes(seed))
    for first, second in permutations(PROTOCOLS, 2):
        for number in set(first.numbers) & set(second.numbers):
            parts = protocols.gap(found, first, second, number)
            whole = found.number(second, number) - found.number(first, number)
            assert sum(parts.values()) == pytest.approx(whole, **CLOSE)
            back = protocols.gap(found, second, first, number)
            assert {name: -value for name, value in back.items()} == pytest.approx(parts, **CLOSE)


def test_a_part_is_the_mean_over_all_orders():
    """Shapley's value by its definition: change the choices one by one, in every order."""
    found = judge(cases.hard_boxes(5))
    expected = dict.fromkeys(CHOICES, 0.0)
    differ = [name for name in CHOICES if getattr(COCO, name) != getattr(ULTRALYTICS, name)]
    orders = list(permutations(differ))
    for order in orders:
        protocol = COCO
        for name in order:
            changed = replace(protocol, **{name: getattr(ULTRALYTICS, name)})
            step = found.number(changed, "ap50") - found.number(protocol, "ap50")
            expected[name] += step / len(orders)
            protocol = changed
    assert protocols.gap(found, COCO, ULTRALYTICS, "ap50") == pytest.approx(expected, **CLOSE)


def planted():
    """For each choice images on which it alone tells COCO from a protocol, and that protocol."""
    box, far = Box(0, 0, 40, 40), Box(900, 900, 40, 40)
    truth = Truth("a_1", "cat", box)
    right = Prediction("pr_1", "cat", box, 0.5)
    wrong = [Prediction(f"pr_w{at}", "cat", far, 0.9) for at in range(120)]
    ignored = Truth("a_2", "cat", far, ignored=True)
    twin = Truth("a_2", "cat", Box(4, 0, 40, 40))
    return {
        "most": ([Item("t_1", (truth,), (*wrong, right))], VOC_11),
        "floor": ([Item("t_1", (truth,), (replace(right, confidence=0.001),))], ULTRALYTICS),
        "crowd": ([Item("t_1", (truth, ignored), (wrong[0], right))], ULTRALYTICS),
        "matching": (
            [Item("t_1", (truth, twin), (right, replace(right, prediction_id="pr_2")))],
            VOC_11,
        ),
        "labels": (
            [Item("t_1", (truth,), (right, replace(wrong[0], label="dog")))],
            VOC_11,
        ),
    }


@pytest.mark.parametrize("choice", [*CHOICES])
def test_each_choice_is_named_where_it_alone_makes_the_gap(choice):
    if choice == "reading":
        items = [Item(f"t_{at}", (Truth(f"a_{at}", "cat", Box(0, 0, 9, 9)),)) for at in range(3)]
        found = Prediction("pr_1", "cat", Box(0, 0, 9, 9), 0.5)
        items, other = [replace(items[0], predictions=(found,)), *items[1:]], VOC_11
    else:
        items, other = planted()[choice]
    parts = protocols.gap(judge(items), COCO, other, "ap50")
    others = {name: value for name, value in parts.items() if name not in {choice, "reading"}}
    assert abs(parts[choice]) > 0.005
    assert others == pytest.approx(dict.fromkeys(others, 0.0), abs=1e-12)


# ------------------------------------------------------------------------------- report


def tables(items, missing="missed"):
    report = protocol_blocks.report(KIND.match(items, KIND.Config()), missing)
    return [each for each in report.blocks if isinstance(each, Table)]


def test_the_report_has_each_number_and_columns_that_sum():
    side, differences = tables(cases.hard_boxes(5))
    found = judge(cases.hard_boxes(5))
    for row, protocol in zip(side.rows, PROTOCOLS, strict=True):
        for column, value in zip(side.columns, row.values, strict=True):
            if column.name in protocol.numbers:
                assert value == found.number(protocol, column.name)
            else:
                assert value is None
    *parts, together = [row.values for row in differences.rows]
    assert (len(parts), len(together)) == (len(CHOICES), 6)
    for column in range(6):
        assert sum(part[column] for part in parts) == pytest.approx(together[column], abs=1e-12)


def test_without_truths_every_number_is_undefined():
    items = marked(cases.boxes(3), ignored=True)
    for table in tables(items):
        assert {value for row in table.rows for value in row.values} == {None}
    assert tables([])[0].rows[0].values == (None, None)


def test_what_is_left_out_counts_nowhere():
    items = cases.perfect(cases.boxes(11, images=12))
    at = next(at for at, item in enumerate(items) if item.truths)
    items[at] = replace(items[at], predictions=(), predicted=False)
    missed, left_out = (tables(items, missing)[0] for missing in ("missed", "left out"))
    assert missed.rows[0].values[0] < left_out.rows[0].values[0]


def test_other_kinds_are_refused():
    with pytest.raises(ValueError, match="judge detection and segmentation, not ner"):
        protocol_blocks.check("ner")


def test_the_order_of_arrival_makes_no_difference():
    items = cases.hard_boxes(7)
    written = {
        json.dumps(protocol_blocks.report(KIND.match(each, KIND.Config()), "missed").to_dict())
        for each in (items, items[::-1])
    }
    assert len(written) == 1
