"""Intervals of a report's own numbers: Wilson's where he speaks, and held in the long run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from linlog.evaluation import intervals, kinds, resampling
from linlog.wire.blocks import Scalars
from tests.unit.evaluation import cases
from tests.unit.evaluation.test_comparison import answer

CLASSIFICATION = kinds.get("classification")


def of_answers(right):
    items = [answer(at, bool(each)) for at, each in enumerate(right)]
    tally = CLASSIFICATION.match(items, CLASSIFICATION.Config())
    return intervals.of_numbers(CLASSIFICATION.numbers(tally, CLASSIFICATION.Config()))


@pytest.mark.parametrize(("right", "tasks"), [(80, 100), (99, 100), (3, 60), (500, 1000)])
def test_of_accuracy_it_is_wilsons(right, tasks):
    """Up to Student's quantile in place of the normal one, and n - 1 in place of n."""
    found = of_answers([1] * right + [0] * (tasks - right))["accuracy"]
    expected = stats.binomtest(right, tasks).proportion_ci(method="wilson")
    assert found == pytest.approx((expected.low, expected.high), abs=0.01)


@pytest.mark.parametrize("right", [0, 1])
@pytest.mark.parametrize("tasks", [2, 10, 500])
def test_what_never_varies_is_still_not_certain(right, tasks):
    low, high = of_answers([right] * tasks)["accuracy"]
    assert (high if right else low) == right
    assert 0 < (low if right else high) < 1
    longer = of_answers([right] * tasks * 2)["accuracy"]
    assert longer[1] - longer[0] < high - low


def test_of_one_task_or_none_there_is_no_interval():
    assert of_answers([1]) == {}
    assert of_answers([]) == {}


def test_leaving_out_one_task_at_a_time_is_the_jackknife():
    """Of a mean its standard error is the usual one: s / √n."""
    values = np.random.default_rng(0).random(30)
    once = np.array([np.delete(values, at).mean() for at in range(30)])
    assert intervals.standard_error(once) == pytest.approx(values.std(ddof=1) / np.sqrt(30))
    assert intervals.left_out(30).sum(axis=0).tolist() == [29] * 30
    many = intervals.left_out(250)
    assert many.shape == (250, intervals.GROUPS)
    assert (many.sum(axis=1) == intervals.GROUPS - 1).all()


