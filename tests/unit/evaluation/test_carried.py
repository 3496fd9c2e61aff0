"""Average precision after an edit: to the last digit what all of it anew gives."""

from dataclasses import replace

import numpy as np
import pytest

from linlog.evaluation import average_precision, carried, kinds, tallies
from linlog.evaluation.average_precision import Averages
from linlog.evaluation.items import Item, Prediction, Truth
from linlog.evaluation.tallies import Tally
from linlog.shapes import Box

KIND = kinds.get("detection")
CONFIG = KIND.Config()
LABELS = ("ant", "bee", "cat", "dog")


def item(random: np.random.Generator, name: str) -> Item:
    """Boxes near each other, crowds and ignored ones among the truths, equal confidences."""
    truths = [
        Truth(
            f"a_{name}_{at}",
            str(random.choice(LABELS)),
            Box(*random.integers(0, 40, 2).tolist(), *random.integers(20, 90, 2).tolist()),
            crowd=bool(random.random() < 0.1),
            ignored=bool(random.random() < 0.1),
        )
        for at in range(random.integers(1, 6))
    ]
    predictions = [
        Prediction(
            f"pr_{name}_{at}",
            str(random.choice(LABELS)),
            Box(*random.integers(0, 40, 2).tolist(), *random.integers(20, 90, 2).tolist()),
            float(random.choice([0.1, 0.5, 0.9])),
        )
        for at in range(random.integers(0, 9))
    ]
    return Item(f"t_{name}", truths, predictions)


def tally(items: list[Item]) -> Tally:
    return KIND.merge([KIND.match([each], CONFIG) for each in items])


def equal(one: Averages, other: Averages) -> bool:
    pairs = [
        (one.precision, other.precision),
        *zip(one.recall, other.recall, strict=True),
        (one.truths, other.truths),
        (one.curves, other.curves),
    ]
    return all(np.array_equal(first, second, equal_nan=True) for first, second in pairs)


@pytest.mark.parametrize("seed", range(60))
def test_averages_after_an_edit_are_those_of_everything_anew(seed: int) -> None:
    random = np.random.default_rng(seed)
    items = [item(random, f"{at:02d}") for at in range(12)]
    # All labels are there whatever is edited: else everything is summed up again.
    items[0] = replace(items[0], truths=[replace(items[0].truths[0], label=x) for x in LABELS])
    before = tally(items)
    average_precision.averages(before)
    place = int(random.integers(1, 12))
    edited, changes = [*items], seed % 4
    if changes == 0:
        edited[place] = item(random, f"{place:02d}")
    elif changes == 1:
        first, *others = items[place].truths
        relabelled = replace(first, label=str(random.choice(LABELS)))
        edited[place] = replace(items[place], truths=[relabelled, *others])
    elif changes == 2:
        del edited[place]
    else:
        edited.append(item(random, "99"))
    after = tally(edited)
    carried.carry(before, after, {items[place].task_id, "t_99"})
    assert "averages" in after.derived
    assert equal(average_precision.averages(after), average_precision.averages(tally(edited)))


def test_labels_that_an_edit_leaves_alone_are_not_summed_up_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = np.random.default_rng(0)
    items = [item(random, f"{at:02d}") for at in range(6)]
    before = tally(items)
    average_precision.averages(before)
    first, *others = items[3].truths
    moved = replace(first, shape=Box(500, 500, 10, 10))
    items[3] = replace(items[3], truths=[moved, *others])
    after, seen = tally(items), set[int]()
    plain = tallies.of_labels

    def of_labels(whole: Tally, labels: np.ndarray) -> object:
        seen.update(np.flatnonzero(labels).tolist())
        return plain(whole, labels)

    monkeypatch.setattr(tallies, "of_labels", of_labels)
    carried.carry(before, after, [items[3].task_id])
    assert seen == {after.labels.index(first.label)}


def test_nothing_is_carried_where_it_cannot_be() -> None:
    random = np.random.default_rng(0)
    items = [item(random, f"{at:02d}") for at in range(4)]
    before, after = tally(items), tally(items)
    carried.carry(before, after, ["t_00"])
    assert "averages" not in after.derived
    average_precision.averages(before)
    first, *others = items[0].truths
    items[0] = replace(items[0], truths=[replace(first, label="new"), *others])
    other = tally(items)
    carried.carry(before, other, ["t_00"])
    assert "averages" not in other.derived
