"""Tasks, in the database."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import annotations as annotation_rows
from linlog.server.store import paging, revisions, task_counts, task_marks
from linlog.server.store.tables import annotations as annotation_table
from linlog.server.store.tables import (
    batches,
    dataset_tasks,
    files,
    mark_counts,
    pair_counts,
    projects,
    tasks,
)
from linlog.server.store.tables import task_counts as count_table
from linlog.server.store.tables import task_marks as mark_table
from linlog.server.store.values import Scope, from_json, index_key, micros, moment, to_json
from linlog.wire.paging import Page
from linlog.wire.tasks import Item, Task, TaskName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_CHUNK = 500
_JSON_COLUMNS = ("tags", "metadata", "details", "errors")
_FROZEN_COLUMNS = frozenset(
    {
        *("kind", "batch_id", "unique_id", "item_type", "file_id", "filename", "url", "text"),
        *("tags", "metadata", "details"),
    }
)
"""What `items` gives of a task: a change of one of them makes its hash old."""

_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "created_date": (0, 1),
    "created_date__gte": (0, None),
    "created_date__gt": (1, None),
    "created_date__lte": (None, 1),
    "created_date__lt": (None, 0),
}
"""Microseconds from each date to the first moment that it lets pass, and to the one after the last.
"""
_PLAIN = (
    *("project_id", "kind", "batch", "unique_id", "item_type", "file_id", "sha256", "filename"),
    *("url", "text", "width", "height"),
)


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether a dataset or project has a task, and how long the task's text is, if it has one."""

    member: bool
    text_length: int | None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which tasks are wanted; what is None does not matter."""

    status: tuple[str, ...] | None = None
    created_date: datetime | None = None
    created_date__gte: datetime | None = None
    created_date__lte: datetime | None = None
    created_date__gt: datetime | None = None
    created_date__lt: datetime | None = None
    complete: bool | None = None
    rejected: bool | None = None
    work_started: bool | None = None
    batch_id: str | None = None
    unique_id: str | None = None
    label: str | None = None
    tag: str | None = None
    ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hashed:
    """A task of a dataset with the hashes of its content, None where they are not known."""

    task_id: str
    revision: int
    item: str | None
    annotations: str | None
    split: str | None
    annotation_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """A task to add, with everything that its row holds; `created` in microseconds."""

    id: str
    project_id: str
    batch_id: str
    kind: str
    created: int
    status: str
    complete: bool
    work_started: bool
    processing: bool
    unique_id: str | None
    annotation_count: int
    item_type: str
    file_id: str | None
    filename: str | None
    url: str | None
    external: bool
    text: str | None
    tags: Sequence[str] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


_ORDER = paging.Order(tasks.c.created, tasks.c.id)


def insert(conn: Connection, scope: Scope, rows: Sequence[NewTask]) -> None:
    """Add tasks; those of one project were made at one moment."""
    periods: dict[str, int] = {}
    for row in rows:
        if row.project_id not in periods:
            query = sa.select(sa.func.max(tasks.c.created)).where(
                tasks.c.project_id == row.project_id
            )
            newest = conn.execute(query).scalar_one()
            periods[row.project_id] = task_counts.period_of_new(
                conn, scope, row.project_id, row.created, newest
            )
    added = (_state(row, periods[row.project_id]) for row in rows)
    task_counts.note(conn, scope, added=added, removed=())
    changed = revisions.next_of_tasks(conn, scope)
    conn.execute(
        tasks.insert(),
        [
            {
                **{name: getattr(row, name) for name in NewTask.__dataclass_fields__},
                "organisation_id": scope,
                "tags": to_json(row.tags),
                "metadata": to_json(row.metadata),
                "details": to_json(row.details),
                "changed": changed,
            }
            for row in rows
        ],
    )
    task_marks.note(conn, scope, [row.id for row in rows if row.tags])


def get(conn: Connection, scope: Scope, task_id: str) -> Task | None:
    """One task with its annotations."""
    row = conn.execute(_within(scope).where(tasks.c.id == task_id)).first()
    if row is None:
        return None
    return with_annotations(conn, scope, [_read(row)])[0]


def get_many(conn: Connection, scope: Scope, task_ids: Sequence[str]) -> dict[str, Task]:
    """Those of some tasks that exist, by id, without annotations."""
    found: dict[str, Task] = {}
    for start in range(0, len(task_ids), _CHUNK):
        query = _within(scope).where(tasks.c.id.in_(task_ids[start : start + _CHUNK]))
        found.update((row.id, _read(row)) for row in conn.execute(query))
    return found


def membership(
    conn: Connection, scope: Scope, dataset_id: str, task_ids: Sequence[str]
) -> dict[str, Membership]:
    """Of those of some tasks that exist, by id, whether a dataset has them."""
    found: dict[str, Membership] = {}
    joined = sa.and_(
        dataset_tasks.c.task_id == tasks.c.id,
        dataset_tasks.c.dataset_id == dataset_id,
        dataset_tasks.c.organisation_id == scope,
    )
    for start in range(0, len(task_ids), _CHUNK):
        query = (
            sa.select(tasks.c.id, sa.func.length(tasks.c.text), dataset_tasks.c.task_id)
            .outerjoin(dataset_tasks, joined)
            .where(
                tasks.c.organisation_id == scope, tasks.c.id.in_(task_ids[start : start + _CHUNK])
            )
        )
        for task_id, length, member in conn.execute(query):
            found[task_id] = Membership(member is not None, length)
    return found


def membership_of_project(
    conn: Connection, scope: Scope, project_id: str, task_ids: Sequence[str]
) -> dict[str, Membership]:
    """Of those of some tasks that exist, by id, whether they are a project's."""
    found: dict[str, Membership] = {}
    for start in range(0, len(task_ids), _CHUNK):
        query = sa.select(tasks.c.id, sa.func.length(tasks.c.text), tasks.c.project_id).where(
            tasks.c.organisation_id == scope, tasks.c.id.in_(task_ids[start : start + _CHUNK])
        )
        for task_id, length, owner in conn.execute(query):
            found[task_id] = Membership(owner == project_id, length)
    return found


