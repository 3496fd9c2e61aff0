"""Labels and tags of tasks in the order of the tasks, and how many tasks carry each."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_LONGEST = 200
"""Characters of a mark that is kept as it is."""
_AT_ONCE = 5000
"""Tasks of a piece."""
_MARK = ("project_id", "kind", "name", "created", "task_id", "organisation_id")
_COUNT = ("batch_id", "kind", "name", "since", "organisation_id", "project_id")


def piece(after: str) -> str | None:
    """Note the marks of some thousand tasks, in their order, and count them."""
    conn = op.get_bind()
    if not after:
        _create_tables()
    tasks = _tasks(conn, json.loads(after) if after else None)
    if not tasks:
        return None
    marked = _marked(conn, tasks)
    marks = sa.table("task_marks", *map(sa.column, _MARK))
    if marked:
        conn.execute(marks.insert(), marked)
        _count(conn, tasks, marked)
    last = tasks[-1]
    return json.dumps([last.project_id, last.created, last.id])


def upgrade() -> None:
    """Bring the schema one version forward."""
    op.create_index(op.f("ix_task_marks_task_id"), "task_marks", ["task_id"])


def _create_tables() -> None:
    text, number = sa.Text(), sa.BigInteger()
    op.create_table(
        "task_marks",
        sa.Column("project_id", text, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("created", number, autoincrement=False, nullable=False),
        sa.Column("task_id", text, nullable=False),
        sa.Column("organisation_id", text, nullable=False),
        *_parents("task_marks", project_id="projects", task_id="tasks"),
        sa.PrimaryKeyConstraint(
            *("project_id", "kind", "name", "created", "task_id"), name=op.f("pk_task_marks")
        ),
    )
    op.create_table(
        "mark_counts",
        sa.Column("batch_id", text, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("since", number, autoincrement=False, nullable=False),
        sa.Column("organisation_id", text, nullable=False),
        sa.Column("project_id", text, nullable=False),
        sa.Column("number", number, server_default="0", nullable=False),
        *_parents("mark_counts", batch_id="batches", project_id="projects"),
        sa.PrimaryKeyConstraint(
            *("batch_id", "kind", "name", "since"), name=op.f("pk_mark_counts")
        ),
    )
    keys = ["project_id", "kind", "name", "since"]
    op.create_index(op.f("ix_mark_counts_project_id_kind_name_since"), "mark_counts", keys)


def _parents(name: str, **tables: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}"), ondelete="CASCADE"
        )
        for column, table in {**tables, "organisation_id": "organisations"}.items()
    ]


def _tasks(conn: sa.Connection, after: list[Any] | None) -> list[Any]:
    """The tasks of a piece: those behind a project, date and id."""
    columns = ("project_id", "created", "id", "organisation_id", "batch_id", "tags")
    tasks = sa.table("tasks", *map(sa.column, columns))
    key = (tasks.c.project_id, tasks.c.created, tasks.c.id)
    query = sa.select(tasks).order_by(*key).limit(_AT_ONCE)
    if after is not None:
        query = query.where(sa.tuple_(*key) > sa.tuple_(*map(sa.literal, after)))
    return [*conn.execute(query)]


def _marked(conn: sa.Connection, tasks: list[Any]) -> list[dict[str, Any]]:
    """A row for each label and tag of the tasks, in the order in which they are kept."""
    annotations = sa.table("annotations", sa.column("task_id"), sa.column("label"))
    labels = sa.select(annotations).where(annotations.c.task_id.in_([task.id for task in tasks]))
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for task_id, label in conn.execute(labels.distinct()):
        found[task_id].add(("label", _name_of(label)))
    for task in tasks:
        if task.tags != "[]":
            found[task.id].update(("tag", _name_of(tag)) for tag in json.loads(task.tags))
    rows = [
        (task.project_id, kind, name, task.created, task.id, task.organisation_id)
        for task in tasks
        for kind, name in found[task.id]
    ]
    return [dict(zip(_MARK, row, strict=True)) for row in sorted(rows)]


def _count(conn: sa.Connection, tasks: list[Any], marked: list[dict[str, Any]]) -> None:
    """Add the marks to the counts by batch and period."""
    batches = {task.id: task.batch_id for task in tasks}
    periods = {each: _periods(conn, each) for each in {task.project_id for task in tasks}}
    counted: Counter[tuple[Any, ...]] = Counter()
    for mark in marked:
        begun = periods[mark["project_id"]]
        since = begun[max(0, bisect_right(begun, mark["created"]) - 1)]
        batch = batches[mark["task_id"]]
        owner = (mark["organisation_id"], mark["project_id"])
        counted[(batch, mark["kind"], mark["name"], since, *owner)] += 1
    conn.execute(
        sa.text(
            f"INSERT INTO mark_counts ({', '.join(_COUNT)}, number)"  # noqa: S608 - no value from outside
            f" VALUES (:{', :'.join(_COUNT)}, :number)"
            " ON CONFLICT (batch_id, kind, name, since)"
            " DO UPDATE SET number = mark_counts.number + excluded.number"
        ),
        [
            {**dict(zip(_COUNT, key, strict=True)), "number": number}
            for key, number in counted.items()
        ],
    )


def _periods(conn: sa.Connection, project_id: str) -> list[int]:
    """Where the periods of a project begin, ascending."""
    query = sa.text("SELECT DISTINCT since FROM task_counts WHERE project_id = :at ORDER BY since")
    return [*conn.execute(query, {"at": project_id}).scalars()]


def _name_of(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[: _LONGEST - len(digest)]}{digest}"
