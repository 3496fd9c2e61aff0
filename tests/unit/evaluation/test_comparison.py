"""Comparisons: what they say of differences that are known, and of none."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from linlog.evaluation import comparison, kinds, significance
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box, Whole
from tests.unit.evaluation import cases

DETECTION, CLASSIFICATION = kinds.get("detection"), kinds.get("classification")


def tallied(kind, runs, config):
    return [kind.match(items, config) for items in runs]


def compared(*runs, missing="missed", **options):
    config = DETECTION.Config(confidence_threshold=0.3, missing=missing)
    return comparison.compare_all(
        DETECTION, tallied(DETECTION, runs, config), config, **{"resamples": 300, **options}
    )


def of_answers(*runs, **options):
    """Compare classifiers by which of the items each gets right."""
    config = CLASSIFICATION.Config()
    items = [[answer(at, bool(right)) for at, right in enumerate(run)] for run in runs]
    return comparison.compare_all(
        CLASSIFICATION, tallied(CLASSIFICATION, items, config), config, **options
    )


def answer(number, right):
    return Item(
        f"t_{number:04d}",
        (Truth(f"a_{number}", "cat", Whole()),),
        (Prediction(f"pr_{number}", "cat" if right else "dog", Whole(), 0.8),),
    )


def test_it_is_repeatable_and_mirrored():
    first, second = cases.boxes(11, images=12), cases.perfect(cases.boxes(11, images=12))
    once, again = (compared(first, second, seed=7) for _ in range(2))
    assert once == again
    back = compared(second, first, seed=7)
    for there, other in zip(once.scalars, back.scalars, strict=True):
        assert there.difference == -other.difference
        assert there.low == pytest.approx(-other.high)
        assert there.p_value == pytest.approx(other.p_value)
    assert [each.task_id for each in once.won] == [each.task_id for each in back.lost]
    assert once.won_count == back.lost_count
    assert compared(first, second, seed=8).scalars[0].low != once.scalars[0].low


def test_numbers_are_those_of_each_report():
    first, second = (cases.perfect(cases.boxes(11, images=12)), cases.boxes(11, images=12))
    config = DETECTION.Config(confidence_threshold=0.3)
    found = compared(first, second)
    for at, items in (("first", first), ("second", second)):
        report = DETECTION.summarize(DETECTION.match(items, config), config)
        for each in found.scalars:
            assert getattr(each, at) == pytest.approx(report.scalar(each.name)), each.name


def test_each_label_has_its_numbers_corrected_for_the_others():
    first, second = cases.boxes(11, images=30), cases.perfect(cases.boxes(11, images=30))
    found = compared(first, second)
    names = ["ap", "ap50", "f1", "precision", "recall"]
    for each in found.labels:
        assert [number.name for number in each.numbers] == names
        assert (each.first, each.second, each.p_adjusted) == (
            *(each.numbers[0].first, each.numbers[0].second, each.numbers[0].p_adjusted),
        )
    differences = [each.difference for each in found.labels if each.difference is not None]
    assert differences == sorted(differences)
    asked = [each for each in found.labels if each.p_value is not None]
    assert all(each.p_adjusted >= each.p_value for each in asked)
    least = min(asked, key=lambda each: each.p_value)
    assert least.p_adjusted == pytest.approx(min(1, least.p_value * len(asked)))


@pytest.mark.parametrize("missing", ["missed", "left out"])
def test_what_one_alone_covers_is_no_difference_between_models(missing):
    items = [item for item in cases.perfect(cases.boxes(11, images=40)) if item.truths]
    lazy = [*items[:12], *cases.silent(items[12:])]
    found = compared(lazy, items, missing=missing)
    assert found.tasks == 12
    assert [each.difference for each in found.scalars] == [0] * len(found.scalars)
    alone = compared(items[:12], items[:12], missing=missing)
    assert found.scalars == alone.scalars
    assert found.labels == alone.labels
    rest = len(items) - 12
    counted_missed = missing == "missed"
    assert (found.skipped_first, found.skipped_second) == (counted_missed * rest, 0)
    assert (found.only_first, found.only_second) == (0, (not counted_missed) * rest)
    back = compared(items, lazy, missing=missing)
    assert (back.skipped_first, back.skipped_second) == (0, counted_missed * rest)
    if counted_missed:
        said = f"Left out: {rest} tasks for which the {{}} has no predictions, but another has."
        assert said.format("first") in found.note
        assert said.format("second") in back.note


def test_what_none_covers_counts_as_missed_for_all():
    items = [item for item in cases.boxes(11, images=20) if item.truths]
    best = cases.perfect(items)
    first, second = ([*run[:8], *cases.silent(items[8:])] for run in (items, best))
    found = compared(first, second)
    assert (found.tasks, found.skipped_first, found.skipped_second) == (len(items), 0, 0)
    recall = next(each for each in found.scalars if each.name == "recall")
    # A flat box has no IoU with anything, not even itself.
    found_by_second = sum(each.shape.area > 0 for item in items[:8] for each in item.truths)
    truths = sum(len(item.truths) for item in items)
    assert recall.second == pytest.approx(found_by_second / truths)
    assert (
        f"no model run covers {len(items) - 8} of them, and their truths count as missed"
        in found.note
    )


def test_without_the_missing_it_is_of_the_tasks_that_all_cover():
    items = cases.boxes(11, images=12)
    first = [*items[:8], *cases.silent(items[8:])]
    found = compared(first, items[2:], missing="left out")
    assert (found.tasks, found.only_first, found.only_second) == (6, 2, 4)
    assert "Left out: 6 tasks that not all of them share" in found.note
    assert found.scalars[0].difference == 0


def test_tasks_whose_ground_truth_changed_are_left_out():
    items = cases.boxes(11, images=20)
    at = next(place for place, item in enumerate(items) if len(item.truths) > 1)
    changed = list(items)
    moved = replace(items[at].truths[0], shape=Box(1, 1, 33, 44))
    changed[at] = replace(items[at], truths=(moved, *items[at].truths[1:]))
    changed[at + 1] = replace(items[at + 1], truths=(*items[at + 1].truths, moved))
    found = compared(items, changed)
    assert (found.tasks, found.changed) == (18, 2)
    assert "Left out: 2 tasks whose ground truth changed" in found.note
    renamed = [replace(item, truths=item.truths[::-1]) for item in items]
    assert compared(items, renamed).changed == 0


def test_three_are_compared_on_what_all_share():
    items = cases.boxes(11, images=20)
    best = cases.perfect(items)
    found = compared(items[:15], best[3:], best[1:])
    assert found.tasks == 12
    (other,) = found.others
    assert (other.tasks, other.only_second, other.others) == (12, 7, ())
    assert [each.first for each in other.scalars] == [each.first for each in found.scalars]
    assert other.scalars == found.scalars
    alone = compared(items[3:15], best[3:15])
    assert alone.scalars == found.scalars


def test_comparison_of_nothing_has_no_evidence():
    items = cases.boxes(11, images=4)
    found = compared(items[:2], items[2:])
    assert found.tasks == 0
    assert {entry.verdict for entry in found.scalars} == {"no evidence"}
    assert {entry.low for entry in found.scalars} == {None}


def bare(items):
    return [replace(item, truths=()) for item in items]


@pytest.mark.parametrize("name", ["detection", "classification", "ner"])
@pytest.mark.parametrize(
    "cut",
    [
        lambda items: (items, items),
        lambda items: (items[:1], cases.perfect(items[:1])),
        lambda items: (items[:5], cases.perfect(items[:5])),
        lambda items: (bare(items), [replace(item, predictions=()) for item in bare(items)]),
        lambda items: (cases.silent(items), cases.silent(items)),
        lambda items: ([], []),
    ],
    ids=["equal", "one task", "five tasks", "no truth", "no prediction", "nothing"],
)
def test_what_is_no_evidence_is_never_called_so(name, cut):
    """Not a number is no JSON, so that writing it would fail."""
    kind = kinds.get(name)
    config = kind.Config()
    # Only whole tasks of a kind that is right or wrong may be decided without a truth.
    found = comparison.compare_all(
        kind, tallied(kind, cut(cases.items(name, 6)), config), config, resamples=200
    )
    json.dumps(found.to_dict(), allow_nan=False)
    for each in (*found.scalars, *(one for label in found.labels for one in label.numbers)):
        assert each.verdict == "no evidence", each


def test_won_lost_and_both():
    found = of_answers([1, 1, 0, 0, 1, 0, 0], [1, 0, 1, 1, 1, 0, 1])
    assert (found.won_count, found.lost_count) == (3, 1)
    assert (found.both_right_count, found.both_wrong_count) == (2, 1)
    assert [each.task_id for each in found.won] == ["t_0002", "t_0003", "t_0006"]
    assert [each.task_id for each in found.both_wrong] == ["t_0005"]
    assert (found.mcnemar.only_first, found.mcnemar.only_second) == (1, 3)
    assert found.mcnemar.p_value == pytest.approx(0.625)


def test_of_boxes_neither_right_is_ranked_by_the_better_of_the_two():
    items = cases.boxes(11, images=30)
    found = compared(items, cases.boxes(12, images=30)[:0] or items)
    best = [max(each.first, each.second) for each in found.both_wrong]
    assert best == sorted(best)
    assert best[-1] < 1
    assert found.mcnemar is None


def test_accuracy_is_judged_by_mcnemar():
    """Nine to one is evidence (p = 0.02), five to none is not (p = 0.06)."""
    many = of_answers([0] * 9 + [1] * 91, [1] * 9 + [0] + [1] * 90)
    accuracy = many.scalars[0]
    assert (accuracy.name, accuracy.test, accuracy.verdict) == ("accuracy", "McNemar", "better")
    assert accuracy.p_value == many.mcnemar.p_value == pytest.approx(0.021484375)
    few = of_answers([0] * 5 + [1] * 95, [1] * 100)
    assert {each.verdict for each in few.scalars} == {"no evidence"}
    assert few.scalars[0].p_value == 0.0625


def test_numbers_say_how_often_they_were_resampled():
    found = compared(*[cases.boxes(11, images=12)] * 2, resamples=77)
    assert {each.resamples for each in found.scalars} == {77}
    assert found.resamples == 77


# ------------------------------------------------------------------------------ by slice


def sliced(runs, *wanted, **options):
    """Compare on all tasks, with slices of some places of the first run's items beside."""
    slices = [
        comparison.Sliced(name=f"s{at}", tasks=[runs[0][place].task_id for place in places])
        for at, places in enumerate(wanted)
    ]
    return compared(*runs, slices=slices, **options)