def ids_by_unique_id(
    conn: Connection, scope: Scope, project_id: str, unique_ids: Sequence[str]
) -> dict[str, str]:
    """The ids of the tasks that carry some of the caller's own ids."""
    found: dict[str, str] = {}
    for start in range(0, len(unique_ids), _CHUNK):
        query = sa.select(tasks.c.unique_id, tasks.c.id).where(
            tasks.c.organisation_id == scope,
            tasks.c.project_id == project_id,
            tasks.c.unique_id.in_(unique_ids[start : start + _CHUNK]),
        )
        found.update((row.unique_id, row.id) for row in conn.execute(query))
    return found


def list_of_project(
    conn: Connection, scope: Scope, project_id: str, filters: Filters, window: paging.Window
) -> Page[Task]:
    """A project's tasks without annotations, oldest first."""
    listed = _Listed(conn, scope, project_id, filters)
    window, query = listed.placed(window)
    return _page(conn, scope, query, window, listed.number(), listed.order)


def projects_of_file(conn: Connection, scope: Scope, file_id: str) -> set[str]:
    """The ids of the projects whose tasks look at a file."""
    query = sa.select(tasks.c.project_id).where(
        tasks.c.organisation_id == scope, tasks.c.file_id == file_id
    )
    return set(conn.execute(query.distinct()).scalars())


def list_of_dataset(
    conn: Connection,
    scope: Scope,
    dataset_id: str,
    filters: Filters,
    window: paging.Window,
    *,
    split: str | None = None,
) -> Page[Task]:
    """A dataset's tasks without annotations, oldest first; those of one split if wanted."""
    query = _of_dataset(scope, dataset_id)
    if split is not None:
        query = query.where(dataset_tasks.c.split == split)
    return _page(conn, scope, _filtered(query, filters), window, None, _ORDER)


