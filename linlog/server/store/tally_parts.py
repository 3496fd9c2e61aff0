"""Tallies of some tasks of a model run, and which of them an evaluation is made of."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa

from linlog.server.store.tables import evaluation_parts, tally_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from linlog.server.store.values import Scope

_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Matched:
    """What a task was when it was matched."""

    annotations: str
    """Hash of its annotations."""
    count: int
    """How many predictions it had."""
    predictions: str
    """Hash of them."""


@dataclass(frozen=True, slots=True)
class Part:
    """A tally of some tasks, without the tally itself."""

    id: str
    tasks: Mapping[str, Matched]


def insert(
    conn: Connection,
    scope: Scope,
    run_id: str,
    matcher: str,
    rows: Sequence[tuple[Part, bytes]],
    *,
    current: bool,
    created: int,
) -> None:
    """Keep parts with their tallies; a part that is kept already becomes current if wanted."""
    known = _present(conn, scope, [part.id for part, _ in rows])
    new = [
        {
            "id": part.id,
            "organisation_id": scope,
            "model_run_id": run_id,
            "matcher": matcher,
            "current": current,
            "created": created,
            "tasks": zlib.compress(_encode(part.tasks), 1),
            "tally": tally,
        }
        for part, tally in rows
        if part.id not in known
    ]
    if new:
        conn.execute(tally_parts.insert(), new)
    if known and current:
        _set_current(conn, scope, [*known], current=True)


def current(conn: Connection, scope: Scope, run_id: str, matcher: str) -> list[Part]:
    """The parts that the next evaluation of a model run builds on, oldest first."""
    query = sa.select(tally_parts.c.id, tally_parts.c.tasks).where(
        _is_current(scope, run_id, matcher)
    )
    order = (tally_parts.c.created, tally_parts.c.id)
    return [_read(row) for row in conn.execute(query.order_by(*order))]


def current_beside(
    conn: Connection, scope: Scope, run_id: str, matcher: str, known: set[str]
) -> list[Part]:
    """Those parts of `current` that are not known by their ids."""
    query = sa.select(tally_parts.c.id).where(_is_current(scope, run_id, matcher))
    new = sorted({*conn.execute(query).scalars()} - known)
    found: list[Part] = []
    for start in range(0, len(new), _CHUNK):
        some = sa.select(tally_parts.c.id, tally_parts.c.tasks).where(
            tally_parts.c.organisation_id == scope,
            tally_parts.c.id.in_(new[start : start + _CHUNK]),
        )
        found.extend(_read(row) for row in conn.execute(some))
    return found


def retire(conn: Connection, scope: Scope, part_ids: Sequence[str]) -> None:
    """Note that others stand in the place of some parts."""
    _set_current(conn, scope, part_ids, current=False)


def delete_unused(conn: Connection, scope: Scope, run_id: str, *, before: int) -> None:
    """Forget parts that are neither current nor part of an evaluation, if old enough."""
    used = sa.select(evaluation_parts.c.part_id).where(evaluation_parts.c.organisation_id == scope)
    conn.execute(
        tally_parts.delete().where(
            tally_parts.c.organisation_id == scope,
            tally_parts.c.model_run_id == run_id,
            ~tally_parts.c.current,
            tally_parts.c.created < before,
            tally_parts.c.id.not_in(used),
        )
    )


def tallies(conn: Connection, scope: Scope, part_ids: Sequence[str]) -> dict[str, bytes]:
    """The tallies of some parts as bytes, by part."""
    found: dict[str, bytes] = {}
    for start in range(0, len(part_ids), _CHUNK):
        query = sa.select(tally_parts.c.id, tally_parts.c.tally).where(
            tally_parts.c.organisation_id == scope,
            tally_parts.c.id.in_(part_ids[start : start + _CHUNK]),
        )
        found.update((row.id, row.tally) for row in conn.execute(query))
    return found


def set_of_evaluation(
    conn: Connection, scope: Scope, evaluation_id: str, part_ids: Sequence[str]
) -> None:
    """Note which parts an evaluation is made of, replacing what was noted."""
    ours = sa.and_(
        evaluation_parts.c.organisation_id == scope,
        evaluation_parts.c.evaluation_id == evaluation_id,
    )
    conn.execute(evaluation_parts.delete().where(ours))
    rows = [
        {
            "evaluation_id": evaluation_id,
            "place": place,
            "organisation_id": scope,
            "part_id": part_id,
        }
        for place, part_id in enumerate(part_ids)
    ]
    if rows:
        conn.execute(evaluation_parts.insert(), rows)


def of_evaluation(conn: Connection, scope: Scope, evaluation_id: str) -> list[Part]:
    """The parts that an evaluation is made of, in order."""
    query = (
        sa.select(tally_parts.c.id, tally_parts.c.tasks)
        .join(evaluation_parts, evaluation_parts.c.part_id == tally_parts.c.id)
        .where(
            evaluation_parts.c.organisation_id == scope,
            evaluation_parts.c.evaluation_id == evaluation_id,
        )
        .order_by(evaluation_parts.c.place)
    )
    return [_read(row) for row in conn.execute(query)]


def ids_of_evaluation(conn: Connection, scope: Scope, evaluation_id: str) -> list[str]:
    """The ids of the parts that an evaluation is made of, in order."""
    query = (
        sa.select(evaluation_parts.c.part_id)
        .where(
            evaluation_parts.c.organisation_id == scope,
            evaluation_parts.c.evaluation_id == evaluation_id,
        )
        .order_by(evaluation_parts.c.place)
    )
    return [*conn.execute(query).scalars()]


def _is_current(scope: Scope, run_id: str, matcher: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        tally_parts.c.organisation_id == scope,
        tally_parts.c.model_run_id == run_id,
        tally_parts.c.matcher == matcher,
        tally_parts.c.current,
    )


def _present(conn: Connection, scope: Scope, part_ids: Sequence[str]) -> set[str]:
    query = sa.select(tally_parts.c.id).where(
        tally_parts.c.organisation_id == scope, tally_parts.c.id.in_(part_ids)
    )
    return {*conn.execute(query).scalars()}


def _set_current(conn: Connection, scope: Scope, part_ids: Sequence[str], *, current: bool) -> None:
    for start in range(0, len(part_ids), _CHUNK):
        conn.execute(
            tally_parts.update()
            .where(
                tally_parts.c.organisation_id == scope,
                tally_parts.c.id.in_(part_ids[start : start + _CHUNK]),
            )
            .values(current=current)
        )


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(dict[str, Matched]).decode


def _read(row: Any) -> Part:
    return Part(row.id, _decode(zlib.decompress(row.tasks)))
