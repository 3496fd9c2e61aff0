"""Semantic segmentation against scikit-learn over every pixel of rasters drawn by pycocotools."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from pycocotools import mask as coco
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    jaccard_score,
    precision_score,
    recall_score,
)

from linlog.evaluation import kinds
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box, Mask, Polygon, Segment
from tests.unit.evaluation import cases, weighted

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
KIND = kinds.get("semantic_segmentation")
CONFIG = KIND.Config()


def pixels(shape, size):
    """A shape as flags, by pycocotools; a mask of another size has none."""
    if isinstance(shape, Mask):
        flat = np.repeat(np.arange(len(shape.counts)) % 2, shape.counts)
        fits = shape.size == size
        return flat.reshape(size[::-1]).T.astype(bool) if fits else np.zeros(size, dtype=bool)
    found = np.zeros(size, dtype=bool)
    for part in shape.segments:
        inside = drawn(part.path, size)
        for hole in part.holes:
            inside &= ~drawn(hole, size)
        found |= inside
    return found


def drawn(path, size):
    return coco.decode(coco.frPyObjects([np.ravel(path).tolist()], *size)[0]).astype(bool)


def frame(item):
    if item.height:
        return item.height, item.width
    shapes = [each.shape for each in (*item.truths, *item.predictions)]
    for shape in shapes:
        if isinstance(shape, Mask):
            return shape.size
    sides = [[shape.bounds[side] for shape in shapes] for side in (3, 2)]
    return tuple(max(1, int(np.ceil(max(side, default=1)))) for side in sides)


def flattened(items, codes):
    """The label of every pixel of all images, of truth and of prediction; the last is nothing."""
    sides = ([], [])
    for item in items:
        size = frame(item)
        for found, side in zip((item.truths, item.predictions), sides, strict=True):
            image = np.full(size, len(codes))
            for each in sorted(found, key=lambda one: -pixels(one.shape, size).sum()):
                void = isinstance(each, Truth) and each.ignored
                image[pixels(each.shape, size)] = -1 if void else codes[each.label]
            side.append(image.ravel())
    truth, found = (np.concatenate(side) for side in sides)
    return truth[truth >= 0], found[truth >= 0]


def passing_over(item, some):
    """The item with every other truth ignored, if some shall be."""
    truths = tuple(
        dataclasses.replace(each, ignored=some and at % 2 == 0, crowd=at % 3 == 0)
        for at, each in enumerate(item.truths)
    )
    return dataclasses.replace(item, truths=truths)


def report_of(items, **config):
    return KIND.summarize(KIND.match(items, CONFIG), KIND.Config(**config))


def block(report, name):
    return next(entry for entry in report.blocks if entry.name == name)


@pytest.mark.parametrize("unlabelled", ["background", "left out"])
@pytest.mark.parametrize("seed", range(30))
def test_equals_scikit_learn_over_all_pixels(seed, unlabelled):
    items = [passing_over(item, seed % 3 == 0) for item in cases.regions(seed)]
    report = report_of(items, unlabelled=unlabelled)
    labels = KIND.match(items, CONFIG).labels
    codes = {label: code for code, label in enumerate(labels)}
    truth, found = flattened(items, codes)
    if unlabelled == "left out":
        truth, found = truth[truth < len(codes)], found[truth < len(codes)]
    if not len(truth):
        assert report.scalar("pixel_accuracy") is None
        return
    every = range(len(codes) + 1)
    matrix = confusion_matrix(truth, found, labels=every)
    np.testing.assert_array_equal(block(report, "confusion_matrix").values, matrix)
    used = [code for code in range(len(codes)) if matrix[code].any() or matrix[:, code].any()]
    with_truth = [code for code in range(len(codes)) if matrix[code].any()]
    last = [len(codes)] if matrix[-1].any() or matrix[:, -1].any() else []
    options = {"average": "macro", "zero_division": 0}
    expected = {
        "mean_iou": used and jaccard_score(truth, found, labels=used, **options),
        "mean_dice": used and f1_score(truth, found, labels=used, **options),
        "mean_accuracy": with_truth and recall_score(truth, found, labels=with_truth, **options),
        "mean_iou_with_background": unlabelled == "background"
        and jaccard_score(truth, found, labels=used + last, **options),
        "pixel_accuracy": accuracy_score(truth, found),
        "frequency_weighted_iou": jaccard_score(truth, found, average="weighted", zero_division=0),
    }
    for name, value in expected.items():
        ours = report.scalar(name)
        assert (ours is None) == (value is False or value == []), name
        assert ours is None or ours == pytest.approx(value, abs=1e-12), name
    rows = {row.label: row.values for row in block(report, "per_label").rows}
    names = [column.name for column in block(report, "per_label").columns]
    either, said = matrix.sum(axis=0) + matrix.sum(axis=1), matrix.sum(axis=0)
    by_label = {
        "iou": (jaccard_score, either),
        "dice": (f1_score, either),
        "precision": (precision_score, said),
    }
    for name, (score, defined) in by_label.items():
        values = score(truth, found, labels=range(len(codes)), average=None, zero_division=0)
        for label, code in codes.items():
            expected = pytest.approx(values[code], abs=1e-12) if defined[code] else None
            assert rows[label][names.index(name)] == expected, name


@pytest.mark.parametrize("unlabelled", ["background", "left out"])
@pytest.mark.parametrize("seed", range(12))
def test_pixels_of_a_label_that_is_left_out_have_no_label(seed, unlabelled):
    items = cases.regions(seed)
    tally = KIND.match(items, CONFIG)
    gone = tally.labels[seed % len(tally.labels)]
    left = KIND.relabel(tally, {gone: None})
    report = KIND.summarize(left, KIND.Config(unlabelled=unlabelled))
    names = [label for label in tally.labels if label != gone]
    codes = {**{label: code for code, label in enumerate(names)}, gone: len(names)}
    truth, found = (np.minimum(side, len(names)) for side in flattened(items, codes))
    if unlabelled == "left out":
        truth, found = truth[truth < len(names)], found[truth < len(names)]
    told = block(report, "confusion_matrix")
    used = {name: place for place, name in enumerate(left.labels)}
    places = [names.index(name) for name in used] + [len(names)]
    size = len(names) + 1
    expected = np.bincount(truth * size + found, minlength=size**2).reshape(size, size)
    np.testing.assert_array_equal(told.values, expected[np.ix_(places, places)])
    assert np.sum(told.values) == expected.sum() == len(truth)


def square(left, top, side, *, hole=None):
    def path(x, y, length):
        return ((x, y), (x + length, y), (x + length, y + length), (x, y + length))

    holes = () if hole is None else (path(*hole),)
    return Polygon((Segment(path(left, top, side), holes),))


def test_the_smaller_shape_lies_on_top_whichever_came_first():
    sky, bird = Truth("a_1", "sky", square(0, 0, 10)), Truth("a_2", "bird", square(2, 2, 4))
    for truths in ((sky, bird), (bird, sky)):
        item = Item("t_1", truths, predicted=False, height=10, width=10)
        matrix = block(report_of([item]), "confusion_matrix")
        assert matrix.rows == ("bird", "sky", "(background)")
        assert [row[-1] for row in matrix.values] == [16, 84, 0]


def test_of_equal_shapes_the_later_lies_on_top():
    truths = (Truth("a_1", "sky", square(0, 0, 10)), Truth("a_2", "bird", square(0, 0, 10)))
    item = Item("t_1", truths, predicted=False, height=10, width=10)
    matrix = block(report_of([item]), "confusion_matrix")
    assert [row[-1] for row in matrix.values] == [100, 0, 0]


def test_pixels_without_truth_are_background_or_left_out():
    item = Item(
        "t_1",
        (Truth("a_1", "cat", square(0, 0, 4)),),
        (Prediction("pr_1", "cat", square(0, 0, 8)),),
        height=8,
        width=8,
    )
    background, left_out = report_of([item]), report_of([item], unlabelled="left out")
    assert background.scalar("mean_iou") == 16 / 64
    assert background.scalar("mean_iou_with_background") == 16 / 64 / 2
    assert left_out.scalar("mean_iou") == 1
    assert left_out.scalar("mean_iou_with_background") is None
    assert "left out of every number" in block(left_out, "about").text


def test_outcomes_of_an_image():
    item = Item(
        "t_1",
        (
            Truth("a_hit", "cat", square(0, 0, 10)),
            Truth("a_wrong", "dog", square(20, 0, 10)),
            Truth("a_missed", "owl", square(40, 0, 10)),
            Truth("a_hidden", "yak", square(60, 0, 10)),
            Truth("a_over", "cat", square(60, 0, 10)),
        ),
        (
            Prediction("pr_hit", "cat", square(0, 0, 9)),
            Prediction("pr_wrong", "fox", square(20, 0, 10)),
            Prediction("pr_nowhere", "owl", square(0, 20, 10)),
            Prediction("pr_over", "cat", square(60, 0, 10)),
        ),
        height=40,
        width=80,
    )
    example = block(report_of([item]), "worst").examples[0]
    found = {(each.truth_id, each.prediction_id): each for each in example.outcomes}
    assert {key: each.outcome for key, each in found.items()} == {
        ("a_wrong", "pr_wrong"): "confused",
        ("a_missed", None): "missed",
        (None, "pr_nowhere"): "false positive",
        ("a_hit", "pr_hit"): "hit",
        ("a_over", "pr_over"): "hit",
    }
    assert [each.outcome for each in example.outcomes][:1] == ["confused"]
    assert found["a_hit", "pr_hit"].iou == 81 / 100
    assert found["a_wrong", "pr_wrong"].prediction_label == "fox"
    assert example.score == (81 + 100) / (100 + 100 + 100 + 100 + 100)


def test_ignored_regions_are_told_nowhere():
    item = Item(
        "t_1",
        (
            Truth("a_1", "cat", square(0, 0, 10), ignored=True),
            Truth("a_2", "dog", square(20, 0, 10)),
        ),
        (Prediction("pr_1", "owl", square(0, 0, 10)),),
        height=40,
        width=40,
    )
    report = report_of([item])
    assert (report.scalar("pixels"), report.scalar("labelled")) == (1500, 100)
    outcomes = block(report, "worst").examples[0].outcomes
    assert [(each.outcome, each.truth_id) for each in outcomes] == [("missed", "a_2")]


def test_an_unknown_size_is_owned_up_to():
    truths = (Truth("a_1", "cat", square(1, 1, 7.5)),)
    known = Item("t_1", truths, (), height=20, width=20)
    report = report_of([known, Item("t_2", truths, (Prediction("pr_1", "cat", square(1, 1, 7)),))])
    assert "not known of 1 task:" in block(report, "about").text
    assert report.scalar("pixels") == 20 * 20 + 9 * 9
    assert "not known" not in block(report_of([known]), "about").text


def test_a_mask_of_another_size_counts_as_nothing_and_is_told():
    truth = Truth("a_1", "cat", cases.mask(np.ones((4, 4), dtype=bool)))
    odd = Prediction("pr_1", "cat", cases.mask(np.ones((2, 8), dtype=bool)))
    report = report_of([Item("t_1", (truth,), (odd,), height=4, width=4)])
    assert report.scalar("mean_iou") == 0
    assert report.scalar("pixels") == 16
    assert "another size than their image: 1 mask." in block(report, "about").text


def test_shapes_without_pixels_are_refused():
    with pytest.raises(ValueError, match="semantic_segmentation takes polygons and masks"):
        KIND.match([Item("t_1", (Truth("a_1", "cat", Box(0, 0, 1, 1)),))], CONFIG)


def test_config_refuses_what_makes_no_sense():
    with pytest.raises(ValueError, match="unlabelled must be one of"):
        KIND.Config(unlabelled="void")


@pytest.mark.parametrize("seed", range(4))
def test_weighted_numbers_equal_repeated_images(seed):
    items = cases.regions(seed + 40)
    random = np.random.default_rng(seed)
    weights = random.integers(0, 3, len(items)).astype(float)
    repeated = [
        Item(f"{item.task_id}-{copy}", item.truths, item.predictions,
             height=item.height, width=item.width)
        for item, weight in zip(items, weights, strict=True)
        for copy in range(int(weight))
    ]  # fmt: skip
    ours = weighted.main(KIND.numbers(KIND.match(items, CONFIG), CONFIG), weights)
    theirs = weighted.main(KIND.numbers(KIND.match(repeated, CONFIG), CONFIG))
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