def names_of_project(
    conn: Connection, scope: Scope, project_id: str, window: paging.Window
) -> Page[TaskName]:
    """What files may call a project's tasks by, oldest first."""
    listed = _Listed(conn, scope, project_id, Filters())
    window, query = listed.placed(window)
    return _names(conn, query, window, listed.number())


def names_of_dataset(
    conn: Connection, scope: Scope, dataset_id: str, window: paging.Window
) -> Page[TaskName]:
    """What files may call a dataset's tasks by, oldest first."""
    return _names(conn, _of_dataset(scope, dataset_id), window, None)


def completed_ids(conn: Connection, scope: Scope, project_id: str) -> list[str]:
    """The ids of a project's completed tasks, oldest first."""
    query = (
        sa.select(tasks.c.id)
        .where(
            tasks.c.organisation_id == scope,
            tasks.c.project_id == project_id,
            tasks.c.complete,
        )
        .order_by(tasks.c.created, tasks.c.id)
    )
    return [*conn.execute(query).scalars()]


def content_hashes(conn: Connection, scope: Scope) -> set[str]:
    """The hashes of the frozen content of all tasks, as far as they are known."""
    query = sa.select(tasks.c.item_hash, tasks.c.truth_hash).where(
        tasks.c.organisation_id == scope, tasks.c.item_hash.is_not(None)
    )
    return {name for row in conn.execute(query) for name in row}


def hashes_of_dataset(
    conn: Connection,
    scope: Scope,
    dataset_id: str,
    *,
    missing: bool = False,
    task_ids: Sequence[str] | None = None,
) -> list[Hashed]:
    """The hashes of a dataset's tasks as far as they are known, ascending by id.

    With `missing` those of the tasks alone whose hashes are not known, with `task_ids` those of
    these few.
    """
    known = tasks.c.hashed_revision == tasks.c.revision
    query = (
        sa.select(
            tasks.c.id,
            tasks.c.revision,
            sa.case((known, tasks.c.item_hash)),
            sa.case((known, tasks.c.truth_hash)),
            dataset_tasks.c.split,
            tasks.c.annotation_count,
        )
        .join(dataset_tasks, dataset_tasks.c.task_id == tasks.c.id)
        .where(dataset_tasks.c.organisation_id == scope, dataset_tasks.c.dataset_id == dataset_id)
        .order_by(tasks.c.id)
    )
    if missing:
        query = query.where(sa.or_(tasks.c.hashed_revision.is_(None), ~known))
    if task_ids is not None:
        query = query.where(tasks.c.id.in_(task_ids))
    return [Hashed(*row) for row in conn.execute(query)]


def set_hashes(conn: Connection, scope: Scope, some: Sequence[Hashed]) -> None:
    """Keep the hashes of tasks, unless a task has changed since its revision."""
    if not some:
        return
    conn.execute(
        tasks.update()
        .where(
            tasks.c.organisation_id == scope,
            tasks.c.id == sa.bindparam("at"),
            tasks.c.revision == sa.bindparam("then"),
        )
        .values(
            hashed_revision=sa.bindparam("then"),
            item_hash=sa.bindparam("item"),
            truth_hash=sa.bindparam("annotations"),
        ),
        [
            {
                "at": each.task_id,
                "then": each.revision,
                "item": each.item,
                "annotations": each.annotations,
            }
            for each in some
        ],
    )


