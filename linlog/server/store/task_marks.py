"""The labels and tags that tasks carry, in the order of the tasks, and how many carry each.

What is asked for by label or tag is found here without a look at any other task. The only writers
of annotations, tags and states are `linlog.server.store.annotations`, `labels` and `tasks`, which
call `note` after each change in the same transaction. Marks know their task's state, and counts are
by state, batch and period as those of `task_counts`, and go with their batch or project by the same
keys.

Tasks that carry both a label and a tag are counted by such pairs, too. A task with a great many
pairs is marked as crowded instead, once for each of its tags, and is in no count of pairs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from linlog.server.store import many, task_counts
from linlog.server.store.tables import annotations as annotation_table
from linlog.server.store.tables import mark_counts, pair_counts, task_marks, tasks
from linlog.server.store.tables import task_counts as count_table
from linlog.server.store.values import Scope, from_json, index_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

LABEL: Final = "label"
TAG: Final = "tag"
CROWDED: Final = "crowded"
"""The kind of marks that name the tags of crowded tasks."""
PAIRS: Final = 200
"""Pairs of a label and a tag up to which a task is counted by them."""
_CHUNK: Final = 500
_STATE: Final = ("batch_id", "status", "complete", "rejected", "work_started")
"""What a mark knows of its task."""
_KEY: Final = ("project_id", "kind", "name", "created", "task_id")


@dataclass(frozen=True, slots=True, order=True)
class _Mark:
    """A mark on a task: one row."""

    project_id: str
    kind: str
    name: str
    created: int
    task_id: str
    batch_id: str
    status: str
    complete: bool
    rejected: bool
    work_started: bool

    @property
    def state(self) -> tuple[Any, ...]:
        """What it knows of its task, in the order of `_STATE`."""
        return self.batch_id, self.status, self.complete, self.rejected, self.work_started


def note(conn: Connection, scope: Scope, task_ids: Sequence[str]) -> None:
    """Bring the marks of some tasks in line with their annotations, tags, batches and states."""
    for some in _chunks(task_ids):
        _replace(conn, scope, _found(conn, scope, some), _wanted(conn, scope, some))


def forget(conn: Connection, scope: Scope, task_ids: Sequence[str]) -> None:
    """Some tasks are about to go."""
    for some in _chunks(task_ids):
        _replace(conn, scope, _found(conn, scope, some), set())


def note_renamed(conn: Connection, scope: Scope, project_id: str, old: str, new: str) -> None:
    """Annotations of a project have another label; there may be a million, so none is read."""
    for name in (old, new):
        key, here = index_key(name), {"organisation_id": scope, "project_id": project_id}
        mark, pair = {**here, "kind": LABEL, "name": key}, {**here, "label": key}
        for table, those in ((task_marks, mark), (mark_counts, mark), (pair_counts, pair)):
            conn.execute(table.delete().where(*_are(table, those)))
        carrying = (
            sa.select(
                tasks.c.project_id,
                *(sa.literal(value) for value in (LABEL, key)),
                tasks.c.created,
                tasks.c.id,
                *(tasks.c[each] for each in (*_STATE, "organisation_id")),
            )
            .join(annotation_table, annotation_table.c.task_id == tasks.c.id)
            .where(
                tasks.c.organisation_id == scope,
                tasks.c.project_id == project_id,
                annotation_table.c.label == name,
            )
            .distinct()
        )
        columns = [*_Mark.__dataclass_fields__, "organisation_id"]
        conn.execute(task_marks.insert().from_select(columns, carrying))
        _count_anew(conn, mark)
        _count_pairs_anew(conn, mark)


def _are(table: sa.FromClause, values: dict[str, Any]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == value for name, value in values.items()]


def _begun(mark: sa.FromClause) -> sa.Label[int]:
    """When the period of a mark begins."""
    begun = sa.select(sa.func.max(count_table.c.since)).where(
        count_table.c.project_id == mark.c.project_id, count_table.c.since <= mark.c.created
    )
    return begun.scalar_subquery().label("since")


def _count_anew(conn: Connection, here: dict[str, str]) -> None:
    """Count the tasks that carry a mark."""
    columns = [task_marks.c[each] for each in (*here, *_STATE)]
    marks = sa.select(*columns, _begun(task_marks)).where(*_are(task_marks, here)).subquery()
    _insert_counts(conn, mark_counts, marks)


def _count_pairs_anew(conn: Connection, here: dict[str, str]) -> None:
    """Count the tasks that carry a label and a tag, for each tag that goes with the label."""
    label, tag, crowded = (task_marks.alias(name) for name in (LABEL, TAG, CROWDED))
    pairs = (
        sa.select(
            *(label.c[each] for each in ("organisation_id", "project_id", *_STATE)),
            label.c.name.label("label"),
            tag.c.name.label("tag"),
            _begun(label),
        )
        .join_from(label, tag, tag.c.task_id == label.c.task_id)
        .where(
            *_are(label, here),
            tag.c.kind == TAG,
            ~sa.exists().where(crowded.c.task_id == label.c.task_id, crowded.c.kind == CROWDED),
        )
        .subquery()
    )
    _insert_counts(conn, pair_counts, pairs)


def _insert_counts(conn: Connection, table: sa.Table, those: sa.Subquery) -> None:
    """Count what a query finds by all that it says."""
    counted = sa.select(*those.c, sa.func.count()).group_by(*those.c)
    conn.execute(table.insert().from_select([*those.c.keys(), "number"], counted))


# ---------------------------------------------------------------------------- inside


def _chunks(task_ids: Iterable[str]) -> list[list[str]]:
    ids = [*dict.fromkeys(task_ids)]
    return [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]


def _wanted(conn: Connection, scope: Scope, task_ids: Sequence[str]) -> set[_Mark]:
    names = ("id", "project_id", "created", "tags", *_STATE)
    columns = [tasks.c[name] for name in names]
    query = sa.select(*columns).where(tasks.c.organisation_id == scope, tasks.c.id.in_(task_ids))
    theirs = {row.id: row for row in conn.execute(query)}
    query = (
        sa.select(annotation_table.c.task_id, annotation_table.c.label)
        .where(
            annotation_table.c.organisation_id == scope, annotation_table.c.task_id.in_([*theirs])
        )
        .distinct()
    )
    named = [(theirs[row.task_id], LABEL, row.label) for row in conn.execute(query)]
    named += [(row, TAG, tag) for row in theirs.values() for tag in from_json(row.tags)]
    marks = {
        _Mark(
            *(row.project_id, kind, index_key(name), row.created, row.id),
            *(getattr(row, each) for each in _STATE),
        )
        for row, kind, name in named
    }
    return marks.union(_crowded(marks))


def _found(conn: Connection, scope: Scope, task_ids: Sequence[str]) -> set[_Mark]:
    columns = [task_marks.c[name] for name in _Mark.__dataclass_fields__]
    query = sa.select(*columns).where(
        task_marks.c.organisation_id == scope, task_marks.c.task_id.in_(task_ids)
    )
    return {_Mark(*row) for row in conn.execute(query)}


def _of_each_task(marks: Iterable[_Mark]) -> Iterator[dict[str, list[_Mark]]]:
    """The marks of one task after the other, by kind."""
    found: dict[str, dict[str, list[_Mark]]] = {}
    for mark in marks:
        kinds = found.setdefault(mark.task_id, {LABEL: [], TAG: [], CROWDED: []})
        kinds[mark.kind].append(mark)
    yield from found.values()


def _crowded(marks: Iterable[_Mark]) -> Iterator[_Mark]:
    """What marks the tasks that have too many pairs of a label and a tag."""
    for kinds in _of_each_task(marks):
        if len(kinds[LABEL]) * len(kinds[TAG]) > PAIRS:
            yield from (replace(tag, kind=CROWDED) for tag in kinds[TAG])


def _replace(conn: Connection, scope: Scope, found: set[_Mark], wanted: set[_Mark]) -> None:
    """Put marks in the place of those that were found on the same tasks, and count them."""
    gone, come = sorted(found - wanted), sorted(wanted - found)
    if gone:
        here = [task_marks.c[name] == sa.bindparam(f"its_{name}") for name in _KEY]
        keys = [{f"its_{name}": getattr(mark, name) for name in _KEY} for mark in gone]
        conn.execute(task_marks.delete().where(task_marks.c.organisation_id == scope, *here), keys)
    if come:
        rows = [{**asdict(mark), "organisation_id": scope} for mark in come]
        conn.execute(task_marks.insert(), rows)
    changed = {mark.task_id for mark in (*gone, *come)}
    _count(
        *(conn, scope),
        before=[mark for mark in found if mark.task_id in changed],
        after=[mark for mark in wanted if mark.task_id in changed],
    )


def _count(
    conn: Connection, scope: Scope, *, before: Sequence[_Mark], after: Sequence[_Mark]
) -> None:
    """Count all marks of some tasks instead of those that these tasks had before."""
    periods = task_counts.Periods(conn, scope)
    for table, names, keys in (
        (mark_counts, ("kind", "name"), _by_name),
        (pair_counts, ("label", "tag"), _by_pair),
    ):
        change = Counter(keys(after, periods))
        change.subtract(keys(before, periods))
        columns = ("project_id", *names, *_STATE, "since", "organisation_id", "number")
        counted = [(*key, scope, number) for key, number in sorted(change.items()) if number]
        many.insert(conn, table, columns, counted, sums="number")


def _by_name(marks: Iterable[_Mark], periods: task_counts.Periods) -> Iterator[tuple[Any, ...]]:
    """What each mark is counted by."""
    for mark in marks:
        since = periods.of(mark.project_id, mark.created)
        yield mark.project_id, mark.kind, mark.name, *mark.state, since


def _by_pair(marks: Iterable[_Mark], periods: task_counts.Periods) -> Iterator[tuple[Any, ...]]:
    """What each pair of a label and a tag on one task is counted by, but on crowded ones."""
    for kinds in _of_each_task(marks):
        for label, tag in () if kinds[CROWDED] else product(kinds[LABEL], kinds[TAG]):
            since = periods.of(label.project_id, label.created)
            yield label.project_id, label.name, tag.name, *label.state, since
