"""Pack predictions by task, and note which numbers of each maker of ids are stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterable

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_AT_ONCE = 8000
"""Predictions after which a piece ends."""
_MOST_DIGITS = 15
_KEY = ("model_run_id", "created", "id")
_RANGE = ("maker", "organisation_id", "model_run_id", "first", "last")


def piece(after: str) -> str | None:
    """Make packs of some thousand predictions, in the order that they came.

    A place is the key of the last one, and which one of its run it was.
    """
    conn = op.get_bind()
    if not after:
        _create_tables()
    place = json.loads(after) if after else None
    rows = conn.execute(_behind(place)).all()
    if not rows:
        return None
    run_id, sequence = (place[0], place[3]) if place else ("", 0)
    packed = sa.table(
        "packed_predictions",
        *map(sa.column, ("model_run_id", "sequence", "organisation_id", "task_id", "maker")),
        *map(sa.column, ("size", "created", "marks", "pack")),
    )
    held: dict[tuple[str, str, str], list[int]] = {}
    new = []
    for row in rows:
        sequence = sequence + 1 if row.model_run_id == run_id else 1
        run_id = row.model_run_id
        maker, number = _maker_and_number(row.id)
        held.setdefault((maker, row.organisation_id, run_id), []).append(number)
        new.append(
            {
                "model_run_id": run_id,
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
    ranges = {owner: _joined((at, at) for at in sorted(numbers)) for owner, numbers in held.items()}
    _hold(conn, ranges)
    return json.dumps([*(getattr(rows[-1], name) for name in _KEY), sequence])


def upgrade() -> None:
    """Bring the schema one version forward."""
    _join_ranges(op.get_bind())
    op.drop_table("predictions")
    op.rename_table("packed_predictions", "predictions")
    op.create_index(
        op.f("ix_predictions_model_run_id_task_id_size"),
        "predictions",
        ["model_run_id", "task_id", "size"],
    )
    op.create_index(op.f("ix_predictions_task_id"), "predictions", ["task_id"])


def _create_tables() -> None:
    # Without it every piece would sort all that is left.
    op.create_index("ix_predictions_move", "predictions", [*_KEY])
    if op.get_bind().dialect.name == "postgresql":
        # The packs take the name of the key, which there is one of in a schema.
        op.execute("ALTER TABLE predictions RENAME CONSTRAINT pk_predictions TO pk_old_predictions")
    op.create_table(
        "packed_predictions",
        sa.Column("model_run_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("pack", sa.LargeBinary(), nullable=False),
        *_keys(
            "predictions", organisation="organisation_id", task="task_id", model_run="model_run_id"
        ),
        sa.PrimaryKeyConstraint("model_run_id", "sequence", name=op.f("pk_predictions")),
    )
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


def _keys(table: str, **parents: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{parent}s.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
        )
        for parent, column in parents.items()
    ]


def _behind(place: list[Any] | None) -> sa.Select[Any]:
    """The predictions of the next piece."""
    old = sa.table(
        "predictions",
        *map(sa.column, ("id", "organisation_id", "model_run_id", "task_id", "label")),
        *map(sa.column, ("shape_name", "shape", "confidence", "attributes", "created")),
    )
    key = [old.c[name] for name in _KEY]
    query = sa.select(old).order_by(*key).limit(_AT_ONCE)
    if place is None:
        return query
    return query.where(sa.tuple_(*key) > sa.tuple_(*map(sa.literal, place[:3])))


def _makers() -> sa.TableClause:
    return sa.table("prediction_makers", *map(sa.column, _RANGE))


def _hold(conn: sa.Connection, held: dict[tuple[str, str, str], list[tuple[int, int]]]) -> None:
    """Note the numbers of each maker, as ranges, so that a batch that comes again is known."""
    rows = [
        dict(zip(_RANGE, (*owner, *each), strict=True))
        for owner, ranges in held.items()
        for each in ranges
    ]
    if rows:
        conn.execute(_makers().insert(), rows)


def _join_ranges(conn: sa.Connection) -> None:
    """Make one of ranges that follow each other, as those of two pieces do."""
    makers = _makers()
    several = sa.select(makers.c.maker).group_by(makers.c.maker).having(sa.func.count() > 1)
    found: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    query = sa.select(makers).where(makers.c.maker.in_(several)).order_by(makers.c.first)
    for *owner, first, last in conn.execute(query):
        found.setdefault((owner[0], owner[1], owner[2]), []).append((first, last))
    conn.execute(makers.delete().where(makers.c.maker.in_(several)))
    _hold(conn, {owner: _joined(ranges) for owner, ranges in found.items()})


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that follow each other without a gap as one."""
    found: list[tuple[int, int]] = []
    for first, last in ranges:
        if found and first == found[-1][1] + 1:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
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
