"""What makes COCO's numbers differ between programs: each rule by hand and by pycocotools."""

from __future__ import annotations

import numpy as np
import pytest

from linlog.evaluation import average_precision, kinds, matching
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box
from tests.unit.evaluation import coco

KIND = kinds.get("detection")
CONFIG = KIND.Config()
SIDE = 40.0
AT_50 = average_precision.settings().index((0, 0))


def square(left, top=0.0, side=SIDE):
    return Box(left, top, side, side)


def truth(left, number=0, *, shape=None, label="cat", **marks):
    return Truth(f"a_{number}", label, shape or square(left), **marks)


def found(left, confidence, *, shape=None, label="cat"):
    return Prediction("pr", label, shape or square(left), confidence)


def evaluate(*items):
    """The numbers of the items, after pycocotools agreed with every one of them."""
    coco.assert_same(KIND, items)
    return KIND.summarize(KIND.match(items, CONFIG), CONFIG)


def number(name, *items):
    return evaluate(*items).scalar(name)


def ranking(*items):
    coco.assert_same(KIND, items)
    return average_precision.Ranking(KIND.match(items, CONFIG), average_precision.settings())


def test_equal_confidences_go_by_task_id_and_then_as_given():
    right, wrong = found(0, 0.5), found(500, 0.5)
    first = Item("t_1", (truth(0),), (right, wrong))
    second = Item("t_1", (truth(0),), (wrong, right))
    assert number("ap50", first) == pytest.approx(1)
    assert number("ap50", second) == pytest.approx(0.5)
    alone = [Item("t_2", (truth(0),), (right,)), Item("t_1", (), (wrong,))]
    assert number("ap50", *alone) == pytest.approx(0.5), "t_1 comes first, whatever is handed over"
    assert number("ap50", Item("t_1", (truth(0),), (right,)), Item("t_2", (), (wrong,))) == (
        pytest.approx(1)
    )


def test_a_hundred_of_a_label_and_image_count_and_are_cut_before_all_else():
    noise = tuple(found(500 + at, 0.9) for at in range(100))
    late = found(0, 0.5)
    assert number("ar100", Item("t_1", (truth(0),), (*noise[:99], late))) == 1
    assert number("ar100", Item("t_1", (truth(0),), (*noise, late))) == 0
    other = tuple(found(500 + at, 0.9, label="dog") for at in range(100))
    assert number("ar100", Item("t_1", (truth(0),), (*other, late))) == 1, "each label has its own"


def test_no_threshold_asks_for_more_than_nearly_one():
    assert min(1.0, matching.NEARLY_ONE) == 1 - 1e-10
    place = np.array([[0.1, 0.2, 0.7, 0.3]])
    pairs = (np.array([0]), np.array([0]), np.array([1 - 1e-11]))
    _, won = matching.greedy(pairs, np.array([0.5]), np.array([1.0]))
    assert won[0, 0] == 0
    assert matching.box_iou(place, place)[0] == pytest.approx(1)


def test_an_iou_equal_to_the_threshold_matches():
    half = Box(0, 0, SIDE, SIDE / 2)
    assert number("ap50", Item("t_1", (truth(0),), (found(0, 0.9, shape=half),))) == (
        pytest.approx(1)
    )
    less = Box(0, 0, SIDE, SIDE / 2 - 1e-6)
    assert number("ap50", Item("t_1", (truth(0),), (found(0, 0.9, shape=less),))) == 0


def test_of_equal_ious_the_last_truth_is_taken():
    between = found(10, 0.9)
    truths = (truth(0, 1), truth(20, 2))
    tally = KIND.match([Item("t_1", truths, (between,))], CONFIG)
    report = KIND.summarize(tally, KIND.Config(confidence_threshold=0))
    outcomes = report.blocks[-1].examples[0].outcomes
    assert [each.truth_id for each in outcomes if each.outcome == "hit"] == ["a_2"]
    second = found(-2, 0.8)
    assert number("ar100", Item("t_1", truths, (between, second))) > number(
        "ar100", Item("t_1", truths[::-1], (between, second))
    )


def test_an_ignored_truth_is_taken_only_where_no_real_one_is_left():
    best = truth(0, 1, ignored=True)
    worse = truth(10, 2)
    assert number("ap50", Item("t_1", (best, worse), (found(0, 0.9),))) == pytest.approx(1)
    two = (found(0, 0.9), found(0, 0.8))
    item = Item("t_1", (best, worse), two)
    assert number("ap50", item) == pytest.approx(1)
    assert number("ap75", Item("t_1", (best, worse), two[:1])) == 0, "at .75 the real one is far"


