"""Labels and tags of tasks in the order of the tasks, and how many tasks carry each."""

from __future__ import annotations

import json
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_LONGEST = 200
"""Characters of a mark that is kept as it is."""


def upgrade() -> None:
    """Bring the schema one version forward."""
    _create_tables()
    columns = "project_id, kind, name, created, task_id, organisation_id"
    mine = "t.project_id, 'label', a.label, t.created, t.id, t.organisation_id"
    op.execute(
        f"INSERT INTO task_marks ({columns}) SELECT DISTINCT {mine}"  # noqa: S608 - as below
        f" FROM annotations a JOIN tasks t ON t.id = a.task_id WHERE length(a.label) <= {_LONGEST}"
    )
    _note_others(columns)
    since = (
        "(SELECT max(c.since) FROM task_counts c"
        " WHERE c.project_id = m.project_id AND c.since <= m.created)"
    )
    op.execute(
        "INSERT INTO mark_counts"  # noqa: S608 - no value from outside
        " (batch_id, kind, name, since, organisation_id, project_id, number)"
        " SELECT batch_id, kind, name, since, organisation_id, project_id, count(*) FROM ("
        f"SELECT t.batch_id, m.kind, m.name, {since} AS since, m.organisation_id, m.project_id"
        " FROM task_marks m JOIN tasks t ON t.id = m.task_id) AS dated"
        " GROUP BY batch_id, kind, name, since, organisation_id, project_id"
    )
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


def _note_others(columns: str) -> None:
    """Tags, which lie in JSON, and labels that are too long for an index."""
    conn = op.get_bind()
    place = "t.project_id, t.created, t.id, t.organisation_id"
    tags = sa.text(f"SELECT {place}, t.tags FROM tasks t WHERE t.tags <> '[]'")  # noqa: S608
    labels = sa.text(
        f"SELECT DISTINCT {place}, a.label FROM annotations a"  # noqa: S608
        f" JOIN tasks t ON t.id = a.task_id WHERE length(a.label) > {_LONGEST}"
    )
    insert = sa.text(
        f"INSERT INTO task_marks ({columns})"  # noqa: S608
        " VALUES (:project_id, :kind, :name, :created, :task_id, :organisation_id)"
    )
    read = [("tag", json.loads(row[4]), row) for row in conn.execute(tags)]
    read += [("label", [row[4]], row) for row in conn.execute(labels)]
    found = [
        {
            "project_id": row[0],
            "kind": kind,
            "name": name,
            "created": row[1],
            "task_id": row[2],
            "organisation_id": row[3],
        }
        for kind, texts, row in read
        for name in {_name_of(text) for text in texts}
    ]
    if found:
        conn.execute(insert, found)


def _name_of(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[: _LONGEST - len(digest)]}{digest}"
