"""Packs of logged numbers and what they amount to, in the database.

Entries are packed by `PACK`, from the first on, when so many have come; until then they are read
from the log itself. Whatever changes an entry takes back the packs from there on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from linlog.server.store import log_columns
from linlog.server.store.log_columns import AXES, Column, Columns, Summary
from linlog.server.store.tables import log_entries, log_packs, log_summaries, model_versions
from linlog.server.store.values import Scope, from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from sqlalchemy import Connection

PACK: Final = 4096
"""Entries in a pack."""
_PACKS_AT_ONCE: Final = 4
"""One request packs no more, however many entries wait."""


@dataclass(frozen=True, slots=True)
class LogNumbers:
    """The numbers of a log: axes over all entries, and the keys that were asked for."""

    axes: dict[str, np.ndarray]
    columns: dict[str, Column]


def added(conn: Connection, scope: Scope, version_id: str, new: Columns) -> None:
    """Take note of entries that were appended, and pack them when there are enough."""
    row = conn.execute(_summary(scope, version_id)).first()
    steps = new.axes["step"]
    if row is None:
        keys = log_columns.summed({}, new)
        values = {"entries": len(steps), "last_step": max(steps), "packed": 0}
        conn.execute(
            log_summaries.insert().values(
                model_version_id=version_id,
                organisation_id=scope,
                keys=log_columns.write_summaries(keys),
                **values,
            )
        )
        entries, done = len(steps), 0
    else:
        known = _known(conn, scope, version_id, row, before=new.axes["sequence"][0])
        entries, done = row.entries + len(steps), row.packed
        last = max(steps) if row.last_step is None else max(row.last_step, *steps)
        text = log_columns.write_summaries(log_columns.summed(known, new))
        _change(conn, scope, version_id, entries=entries, last_step=last, keys=text)
    for _ in range(min(_PACKS_AT_ONCE, (entries - done) // PACK)):
        _pack(conn, scope, version_id, done)
        done += PACK


def extended(
    conn: Connection, scope: Scope, version_id: str, entry: Columns, *, overwritten: bool
) -> None:
    """Take note of what was added to an entry that was there already."""
    row = conn.execute(_summary(scope, version_id)).one()
    [sequence] = entry.axes["sequence"]
    if overwritten or not row.keys or sequence <= row.packed:
        changed(conn, scope, version_id, sequence)
        return
    known = log_columns.summed(log_columns.read_summaries(row.keys), entry)
    _change(conn, scope, version_id, keys=log_columns.write_summaries(known))


def changed(conn: Connection, scope: Scope, version_id: str, sequence: int) -> None:
    """Take back what was worked out of an entry and those after it."""
    kept = (sequence - 1) // PACK * PACK
    within = _within(log_packs, scope, version_id)
    conn.execute(log_packs.delete().where(within, log_packs.c.first > kept))
    packed = sa.case((log_summaries.c.packed > kept, kept), else_=log_summaries.c.packed)
    _change(conn, scope, version_id, packed=packed, keys="")


def read(
    conn: Connection, scope: Scope, version_id: str, keys: Sequence[str] | None = None
) -> LogNumbers:
    """The numbers of the keys, or of every key, in the order that they first appeared."""
    import numpy as np

    row = conn.execute(_summary(scope, version_id)).first()
    done = 0 if row is None else row.packed
    tail = _columns(conn, scope, version_id, after=done)
    wanted = None if keys is None else [*AXES, *map(to_json, keys)]
    parts = _parts(conn, scope, version_id, wanted)
    axes = {"sequence": np.arange(1, done + len(tail.axes["sequence"]) + 1)}
    for name in AXES[1:]:
        held = [np.frombuffer(numbers, "<i8") for _, _, numbers in parts.pop(name, [])]
        axes[name] = np.concatenate([*held, np.array(tail.axes[name], np.int64)])
    order = [*(from_json(key) for key in parts), *tail.numbers]
    if row is not None and row.keys:
        known = from_json(row.keys)
        order = [*(key for key in known if key in {*order}), *order]
    names = dict.fromkeys(order if keys is None else (key for key in keys if key in {*order}))
    columns = {}
    for key in names:
        places = np.array(tail.places.get(key, []), np.int64) + done
        rest = Column(places, np.array(tail.numbers.get(key, []), np.float64))
        columns[key] = log_columns.joined(parts.get(to_json(key), []), PACK, rest)
    return LogNumbers(axes, columns)


def summaries(
    conn: Connection, scope: Scope, model_id: str | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The id of every version that logged, newest first, and its summaries as they are kept."""
    query = (
        sa.select(log_summaries)
        .join(model_versions, model_versions.c.id == log_summaries.c.model_version_id)
        .where(log_summaries.c.organisation_id == scope)
        .order_by(model_versions.c.created.desc(), model_versions.c.id.desc())
    )
    if model_id is not None:
        query = query.where(model_versions.c.model_id == model_id)
    for row in conn.execute(query).all():
        text = row.keys or log_columns.write_summaries(
            _known(conn, scope, row.model_version_id, row, before=row.entries + 1)
        )
        yield row.model_version_id, from_json(text)


