"""Note the states of tasks beside their labels and tags, and count by them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_AT_ONCE = 8000
"""Tasks or marks after which a piece ends."""
_LONGEST = 200
"""Characters of a mark that is kept as it is."""
_STATE = "batch_id, status, complete, rejected, work_started"
_MARK = f"project_id, kind, name, created, task_id, organisation_id, {_STATE}"
_OF_TASK = "t.organisation_id, t.batch_id, t.status, t.complete, t.rejected, t.work_started"


def piece(after: str) -> str | None:
    """Note the marks of the tasks of some periods; behind the last, count those of some names.

    A place is a project and one of its periods, or a project, a kind and a name.
    """
    conn = op.get_bind()
    if not after:
        _create_tables()
    if conn.dialect.name == "postgresql":
        # Statistics are older than an import, and would have every annotation read for each piece.
        conn.execute(sa.text("SET LOCAL enable_seqscan = off"))
    place = json.loads(after) if after else ["", -1]
    done = 0
    while place is not None and done < _AT_ONCE:
        place, number = _note(conn, *place) if len(place) == 2 else _count(conn, *place)
        done += number
    return None if place is None else json.dumps(place)


def upgrade() -> None:
    """Bring the schema one version forward."""
    op.create_index(op.f("ix_task_marks_task_id"), "task_marks", ["task_id"])
    keys = ["project_id", "kind", "name", "since"]
    op.create_index(op.f("ix_mark_counts_project_id_kind_name_since"), "mark_counts", keys)


def _create_tables() -> None:
    op.drop_table("mark_counts")
    op.drop_table("task_marks")
    text, number = sa.Text(), sa.BigInteger()
    op.create_table(
        "task_marks",
        sa.Column("project_id", text, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("created", number, autoincrement=False, nullable=False),
        sa.Column("task_id", text, nullable=False),
        sa.Column("organisation_id", text, nullable=False),
        sa.Column("batch_id", text, nullable=False),
        sa.Column("status", text, nullable=False),
        *(
            sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
            for name in ("complete", "rejected", "work_started")
        ),
        *_parents("task_marks", project_id="projects", task_id="tasks", batch_id="batches"),
        sa.PrimaryKeyConstraint(
            *("project_id", "kind", "name", "created", "task_id"), name=op.f("pk_task_marks")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mark_counts",
        sa.Column("batch_id", text, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("status", text, nullable=False),
        *(
            sa.Column(name, sa.Boolean(), nullable=False)
            for name in ("complete", "rejected", "work_started")
        ),
        sa.Column("since", number, autoincrement=False, nullable=False),
        sa.Column("organisation_id", text, nullable=False),
        sa.Column("project_id", text, nullable=False),
        sa.Column("number", number, server_default="0", nullable=False),
        *_parents("mark_counts", batch_id="batches", project_id="projects"),
        sa.PrimaryKeyConstraint(
            *("batch_id", "kind", "name", "status", "complete", "rejected", "work_started"),
            *("since",),
            name=op.f("pk_mark_counts"),
        ),
    )


def _parents(name: str, **tables: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}"), ondelete="CASCADE"
        )
        for column, table in {**tables, "organisation_id": "organisations"}.items()
    ]


def _note(conn: sa.Connection, project_id: str, since: int) -> tuple[list[Any], int]:
    """Note the marks of the tasks of the period behind one; its place, and how many they are."""
    query = sa.text(
        "SELECT project_id, since FROM task_counts WHERE (project_id, since) > (:project, :since)"
        " ORDER BY project_id, since LIMIT 1"
    )
    found = conn.execute(query, {"project": project_id, "since": since}).one_or_none()
    if found is None:
        return ["", "", ""], 0
    values = {"project": found.project_id, "since": found.since}
    query = sa.text(
        "SELECT min(since) FROM task_counts WHERE project_id = :project AND since > :since"
    )
    values["until"] = conn.execute(query, values).scalar()
    period = "t.project_id = :project"
    # What is older than the first task of all, by a clock that went wrong, is in the first.
    period += " AND t.created >= :since" if found.since else ""
    period += " AND t.created < :until" if values["until"] is not None else ""
    conn.execute(
        sa.text(
            f"INSERT INTO task_marks ({_MARK})"  # noqa: S608 - no value from outside
            f" SELECT DISTINCT t.project_id, 'label', a.label, t.created, t.id, {_OF_TASK}"
            # The order that SQLite keeps to: first the tasks of the period.
            " FROM tasks t CROSS JOIN annotations a"
            f" WHERE {period} AND a.task_id = t.id AND length(a.label) <= {_LONGEST}"
        ),
        values,
    )
    _note_others(conn, period, values)
    query = sa.text(f"SELECT count(*) FROM tasks t WHERE {period}")  # noqa: S608 - as above
    return [found.project_id, found.since], 1 + int(conn.execute(query, values).scalar_one())


def _note_others(conn: sa.Connection, period: str, values: dict[str, Any]) -> None:
    """Tags, which lie in JSON, and labels that are too long for an index."""
    place = f"t.project_id, t.created, t.id, {_OF_TASK}"
    tags = sa.text(
        f"SELECT {place}, t.tags AS name FROM tasks t"  # noqa: S608 - as above
        f" WHERE {period} AND t.tags <> '[]'"
    )
    labels = sa.text(
        f"SELECT DISTINCT {place}, a.label AS name FROM tasks t CROSS JOIN annotations a"  # noqa: S608 - as above
        f" WHERE {period} AND a.task_id = t.id AND length(a.label) > {_LONGEST}"
    )
    read = [("tag", json.loads(row.name), row) for row in conn.execute(tags, values)]
    read += [("label", [row.name], row) for row in conn.execute(labels, values)]
    columns = [name.strip() for name in _MARK.split(",")]
    found = sorted(
        (row.project_id, kind, name, row.created, row.id, *row[3:9])
        for kind, texts, row in read
        for name in {_name_of(text) for text in texts}
    )
    if found:
        marks = sa.table("task_marks", *map(sa.column, columns))
        conn.execute(marks.insert(), [dict(zip(columns, row, strict=True)) for row in found])


def _count(
    conn: sa.Connection, project_id: str, kind: str, name: str
) -> tuple[list[str] | None, int]:
    """Count the tasks that carry the mark behind one; its place, and how many they are."""
    query = sa.text(
        "SELECT project_id, kind, name FROM task_marks"
        " WHERE (project_id, kind, name) > (:project, :kind, :name)"
        " ORDER BY project_id, kind, name LIMIT 1"
    )
    after = {"project": project_id, "kind": kind, "name": name}
    found = conn.execute(query, after).one_or_none()
    if found is None:
        return None, 0
    this = dict(zip(after, found, strict=True))
    here = "project_id = :project AND kind = :kind AND name = :name"
    since = (
        "(SELECT max(c.since) FROM task_counts c"
        " WHERE c.project_id = m.project_id AND c.since <= m.created)"
    )
    groups = f"project_id, kind, name, organisation_id, {_STATE}, since"
    conn.execute(
        sa.text(
            f"INSERT INTO mark_counts ({groups}, number)"  # noqa: S608 - as above
            f" SELECT {groups}, count(*) FROM (SELECT m.*, {since} AS since FROM task_marks m"
            f" WHERE {here}) AS dated GROUP BY {groups}"
        ),
        this,
    )
    query = sa.text(f"SELECT sum(number) FROM mark_counts WHERE {here}")  # noqa: S608 - as above
    return [*found], int(conn.execute(query, this).scalar_one())


def _name_of(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[: _LONGEST - len(digest)]}{digest}"