def test_a_slice_has_the_numbers_of_its_tasks_compared_alone():
    runs = cases.boxes(11, images=30), cases.perfect(cases.boxes(11, images=30))
    places = range(0, 30, 2)
    (found,) = sliced(runs, places).slices
    alone = compared(*([run[place] for place in places] for run in runs))
    assert (found.name, found.slice_id, found.tasks) == ("s0", None, 15)
    assert found.numbers == tuple(replace(each, p_adjusted=each.p_value) for each in alone.scalars)
    assert any(each.verdict == "better" for each in found.numbers)


def test_slices_leave_the_other_numbers_as_they_are():
    runs = cases.boxes(11, images=12), cases.perfect(cases.boxes(11, images=12))
    plain, found = compared(*runs), sliced(runs, range(5), range(3, 9))
    assert replace(found, slices=(), note=plain.note) == plain
    assert "number of slices (Holm)" in found.note


def test_slices_are_corrected_for_one_another():
    runs = cases.boxes(11, images=40), cases.perfect(cases.boxes(11, images=40))
    three = sliced(runs, range(20), range(20, 40), range(10, 30)).slices
    for numbers in zip(*(each.numbers for each in three), strict=True):
        expected = significance.holm([each.p_value for each in numbers])
        assert [each.p_adjusted for each in numbers] == expected
        for each in numbers:
            assert each.verdict != "better" or each.p_adjusted <= 0.05