def test_a_crowd_takes_any_number_by_the_share_of_the_prediction_inside():
    crowd = truth(0, 1, shape=Box(0, 0, 400, 400), crowd=True)
    real = truth(1000, 2)
    inside = tuple(found(10 * at, 0.9) for at in range(30))
    alone = found(1000, 0.5)
    assert number("ap50", Item("t_1", (crowd, real), (*inside, alone))) == pytest.approx(1)
    single = truth(0, 1, shape=Box(0, 0, 400, 400), ignored=True)
    assert number("ap50", Item("t_1", (single, real), (*inside, alone))) == pytest.approx(1 / 31)


def test_a_truth_has_the_size_of_its_area_and_a_prediction_that_of_its_box():
    small = Item("t_1", (truth(0, area=100.0),), (found(0, 0.9),))
    report = evaluate(small)
    assert report.scalar("map_small") == pytest.approx(1)
    assert report.scalar("map_medium") is None
    wrong = Item("t_1", (truth(0, area=100.0),), (found(500, 0.95), found(0, 0.9)))
    assert number("map_small", wrong) == pytest.approx(1), "a box of 1,600 px² is no small error"
    assert number("map", wrong) == pytest.approx(0.5)


@pytest.mark.parametrize(("side", "names"), [(32.0, "small medium"), (96.0, "medium large")])
def test_both_ends_of_a_size_belong_to_it(side, names):
    box = square(0, side=side)
    report = evaluate(Item("t_1", (truth(0, shape=box),), (found(0, 0.9, shape=box),)))
    counted = [
        name for name in ("small", "medium", "large") if report.scalar(f"map_{name}") is not None
    ]
    assert counted == names.split()


def test_precision_has_the_smallest_number_below_it():
    row = ranking(Item("t_1", (truth(0),), (found(0, 0.9),))).precision_at_recalls(AT_50)[0]
    assert row.max() == 1 / (1 + np.spacing(1))
    assert row.max() != 1


def test_thresholds_and_recalls_are_those_of_linspace():
    assert average_precision.IOU_THRESHOLDS.tolist() == np.linspace(0.5, 0.95, 10).tolist()
    assert average_precision.RECALLS.tolist() == np.linspace(0, 1, 101).tolist()
    assert average_precision.IOU_THRESHOLDS.tolist() != np.arange(0.5, 1, 0.05).tolist()
    truths = tuple(truth(100 * at, at) for at in range(100))
    for hits, reached in ((34, 35), (35, 35), (36, 37), (57, 57)):
        item = Item("t_1", truths, tuple(found(100 * at, 0.9) for at in range(hits)))
        row = ranking(item).precision_at_recalls(AT_50)[0]
        assert int((row > 0).sum()) == reached, "0.35 and 0.57 of linspace are a digit higher"


def test_a_label_without_truth_is_left_out_and_one_without_predictions_is_nought():
    hit = Item("t_1", (truth(0),), (found(0, 0.9), found(0, 0.9, label="dog")))
    assert number("ap50", hit) == pytest.approx(1)
    missed = Item("t_1", (truth(0), truth(0, 1, label="owl")), (found(0, 0.9),))
    assert number("ap50", missed) == pytest.approx(0.5)
    assert number("ap50", Item("t_1", (), (found(0, 0.9),))) is None


def test_a_truth_numbered_0_is_lost_by_pycocotools_so_the_oracle_starts_at_1():
    items = [Item("t_1", (truth(0),), (found(0, 0.9),))]
    data, results = coco.files(items)
    assert data["annotations"][0]["id"] == 1
    assert coco.evaluation(items).stats[1] == pytest.approx(1)
    assert coco.evaluated(data, results, first_id=0).stats[1] == 0


@pytest.mark.parametrize("confidence", [float("nan"), float("inf")])
def test_confidences_that_are_no_numbers_are_refused(confidence):
    with pytest.raises(ValueError, match="from 0 to 1"):
        KIND.match([Item("t_1", (truth(0),), (found(0, confidence),))], CONFIG)


def test_nothing_is_rounded_to_32_bits():
    lower, higher = 0.9, 0.9 + 1e-12
    assert np.float32(lower) == np.float32(higher)
    item = Item("t_1", (truth(0),), (found(500, lower), found(0, higher)))
    assert number("ap50", item) == pytest.approx(1)
    thin = Box(0, 0, SIDE, SIDE / 2 * (1 - 1e-12))
    assert np.float32(thin.height) == np.float32(SIDE / 2)
    assert number("ap50", Item("t_1", (truth(0),), (found(0, 0.9, shape=thin),))) == 0
