"""Explaining a change: the parts add up, and a task's effect is what swapping it gives."""

from dataclasses import replace

import numpy as np
import pytest

from linlog.evaluation import explaining, kinds, tallies
from linlog.evaluation.explaining import Cells
from linlog.evaluation.kinds import Item
from tests.unit.evaluation import cases

NAMES = ("detection", "classification", "ner")


def scene(name: str, seed: int) -> tuple[list[Item], list[Item]]:
    """Items before and after: some with other truths, others with other predictions."""
    random = np.random.default_rng(seed)
    before = [replace(item, predicted=True) for item in cases.items(name, seed)]
    donors = cases.items(name, seed + 100)
    after = []
    for place, item in enumerate(before):
        donor = donors[place % len(donors)]
        truths = donor.truths if random.random() < 0.3 else item.truths
        found = donor.predictions if random.random() < 0.6 else item.predictions
        after.append(replace(item, truths=truths, predictions=found))
    return before, after


def crossed(truths: list[Item], predictions: list[Item]) -> list[Item]:
    return [
        replace(one, predictions=other.predictions)
        for one, other in zip(truths, predictions, strict=True)
    ]


def cells_of(name: str, before: list[Item], after: list[Item], left: int = 0) -> Cells:
    kind = kinds.get(name)
    config = kind.Config()
    common = slice(left, len(before) - left)

    def match(items: list[Item]) -> tallies.Tally:
        return kind.match(items, config)

    return Cells(
        earlier=match(before[: len(before) - left]),
        later=match(after[left:]),
        old_old=match(before[common]),
        new_old=match(crossed(after, before)[common]),
        old_new=match(crossed(before, after)[common]),
        new_new=match(after[common]),
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(6))
def test_the_parts_add_up_to_the_difference(name: str, seed: int) -> None:
    kind = kinds.get(name)
    found = explaining.numbers(
        kind, cells_of(name, *scene(name, seed), left=seed % 3), kind.Config()
    )
    defined = [each for each in found if each.from_labels is not None]
    assert defined
    for each in defined:
        parts = each.from_labels + each.from_model + each.from_tasks
        assert parts == pytest.approx(each.difference, abs=1e-9), each.name
        assert each.difference == pytest.approx(each.later - each.earlier, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_each_cause_alone_is_the_whole(name: str) -> None:
    kind = kinds.get(name)
    before, after = scene(name, 3)
    for changed, cause, other in (
        (crossed(after, before), "from_labels", "from_model"),
        (crossed(before, after), "from_model", "from_labels"),
    ):
        headline = explaining.numbers(kind, cells_of(name, before, changed), kind.Config())[0]
        assert headline.difference
        assert getattr(headline, cause) == pytest.approx(headline.difference, abs=1e-12)
        assert getattr(headline, other) == pytest.approx(0, abs=1e-12)
        assert headline.from_tasks == 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(3))
def test_an_effect_is_what_swapping_the_task_gives(name: str, seed: int) -> None:
    kind = kinds.get(name)
    config = kind.Config()
    before, after = scene(name, seed)
    wanted = [
        one.task_id for one, other in zip(before, after, strict=True) if one.truths != other.truths
    ]

    def headline(items: list[Item]) -> float:
        report = kind.summarize(kind.match(items, config), config)
        return report.scalar(report.headline)

    def swapped(items: list[Item], others: list[Item], task_id: str) -> list[Item]:
        return [
            other if one.task_id == task_id else one
            for one, other in zip(items, others, strict=True)
        ]

    found, _ = explaining.tasks(
        kind, cells_of(name, before, after), config, by_labels=wanted, by_model=[]
    )
    assert {each.task_id for each in found} == {*wanted}
    assert [abs(each.effect) for each in found] == sorted(
        (abs(each.effect) for each in found), reverse=True
    )
    new_old, old_new = crossed(after, before), crossed(before, after)
    for each in found:
        first = headline(swapped(before, new_old, each.task_id)) - headline(before)
        second = headline(swapped(old_new, after, each.task_id)) - headline(old_new)
        assert each.effect == pytest.approx((first + second) / 2, abs=1e-9)


def test_left_out_tasks_have_no_effect_and_no_score() -> None:
    kind = kinds.get("detection")
    config = kind.Config(missing="left out")
    before, after = scene("detection", 1)
    quiet = before[0].task_id
    silent = [
        [
            replace(
                item,
                predicted=item.task_id != quiet,
                predictions=() if item.task_id == quiet else item.predictions,
            )
            for item in items
        ]
        for items in (before, after)
    ]
    found, _ = explaining.tasks(
        kind, cells_of("detection", *silent), config, by_labels=[quiet], by_model=[]
    )
    assert [(each.effect, each.later_score) for each in found] == [(0.0, None)]