@pytest.mark.parametrize("tasks", [2, 3, 100, 251])
def test_halves_part_neighbours_and_have_their_other_halves(tasks):
    halves = intervals.halves(tasks)
    first, other = np.split(halves, 2, axis=1)
    assert (first + other == 1).all()
    assert set(np.abs(first.sum(axis=0).astype(int) * 2 - tasks)) <= {0, 1}
    assert (first[0 : tasks - 1 : 2] != first[1:tasks:2]).all()
    assert len({tuple(column) for column in first.T}) == min(intervals.HALVES, (tasks + 1) // 2)


def of_a_mean(values, *, too_high, shrinking=1.0, owners=None):
    """Numbers of which the one is the mean of values, and too high, the less the more tasks."""

    def again(weights):
        amount = weights.sum(axis=0, dtype=np.float64)
        mean = values @ weights / amount + too_high / amount**shrinking
        return mean[None], np.zeros((0, 0, len(amount)))

    (main,), by_label = again(np.ones((len(values), 1)))
    part = resampling.Part(
        (resampling.Name("mean", "Mean", optimistic=owners is not None),),
        (),
        (main, by_label[..., 0]),
        again,
        None,
        effort=1,
        owners=None if owners is None else lambda: np.array(owners),
    )
    return resampling.Numbers((), values, lambda: (part,))


def test_the_interval_is_moved_by_what_the_number_is_too_high():
    """By half a standard error, of a bias that shrinks in step with the tasks."""
    values = np.random.default_rng(0).random(60)
    plain = intervals.of_numbers(of_a_mean(values, too_high=0.0))["mean"]
    moved = intervals.of_numbers(of_a_mean(values, too_high=1.0))["mean"]
    assert moved == pytest.approx(plain, abs=2e-3)
    assert intervals.bias(0.5, np.array([0.6, np.nan, 0.7, 0.6])) == pytest.approx(0.4 / 3)
    assert intervals.bias(0.5, np.array([0.6, np.nan])) == 0


def test_the_interval_has_the_number_in_it_however_much_too_high():
    values = np.random.default_rng(0).random(60)
    low, high = intervals.of_numbers(of_a_mean(values, too_high=20.0))["mean"]
    assert low < values.mean() < high == pytest.approx(values.mean() + 20 / 60, abs=1e-6)


def test_an_optimistic_number_shrinks_more_slowly():
    """As n^-(7/12): then twice what halves are too high is all of it."""
    values = np.random.default_rng(0).random(60)
    options = {"owners": [60, 8], "shrinking": 7 / 12}
    plain = intervals.of_numbers(of_a_mean(values, too_high=0.0, **options))["mean"]
    moved = intervals.of_numbers(of_a_mean(values, too_high=0.5, **options))["mean"]
    assert moved == pytest.approx(plain, abs=2e-3)


@pytest.mark.parametrize(
    ("owners", "thin"),
    [([8, 8, 0], False), ([7, 8], True), ([100, 4], True), ([100, 5], False), ([0], True)],
)
def test_labels_on_few_tasks_are_too_thin(owners, thin):
    numbers = of_a_mean(np.random.default_rng(0).random(60), too_high=0.5, owners=owners)
    assert [name.name for name in intervals.too_thin(numbers)] == (["mean"] if thin else [])
    assert ("mean" in intervals.of_numbers(numbers)) == (not thin)


def test_few_groups_that_make_most_of_an_error_are_few_degrees():
    even = stats.norm.ppf((np.arange(100) + 0.5) / 100)
    assert intervals.answers_behind(even) == 99
    assert intervals.answers_behind(np.append(even, 30.0)) < 5
    assert intervals.answers_behind(np.full(10, 0.5)) == 9
    heavy = np.random.default_rng(0).laplace(size=100)
    fourth = stats.kurtosis(heavy, fisher=False)
    assert intervals.answers_behind(heavy) == int(2 * 100 / (fourth - 1))


def test_a_report_says_for_which_numbers_the_evidence_is_too_thin():
    kind = kinds.get("detection")
    config = kind.Config()
    for times, thin in ((1, True), (12, False)):
        items = [
            replace(item, task_id=f"{item.task_id}_{at}", predicted=True)
            for at in range(times)
            for item in cases.items("detection", 0)
        ]
        tally = kind.match(items, config)
        report = intervals.attach(kind.summarize(tally, config), kind, tally, config)
        first = next(block for block in report.blocks if isinstance(block, Scalars))
        said = {each.name: each for each in first.scalars}
        assert ("No interval for mAP, AP50, AP75" in first.note) == thin
        assert (said["map"].low is None) == thin
        assert said["ar100"].low is not None


def test_what_is_mostly_undefined_has_none():
    values = np.array([0.1, 0.2, np.nan, np.nan])
    assert intervals.standard_error(values) is None
    assert intervals.standard_error(values[:3]) is not None


@pytest.mark.parametrize("name", kinds.NAMES)
def test_every_kind_gets_them_on_its_first_numbers(name):
    kind = kinds.get(name)
    items = [
        replace(item, task_id=f"{item.task_id}_{seed}", predicted=True)
        for seed in range(12)
        for item in cases.items(name, seed)
    ]
    config = kind.Config()
    tally = kind.match(items, config)
    plain = kind.summarize(tally, config)
    report = intervals.attach(plain, kind, tally, config)
    assert report == intervals.attach(plain, kind, tally, config)
    first = next(block for block in report.blocks if isinstance(block, Scalars))
    for each in first.scalars:
        assert (each.low is None) == (each.high is None)
        if each.low is not None:
            assert 0 <= each.low <= each.value <= each.high <= 1
    headline = next(each for each in first.scalars if each.name == report.headline)
    assert headline.low is not None
    before = next(block for block in plain.blocks if isinstance(block, Scalars))
    bare = tuple(replace(each, low=None, high=None) for each in first.scalars)
    assert replace(first, scalars=bare, note=before.note) == before


def test_the_interval_holds_the_true_number_about_as_often_as_it_says():
    """Of 200, 95 % less or more than four standard deviations are 0.888 to 1."""
    random = np.random.default_rng(1)
    held = [
        low <= 0.75 <= high
        for low, high in (of_answers(random.random(80) < 0.75)["accuracy"] for _ in range(200))
    ]
    assert 0.89 <= np.mean(held) <= 0.99