def test_slices_share_the_resamples_of_one():
    runs = cases.boxes(11, images=12), cases.perfect(cases.boxes(11, images=12))
    four = sliced(runs, *([range(6)] * 4), resamples=1000)
    assert {each.resamples for each in four.scalars} == {1000}
    assert {each.resamples for one in four.slices for each in one.numbers} == {250}


def test_an_empty_slice_and_tasks_of_nobody_have_no_evidence():
    runs = cases.boxes(11, images=12), cases.perfect(cases.boxes(11, images=12))
    nobody = comparison.Sliced(name="nobody", tasks=["t_of_nobody"])
    (found,) = compared(*runs, slices=[nobody]).slices
    assert found.tasks == 0
    assert {(each.low, each.p_adjusted, each.verdict) for each in found.numbers} == {
        (None, None, "no evidence")
    }


def test_each_of_several_runs_has_its_own_slices():
    boxes = cases.boxes(11, images=12)
    runs = boxes, cases.perfect(boxes), boxes
    found = sliced(runs, range(6))
    second, third = (pair.slices[0].numbers[0] for pair in (found, *found.others))
    assert second.difference > 0 == third.difference
    right = [[1] * 20, [0] * 20]
    config = CLASSIFICATION.Config()
    runs = tallied(
        CLASSIFICATION, [[answer(at, each) for at, each in enumerate(run)] for run in right], config
    )
    some = comparison.Sliced(name="some", tasks=[f"t_{at:04d}" for at in range(10)])
    found = comparison.compare_all(CLASSIFICATION, runs, config, resamples=300, slices=[some])
    accuracy = next(each for each in found.slices[0].numbers if each.name == "accuracy")
    assert (accuracy.test, accuracy.p_value) == ("McNemar", 2 / 2**10)


