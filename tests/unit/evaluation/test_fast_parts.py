"""The parts that make evaluations fast, each against the plain way."""

from __future__ import annotations

import dataclasses
import tracemalloc

import numpy as np
import pytest

from linlog.evaluation import (
    average_precision,
    counting,
    curves,
    error_costs,
    iou_levels,
    kinds,
    matching,
    packed,
    portions,
)
from linlog.evaluation.tallies import Tally
from tests.unit.evaluation import cases


def confidences(random, amount):
    """Numbers with exact ties, near ties, the ends, and some a digit above 1."""
    few = random.choice([0.0, 0.25, 1.0, np.nextafter(1, 2)], amount)
    near = 0.5 + random.integers(0, 4, amount) * 2.0**-52
    tiny = random.random(amount) * 1e-300
    return random.choice(np.stack([few, near, tiny, random.random(amount)]).T.reshape(-1), amount)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("groups", [1, 7, 1000, 2**40, 2**58])
def test_packed_sorting_is_exact(seed, groups):
    random = np.random.default_rng(seed)
    amount = int(random.integers(0, 400))
    group, confidence = random.integers(0, groups, amount), confidences(random, amount)
    expected = np.lexsort((-confidence, group))
    np.testing.assert_array_equal(packed.descending(group, confidence), expected)


def test_packed_sorting_takes_many_rows_in_pieces(monkeypatch):
    monkeypatch.setattr(packed, "_AT_ONCE", 7)
    test_packed_sorting_is_exact(seed=1, groups=7)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("at_once", [0, 30])
def test_labels_averaged_in_parts_are_as_averaged_together(seed, at_once, monkeypatch):
    kind = kinds.get("detection")
    tally = kind.match(cases.hard_boxes(seed), kind.Config())
    together, cost = average_precision.averages(tally), error_costs.of(tally, 0.5)
    tally.derived.clear()
    monkeypatch.setattr(average_precision, "AT_ONCE", at_once)
    apart, costs_apart = average_precision.averages(tally), error_costs.of(tally, 0.5)
    for name in ("precision", "recall", "truths", "curves"):
        np.testing.assert_array_equal(getattr(apart, name), getattr(together, name))
    np.testing.assert_equal(dataclasses.asdict(costs_apart), dataclasses.asdict(cost))


def test_averaging_takes_the_memory_of_few_labels(monkeypatch):
    random, amount, labels = np.random.default_rng(1), 40_000, 40
    rows = {
        "task": np.zeros(amount, np.int32),
        "label": random.integers(0, labels, amount).astype(np.int32),
        "area": np.full(amount, 5000.0),
    }
    more = {
        "confidence": random.random(amount),
        "rank": np.zeros(amount, np.uint16),
        "hits": random.choice(np.array([0, 1023], np.uint16), (amount, 4)),
        "ignored": np.zeros((amount, 4), np.uint16),
    }
    tally = Tally(
        kind="detection",
        tasks=("t",),
        labels=tuple(map(str, range(labels))),
        predicted=np.ones(1, bool),
        truths=rows,
        predictions=rows | more,
        pairs={},
    )
    peaks = []
    for at_once in (amount, 0):
        monkeypatch.setattr(average_precision, "AT_ONCE", at_once)
        tally.derived.clear()
        tracemalloc.start()
        average_precision.averages(tally)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] / 5, peaks