def items(conn: Connection, scope: Scope, task_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What is known of some tasks but the work on them, as plain data, by id."""
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(task_ids), _CHUNK):
        query = (
            sa.select(
                tasks, batches.c.name.label("batch"), files.c.sha256, files.c.width, files.c.height
            )
            .join(batches, batches.c.id == tasks.c.batch_id)
            .outerjoin(files, files.c.id == tasks.c.file_id)
            .where(
                tasks.c.organisation_id == scope,
                tasks.c.id.in_(task_ids[start : start + _CHUNK]),
            )
        )
        found.update((row.id, _item(row)) for row in conn.execute(query))
    return found


def neighbours(
    conn: Connection,
    scope: Scope,
    task: Task,
    filters: Filters,
    *,
    dataset_id: str | None = None,
) -> tuple[str | None, str | None, int, int]:
    """The ids before and after a task in a filtered list, its place and the list's length.

    The list is a dataset's where one is given, and else the project's.
    """
    if dataset_id is None:
        listed = _Listed(conn, scope, task.project_id, filters)
        base, order, count = listed.query, listed.order, listed.number()
    else:
        base, order, count = _filtered(_of_dataset(scope, dataset_id), filters), _ORDER, None
    at = (micros(task.created_date), task.id)
    place, here = sa.tuple_(*map(sa.literal, at)), sa.tuple_(order.created, order.id)
    before, after = base.where(here < place), base.where(here > place)
    columns = (order.created, order.id)
    if dataset_id is None:
        previous, following = listed.beside(*at)
    else:
        backwards = before.order_by(*(column.desc() for column in columns)).limit(1)
        forwards = after.order_by(*columns).limit(1)
        previous = conn.execute(backwards.with_only_columns(order.id)).scalar()
        following = conn.execute(forwards.with_only_columns(order.id)).scalar()
    position = 0
    if paging.number(conn, base.where(here == place)):
        position = 1 + (listed.before(*at) if dataset_id is None else paging.number(conn, before))
    return previous, following, position, paging.number(conn, base) if count is None else count


def with_annotations(conn: Connection, scope: Scope, some: Sequence[Task]) -> list[Task]:
    """The tasks with their annotations."""
    wanted = [task.id for task in some if task.annotation_count]
    found = annotation_rows.of_tasks(conn, scope, wanted)
    return [
        replace(task, annotations=tuple(found[task.id])) if task.id in found else task
        for task in some
    ]


def hold(conn: Connection, scope: Scope, task_id: str) -> None:
    """Let nobody else change a task until this transaction ends; SQLite has one writer anyway."""
    own = (tasks.c.organisation_id == scope, tasks.c.id == task_id)
    conn.execute(sa.select(tasks.c.version).where(*own).with_for_update())


def update(conn: Connection, scope: Scope, task_id: str, values: dict[str, Any]) -> None:
    """Change columns of a task."""
    update_many(conn, scope, {task_id: values})


def update_many(conn: Connection, scope: Scope, changes: Mapping[str, dict[str, Any]]) -> None:
    """Change columns of tasks, by id. Those that change alike are written together."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for task_id, values in changes.items():
        alike.setdefault(tuple(sorted(values)), []).append(task_id)
    changed = revisions.next_of_tasks(conn, scope)
    for names, task_ids in alike.items():
        for start in range(0, len(task_ids), _CHUNK):
            some = {each: changes[each] for each in task_ids[start : start + _CHUNK]}
            _update_alike(conn, scope, names, some, changed)


def _update_alike(
    conn: Connection,
    scope: Scope,
    names: Sequence[str],
    changes: Mapping[str, dict[str, Any]],
    changed: int,
) -> None:
    """Change the same columns of a few tasks."""
    written: dict[str, Any] = {name: sa.bindparam(f"its_{name}") for name in names}
    written["changed"] = changed
    if {*names} & {*task_counts.COLUMNS}:
        before = _states(conn, scope, [*changes])
        after = [replace(state, **_counted(changes[each])) for each, state in before.items()]
        task_counts.note(conn, scope, added=after, removed=before.values())
    if {*names} & _FROZEN_COLUMNS:
        written["revision"] = tasks.c.revision + 1
    conn.execute(
        tasks.update()
        .where(tasks.c.organisation_id == scope, tasks.c.id == sa.bindparam("its_own"))
        .values(**written),
        [
            {
                "its_own": task_id,
                **{f"its_{name}": _as_kept(name, value) for name, value in values.items()},
            }
            for task_id, values in changes.items()
        ],
    )
    if {*names} & {"tags", *task_counts.COLUMNS}:
        task_marks.note(conn, scope, [*changes])


def delete(conn: Connection, scope: Scope, task_ids: Sequence[str]) -> int:
    """Remove tasks and all that hangs on them; unknown ids are no error."""
    revisions.note_removal(conn, scope, task_ids)
    removed = 0
    for start in range(0, len(task_ids), _CHUNK):
        some = [*dict.fromkeys(task_ids[start : start + _CHUNK])]
        task_counts.note(conn, scope, added=(), removed=_states(conn, scope, some).values())
        task_marks.forget(conn, scope, some)
        removed += conn.execute(
            tasks.delete().where(tasks.c.organisation_id == scope, tasks.c.id.in_(some))
        ).rowcount
    if removed:
        revisions.next_of_tasks(conn, scope)
    return removed


class _Listed:
    """A list of a project's tasks: where its keys come from, and how it is counted.

    Keys come from the index of a label or a tag where one is asked for, and else from the tasks.
    What is asked for by states and dates, with a label, a tag, both or none, is counted without
    being walked, but for tags of tasks that are in no count of pairs.
    """

    def __init__(self, conn: Connection, scope: Scope, project_id: str, filters: Filters) -> None:
        self._conn, self._scope, self._project_id = conn, scope, project_id
        undated = replace(filters, **dict.fromkeys(_BOUNDS))
        given = {name: value for name, value in asdict(undated).items() if value is not None}
        marks: dict[str, str] = {
            kind: index_key(given.pop(kind))
            for kind in (task_marks.LABEL, task_marks.TAG)
            if kind in given
        }
        self._wanted = {**given, "project_id": project_id}
        self._counted = given.keys() <= {*task_counts.COLUMNS}
        if marks:
            self.order = paging.Order(mark_table.c.created, mark_table.c.task_id)
            self._undated = self._of_marks(marks, undated)
        else:
            self.order, self._table = _ORDER, count_table
            self._undated = _filtered(_of_project(scope, project_id), undated)
        self._first, self._end = _span(filters)
        self.query = _dated(self._undated, self.order.created, self._first, self._end)
        self._begun, self._last = (
            None if moment is None else task_counts.period(conn, scope, project_id, moment)
            for moment in (self._first, self._end)
        )

    def _of_marks(self, marks: Mapping[str, str], undated: Filters) -> sa.Select[Any]:
        """The keys of the tasks that carry one mark or two, and how these are counted."""
        by_state = self._counted
        places = [
            {"project_id": self._project_id, "kind": kind, "name": name}
            for kind, name in marks.items()
        ]
        if len(places) == 1:
            self._table = mark_counts
            self._wanted |= places[0]
        else:
            self._table = pair_counts
            self._wanted |= marks
            crowded = {**places[1], "kind": task_marks.CROWDED}
            self._counted = by_state and not self._carrying(crowded)
            # The index of the one that fewer carry is walked, and the other's looked into.
            places.sort(key=self._carrying)
        found = _marked(self._scope, *places[0].values())
        for other in places[1:]:
            found = found.where(_also_marked(other))
        if by_state:
            return found.where(*_states_in(mark_table, undated))
        joined = found.join(tasks, tasks.c.id == mark_table.c.task_id)
        return _filtered(joined, replace(undated, label=None, tag=None))

    def number(self) -> int | None:
        """How many there are: those of whole periods, and of two that the dates cut.

        None where they must be walked to be counted.
        """
        if not self._counted:
            return None
        if self._first is not None and self._end is not None and self._first >= self._end:
            return 0
        whole = self._whole(self._until)
        return whole - self._left_out + self._between(self._until, self._end)

    def before(self, created: int, task_id: str) -> int:
        """How many come before one of them."""
        place = sa.tuple_(sa.literal(created), sa.literal(task_id))
        earlier = self.query.where(sa.tuple_(self.order.created, self.order.id) < place)
        begun = task_counts.period(self._conn, self._scope, self._project_id, created)
        if not self._counted or begun is None:
            return paging.number(self._conn, earlier)
        here = paging.number(self._conn, earlier.where(self.order.created >= begun))
        if self._since is not None and begun <= self._since:
            return here
        return self._whole(begun) - self._left_out + here

    def beside(self, created: int, task_id: str) -> tuple[str | None, str | None]:
        """The ids next before and after a place: of its own period, or of the next that has one."""
        place = sa.tuple_(sa.literal(created), sa.literal(task_id))
        columns = (self.order.created, self.order.id)
        here = sa.tuple_(*columns)
        back = self.query.where(here < place).order_by(*(each.desc() for each in columns))
        on = self.query.where(here > place).order_by(*columns)
        begun = task_counts.period(self._conn, self._scope, self._project_id, created)
        dated = self._first is not None or self._end is not None
        if not (self._counted and self._sifted) or dated or begun is None:
            return self._first_of(back), self._first_of(on)
        moment, end = self.order.created, self._start(sa.func.min, after=begun)
        before = self._first_of(back.where(moment >= begun))
        if before is None:
            filled = self._start(sa.func.max, before=begun, wanted=True)
            if filled is not None:
                its_end = self._start(sa.func.min, after=filled) or begun
                before = self._first_of(back.where(moment >= filled, moment < its_end))
        behind = self._first_of(on if end is None else on.where(moment < end))
        if behind is None and end is not None:
            filled = self._start(sa.func.min, after=begun, wanted=True)
            behind = None if filled is None else self._first_of(on.where(moment >= filled))
        return before, behind

    def _first_of(self, query: sa.Select[Any]) -> str | None:
        return self._conn.execute(query.limit(1).with_only_columns(self.order.id)).scalar()

    def _start(
        self,
        which: Any,
        *,
        after: int | None = None,
        before: int | None = None,
        wanted: bool = False,
    ) -> int | None:
        """Where the first or last period begins of some; of those with tasks of the list alone."""
        table, those = count_table, {"project_id": self._project_id}
        if wanted:
            table, those = self._table, self._wanted
        return task_counts.start(self._conn, self._scope, those, which, after, before, table=table)

    def _carrying(self, mark: Mapping[str, str]) -> int:
        """How many tasks carry a mark."""
        return task_counts.count(self._conn, self._scope, mark, table=mark_counts)

    @property
    def _sifted(self) -> bool:
        """Whether the index that is walked holds marks of other tasks than those of the list."""
        states = {*task_counts.COLUMNS} - {"project_id"}
        by_state = self._table is mark_counts and bool(self._wanted.keys() & states)
        return by_state or self._table is pair_counts

    def placed(self, window: paging.Window) -> tuple[paging.Window, sa.Select[Any]]:
        """The same window of what comes after many tasks that it need not walk past."""
        # Of one status an index begins where the first is; several are found by walking there.
        walked = self._sifted or len(self._wanted.get("status", ())) > 1
        if window.cursor is not None or not (window.offset or walked) or not self._counted:
            return window, self.query
        left_out = self._left_out
        found = task_counts.place(
            *(self._conn, self._scope, self._wanted, window.offset + left_out),
            since=self._since,
            table=self._table,
        )
        if found is not None and found[1] == left_out == 0:
            return window, self.query.where(self.order.created >= found[0])
        if found is None or found[1] <= left_out:
            return window, self.query
        offset = window.offset + left_out - found[1]
        return replace(window, offset=offset), self.query.where(self.order.created >= found[0])

    def _whole(self, until: int | None) -> int:
        """How many there are in whole periods."""
        return task_counts.count(
            *(self._conn, self._scope, self._wanted),
            since=self._since,
            until=until,
            table=self._table,
        )

    @property
    def _since(self) -> int | None:
        return self._first if self._begun is None else self._begun

    @property
    def _until(self) -> int | None:
        return self._end if self._last is None else self._last

    @cached_property
    def _left_out(self) -> int:
        """Tasks of the first period that are older than the first date."""
        return self._between(self._since, self._first)

    def _between(self, since: int | None, until: int | None) -> int:
        if since is None or until is None or since >= until:
            return 0
        return paging.number(self._conn, _dated(self._undated, self.order.created, since, until))


def _span(filters: Filters) -> tuple[int | None, int | None]:
    """The first moment that dates let pass, and the one after the last; None where none bounds."""
    firsts, ends = [], []
    for name, (first, end) in _BOUNDS.items():
        value = getattr(filters, name)
        if value is not None:
            firsts += [] if first is None else [micros(value) + first]
            ends += [] if end is None else [micros(value) + end]
    return max(firsts, default=None), min(ends, default=None)


def _state(row: Any, since: int) -> task_counts.State:
    """What a task is counted by; a new one is not rejected yet."""
    values: dict[str, Any] = {name: getattr(row, name, False) for name in task_counts.COLUMNS}
    return task_counts.State(**values, since=since)


def _counted(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in task_counts.COLUMNS}


def _as_kept(name: str, value: Any) -> Any:
    return to_json(value) if name in _JSON_COLUMNS else value


def _states(
    conn: Connection, scope: Scope, task_ids: Sequence[str]
) -> dict[str, task_counts.State]:
    columns = [tasks.c[name] for name in ("id", *task_counts.COLUMNS, "created")]
    query = sa.select(*columns).where(tasks.c.organisation_id == scope, tasks.c.id.in_(task_ids))
    periods = task_counts.Periods(conn, scope)
    return {
        row.id: _state(row, periods.of(row.project_id, row.created))
        for row in conn.execute(query).all()
    }


def _page(
    conn: Connection,
    scope: Scope,
    query: sa.Select[Any],
    window: paging.Window,
    known: int | None,
    order: paging.Order,
) -> Page[Task]:
    """A page of what a query of keys finds: keys come from an index, then rows by their keys."""
    keys, count, cursor = paging.fetch(conn, query, order, window, known=known)
    rows = get_many(conn, scope, [task_id for _, task_id in keys])
    return Page(results=tuple(rows[task_id] for _, task_id in keys), count=count, next=cursor)


def _names(
    conn: Connection, query: sa.Select[Any], window: paging.Window, known: int | None
) -> Page[TaskName]:
    named = query.add_columns(tasks.c.unique_id, tasks.c.filename)
    rows, count, cursor = paging.fetch(conn, named, _ORDER, window, known=known)
    names = (TaskName(id=row.id, unique_id=row.unique_id, filename=row.filename) for row in rows)
    return Page(results=tuple(names), count=count, next=cursor)


def _within(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(tasks, batches.c.name.label("batch"), files.c.width, files.c.height)
        .join(batches, batches.c.id == tasks.c.batch_id)
        .outerjoin(files, files.c.id == tasks.c.file_id)
        .where(tasks.c.organisation_id == scope)
    )


def _of_project(scope: Scope, project_id: str) -> sa.Select[Any]:
    """The keys of a project's tasks. The scope is asked of the project, so an index suffices."""
    owned = sa.select(projects.c.id).where(
        projects.c.organisation_id == scope, projects.c.id == project_id
    )
    return sa.select(tasks.c.created, tasks.c.id).where(
        tasks.c.project_id == owned.scalar_subquery()
    )


def _marked(scope: Scope, project_id: str, kind: str, name: str) -> sa.Select[Any]:
    """The keys of a project's tasks that carry a mark."""
    owned = sa.select(projects.c.id).where(
        projects.c.organisation_id == scope, projects.c.id == project_id
    )
    return sa.select(mark_table.c.created, mark_table.c.task_id).where(
        mark_table.c.project_id == owned.scalar_subquery(),
        mark_table.c.kind == kind,
        mark_table.c.name == name,
    )


def _also_marked(place: Mapping[str, str]) -> sa.ColumnElement[bool]:
    """Whether the task of a mark carries another, too."""
    other = mark_table.alias()
    same = [other.c[name] == mark_table.c[name] for name in ("created", "task_id")]
    here = [other.c[name] == value for name, value in place.items()]
    # Of EXISTS PostgreSQL makes a join, and reads the whole of both for one page.
    found = sa.select(other.c.task_id).where(*here, *same).correlate(mark_table)
    return found.scalar_subquery().is_not(None)


def _of_dataset(scope: Scope, dataset_id: str) -> sa.Select[Any]:
    """The keys of a dataset's tasks."""
    return (
        sa.select(tasks.c.created, tasks.c.id)
        .join(dataset_tasks, dataset_tasks.c.task_id == tasks.c.id)
        .where(tasks.c.organisation_id == scope, dataset_tasks.c.dataset_id == dataset_id)
    )


def _dated(
    query: sa.Select[Any], created: sa.Column[int], first: int | None, end: int | None
) -> sa.Select[Any]:
    """Those from a moment on, and before another."""
    if first is not None:
        query = query.where(created >= first)
    return query if end is None else query.where(created < end)


def _filtered(query: sa.Select[Any], filters: Filters) -> sa.Select[Any]:
    query = query.where(*_states_in(tasks, filters))
    if filters.unique_id is not None:
        query = query.where(tasks.c.unique_id == filters.unique_id)
    query = _dated(query, tasks.c.created, *_span(filters))
    if filters.label is not None:
        carrying = sa.select(annotation_table.c.task_id).where(
            annotation_table.c.task_id == tasks.c.id, annotation_table.c.label == filters.label
        )
        query = query.where(carrying.exists())
    if filters.ids is not None:
        query = query.where(tasks.c.id.in_(filters.ids))
    if filters.tag is not None:
        query = query.where(_has_tag(filters.tag))
    return query


def _states_in(table: sa.Table, filters: Filters) -> list[sa.ColumnElement[bool]]:
    """What a filter asks of the columns that tasks are counted by."""
    found: list[sa.ColumnElement[bool]] = []
    if filters.status is not None:
        found.append(table.c.status.in_(filters.status))
    for name in ("complete", "rejected", "work_started", "batch_id"):
        value = getattr(filters, name)
        if value is not None:
            found.append(table.c[name] == value)
    return found


def _has_tag(tag: str) -> sa.ColumnElement[bool]:
    """Whether the list of tags holds one; only its opening quotes stand behind a comma.

    LIKE takes `Cat` for `cat` in SQLite; replacing does not, in any database.
    """
    listed = sa.literal(",") + sa.func.substr(tasks.c.tags, 2)
    return sa.func.replace(listed, f",{to_json(tag)}", "") != listed


def _item(row: Any) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in _PLAIN},
        "created_date": moment(row.created),
        "tags": from_json(row.tags),
        "metadata": from_json(row.metadata),
        "details": from_json(row.details),
    }


def _read(row: Any) -> Task:
    return Task(
        id=row.id,
        project_id=row.project_id,
        batch_id=row.batch_id,
        batch=row.batch,
        kind=row.kind,
        created_date=moment(row.created),
        status=row.status,
        complete=row.complete,
        rejected=row.rejected,
        rejection_reason=row.rejection_reason,
        work_started=row.work_started,
        processing=row.processing,
        errors=tuple(from_json(row.errors)),
        item=Item(
            type=row.item_type,
            text=row.text,
            url=row.url,
            file_id=row.file_id,
            filename=row.filename,
            width=row.width,
            height=row.height,
        ),
        unique_id=row.unique_id,
        tags=tuple(from_json(row.tags)),
        metadata=from_json(row.metadata),
        details=from_json(row.details),
        version=row.version,
        annotation_count=row.annotation_count,
    )