# -------------------------------------------------------------------------------------


def test_the_level_is_that_of_the_interval():
    runs = cases.boxes(11, images=25), cases.boxes(11, images=25)[::-1]
    runs = runs[0], [replace(item, predictions=item.predictions[:2]) for item in runs[0]]
    narrow, wide = (compared(*runs, level=level).scalars[0] for level in (0.8, 0.99))
    assert wide.low < narrow.low < narrow.difference < narrow.high < wide.high


def test_two_to_eight_of_one_kind():
    ner = kinds.get("ner")
    tally = DETECTION.match((), None)
    with pytest.raises(ValueError, match="of kind detection, not ner"):
        comparison.compare(ner, tally, tally, ner.Config())
    for amount in (1, 9):
        with pytest.raises(ValueError, match=f"2 to 8 can be compared, not {amount}"):
            comparison.compare_all(DETECTION, [tally] * amount, DETECTION.Config())


# ------------------------------------------------------------------------- in the long run


def test_without_a_difference_it_is_rarely_found_and_the_interval_holds_it():
    """Full counts are in `benchmarks/bench_significance.py`; these are enough to see a slip.

    150 pairs: a share of 95 % lies between 90 and 99 % in all but one of a thousand runs.
    """
    random = np.random.default_rng(3)
    held, found = 0, 0
    for trial in range(150):
        both = random.random(60) < 0.7
        apart = random.random((2, 60)) < 0.25
        runs = np.where(apart, random.random((2, 60)) < 0.7, both)
        accuracy = of_answers(*runs, resamples=300, seed=trial).scalars[0]
        held += accuracy.low <= 0 <= accuracy.high
        found += accuracy.verdict != "no evidence"
    assert 0.90 <= held / 150 <= 0.995
    assert found / 150 <= 0.08


def test_a_planted_difference_is_found():
    random = np.random.default_rng(4)
    found = 0
    for trial in range(40):
        first = random.random(200) < 0.7
        second = np.where(random.random(200) < 0.5, first, random.random(200) < 0.95)
        verdict = of_answers(first, second, resamples=300, seed=trial).scalars[0].verdict
        assert verdict != "worse"
        found += verdict == "better"
    assert found >= 32
