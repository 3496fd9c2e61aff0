"""How many tasks of each state and period every batch holds, in step with the tasks themselves.

Counting a million rows takes longer than reading a page of them, so `linlog.server.store.tasks`,
the only writer of tasks, notes each change here in the same transaction. What is deleted with its
project or its batch goes by the same key.

Periods follow each other without a gap. One begins with the first task that comes when the one
before has many, so that however tasks are spread over time, periods are few and none is large. A
task belongs to the latest period of its project that had begun when it was made.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import asdict, astuple, dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from linlog.server.store.tables import task_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from linlog.server.store.values import Scope


@dataclass(frozen=True, slots=True, order=True)
class State:
    """What tasks are counted by."""

    project_id: str
    batch_id: str
    status: str
    complete: bool
    rejected: bool
    work_started: bool
    since: int
    """When the period of the task begins."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks something holds."""

    total: int
    complete: int
    rejected: int
    in_review: int


COLUMNS: Final = tuple(name for name in State.__dataclass_fields__ if name != "since")
"""What tasks are asked for by."""
_FEW: Final = 8
"""Periods that are looked up one by one."""
SIZE: Final = 8000
"""Tasks after which another period begins."""


def note(
    conn: Connection, scope: Scope, *, added: Iterable[State], removed: Iterable[State]
) -> None:
    """Note tasks that came into a state, and tasks that left one."""
    change = Counter(added)
    change.subtract(removed)
    for state, number in sorted(change.items(), key=lambda entry: astuple(entry[0])):
        if number:
            _add(conn, scope, state, number)


def period(conn: Connection, scope: Scope, project_id: str, created: int) -> int | None:
    """When the period begins that holds what is made at a moment; None before the first."""
    begun = sa.select(sa.func.max(task_counts.c.since)).where(
        task_counts.c.organisation_id == scope,
        task_counts.c.project_id == project_id,
        task_counts.c.since <= created,
    )
    found: int | None = conn.execute(begun).scalar_one()
    return found


def period_of_new(
    conn: Connection, scope: Scope, project_id: str, created: int, newest: int | None
) -> int:
    """The period of tasks to add, begun with them where the last one is full.

    `newest` is when the project's newest task was made.
    """
    last = period(conn, scope, project_id, created)
    if last is None:
        return 0
    later = newest is not None and newest < created
    here = {"project_id": project_id}
    return created if later and count(conn, scope, here, since=last) >= SIZE else last


class Periods:
    """The periods of tasks that there are: of a few tasks each looked up, of many all at once."""

    def __init__(self, conn: Connection, scope: Scope) -> None:
        self._conn, self._scope = conn, scope
        self._known: dict[tuple[str, int], int] = {}
        self._all: dict[str, list[int]] = {}

    def of(self, project_id: str, created: int) -> int:
        """The period of a task that is counted."""
        place = (project_id, created)
        if place not in self._known:
            since = self._looked_up(project_id, created)
            assert since is not None, "a task is counted where it was added"
            self._known[place] = since
        return self._known[place]

    def _looked_up(self, project_id: str, created: int) -> int | None:
        if len(self._known) < _FEW:
            return period(self._conn, self._scope, project_id, created)
        if project_id not in self._all:
            begun = sa.select(task_counts.c.since).where(
                task_counts.c.organisation_id == self._scope,
                task_counts.c.project_id == project_id,
            )
            rows = self._conn.execute(begun.distinct().order_by(task_counts.c.since))
            self._all[project_id] = [*rows.scalars()]
        at = bisect_right(self._all[project_id], created)
        return self._all[project_id][at - 1] if at else None


def count(
    conn: Connection,
    scope: Scope,
    wanted: Mapping[str, Any],
    *,
    since: int | None = None,
    until: int | None = None,
    table: sa.Table = task_counts,
) -> int:
    """How many tasks have the values `wanted`, by names of columns; a tuple allows several.

    Only those of periods that began at `since` or later, and before `until`, if given. Another
    `table` counts tasks by something else and the same periods.
    """
    number = sa.func.coalesce(sa.func.sum(table.c.number), 0)
    query = sa.select(number).where(*_those(scope, wanted, since, until, table))
    return int(conn.execute(query).scalar_one())


def start(
    conn: Connection,
    scope: Scope,
    wanted: Mapping[str, Any],
    which: Callable[[Any], Any],
    after: int | None,
    before: int | None,
    *,
    table: sa.Table = task_counts,
) -> int | None:
    """The lowest or highest (`which`) beginning of periods with tasks that `count` would count."""
    conditions = [*_those(scope, wanted, None, before, table), table.c.number > 0]
    if after is not None:
        conditions.append(table.c.since > after)
    found: int | None = conn.execute(sa.select(which(table.c.since)).where(*conditions)).scalar()
    return found


def place(
    conn: Connection,
    scope: Scope,
    wanted: Mapping[str, Any],
    offset: int,
    *,
    since: int | None,
    table: sa.Table = task_counts,
) -> tuple[int, int] | None:
    """A period to begin with, to leave out `offset` tasks, and how many of them are before it.

    Counted from the period `since` on, and only tasks that `count` would count. None where the
    list has no period.
    """
    query = (
        sa.select(table.c.since, sa.func.sum(table.c.number))
        .where(*_those(scope, wanted, since, None, table))
        .group_by(table.c.since)
        .order_by(table.c.since)
    )
    found, before = None, 0
    for begun, number in conn.execute(query):
        if found is not None and before > offset:
            break
        found, before = (begun, before), before + int(number)
    return found


def _those(
    scope: Scope,
    wanted: Mapping[str, Any],
    since: int | None,
    until: int | None,
    table: sa.Table,
) -> list[sa.ColumnElement[bool]]:
    conditions = [
        table.c[name].in_(value) if isinstance(value, tuple) else table.c[name] == value
        for name, value in wanted.items()
    ]
    if since is not None:
        conditions.append(table.c.since >= since)
    if until is not None:
        conditions.append(table.c.since < until)
    return [table.c.organisation_id == scope, *conditions]


def of_owners(
    conn: Connection, scope: Scope, owner: str, owner_ids: Sequence[str]
) -> dict[str, Counts]:
    """How many tasks projects or batches hold; `owner` is the column that names them."""
    states = task_counts.c
    number = states.number

    def those(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((condition, number), else_=0))

    query = (
        sa.select(
            states[owner],
            sa.func.sum(number),
            those(states.complete == sa.true()),
            those(states.rejected == sa.true()),
            those(states.status == "in_review"),
        )
        .where(states.organisation_id == scope, states[owner].in_(owner_ids))
        .group_by(states[owner])
    )
    found = {owner_id: Counts(*map(int, sums)) for owner_id, *sums in conn.execute(query)}
    return {owner_id: found.get(owner_id, Counts(0, 0, 0, 0)) for owner_id in owner_ids}


def _add(conn: Connection, scope: Scope, state: State, number: int) -> None:
    here = [task_counts.c[name] == value for name, value in asdict(state).items()]
    changed = conn.execute(
        task_counts.update()
        .where(task_counts.c.organisation_id == scope, *here)
        .values(number=task_counts.c.number + number)
    )
    if not changed.rowcount:
        row = {**asdict(state), "organisation_id": scope, "number": number}
        conn.execute(task_counts.insert().values(**row))
