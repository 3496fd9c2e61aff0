"""Several labels a task against scikit-learn's indicator matrices."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from linlog.evaluation import kinds
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Whole
from tests.unit.evaluation import cases
from tests.unit.evaluation.test_classification import block, check_areas, labels_of, sure

KIND = kinds.get("classification")


def report_of(items, **config):
    config = KIND.Config(**{"labels": "several", **config})
    return KIND.summarize(KIND.match(items, config), config)


def table(items, labels):
    """Truth and confidence by item and label; 0 where a label was not given."""
    truth, confidence = np.zeros((2, len(items), len(labels)))
    for row, item in enumerate(sorted(items, key=lambda item: item.task_id)):
        for each in item.truths:
            truth[row, labels.index(each.label)] = 1
        for each in item.predictions:
            confidence[row, labels.index(each.label)] = sure(each)
    return truth.astype(int), confidence


def case(seed):
    items = cases.several(seed, amount=2 + 2 * (seed % 40))
    # A threshold of 0 is left out: in a matrix it would let through what was not given.
    return items, labels_of(items), (0.5, 0.25, 0.75)[seed % 3]


@pytest.mark.parametrize("seed", range(120))
def test_equals_scikit_learn(seed):
    items, labels, threshold = case(seed)
    truth, confidence = table(items, labels)
    predicted = (confidence >= threshold).astype(int)
    report = report_of(items, confidence_threshold=threshold)
    expected = metrics.accuracy_score(truth, predicted)
    assert report.scalar("accuracy") == pytest.approx(expected, abs=1e-12)
    expected = metrics.hamming_loss(truth, predicted)
    assert report.scalar("hamming_loss") == pytest.approx(expected, abs=1e-12)
    used = np.flatnonzero(truth.sum(axis=0) + predicted.sum(axis=0))
    some = truth.sum(axis=1) + predicted.sum(axis=1) > 0
    for average in ("macro", "micro", "weighted", "samples"):
        rows = some if average == "samples" else np.ones(len(truth), dtype=bool)
        expected = metrics.precision_recall_fscore_support(
            truth[rows], predicted[rows], labels=used, average=average, zero_division=0
        )
        for name, value in zip(("precision", "recall", "f1"), expected, strict=False):
            ours = report.scalar(f"{name}_{average}")
            assert (ours or 0.0) == pytest.approx(value, abs=1e-12), (name, average)
    for row in block(report, "per_label").rows:
        at = labels.index(row.label)
        (_, wrong), (missed, hits) = metrics.confusion_matrix(
            truth[:, at], predicted[:, at], labels=[0, 1]
        )
        assert row.values[0] == hits + missed
        assert row.values[1] == hits + wrong
        assert row.values[5] == hits


@pytest.mark.parametrize("seed", range(100))
def test_areas_equal_scikit_learn(seed):
    items, labels, threshold = case(seed)
    truth, confidence = table(items, labels)
    if not truth.any():
        pytest.skip("nothing is true, so scikit-learn has no area")
    check_areas(report_of(items, confidence_threshold=threshold), labels, truth, confidence)


@pytest.mark.parametrize("seed", range(100))
def test_log_loss_and_brier_equal_scikit_learn(seed):
    items = cases.several(seed, amount=2 + seed % 30, complete=True)
    truth, confidence = table(items, labels_of(items))
    report = report_of(items)
    columns = range(truth.shape[1])
    expected = np.mean(
        [metrics.log_loss(truth[:, at], confidence[:, at], labels=[0, 1]) for at in columns]
    )
    assert report.scalar("log_loss") == pytest.approx(expected, abs=1e-12)
    expected = ((truth - confidence) ** 2).mean()
    assert report.scalar("brier") == pytest.approx(expected, abs=1e-12)
    assert report.scalar("brier_top") == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(40))
def test_the_confusion_matrix_says_what_the_panels_say(seed):
    items, labels, threshold = case(seed)
    report = report_of(items, confidence_threshold=threshold)
    matrix = block(report, "confusion_matrix")
    values = np.array(matrix.values)
    for row in block(report, "per_label").rows:
        at = matrix.columns.index(row.label)
        assert values[at].sum() == pytest.approx(row.values[0])
        assert values[:, at].sum() == pytest.approx(row.values[1])
        assert values[at, at] == row.values[5]
    assert set(matrix.columns) == {*labels, "(no prediction)"}


def item(number, truths, **given):
    return Item(
        f"t_{number}",
        tuple(Truth(f"a_{label}", label, Whole()) for label in truths),
        tuple(
            Prediction(f"pr_{label}", label, Whole(), confidence)
            for label, confidence in given.items()
        ),
    )


def test_missed_and_wrong_labels_share_their_pairs():
    items = [item(1, ["cat", "dog"], owl=0.9), item(2, ["cat"], fox=0.9), item(3, [], owl=0.9)]
    report = report_of(items)
    matrix = block(report, "confusion_matrix")
    assert matrix.columns == ("cat", "dog", "fox", "owl", "(no prediction)")
    assert matrix.values == (
        (0, 0, 1, 0.5, 0.5),
        (0, 0, 0, 0.5, 0.5),
        (0, 0, 0, 0, 0),
        (0, 0, 0, 0, 0),
        (0, 0, 0, 1, 0),
    )
    rows = [(row.label, row.values[0]) for row in block(report, "top_confusions").rows]
    assert rows == [("cat → fox", 1), ("cat → owl", 1), ("dog → owl", 1)]


def test_examples_say_what_became_of_each_label():
    report = report_of(
        [item(1, ["cat", "dog"], cat=0.9, owl=0.6, fox=0.1), item(2, ["cat"], cat=1)]
    )
    (worst,) = block(report, "worst").examples
    assert worst.score == pytest.approx(0.5)
    assert [(each.outcome, each.truth_id, each.prediction_id) for each in worst.outcomes] == [
        ("missed", "a_dog", None),
        ("false positive", None, "pr_owl"),
        ("hit", "a_cat", "pr_cat"),
    ]


def test_several_are_found_by_a_task_with_two():
    items = [item(1, ["cat", "dog"], cat=0.9, dog=0.8), item(2, ["cat"], cat=0.9)]
    found = report_of(items, labels="as found")
    assert found.headline == "f1_macro"
    assert "1 task more than one" in block(found, "about").text
    assert report_of(items[1:], labels="as found").headline == "accuracy"
    assert found.to_dict() == report_of(items).to_dict()


def test_a_task_may_truly_have_no_label():
    items = [item(1, []), item(2, ["cat"], cat=0.9)]
    report = report_of(items)
    assert report.scalar("accuracy") == 1
    assert report.scalar("f1_samples") == 1
    assert report.scalar("f1_macro") == 1


@pytest.mark.parametrize("labels", ["one", "several"])
def test_rare_labels_are_summed_in_the_matrix(labels):
    names = [f"label {at:03d}" for at in range(150)]
    wrong = {names[0]: "fox", names[140]: "fox"}
    items = [
        item(at, [name], **{wrong.get(name, name): 0.9})
        for at, name in enumerate([*names[:99], *names])
    ]
    matrix = block(report_of(items, labels=labels), "confusion_matrix")
    assert len(matrix.columns) == 102
    assert matrix.columns[-2:] == ("(other labels)", "(no prediction)")
    values = np.array(matrix.values)
    assert values.sum() == len(items)
    assert values[matrix.rows.index(names[0]), matrix.columns.index("fox")] == 2
    assert values[matrix.rows.index("(other labels)"), -2] == 50
    assert "51 rarest labels" in matrix.note
