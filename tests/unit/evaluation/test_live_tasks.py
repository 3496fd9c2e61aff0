"""Views that take over what did not change are like those made from nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from linlog.evaluation import facets, live_order, query_text, sorting
from linlog.evaluation.live_columns import Columns, Mark, Row
from linlog.evaluation.live_order import Part
from linlog.evaluation.live_tasks import Judging, View
from linlog.evaluation.slicing import Coded, Column
from linlog.server.store.values import to_json

FIELDS = (
    *("created_date", "batch", "status", "kind", "unique_id", "filename", "split", "annotations"),
    *("image.width", "image.area", "text.length", "project_id"),
    *("metadata.camera", "metadata.hour", "metadata.place", "metadata.place.row"),
)
SORTS = tuple(f"{sign}{name}" for name in FIELDS if name != "project_id" for sign in ("", "-"))
QUERIES = ("", "tag:night", "label:cat -tag:fog", "metadata.camera>=2", "batch:b1 or no:tag")
FACETS = ("status", "batch", "split", "tag", "annotation.label", "annotation.annotator")


class Project:
    """The tasks of a project as a database would have them, and their columns."""

    def __init__(self, chance: Random, name: str) -> None:
        self.chance, self.name = chance, name
        self.rows: dict[str, Row] = {}
        self.marks: dict[str, list[Mark]] = {}
        self.columns = Columns()
        self.revision = 0

    def fresh(self) -> Columns:
        """The columns as they are when they are read anew."""
        columns = Columns().changed(self.rows.values(), self.revision)
        marks = [mark for some in self.marks.values() for mark in some]
        return columns.marked(marks, None, shaped=False)

    def write(self, some: list[str]) -> None:
        """Let some tasks be others, or new."""
        for each in some:
            self.rows[each] = self.drawn(each)
            self.marks[each] = [self.mark(each) for _ in range(self.chance.randrange(3))]
        self.take(some)

    def tag(self, some: list[str]) -> None:
        """Let some tasks have other tags, and nothing else."""
        for each in some:
            tags = self.chance.sample(["night", "fog", "day"], self.chance.randrange(3))
            self.rows[each] = self.rows[each]._replace(tags=to_json(tags))
        self.take(some)

    def take(self, some: list[str]) -> None:
        self.revision += 1
        self.columns = self.columns.changed([self.rows[each] for each in some], self.revision)
        marks = [mark for each in some for mark in self.marks[each]]
        slots = None if self.columns.marks is None else self.columns.slots_of(some)
        self.columns = self.columns.marked(marks, slots, shaped=False)

    def remove(self, task_id: str) -> None:
        del self.rows[task_id], self.marks[task_id]
        self.revision += 1
        self.columns = self.columns.without_others(self.rows)

    def drawn(self, task_id: str) -> Row:
        chance, before = self.chance, self.rows.get(task_id)
        own: dict[str, Any] = {"camera": chance.choice([1, 2, 2.0, "1", True, None])}
        own |= {"hour": chance.random()} if chance.random() < 0.9 else {}
        own |= {"place": {"row": chance.randrange(3)}} if chance.random() < 0.5 else {}
        return Row(
            id=task_id,
            # Many tasks are made at one moment, and then the id decides.
            created=before.created if before else chance.randrange(6) * 10**15,
            batch=f"b{chance.randrange(3)}",
            kind="detection",
            status=chance.choice(["pending", "completed"]),
            unique_id=chance.choice([None, f"u{chance.randrange(50)}"]),
            filename=chance.choice([None, "a.png", "b.png"]),
            annotations=chance.randrange(4),
            text_length=chance.choice([None, 3, 14]),
            width=chance.choice([None, 640, 800]),
            height=480,
            told="",
            tags=to_json(chance.sample(["night", "fog"], chance.randrange(3))),
            metadata=to_json(own),
        )

    def mark(self, task_id: str) -> Mark:
        label = self.chance.choice(["cat", "dog"])
        return Mark(task_id, label, "bounding-box", None, self.chance.choice([None, "ann"]))


def moments(chance: Random, projects: list[Project]) -> Iterator[None]:
    """The projects after each of many changes."""
    for at in range(60):
        project = chance.choice(projects)
        known = sorted(project.rows)
        turn = chance.randrange(5) if known and at != 30 else 0
        if turn == 0:
            number = 1200 if at == 30 else chance.choice([1, 3])
            project.write([f"t{chance.random():.12f}" for _ in range(number)])
        elif turn == 1:
            project.write(chance.sample(known, min(3, len(known))))
        elif turn == 2:
            project.tag(chance.sample(known, min(2, len(known))))
        elif turn == 3:
            project.remove(chance.choice(known))
        yield


def parts_of(projects: list[Project], *, fresh: bool, members: set[str] | None) -> list[Part]:
    found = []
    for project in projects:
        columns = project.fresh() if fresh else project.columns
        slots = None
        if members is not None:
            slots = columns.slots_of(sorted(members & project.rows.keys()))
        found.append(live_order.part(project.name, columns, slots))
    return found


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("chosen", [False, True])
def test_a_view_after_a_change_is_like_one_made_anew(number: int, chosen: bool) -> None:
    chance = Random(number + 2 * chosen)
    projects = [Project(chance, f"p{at}") for at in range(number)]
    for project in projects:
        project.write([])
    batches = {"b0": "north", "b1": "south"}
    splits: dict[str, str | None] = {}
    view: View | None = None
    for _ in moments(chance, projects):
        ids = [each for project in projects for each in project.rows]
        members = {each for each in ids if int(each[-1]) % 3} if chosen else None
        splits |= {each: chance.choice(["train", None]) for each in ids if each not in splits}
        splits = {**splits}
        view = View(parts_of(projects, fresh=False, members=members), batches, splits, view)
        anew = View(parts_of(projects, fresh=True, members=members), batches, splits)
        assert [*view.ids] == [*anew.ids]
        check_alike(view, anew, chance)


def check_alike(view: View, anew: View, chance: Random) -> None:
    """Compare some of what can be asked, another part each time."""
    assert view.created.tolist() == anew.created.tolist()
    assert view.places() == anew.places()
    one, other = view.within(None, ""), anew.within(None, "")
    for name in chance.sample(FIELDS, 4):
        assert plain(view.column(name)) == plain(anew.column(name)), name
    for sort in chance.sample(SORTS, 4):
        every = np.arange(view.size)
        found = sorting.sorted_by(sort, every, one).tolist()
        assert found == sorting.sorted_by(sort, every, other).tolist(), sort
        check_sorted(sort, found, view)
    query = query_text.read(chance.choice(QUERIES))
    assert facets.taken(query, one).tolist() == facets.taken(query, other).tolist()
    assert counted(query, one) == counted(query, other)


def counted(query: Any, known: Judging) -> list[Any]:
    """The facets; values that look alike and are as many may come in either order."""
    return [
        replace(each, values=tuple(sorted(each.values, key=repr)))
        for each in facets.facets(query, known, (*FACETS, "metadata."))
    ]


def check_sorted(sort: str, found: list[int], view: View) -> None:
    """What is missing comes last; numbers before texts, each in their order."""
    values = plain(view.column(sort.removeprefix("-")))
    ordered = [values[place] for place in found]
    there = [each for each in ordered if each is not None]
    assert None not in ordered[: len(there)]
    for kind in (str, float, int):
        some = [each for each in there if type(each) is kind]
        assert some == sorted(some, reverse=sort.startswith("-"))


def plain(column: Column) -> list[Any]:
    """The values of a column, None where there is none."""
    if isinstance(column, Coded):
        return [column.names[code] for code in column.codes.tolist()]
    return [None if each != each else each for each in column.tolist()]  # noqa: PLR0124 - NaN


def test_what_did_not_change_is_the_same_object() -> None:
    project = Project(Random(3), "p")
    project.write([f"t{at}" for at in range(50)])
    batches: dict[str, str] = {}
    first = View(parts_of([project], fresh=False, members=None), batches)
    kept = {name: first.column(name) for name in FIELDS}
    marks, tags = first.annotations(), first.tags()
    project.rows["t7"] = project.rows["t7"]._replace(tags=to_json(["new"]))
    project.take(["t7"])
    second = View(parts_of([project], fresh=False, members=None), batches, None, first)
    assert second.order is first.order
    assert all(second.column(name) is column for name, column in kept.items())
    assert second.annotations() is marks
    assert second.tags() is not tags
    assert not first.is_of(parts_of([project], fresh=False, members=None), batches)
    # Another revision alone changes nothing.
    project.take(["t7"])
    assert second.is_of(parts_of([project], fresh=False, members=None), batches)


def test_tasks_that_come_outside_a_dataset_leave_its_order_as_it_is() -> None:
    project = Project(Random(3), "p")
    project.write([f"t{at:02}" for at in range(50)])
    members = {f"t{at:02}" for at in range(0, 50, 2)}
    batches: dict[str, str] = {}
    first = View(parts_of([project], fresh=False, members=members), batches)
    split = first.column("split")
    project.write(["t99"])
    second = View(parts_of([project], fresh=False, members=members), batches, None, first)
    assert second.order is first.order
    assert second.column("split") is split
    project.write(["t98"])
    third = View(parts_of([project], fresh=False, members={*members, "t98"}), batches, None, second)
    assert third.order is not second.order
    assert {*third.ids} == {*members, "t98"}


def test_values_are_ranked_alike_however_they_came() -> None:
    chance = Random(4)
    names: list[Any] = []
    before = None
    for at in range(200):
        # Sometimes others come before those that were known, and once very many at the end.
        number = 3000 if at == 100 else 1
        new = [
            chance.choice([chance.randrange(9000), f"{chance.randrange(90)}", True, 2.5, None])
            for _ in range(number)
        ]
        names = [*new, *names] if at % 7 == 0 else [*names, *new]
        before = sorting.ranking(names, before)
        anew = sorting.ranking(names, None)
        assert [*before.keys] == [*anew.keys]
        np.testing.assert_array_equal(before.of_names(), anew.of_names())
        places = {key: int(before.places[code]) for key, code in before.codes.items()}
        assert places == {key: int(anew.places[code]) for key, code in anew.codes.items()}


def test_values_that_as_many_tasks_have_come_in_natural_order() -> None:
    project = Project(Random(5), "p")
    project.write([f"t{at}" for at in range(24)])
    for at, row in enumerate(project.rows.values()):
        tags = to_json([f"Lot {at % 12}", "lot 03", *(["often"] if at < 3 else [])])
        project.rows[row.id] = row._replace(tags=tags)
    project.take([*project.rows])
    view = View(parts_of([project], fresh=True, members=None), {})
    (found,) = facets.facets(query_text.read(""), view.within(None, ""), ["tag"])
    titles = [each.title for each in found.values]
    lots = [f"Lot {at}" for at in range(12)]
    assert titles == ["lot 03", "often", *lots]
