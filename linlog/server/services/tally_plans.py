"""Plans of which tasks of a model run to match, and which tallies to take over. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linlog.server.store.tally_parts import Part

SIZE: Final = 64
"""Tasks of a part."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A part to make: tasks to match, and tasks whose tallies are taken over from older parts."""

    match: tuple[str, ...]
    keep: Mapping[str, tuple[str, ...]]
    """Tasks by the part that holds them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to bring the parts of a model run up to date."""

    whole: list[Part]
    """Parts that stay as they are."""
    bundles: list[Bundle]
    broken: list[Part]
    """Parts in whose place the bundles stand."""


def plan(
    parts: Sequence[Part],
    wanted: Mapping[str, str],
    counts: Mapping[str, int],
    *,
    size: int,
) -> Plan:
    """Which tasks to match and which tallies to take over, so that `wanted` is held once.

    Small parts are joined where parts are written anyway.
    """
    home: dict[str, Part] = {}
    for part in parts:
        for task_id, matched in part.tasks.items():
            fresh = wanted.get(task_id) == matched.annotations
            if fresh and counts.get(task_id, 0) == matched.count:
                home.setdefault(task_id, part)
    whole = [part for part in parts if all(home.get(task) is part for task in part.tasks)]
    if len(home) < len(wanted):
        whole = [part for part in whole if 2 * len(part.tasks) >= size]
    kept = {part.id for part in whole}
    held = {task for part in whole for task in part.tasks}
    broken = [part for part in parts if part.id not in kept]
    places = dict.fromkeys(task for part in broken for task in part.tasks if task in wanted)
    places.update(dict.fromkeys(sorted(wanted.keys() - home.keys())))
    order = [task for task in places if task not in held]
    bundles = [_bundle(order[at : at + size], home) for at in range(0, len(order), size)]
    return Plan(whole, bundles, broken)


def changed(planned: Plan, wanted: Mapping[str, str]) -> frozenset[str]:
    """The tasks that are matched anew, or are gone."""
    new = {task for bundle in planned.bundles for task in bundle.match}
    gone = {task for part in planned.broken for task in part.tasks if task not in wanted}
    return frozenset(new | gone)


class Rest:
    """What is left to make; of tasks that are in no part yet, some may be matched elsewhere."""

    def __init__(self, bundles: Sequence[Bundle], known: set[str]) -> None:
        self._mixed = deque(bundle for bundle in bundles if bundle.keep)
        self.new = {task: None for bundle in bundles if not bundle.keep for task in bundle.match}
        self.known = known
        """Parts that were looked at."""

    def __len__(self) -> int:
        return len(self._mixed) + -(-len(self.new) // SIZE)

    def take(self, number: int) -> list[Bundle]:
        """The next bundles, so many at the most."""
        some = [self._mixed.popleft() for _ in range(min(number, len(self._mixed)))]
        for _ in range(number - len(some)):
            tasks = tuple(islice(self.new, SIZE))
            if not tasks:
                break
            self.leave_out(tasks)
            some.append(Bundle(match=tasks, keep={}))
        return some

    def leave_out(self, tasks: Iterable[str]) -> None:
        """Tasks that are in a part now."""
        for task in tasks:
            del self.new[task]


def is_fresh(part: Part, wanted: Mapping[str, str], counts: Mapping[str, int]) -> bool:
    """Whether all tasks of a part are as they were when they were matched."""
    return all(
        wanted.get(task_id) == matched.annotations and counts.get(task_id, 0) == matched.count
        for task_id, matched in part.tasks.items()
    )


def _bundle(tasks: Sequence[str], home: Mapping[str, Part]) -> Bundle:
    keep: dict[str, list[str]] = {}
    for task in tasks:
        if task in home:
            keep.setdefault(home[task].id, []).append(task)
    return Bundle(
        match=tuple(task for task in tasks if task not in home),
        keep={part: tuple(some) for part, some in keep.items()},
    )
