"""The order of lists: which tasks of some projects are looked at, oldest first, and their slots.

Most changes of tasks leave their order as it is, and then it is the same object. A few tasks that
come are put into it, those that go are taken out; only for many is it made anew.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Final, NamedTuple

import numpy as np

from linlog.evaluation.live_columns import Columns, grown
from linlog.evaluation.tallies import Array, Bools, Ints

_FEW: Final = 1000
"""New tasks up to which putting each in its place is quicker than sorting all."""


class Part(NamedTuple):
    """The tasks of one project that are looked at."""

    project_id: str
    columns: Columns
    wanted: Bools
    """By slot whether its task is there and looked at."""


class Seen(NamedTuple):
    """What an order keeps of a part, to tell what came and went."""

    project_id: str
    ids: Sequence[str]
    """By slot; the same object as long as slots mean the same."""
    created: Ints
    wanted: Bools


def part(project_id: str, columns: Columns, slots: Ints | None = None) -> Part:
    """The tasks of a project, or those of some slots, as far as they are there."""
    if slots is None:
        return Part(project_id, columns, columns.there)
    wanted = np.zeros(len(columns.there), bool)
    wanted[slots] = True
    return Part(project_id, columns, wanted & columns.there)


@dataclass(frozen=True, eq=False)
class Order:
    """Tasks by the time they were made, and by id where several have one."""

    seen: Sequence[Seen]
    """What it was made of."""
    part: Ints
    """By place the part that the task is of."""
    slot: Ints
    """By place the slot of the task in its part."""
    ids: Sequence[str]
    """By place."""
    created: Ints
    """By place, in microseconds since 1970."""

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each task by its id."""
        return {each: at for at, each in enumerate(self.ids)}

    def gathered(self, columns: Sequence[Array]) -> Array:
        """What the tasks have in columns by slot, one a part."""
        if len(columns) == 1:
            return np.asarray(columns[0][self.slot])
        kind = np.result_type(*columns) if columns else np.dtype(object)
        found = np.empty(len(self.slot), kind)
        for at, column in enumerate(columns):
            here = self._here[at]
            found[here] = column[self.slot[here]]
        return found

    def by_slot(self, at: int, size: int) -> Ints:
        """By slot of a part the place of its task, -1 where there is none."""
        return grown(self._by_slot[at], size, -1)

    @cached_property
    def _here(self) -> list[Ints]:
        """By part the places of its tasks."""
        return [np.flatnonzero(self.part == at) for at in range(len(self.seen))]

    @cached_property
    def _by_slot(self) -> list[Ints]:
        found = []
        for here, some in zip(self._here, self.seen, strict=True):
            dense = np.full(len(some.wanted), -1)
            dense[self.slot[here]] = here
            found.append(dense)
        return found


def ordered(parts: Sequence[Part], before: Order | None = None) -> Order:
    """The order of the tasks that are wanted of some projects, made from one that was before."""
    if before is None or not _grew(before.seen, parts):
        return _sorted(parts)
    pairs = [*zip(before.seen, parts, strict=True)]
    # Tasks that came and are not wanted, such as those outside a dataset, change nothing.
    if all(np.array_equal(grown(old.wanted, len(new.wanted)), new.wanted) for old, new in pairs):
        return before
    came = [np.flatnonzero(new.wanted & ~grown(old.wanted, len(new.wanted))) for old, new in pairs]
    return _sorted(parts) if sum(map(len, came)) > _FEW else _moved(before, parts, came)


def _seen(parts: Sequence[Part]) -> list[Seen]:
    return [
        Seen(project_id, columns.ids, columns.created, wanted)
        for project_id, columns, wanted in parts
    ]


def _grew(before: Sequence[Seen], after: Sequence[Part]) -> bool:
    """Whether slots and times mean in both what they did in the first."""
    return len(before) == len(after) and all(
        old.project_id == new.project_id
        and old.ids is new.columns.ids
        and len(old.wanted) <= len(new.wanted)
        and _same_times(old, new)
        for old, new in zip(before, after, strict=True)
    )


def _same_times(old: Seen, new: Part) -> bool:
    both = np.flatnonzero(old.wanted & new.wanted[: len(old.wanted)])
    return np.array_equal(old.created[both], new.columns.created[both])


def _moved(before: Order, parts: Sequence[Part], came: Sequence[Ints]) -> Order:
    """The order without those that went, and with those that came in their places."""
    kept = np.ones(len(before.slot), bool)
    for at, some in enumerate(parts):
        here = np.flatnonzero(before.part == at)
        kept[here] = some.wanted[before.slot[here]]
    ids = [*compress(before.ids, kept.tolist())]
    created = before.created[kept]
    new = sorted(
        (int(some.columns.created[slot]), some.columns.ids[slot], at, slot)
        for at, (some, slots) in enumerate(zip(parts, came, strict=True))
        for slot in slots.tolist()
    )
    places = [_place(created, ids, made, identity) for made, identity, _, _ in new]
    for place, (_, identity, _, _) in reversed([*zip(places, new, strict=True)]):
        ids.insert(place, identity)
    return Order(
        _seen(parts),
        np.insert(before.part[kept], places, [each[2] for each in new]),
        np.insert(before.slot[kept], places, [each[3] for each in new]),
        ids,
        np.insert(created, places, [each[0] for each in new]),
    )


def _place(created: Ints, ids: Sequence[str], made: int, identity: str) -> int:
    """Where a task belongs among others."""
    begun, end = (int(np.searchsorted(created, made, side)) for side in ("left", "right"))
    return bisect_left(ids, identity, begun, end)


def _sorted(parts: Sequence[Part]) -> Order:
    none = np.zeros(0, np.int64)
    slots = [np.flatnonzero(each.wanted) for each in parts]
    created = np.concatenate(
        [none, *(each.columns.created[some] for each, some in zip(parts, slots, strict=True))]
    )
    ids: list[str] = []
    for each, some in zip(parts, slots, strict=True):
        ids += [each.columns.ids[slot] for slot in some.tolist()]
    order = _by_time(created, ids)
    part_of = np.repeat(np.arange(len(parts)), [len(some) for some in slots])
    return Order(
        _seen(parts),
        part_of[order],
        np.concatenate([none, *slots])[order],
        [ids[place] for place in order.tolist()],
        created[order],
    )


def _by_time(created: Ints, ids: Sequence[str]) -> Ints:
    """Places by time, and by id where several tasks have one."""
    order = np.argsort(created, kind="stable")
    by_time = created[order]
    same = np.flatnonzero(by_time[1:] == by_time[:-1])
    begun = -1
    for at in same.tolist():
        if at < begun:
            continue
        end = int(np.searchsorted(by_time, by_time[at], side="right"))
        order[at:end] = sorted(order[at:end].tolist(), key=ids.__getitem__)
        begun = end
    return order
