"""One label a task against scikit-learn, and what becomes of it where there is nothing to judge."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from linlog.evaluation import kinds, one_label, tallies
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box, Whole
from tests.unit.evaluation import cases

KIND = kinds.get("classification")
CONFIG = KIND.Config(labels="one")
NOTHING = "(no prediction)"


def report_of(items, **config):
    return KIND.summarize(KIND.match(items, CONFIG), KIND.Config(labels="one", **config))


def block(report, name):
    return next(entry for entry in report.blocks if entry.name == name)


def sure(prediction):
    return 1.0 if prediction.confidence is None else prediction.confidence


def judged(items):
    return [item for item in sorted(items, key=lambda item: item.task_id) if item.truths]


def decided(items, threshold=0.0):
    """The true and the predicted label of each item with truth."""
    found = []
    for item in judged(items):
        top = sorted(item.predictions, key=lambda each: (-sure(each), each.label))
        answer = top[0].label if top and sure(top[0]) >= threshold else NOTHING
        found.append((item.truths[0].label, answer))
    return zip(*found, strict=True)


def labels_of(items):
    """Every label that occurs, as the tally has them."""
    return sorted({each.label for item in items for each in (*item.truths, *item.predictions)})


def table(items, labels, absent=0.0):
    """Truth and confidence by judged item and label; `absent` where a label was not given."""
    rows = judged(items)
    truth = np.array([[each == item.truths[0].label for each in labels] for item in rows])
    confidence = np.full((len(rows), len(labels)), absent)
    for row, item in enumerate(rows):
        for each in item.predictions:
            confidence[row, labels.index(each.label)] = sure(each)
    return truth.astype(int), confidence


def with_truth(seed):
    items = cases.wholes(seed, amount=1 + 2 * (seed % 60))
    return items if any(item.truths for item in items) else cases.wholes(1)


@pytest.mark.parametrize("seed", range(100))
def test_equals_scikit_learn(seed):
    items, threshold = with_truth(seed), (0.0, 0.5, 0.75)[seed % 3]
    truths, tops = decided(items, threshold)
    labels = sorted({*truths, *tops} - {NOTHING})
    report = report_of(items, confidence_threshold=threshold)
    expected = metrics.accuracy_score(truths, tops)
    assert report.scalar("accuracy") == pytest.approx(expected, abs=1e-12)
    for average in ("macro", "micro", "weighted"):
        expected = metrics.precision_recall_fscore_support(
            truths, tops, labels=labels, average=average, zero_division=0
        )
        for name, value in zip(("precision", "recall", "f1"), expected, strict=False):
            ours = report.scalar(f"{name}_{average}")
            assert (ours or 0.0) == pytest.approx(value, abs=1e-12), (name, average)
    by_label = metrics.precision_recall_fscore_support(
        truths, tops, labels=labels, zero_division=np.nan
    )
    rows = block(report, "per_label").rows
    assert [row.label for row in rows] == labels
    for at, row in enumerate(rows):
        values = [by_label[3][at], *(part[at] for part in by_label[:3])]
        ours = [row.values[0], *row.values[2:5]]
        np.testing.assert_allclose([np.nan if v is None else v for v in ours], values, atol=1e-12)


@pytest.mark.parametrize("seed", range(100))
def test_areas_equal_scikit_learn(seed):
    items = with_truth(seed)
    labels = labels_of(items)
    truth, confidence = table(items, labels)
    report = report_of(items)
    check_areas(report, labels, truth, confidence)


def check_areas(report, labels, truth, confidence):
    rows = {row.label: row.values for row in block(report, "per_label").rows}
    roc, precision = {}, {}
    for at, label in enumerate(labels):
        amount = truth[:, at].sum()
        if amount:
            precision[at] = metrics.average_precision_score(truth[:, at], confidence[:, at])
        if 0 < amount < len(truth):
            roc[at] = metrics.roc_auc_score(truth[:, at], confidence[:, at])
        if label in rows:
            assert rows[label][6] == pytest.approx(roc.get(at), abs=1e-12)
            assert rows[label][7] == pytest.approx(precision.get(at), abs=1e-12)
    for name, found in (("roc_auc", roc), ("average_precision", precision)):
        values, weights = list(found.values()), truth[:, list(found)].sum(axis=0)
        macro = np.mean(values) if values else None
        weighted = np.average(values, weights=weights) if values else None
        assert report.scalar(f"{name}_macro") == pytest.approx(macro, abs=1e-12)
        assert report.scalar(f"{name}_weighted") == pytest.approx(weighted, abs=1e-12)
    micro = metrics.average_precision_score(truth, confidence, average="micro")
    assert report.scalar("average_precision_micro") == pytest.approx(micro, abs=1e-12)
    if truth.min() == 0:
        micro = metrics.roc_auc_score(truth.ravel(), confidence.ravel())
        assert report.scalar("roc_auc_micro") == pytest.approx(micro, abs=1e-12)


@pytest.mark.parametrize("seed", range(100))
def test_log_loss_and_brier_equal_scikit_learn(seed):
    items = cases.distributions(seed, amount=6 + 2 * (seed % 40))
    truth, confidence = table(items, labels_of(items))
    report = report_of(items)
    codes, places = truth.argmax(axis=1), range(truth.shape[1])
    expected = metrics.log_loss(codes, confidence, labels=places)
    assert report.scalar("log_loss") == pytest.approx(expected, abs=1e-12)
    expected = metrics.brier_score_loss(codes, confidence, labels=places, scale_by_half=True)
    assert report.scalar("brier") == pytest.approx(expected, abs=1e-12)
    assert report.scalar("complete") == len(items)


@pytest.mark.parametrize("seed", range(100))
def test_top_k_equals_scikit_learn(seed):
    items = with_truth(seed)
    # scikit-learn takes the last of equal labels, linlog the first: so hand them over backwards.
    labels = labels_of(items)[::-1]
    truth, confidence = table(items, labels, absent=-1.0)
    given = (truth * confidence).sum(axis=1) >= 0
    report = report_of(items)
    for k in (2, 3):
        if len(labels) > k and given.any():
            # Where the label was not given at all, it is not among the first.
            hits = metrics.top_k_accuracy_score(
                truth[given].argmax(axis=1),
                confidence[given],
                k=k,
                labels=range(len(labels)),
                normalize=False,
            )
            assert report.scalar(f"top_{k}") == pytest.approx(hits / len(truth), abs=1e-12)
    curve = block(report, "top_k").series[0]
    assert curve.y[0] == pytest.approx(report.scalar("accuracy"))
    assert list(curve.y) == sorted(curve.y)


@pytest.mark.parametrize("seed", range(100))
def test_brier_and_calibration_of_the_deciding_label(seed):
    items = with_truth(seed)
    pairs = []
    for item in judged(items):
        top = sorted(item.predictions, key=lambda each: (-sure(each), each.label))
        if top:
            pairs.append((top[0].label == item.truths[0].label, sure(top[0])))
    if not pairs:
        return
    right, confidence = map(np.array, zip(*pairs, strict=True))
    report = report_of(items)
    # scikit-learn halves what it sums over both columns: the square of the one.
    expected = metrics.brier_score_loss(right, confidence, pos_label=True)
    assert report.scalar("brier_top") == pytest.approx(expected, abs=1e-12)
    place = np.maximum(np.ceil(confidence * 15) - 1, 0)
    gaps = [
        abs(right[place == bin_].mean() - confidence[place == bin_].mean()) * (place == bin_).sum()
        for bin_ in np.unique(place)
    ]
    assert report.scalar("ece") == pytest.approx(sum(gaps) / len(right), abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_confusion_matrix_equals_scikit_learn(seed):
    items = cases.wholes(seed + 100)
    truths, tops = decided(items)
    matrix = block(report_of(items), "confusion_matrix")
    labels = list(matrix.columns)
    assert labels[-1] == NOTHING
    expected = metrics.confusion_matrix(truths, tops, labels=labels)[:-1]
    np.testing.assert_array_equal(np.array(matrix.values), expected)


def item(number, truth, *predictions, predicted=True):
    truths = (Truth(f"a_{number}", truth, Whole()),) if truth else ()
    return Item(
        f"t_{number}",
        truths,
        tuple(
            Prediction(f"pr_{number}_{at}", label, Whole(), confidence)
            for at, (label, confidence) in enumerate(predictions)
        ),
        predicted,
    )


def test_equal_confidences_are_decided_by_name():
    assert report_of([item(1, "cat", ("dog", 0.5), ("cat", 0.5))]).scalar("accuracy") == 1


def test_a_threshold_leaves_tasks_unanswered():
    items = [item(1, "cat", ("cat", 0.6)), item(2, "cat", ("dog", 0.4))]
    report = report_of(items, confidence_threshold=0.5)
    assert report.scalar("unanswered") == 1
    assert report.scalar("wrong") == 0
    assert report.scalar("precision_micro") == 1
    assert "counts from confidence 0.5" in block(report, "about").text


def test_of_a_label_given_twice_the_surest_counts():
    items = [item(1, "cat", ("dog", 0.3), ("cat", 0.4), ("dog", 0.5)), item(2, "dog", ("dog", 1))]
    report = report_of(items)
    assert report.scalar("accuracy") == 0.5
    assert report.scalar("top_2") == 1
    assert "1 prediction repeats" in block(report, "about").text


def test_log_loss_needs_a_confidence_for_every_label():
    half = [item(1, "cat", ("cat", 0.9)), item(2, "dog", ("cat", 0.2), ("dog", 0.8))]
    report = report_of(half)
    assert report.scalar("complete") == 1
    assert report.scalar("log_loss") == pytest.approx(-np.log(0.8))
    none = report_of([item(1, "cat", ("cat", 0.9)), item(2, "dog", ("cat", 0.2))])
    assert none.scalar("log_loss") is None
    assert none.scalar("brier") is None


def test_calibration_by_hand():
    items = [
        item(1, "cat", ("cat", 0.9)),
        item(2, "cat", ("dog", 0.9)),
        item(3, "cat", ("cat", 0.3)),
    ]
    report = report_of(items)
    assert report.scalar("ece") == pytest.approx(2 / 3 * 0.4 + 1 / 3 * 0.7)
    assert report.scalar("brier_top") == pytest.approx((0.01 + 0.81 + 0.49) / 3)
    curve = block(report, "calibration")
    assert curve.diagonal
    assert curve.series[0].x == pytest.approx((0.3, 0.9))
    assert curve.series[0].y == pytest.approx((1.0, 0.5))


def test_worst_are_the_surest_mistakes():
    items = [
        item(1, "cat", ("dog", 0.6)),
        item(2, "cat", ("dog", 0.9)),
        item(3, "cat"),
        item(4, "cat", ("cat", 0.9)),
    ]
    worst = block(report_of(items), "worst").examples
    assert [example.task_id for example in worst] == ["t_2", "t_1", "t_3"]
    assert [example.outcomes[0].outcome for example in worst] == ["confused", "confused", "missed"]


def test_confusions_are_ranked():
    items = [item(n, "cat", ("dog", 0.6)) for n in range(3)] + [item(9, "dog", ("cat", 0.6))]
    rows = block(report_of(items), "top_confusions").rows
    assert [(row.label, row.values) for row in rows] == [
        ("cat → dog", (3.0, 1.0)),
        ("dog → cat", (1.0, 1.0)),
    ]


def test_missing_tasks_are_wrong_or_left_out():
    items = [item(1, "cat", ("cat", 0.9)), item(2, "cat", predicted=False), item(3, None)]
    assert report_of(items).scalar("accuracy") == 0.5
    assert report_of(items, missing="left out").scalar("accuracy") == 1
    assert "1 item without truth" in block(report_of(items), "about").text


def test_two_labels_on_an_item_are_refused_where_there_is_one():
    two = Item("t_1", (Truth("a_1", "cat", Whole()), Truth("a_2", "dog", Whole())))
    with pytest.raises(ValueError, match="task t_1 has the labels cat, dog, but labels is set"):
        KIND.match([two], CONFIG)
    found = KIND.match([two, item(2, "cat")], KIND.Config())
    with pytest.raises(ValueError, match="task t_1 has the labels cat, dog"):
        KIND.summarize(found, CONFIG)
    assert KIND.summarize(tallies.select(found, ["t_2"]), CONFIG).scalar("accuracy") == 0


def test_boxes_are_refused():
    with pytest.raises(ValueError, match="some shapes are box"):
        KIND.match([Item("t_1", (Truth("a_1", "cat", Box(0, 0, 1, 1)),))], CONFIG)


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("labels", "two", "labels must be as found, one or several"),
        ("confidence_threshold", 1.5, "must be from 0 to 1"),
        ("missing", "forgiven", "missing must be one of"),
    ],
)
def test_wrong_settings_are_refused(setting, value, message):
    with pytest.raises(ValueError, match=message):
        KIND.Config(**{setting: value})


@pytest.mark.parametrize("confidence", [1.2, -0.1, float("nan")])
def test_wrong_confidences_are_refused(confidence):
    with pytest.raises(ValueError, match="confidence must be from 0 to 1"):
        KIND.match([item(1, "cat", ("cat", confidence))], CONFIG)


@pytest.mark.parametrize("seed", range(10))
def test_many_labels_are_counted_as_few_are(seed, monkeypatch):
    items = with_truth(seed)
    few = report_of(items, confidence_threshold=0.5)
    monkeypatch.setattr(one_label, "MOST_SQUARE", 1)
    assert report_of(items, confidence_threshold=0.5) == few
