"""How many tasks of each state every batch holds, kept in step with the tasks themselves.

Counting a million rows takes longer than reading a page of them, so `linlog.server.store.tasks`,
the only writer of tasks, notes each change here in the same transaction. What is deleted with its
project or its batch goes by the same key.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, astuple, dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from linlog.server.store.tables import task_counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks something holds."""

    total: int
    complete: int
    rejected: int


COLUMNS: Final = tuple(State.__dataclass_fields__)


def note(
    conn: Connection, scope: Scope, *, added: Iterable[State], removed: Iterable[State]
) -> None:
    """Note tasks that came into a state, and tasks that left one."""
    change = Counter(added)
    change.subtract(removed)
    for state, number in sorted(change.items(), key=lambda entry: astuple(entry[0])):
        if number:
            _add(conn, scope, state, number)


def count(conn: Connection, scope: Scope, wanted: Mapping[str, Any]) -> int:
    """How many tasks have the values `wanted`, by names of `COLUMNS`."""
    query = sa.select(sa.func.coalesce(sa.func.sum(task_counts.c.number), 0)).where(
        task_counts.c.organisation_id == scope,
        *(task_counts.c[name] == value for name, value in wanted.items()),
    )
    return int(conn.execute(query).scalar_one())


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
        )
        .where(states.organisation_id == scope, states[owner].in_(owner_ids))
        .group_by(states[owner])
    )
    found = {owner_id: Counts(*map(int, sums)) for owner_id, *sums in conn.execute(query)}
    return {owner_id: found.get(owner_id, Counts(0, 0, 0)) for owner_id in owner_ids}


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
