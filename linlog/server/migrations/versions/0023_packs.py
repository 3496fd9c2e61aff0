"""Pack predictions by task, and note which numbers of each maker of ids are stored."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_AT_ONCE = 2000
_MOST_DIGITS = 15


def upgrade() -> None:
    """Bring the schema one version forward."""
    _create("packed_predictions", constrained=False)
    op.create_table(
        "prediction_makers",
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("model_run_id", sa.Text(), nullable=False),
        *_keys("prediction_makers", organisation="organisation_id", model_run="model_run_id"),
        sa.PrimaryKeyConstraint("maker", "first", name=op.f("pk_prediction_makers")),
    )
    op.create_index(
        op.f("ix_prediction_makers_model_run_id"), "prediction_makers", ["model_run_id"]
    )
    _move(op.get_bind())
    op.drop_table("predictions")
    _create("predictions", constrained=True)
    op.execute("INSERT INTO predictions SELECT * FROM packed_predictions")
    op.drop_table("packed_predictions")
    op.create_index(
        op.f("ix_predictions_model_run_id_task_id_size"),
        "predictions",
        ["model_run_id", "task_id", "size"],
    )
    op.create_index(op.f("ix_predictions_task_id"), "predictions", ["task_id"])


def _create(table: str, *, constrained: bool) -> None:
    rules: list[Any] = []
    if constrained:
        parents = {
            "organisation": "organisation_id",
            "task": "task_id",
            "model_run": "model_run_id",
        }
        rules = [
            *_keys(table, **parents),
            sa.PrimaryKeyConstraint("model_run_id", "sequence", name=op.f("pk_predictions")),
        ]
    op.create_table(
        table,
        sa.Column("model_run_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("pack", sa.LargeBinary(), nullable=False),
        *rules,
    )


def _keys(table: str, **parents: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{parent}s.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
        )
        for parent, column in parents.items()
    ]


def _move(conn: sa.Connection) -> None:
    """Make a pack of every prediction, in the order that they came."""
    old = sa.table(
        "predictions",
        *map(sa.column, ("id", "organisation_id", "model_run_id", "task_id", "label")),
        *map(sa.column, ("shape_name", "shape", "confidence", "attributes", "created")),
    )
    packed = sa.table(
        "packed_predictions",
        *map(sa.column, ("model_run_id", "sequence", "organisation_id", "task_id", "maker")),
        *map(sa.column, ("size", "created", "marks", "pack")),
    )
    # Without it every piece would sort all that is left.
    op.create_index("ix_predictions_move", "predictions", ["model_run_id", "created", "id"])
    key = (old.c.model_run_id, old.c.created, old.c.id)
    query = sa.select(old).order_by(*key).limit(_AT_ONCE)
    sequences: dict[str, int] = {}
    held: dict[tuple[str, str, str], list[int]] = {}
    rows = conn.execute(query).all()
    while rows:
        new = []
        for row in rows:
            sequence = sequences[row.model_run_id] = sequences.get(row.model_run_id, 0) + 1
            maker, number = _maker_and_number(row.id)
            held.setdefault((maker, row.organisation_id, row.model_run_id), []).append(number)
            new.append(
                {
                    "model_run_id": row.model_run_id,
                    "sequence": sequence,
                    "organisation_id": row.organisation_id,
                    "task_id": row.task_id,
                    "maker": maker,
                    "size": 1,
                    "created": row.created,
                    "marks": msgspec.json.encode([[row.label, row.shape_name]]).decode(),
                    "pack": _pack(row, number),
                }
            )
        conn.execute(packed.insert(), new)
        last = sa.tuple_(*(sa.literal(rows[-1]._mapping[column.name]) for column in key))  # noqa: SLF001
        rows = conn.execute(query.where(sa.tuple_(*key) > last)).all()
    _hold(conn, held)


def _hold(conn: sa.Connection, held: dict[tuple[str, str, str], list[int]]) -> None:
    """Note the numbers of each maker, as ranges, so that a batch that comes again is known."""
    makers = sa.table(
        "prediction_makers",
        *map(sa.column, ("maker", "first", "last", "organisation_id", "model_run_id")),
    )
    rows = [
        {
            "maker": maker,
            "first": first,
            "last": last,
            "organisation_id": organisation_id,
            "model_run_id": run_id,
        }
        for (maker, organisation_id, run_id), numbers in held.items()
        for first, last in _ranges(sorted(numbers))
    ]
    for start in range(0, len(rows), _AT_ONCE):
        conn.execute(makers.insert(), rows[start : start + _AT_ONCE])


def _ranges(numbers: list[int]) -> list[list[int]]:
    found = [[numbers[0], numbers[0]]]
    for number in numbers[1:]:
        if number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def _maker_and_number(identity: str) -> tuple[str, int]:
    """As in `linlog.ids` when this was written: who made an id, and as which one."""
    maker, _, digits = identity.rpartition("-")
    if not (maker and digits.isdecimal() and len(digits) <= _MOST_DIGITS):
        return identity, -1
    return (identity, -1) if digits[0] == "0" and digits != "0" else (maker, int(digits))


def _pack(row: Any, number: int) -> bytes:
    shape = json.loads(row.shape)
    packed: list[Any] = ["j", shape]
    if row.shape_name == "box":
        sides = [float(shape[key]) for key in ("left", "top", "width", "height")]
        packed = ["b", *sides, float(shape.get("rotation") or 0.0)]
    elif row.shape_name == "span":
        packed = ["s", shape["start"], shape["end"]]
    elif row.shape_name == "whole":
        packed = ["w"]
    found = [number, row.label, row.confidence, packed, json.loads(row.attributes) or None]
    return msgspec.msgpack.encode([found])
