"""The labels and tags that tasks carry, in the order of the tasks, and how many carry each.

What is asked for by label or tag is found here without a look at any other task. The only writers
of annotations, tags and states are `linlog.server.store.annotations`, `labels` and `tasks`, which
call `note` after each change in the same transaction. Marks know their task's state, and counts are
by state, batch and period as those of `task_counts`, and go with their batch or project by the same
keys.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, astuple, dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from linlog.server.store import task_counts
from linlog.server.store.tables import annotations as annotation_table
from linlog.server.store.tables import mark_counts, task_marks, tasks
from linlog.server.store.tables import task_counts as count_table
from linlog.server.store.values import Scope, from_json, index_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

LABEL: Final = "label"
TAG: Final = "tag"
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


@dataclass(frozen=True, slots=True, order=True)
class _Counted:
    """What marks are counted by."""

    project_id: str
    batch_id: str
    kind: str
    name: str
    status: str
    complete: bool
    rejected: bool
    work_started: bool
    since: int


def note(conn: Connection, scope: Scope, task_ids: Sequence[str]) -> None:
    """Bring the marks of some tasks in line with their annotations, tags, batches and states."""
    for some in _chunks(task_ids):
        wanted, found = _wanted(conn, scope, some), _found(conn, scope, some)
        _remove(conn, scope, found - wanted)
        _add(conn, scope, wanted - found)


def forget(conn: Connection, scope: Scope, task_ids: Sequence[str]) -> None:
    """Some tasks are about to go."""
    for some in _chunks(task_ids):
        _remove(conn, scope, _found(conn, scope, some))


def note_renamed(conn: Connection, scope: Scope, project_id: str, old: str, new: str) -> None:
    """Annotations of a project have another label; there may be a million, so none is read."""
    ours = (task_marks.c.organisation_id == scope, task_marks.c.project_id == project_id)
    counted = (mark_counts.c.organisation_id == scope, mark_counts.c.project_id == project_id)
    for name in (old, new):
        key = index_key(name)
        conn.execute(
            task_marks.delete().where(*ours, task_marks.c.kind == LABEL, task_marks.c.name == key)
        )
        conn.execute(
            mark_counts.delete().where(
                *counted, mark_counts.c.kind == LABEL, mark_counts.c.name == key
            )
        )
        carrying = (
            sa.select(
                tasks.c.project_id,
                sa.literal(LABEL),
                sa.literal(key),
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
        _count_anew(conn, scope, project_id, key)


def _count_anew(conn: Connection, scope: Scope, project_id: str, name: str) -> None:
    """Count the tasks of a project that carry a label."""
    begun = (
        sa.select(sa.func.max(count_table.c.since))
        .where(
            count_table.c.project_id == project_id,
            count_table.c.since <= task_marks.c.created,
        )
        .scalar_subquery()
    )
    here = (
        sa.select(*(task_marks.c[each] for each in _STATE), begun.label("since"))
        .where(
            task_marks.c.organisation_id == scope,
            task_marks.c.project_id == project_id,
            task_marks.c.kind == LABEL,
            task_marks.c.name == name,
        )
        .subquery()
    )
    values = [sa.literal(value) for value in (project_id, LABEL, name, scope)]
    counted = sa.select(*values, *here.c, sa.func.count()).group_by(*here.c)
    columns = ["project_id", "kind", "name", "organisation_id", *_STATE, "since", "number"]
    conn.execute(mark_counts.insert().from_select(columns, counted))


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
    return {
        _Mark(
            *(row.project_id, kind, index_key(name), row.created, row.id),
            *(getattr(row, each) for each in _STATE),
        )
        for row, kind, name in named
    }


def _found(conn: Connection, scope: Scope, task_ids: Sequence[str]) -> set[_Mark]:
    columns = [task_marks.c[name] for name in _Mark.__dataclass_fields__]
    query = sa.select(*columns).where(
        task_marks.c.organisation_id == scope, task_marks.c.task_id.in_(task_ids)
    )
    return {_Mark(*row) for row in conn.execute(query)}


def _add(conn: Connection, scope: Scope, marks: set[_Mark]) -> None:
    if marks:
        rows = [{**asdict(mark), "organisation_id": scope} for mark in sorted(marks)]
        conn.execute(task_marks.insert(), rows)
        _count(conn, scope, marks, 1)


def _remove(conn: Connection, scope: Scope, marks: set[_Mark]) -> None:
    if marks:
        here = [task_marks.c[name] == sa.bindparam(f"its_{name}") for name in _KEY]
        gone = [{f"its_{name}": getattr(mark, name) for name in _KEY} for mark in sorted(marks)]
        conn.execute(task_marks.delete().where(task_marks.c.organisation_id == scope, *here), gone)
        _count(conn, scope, marks, -1)


def _count(conn: Connection, scope: Scope, marks: Iterable[_Mark], sign: int) -> None:
    """Count marks that came or went."""
    periods = task_counts.Periods(conn, scope)
    change: Counter[_Counted] = Counter()
    for mark in marks:
        values = {
            name: getattr(mark, name) for name in _Counted.__dataclass_fields__ if name != "since"
        }
        change[_Counted(**values, since=periods.of(mark.project_id, mark.created))] += sign
    for counted, number in sorted(change.items(), key=lambda entry: astuple(entry[0])):
        here = [mark_counts.c[name] == value for name, value in asdict(counted).items()]
        changed = conn.execute(
            mark_counts.update()
            .where(mark_counts.c.organisation_id == scope, *here)
            .values(number=mark_counts.c.number + number)
        )
        if not changed.rowcount:
            row = {**asdict(counted), "organisation_id": scope, "number": number}
            conn.execute(mark_counts.insert().values(**row))
