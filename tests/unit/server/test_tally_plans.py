"""Which tasks are matched anew: those that changed, and each task is held once."""

import numpy as np
import pytest

from linlog.server.services import tally_plans
from linlog.server.services.tally_plans import Plan
from linlog.server.store.tally_parts import Matched, Part

SIZE = 8


def part(name: str, tasks: dict[str, str], count: int = 1) -> Part:
    return Part(name, {task: Matched(truth, count, "p") for task, truth in tasks.items()})


def tasks(*names: int) -> dict[str, str]:
    return {f"t_{name:02d}": "truth" for name in names}


def plan(parts: list[Part], wanted: dict[str, str], counts: dict[str, int] | None = None) -> Plan:
    counted = dict.fromkeys(wanted, 1) if counts is None else counts
    return tally_plans.plan(parts, wanted, counted, size=SIZE)


def matched(found: Plan) -> list[str]:
    return [task for bundle in found.bundles for task in bundle.match]


def held(found: Plan) -> list[str]:
    kept = [task for whole in found.whole for task in whole.tasks]
    over = [task for bundle in found.bundles for some in bundle.keep.values() for task in some]
    return sorted([*kept, *over, *matched(found)])


def test_at_first_everything_is_matched_in_parts_of_a_size() -> None:
    wanted = tasks(*range(20))
    found = plan([], wanted)
    assert [len(bundle.match) for bundle in found.bundles] == [8, 8, 4]
    assert held(found) == sorted(wanted)


def test_nothing_is_matched_where_nothing_changed() -> None:
    parts = [part("one", tasks(*range(8))), part("two", tasks(8, 9))]
    found = plan(parts, tasks(*range(10)))
    assert (found.whole, found.bundles, found.broken) == (parts, [], [])


@pytest.mark.parametrize("change", ["annotations", "predictions"])
def test_an_edit_costs_the_task(change: str) -> None:
    parts = [part("one", tasks(*range(8))), part("two", tasks(*range(8, 16)))]
    wanted, counts = tasks(*range(16)), dict.fromkeys(tasks(*range(16)), 1)
    if change == "annotations":
        wanted["t_03"] = "edited"
    else:
        counts["t_03"] = 2
    found = plan(parts, wanted, counts)
    assert matched(found) == ["t_03"]
    assert found.whole == parts[1:]
    assert found.broken == parts[:1]


def test_a_task_that_is_gone_is_taken_out_without_matching() -> None:
    parts = [part("one", tasks(*range(8)))]
    found = plan(parts, tasks(*range(7)))
    assert matched(found) == []
    assert held(found) == sorted(tasks(*range(7)))
    emptied = plan(parts, {})
    assert (emptied.bundles, emptied.broken) == ([], parts)


def test_small_parts_are_joined_where_something_is_written_anyway() -> None:
    parts = [part("one", tasks(0, 1)), part("two", tasks(2, 3))]
    found = plan(parts, tasks(0, 1, 2, 3, 4))
    assert matched(found) == ["t_04"]
    assert len(found.bundles) == 1


@pytest.mark.parametrize("seed", range(50))
def test_whatever_the_parts_every_task_is_held_once(seed: int) -> None:
    random = np.random.default_rng(seed)
    pool = [f"t_{place:02d}" for place in range(40)]
    states = ("truth", "edited")
    parts = [
        part(
            f"part {number}",
            {
                str(task): str(random.choice(states, p=(0.9, 0.1)))
                for task in random.choice(pool, random.integers(0, 10), replace=False)
            },
            int(random.integers(1, 3)),
        )
        for number in range(random.integers(0, 8))
    ]
    wanted = {str(task): "truth" for task in random.choice(pool, 30, replace=False)}
    counts = dict.fromkeys(wanted, 1)
    found = plan(parts, wanted, counts)
    assert held(found) == sorted(wanted)
    fresh = {
        task
        for each in parts
        for task, then in each.tasks.items()
        if wanted.get(task) == then.annotations and then.count == 1
    }
    assert sorted(matched(found)) == sorted(wanted.keys() - fresh)
    assert {each.id for each in found.whole} | {each.id for each in found.broken} == {
        each.id for each in parts
    }
