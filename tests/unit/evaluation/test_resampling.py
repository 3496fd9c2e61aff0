"""Numbers of resampled tasks against the same numbers of tasks that are really there so often."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from linlog.evaluation import (
    average_precision,
    kinds,
    label_numbers,
    resampled_precision,
    resampling,
)
from linlog.evaluation.average_precision import Ranking
from linlog.evaluation.confusion import Counted
from linlog.evaluation.resampled_precision import ResampledPrecision, late
from linlog.evaluation.resampling import Name
from linlog.evaluation.weighted_sums import DEPTH, WeightedSums
from tests.unit.evaluation import cases, coco

LEVELS = np.arange(101) / 100


def apart(items, seed):
    """The items with confidences that are all different."""
    random = np.random.default_rng(seed)
    return [
        replace(
            item,
            predicted=True,
            predictions=tuple(
                replace(each, confidence=float(random.random())) for each in item.predictions
            ),
        )
        for item in items
    ]


def repeated(items, weights):
    """Each item as often as its weight says, under ids that keep the order."""
    return [
        replace(item, task_id=f"{item.task_id}_{copy}")
        for item, weight in zip(items, weights, strict=True)
        for copy in range(weight)
    ]


def column(weights):
    return np.asarray(weights, dtype=np.uint16)[:, None]


@pytest.mark.parametrize("seed", range(30))
def test_precision_and_recall_equal_pycocotools_on_images_repeated(seed):
    kind, random = kinds.get("detection"), np.random.default_rng(seed)
    items = apart(cases.boxes(seed, images=3 + seed % 9), seed)
    tally = kind.match(items, kind.Config())
    ranking = Ranking(tally, average_precision.settings())
    weights = random.multinomial(len(items), np.full(len(items), 1 / len(items)), size=3).T
    precision, recall = ResampledPrecision(ranking)(weights.astype(np.uint16))
    for sample, weight in enumerate(weights.T):
        evaluation = coco.evaluation(repeated(items, weight))
        evaluation.params.recThrs = LEVELS
        evaluation.accumulate()
        present = sorted(
            {
                each.label
                for item in repeated(items, weight)
                for each in (*item.truths, *item.predictions)
            }
        )
        some = [tally.labels.index(label) for label in present]
        expected = evaluation.eval["precision"][..., 2].mean(axis=1).transpose(2, 0, 1)
        np.testing.assert_allclose(
            np.nan_to_num(precision[:, some, sample], nan=-1),
            expected.reshape(len(ranking.settings), -1),
            atol=1e-12,
        )
        expected = evaluation.eval["recall"][..., 2].transpose(2, 0, 1)
        np.testing.assert_allclose(
            np.nan_to_num(recall[:, some, sample], nan=-1),
            expected.reshape(len(ranking.settings), -1),
            atol=1e-12,
        )


def test_once_each_with_cocos_table_of_recalls_is_the_ranking_itself():
    kind, met = kinds.get("detection"), 0
    for seed in range(40):
        tally = kind.match(cases.boxes(seed, images=12), kind.Config())
        ranking = Ranking(tally, average_precision.settings())
        lost = late(ranking)
        met += bool(lost.any())
        precision, recall = ResampledPrecision(ranking)(column(np.ones(len(tally))))
        np.testing.assert_allclose(
            precision[..., 0] + lost, ranking.average_precision(), atol=1e-12
        )
        np.testing.assert_allclose(recall[..., 0], ranking.recall(), atol=1e-12)
    assert met > 5


@pytest.mark.parametrize("seed", range(20))
def test_runs_of_true_positives_change_nothing(seed, monkeypatch):
    """Where one speaks for all beside it the sums are those of every single one."""
    kind, random = kinds.get("detection"), np.random.default_rng(seed)
    tally = kind.match(apart(cases.boxes(seed, images=12), seed), kind.Config())
    ranking = Ranking(tally, average_precision.settings())
    weights = random.integers(0, 4, (len(tally), 50)).astype(np.uint16)
    monkeypatch.setattr(resampled_precision, "RUNS", 1 + seed)
    together = ResampledPrecision(ranking)
    monkeypatch.setattr(
        resampled_precision, "_ends", lambda place, _label, _counted: np.ones(len(place), bool)
    )
    single, counts = ResampledPrecision(ranking), resampled_precision._Counts(ranking)
    assert len(counts.of_run) == len(ranking.place)
    for one, other in zip(together(weights), single(weights), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-14)


def test_a_level_counts_as_reached_when_it_just_is():
    """In the digits of float32, and beyond the number of truths for which they are enough."""
    random = np.random.default_rng(0)
    widths = set()
    for truths in [*range(1, 200), *random.integers(200, 16_384, 300), 16_383, 16_384, 60_000]:
        levels = resampled_precision._levels(np.array([[float(truths)]]))
        widths.add(levels.dtype)
        hits = np.arange(truths + 1)
        reached = np.floor(hits.astype(np.float32) * levels[0])
        np.testing.assert_array_equal(reached, 100 * hits // truths)
    assert widths == {np.dtype(np.float32), np.dtype(np.float64)}


def test_a_resample_without_a_label_leaves_its_precision_undefined():
    kind = kinds.get("detection")
    tally = kind.match(cases.boxes(4, images=8), kind.Config())
    ranking = Ranking(tally, average_precision.settings())
    precision, recall = ResampledPrecision(ranking)(column(np.zeros(len(tally))))
    assert np.isnan(precision).all()
    assert np.isnan(recall).all()


@pytest.mark.parametrize("name", ["detection", "classification", "ner"])
@pytest.mark.parametrize("seed", range(4))
def test_every_number_equals_that_of_tasks_repeated(name, seed):
    """At a fixed threshold, since an open one is chosen anew for the tasks that are there."""
    kind, random = kinds.get(name), np.random.default_rng(seed)
    config = kind.Config(confidence_threshold=0.4)
    items = apart(cases.items(name, seed), seed)
    numbers = kind.numbers(kind.match(items, config), config)
    weights = random.multinomial(len(items), np.full(len(items), 1 / len(items)))
    whole = kind.numbers(kind.match(repeated(items, weights), config), config)
    for part, expected in zip(numbers.parts, whole.parts, strict=True):
        main, by_label = part.again(column(weights))
        # Recalls that lie on a level exactly are COCO's business on all tasks only.
        exact = 1e-12 if not part.names[0].name.startswith("map") else 0.03
        np.testing.assert_allclose(main[:, 0], expected.plain[0], atol=exact)
        some = [numbers.labels.index(label) for label in whole.labels]
        np.testing.assert_allclose(by_label[:, some, 0], expected.plain[1], atol=exact)


@pytest.mark.parametrize(
    ("groups", "rows", "tasks"),
    [(1, 0, 3), (1, 5 * DEPTH + 3, 4), (1, DEPTH, 2), (40, 3000, 7), (500, 300, 50), (0, 0, 2)],
)
def test_sums_equal_a_plain_count(groups, rows, tasks):
    random = np.random.default_rng(rows)
    group, task = random.integers(0, max(1, groups), rows), random.integers(0, tasks, rows)
    weights = random.integers(0, 9, (tasks, 5)).astype(np.uint16)
    found = WeightedSums(group, task, groups)(weights)
    expected = np.zeros((groups, 5))
    np.add.at(expected, group, weights[task])
    np.testing.assert_array_equal(found, expected)


def test_draws_follow_from_the_seed_alone():
    """These digits must not change: intervals of old reports are computed from them."""
    first = next(resampling.draws(7, resamples=4, seed=0))
    assert first.T.tolist() == [
        [2, 1, 1, 1, 1, 1, 0],
        [0, 1, 0, 1, 2, 2, 1],
        [1, 1, 0, 2, 1, 1, 1],
        [1, 1, 1, 1, 0, 2, 1],
    ]
    other = next(resampling.draws(7, resamples=4, seed=1))
    assert first.tolist() != other.tolist()


def test_a_thousand_draws_are_the_first_of_ten_thousand():
    few = np.concatenate(list(resampling.draws(5, resamples=300, seed=3)), axis=1)
    many = np.concatenate(list(resampling.draws(5, resamples=1000, seed=3)), axis=1)
    assert few.shape == (5, 300)
    assert many.shape == (5, 1000)
    np.testing.assert_array_equal(few, many[:, :300])


def test_each_task_is_drawn_as_often_as_any_other():
    drawn = np.concatenate(list(resampling.draws(11, resamples=4000, seed=5)), axis=1)
    assert (drawn.sum(axis=0) == 11).all()
    # Binomial with 11 draws of probability 1/11: mean 1, variance 10/11.
    assert np.abs(drawn.mean(axis=1) - 1).max() < 4 * np.sqrt(10 / 11 / 4000)
    assert drawn.var() == pytest.approx(10 / 11, rel=0.05)


def test_more_rows_are_resampled_less_often():
    def part(rows):
        counted = Counted(np.zeros(rows, np.int64), np.zeros(rows, np.int64))
        return label_numbers.part((Name("f1", "F1"),), (counted,) * 3, 1)

    assert part(10).resamples() == resampling.MOST
    assert part(10).resamples(77) == 77
    assert part(1_000_000).resamples() < resampling.MOST
    assert replace(part(1), effort=10**12).resamples() == resampling.FEWEST