def _known(
    conn: Connection, scope: Scope, version_id: str, row: Any, *, before: int
) -> dict[str, Summary]:
    """What the entries before one amount to, as it is kept, or worked out of packs and the rest."""
    if row.keys:
        return log_columns.read_summaries(row.keys)
    rest = _columns(conn, scope, version_id, after=row.packed, before=before)
    if not row.packed:
        return log_columns.summed({}, rest)
    import numpy as np

    parts = _parts(conn, scope, version_id, None)
    held = {from_json(key): part for key, part in parts.items() if key not in AXES}
    # Of keys that came with the first entry, nothing but the entry knows the order.
    first = _columns(conn, scope, version_id, after=0, before=2).numbers
    order = sorted(
        held, key=lambda key: (key not in first, [*first].index(key) if key in first else 0)
    )
    nothing = Column(np.array([], np.int64), np.array([], np.float64))
    known = {key: Summary.of(log_columns.joined(held[key], PACK, nothing)) for key in order}
    return log_columns.summed(known, rest)


def _pack(conn: Connection, scope: Scope, version_id: str, done: int) -> None:
    columns = _columns(conn, scope, version_id, after=done, before=done + PACK + 1)
    whole = {"model_version_id": version_id, "organisation_id": scope, "first": done + 1}
    conn.execute(log_packs.insert(), [{**whole, **each} for each in log_columns.packed(columns)])
    _change(conn, scope, version_id, packed=done + PACK)


def _columns(
    conn: Connection, scope: Scope, version_id: str, *, after: int, before: int | None = None
) -> Columns:
    query = (
        sa.select(
            log_entries.c.sequence,
            log_entries.c.step,
            log_entries.c.logged,
            log_entries.c.segment,
            log_entries.c.data,
        )
        .where(_within(log_entries, scope, version_id), log_entries.c.sequence > after)
        .order_by(log_entries.c.sequence)
    )
    if before is not None:
        query = query.where(log_entries.c.sequence < before)
    found = Columns()
    rows = conn.execute(query, execution_options={"yield_per": 1000})
    for sequence, step, logged, segment, data in rows:
        found.add(sequence, step, logged, segment, from_json(data))
    return found


def _parts(
    conn: Connection, scope: Scope, version_id: str, keys: Sequence[str] | None
) -> dict[str, list[tuple[int, bytes, bytes]]]:
    """The rows of packs by key, each with the place of its first entry."""
    query = sa.select(
        log_packs.c.key, log_packs.c.first, log_packs.c.places, log_packs.c.numbers
    ).where(_within(log_packs, scope, version_id))
    if keys is not None:
        query = query.where(log_packs.c.key.in_(keys))
    found: dict[str, list[tuple[int, bytes, bytes]]] = {}
    for key, first, places, numbers in conn.execute(
        query.order_by(log_packs.c.key, log_packs.c.first)
    ):
        found.setdefault(key, []).append((first - 1, places, numbers))
    return found


def _summary(scope: Scope, version_id: str) -> sa.Select[Any]:
    return sa.select(log_summaries).where(_within(log_summaries, scope, version_id))


def _change(conn: Connection, scope: Scope, version_id: str, **values: Any) -> None:
    conn.execute(
        log_summaries.update().where(_within(log_summaries, scope, version_id)).values(**values)
    )


def _within(table: sa.Table, scope: Scope, version_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.organisation_id == scope, table.c.model_version_id == version_id)
