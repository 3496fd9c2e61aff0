"""Count the tasks that carry a label and a tag by such pairs."""

from __future__ import annotations

import json
from collections import Counter
from itertools import product
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_AT_ONCE = 8000
"""Tasks with tags after which a piece ends."""
_CHUNK = 500
_PAIRS = 200
"""Pairs of a label and a tag up to which a task is counted by them."""
_STATE = ("organisation_id", "batch_id", "status", "complete", "rejected", "work_started")


def piece(after: str) -> str | None:
    """Count the pairs on the tasks of some periods; a place is a project and one of its periods."""
    conn = op.get_bind()
    if not after:
        _create_table()
    if conn.dialect.name == "postgresql":
        # Statistics are older than an import, and would have every mark read for each piece.
        conn.execute(sa.text("SET LOCAL enable_seqscan = off"))
    place = json.loads(after) if after else ["", -1]
    done = 0
    while place is not None and done < _AT_ONCE:
        place, number = _count(conn, *place)
        done += number
    return None if place is None else json.dumps(place)


def upgrade() -> None:
    """Bring the schema one version forward."""
    keys = ["project_id", "label", "tag", "since"]
    op.create_index(op.f("ix_pair_counts_project_id_label_tag_since"), "pair_counts", keys)


def _create_table() -> None:
    text, number = sa.Text(), sa.BigInteger()
    op.create_table(
        "pair_counts",
        sa.Column("batch_id", text, nullable=False),
        sa.Column("label", text, nullable=False),
        sa.Column("tag", text, nullable=False),
        sa.Column("status", text, nullable=False),
        *(
            sa.Column(name, sa.Boolean(), nullable=False)
            for name in ("complete", "rejected", "work_started")
        ),
        sa.Column("since", number, autoincrement=False, nullable=False),
        sa.Column("organisation_id", text, nullable=False),
        sa.Column("project_id", text, nullable=False),
        sa.Column("number", number, server_default="0", nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{owner}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_pair_counts_{owner}_id"),
                ondelete="CASCADE",
            )
            for owner, table in (
                ("batch", "batches"),
                ("organisation", "organisations"),
                ("project", "projects"),
            )
        ),
        sa.PrimaryKeyConstraint(
            *("batch_id", "label", "tag", "status", "complete", "rejected", "work_started"),
            *("since",),
            name=op.f("pk_pair_counts"),
        ),
    )


def _count(conn: sa.Connection, project_id: str, since: int) -> tuple[list[Any] | None, int]:
    """Count pairs on the tasks of the period behind one; its place, and how many have tags."""
    query = sa.text(
        "SELECT project_id, since FROM task_counts WHERE (project_id, since) > (:project, :since)"
        " ORDER BY project_id, since LIMIT 1"
    )
    found = conn.execute(query, {"project": project_id, "since": since}).one_or_none()
    if found is None:
        return None, 0
    task_ids = _tagged(conn, *found)
    pairs: Counter[tuple[Any, ...]] = Counter()
    crowded: list[sa.Row[Any]] = []
    for start in range(0, len(task_ids), _CHUNK):
        for labels, tags in _marks(conn, task_ids[start : start + _CHUNK]):
            if len(labels) * len(tags) > _PAIRS:
                crowded += tags
            else:
                both = product(labels, tags)
                pairs.update((label.name, tag.name, *label[4:]) for label, tag in both)
    _insert(conn, "pair_counts", ("label", "tag", *_STATE), pairs, *found)
    _mark_crowded(conn, crowded, *found)
    return [*found], 1 + len(task_ids)


def _tagged(conn: sa.Connection, project_id: str, since: int) -> list[str]:
    """The tasks of a period that have tags."""
    query = sa.text(
        "SELECT min(since) FROM task_counts WHERE project_id = :project AND since > :since"
    )
    values = {"project": project_id, "since": since}
    values["until"] = conn.execute(query, values).scalar()
    # What is older than the first task of all, by a clock that went wrong, is in the first.
    period = " AND created >= :since" if since else ""
    period += " AND created < :until" if values["until"] is not None else ""
    query = sa.text(
        f"SELECT id FROM tasks WHERE project_id = :project{period} AND tags <> '[]'"  # noqa: S608 - no value from outside
    )
    return [*conn.execute(query, values).scalars()]


def _marks(
    conn: sa.Connection, task_ids: list[str]
) -> list[tuple[list[sa.Row[Any]], list[sa.Row[Any]]]]:
    """The labels and the tags of some tasks."""
    columns = ("task_id", "kind", "name", "created", *_STATE)
    query = sa.text(
        f"SELECT {', '.join(columns)} FROM task_marks WHERE task_id IN :ids"  # noqa: S608 - as above
    ).bindparams(sa.bindparam("ids", task_ids, expanding=True))
    found: dict[str, dict[str, list[sa.Row[Any]]]] = {}
    for row in conn.execute(query):
        kinds = found.setdefault(row.task_id, {"label": [], "tag": []})
        kinds[row.kind].append(row)
    return [(kinds["label"], kinds["tag"]) for kinds in found.values()]


def _mark_crowded(
    conn: sa.Connection, tags: list[sa.Row[Any]], project_id: str, since: int
) -> None:
    """Mark the tags of tasks with too many pairs once more, and count them so."""
    if not tags:
        return
    columns = ("task_id", "name", "created", *_STATE)
    marks = sa.table("task_marks", *map(sa.column, ("project_id", "kind", *columns)))
    own = {"project_id": project_id, "kind": "crowded"}
    rows = [{**own, **{name: getattr(tag, name) for name in columns}} for tag in tags]
    conn.execute(marks.insert(), rows)
    counted = Counter(("crowded", tag.name, *tag[4:]) for tag in tags)
    _insert(conn, "mark_counts", ("kind", "name", *_STATE), counted, project_id, since)


def _insert(
    conn: sa.Connection,
    name: str,
    columns: tuple[str, ...],
    counted: Counter[tuple[Any, ...]],
    project_id: str,
    since: int,
) -> None:
    if counted:
        names = ("project_id", "since", "number", *columns)
        rows = [(project_id, since, number, *key) for key, number in sorted(counted.items())]
        table = sa.table(name, *map(sa.column, names))
        conn.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in rows])