@pytest.mark.parametrize("seed", range(20))
def test_tasks_judged_in_portions_are_as_judged_together(seed, monkeypatch):
    kind = kinds.get("detection")
    tally = kind.match(cases.hard_boxes(seed), kind.Config())
    together = kind.summarize(tally, kind.Config())
    tally.derived.clear()
    pairs = len(tally.pairs["iou"])
    monkeypatch.setattr(portions, "PAIRS", max(1, pairs // 4))
    assert len([*portions.of(tally)]) > 1 or pairs < 2
    assert kind.summarize(tally, kind.Config()) == together


@pytest.mark.parametrize("seed", range(20))
def test_a_portion_is_whole_tasks(seed, monkeypatch):
    tally = kinds.get("detection").match(cases.hard_boxes(seed), kinds.get("detection").Config())
    monkeypatch.setattr(portions, "PAIRS", 3)
    sides = ("truths", "predictions", "pairs")
    found = {side: [getattr(each, side) for each in portions.of(tally)] for side in sides}
    for side, slices in found.items():
        ends = [0, *(each.stop for each in slices)]
        assert [each.start for each in slices] == ends[:-1]
        assert ends[-1] == len(next(iter(getattr(tally, side).values())))
    for truths, predictions, pairs in zip(*found.values(), strict=True):
        assert not {*tally.truths["task"][truths]} & {*tally.truths["task"][truths.stop :]}
        rows = tally.pairs["prediction"][pairs], tally.pairs["truth"][pairs]
        for row, table in zip(rows, (predictions, truths), strict=True):
            assert ((row >= table.start) & (row < table.stop)).all()


@pytest.mark.parametrize("amount", [0, 1, 63, 64, 65, 1000])
def test_flags_before_places_are_counted(amount):
    random = np.random.default_rng(amount)
    flags = random.random(amount) < 0.4
    places = random.integers(0, amount + 1, 50)
    found = counting.Flags.of(flags).before(places)
    assert found.tolist() == [int(flags[:place].sum()) for place in places]


@pytest.mark.parametrize("seed", range(40))
def test_choosing_at_once_is_choosing_in_turn(seed):
    random = np.random.default_rng(seed)
    truths, predictions, columns = random.integers(1, 9), random.integers(1, 30), 6
    iou = np.round(random.random((predictions, truths)), 1)
    prediction, truth = np.nonzero(random.random((predictions, truths)) < 0.7)
    pairs = truth, prediction, iou[prediction, truth]
    confidence = np.round(random.random(predictions), 1)
    thresholds = random.choice([0.0, 0.3, 0.5, 1.0], columns)
    ignored, crowd = random.random((truths, columns)) < 0.4, random.random(truths) < 0.3
    involved, won = matching.greedy(pairs, confidence, thresholds, ignored, crowd)
    assert involved.tolist() == sorted(set(prediction.tolist()))
    rows = {pair: row for row, pair in enumerate(zip(prediction, truth, strict=True))}
    for column in range(columns):
        taken = in_turn(rows, iou, confidence, thresholds[column], ignored[:, column], crowd)
        expected = [taken.get(each, -1) for each in involved.tolist()]
        assert won[:, column].tolist() == expected


def in_turn(rows, iou, confidence, threshold, ignored, crowd):
    """By prediction the pair it gets, by the loop of `COCOeval.evaluateImg`."""
    gone, found = set(), {}
    for each in np.argsort(-confidence, kind="stable").tolist():
        best = None
        for truth in np.argsort(ignored, kind="stable").tolist():
            if (each, truth) not in rows or truth in gone:
                continue
            if best is not None and not ignored[best] and ignored[truth]:
                break
            least = min(threshold, 1 - 1e-10) if best is None else iou[each, best]
            if iou[each, truth] >= least:
                best = truth
        if best is not None:
            found[each] = rows[each, best]
            if not crowd[best]:
                gone.add(best)
    return found


@pytest.mark.parametrize("seed", range(20))
def test_a_curve_is_what_counting_at_each_threshold_gives(seed):
    random = np.random.default_rng(seed)
    confidence = np.round(random.random(int(random.integers(0, 40))), 1)
    hit, truths = random.random(len(confidence)) < 0.5, 30
    curve = curves.against_confidence(confidence, hit, truths)
    assert curve.threshold.tolist() == sorted(set(confidence.tolist()))
    for place, threshold in enumerate(curve.threshold):
        counted = confidence >= threshold
        assert (curve.predictions[place], curve.hits[place]) == (counted.sum(), hit[counted].sum())
    recalls = np.linspace(0, 1, 11)
    expected = [
        max((p for p, r in zip(curve.precision, curve.recall, strict=True) if r >= each), default=0)
        for each in recalls
    ]
    assert curve.precision_at(recalls).tolist() == expected
    if len(confidence):
        best = max(zip(curve.f1.tolist(), curve.threshold.tolist(), strict=True))
        assert (curve.f1[curve.best()], curve.threshold[curve.best()]) == best


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("share", [0, 0.4])
def test_a_level_looks_up_what_the_whole_curve_counts(seed, share):
    random = np.random.default_rng(seed)
    confidence = np.sort(np.round(random.random(int(random.integers(0, 40))), 1))
    void = random.random(len(confidence)) < 0.2
    hit = ~void & (random.random(len(confidence)) < share)
    level = iou_levels.Level(0.5, confidence[hit], confidence, confidence[void], 30)
    whole = curves.against_confidence(confidence[~void], hit[~void], 30)
    np.testing.assert_equal(
        dataclasses.asdict(level.curve(level.thresholds)), dataclasses.asdict(whole)
    )
    best = whole.best()
    assert level.best == (None if best is None else whole.threshold[best])
