"""Packs of logged numbers and what they amount to, in the database.

Entries are packed by `PACK`, from the first on, when so many have come; until then they are read
from the log itself. Whatever changes an entry takes back the packs from there on.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from linlog.server.store import log_columns
from linlog.server.store.log_columns import AXES, Column, Columns, Summary
from linlog.server.store.tables import log_entries, log_packs, log_summaries, model_versions
from linlog.server.store.values import Scope, from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from sqlalchemy import Connection

    _Row = tuple[str, int, bytes, bytes]

PACK: Final = 4096
"""Entries in a pack."""
_PACKS_AT_ONCE: Final = 4
"""One request packs no more, however many entries wait."""
_PACKS_READ_AT_ONCE: Final = 16
_NUMBERS_AT_ONCE: Final = 2**20
"""However long a log is, no more of its entries is held than has about so many numbers."""
_ENTRIES_STREAMED: Final[Mapping[str, Any]] = {"yield_per": 1000}
_PACKS_STREAMED: Final[Mapping[str, Any]] = {"yield_per": _PACKS_READ_AT_ONCE}


@dataclass(frozen=True, slots=True)
class Part:
    """What is read of a log."""

    keys: Sequence[str] | None
    """None for every key."""
    axes: Sequence[str]
    """Of those that every entry has."""
    axis: str | None = None
    """A key that is read as an axis."""


@dataclass(frozen=True, slots=True)
class LogNumbers:
    """Numbers of some entries in a row."""

    axes: dict[str, np.ndarray]
    """Over all of the entries."""
    axis: Column | None
    """The key that is an axis, where any of them has it."""
    columns: Iterable[tuple[str, Column]]
    """The keys that they have."""


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


def keys(conn: Connection, scope: Scope, version_id: str) -> list[str]:
    """The keys that have numbers, in the order that they first appeared."""
    row = conn.execute(_summary(scope, version_id)).first()
    if row is None:
        return []
    if row.keys:
        return [*from_json(row.keys)]
    return [*_known(conn, scope, version_id, row, before=row.entries + 1)]


def packed(
    conn: Connection, scope: Scope, version_id: str, part: Part, *, bare: bool
) -> Iterator[LogNumbers]:
    """What packs hold, in the order of the log, some packs at a time.

    Bare keys say which entries have them, and have no numbers.
    """
    row = conn.execute(_summary(scope, version_id)).first()
    done, size = 0 if row is None else row.packed, _PACKS_READ_AT_ONCE * PACK
    for after in range(0, done, size):
        within = (
            _within(log_packs, scope, version_id),
            log_packs.c.first > after,
            log_packs.c.first <= min(after + size, done),
        )
        axes, axis = _axes(conn, within, part, after)
        chosen = log_packs.c.key.not_in(AXES)
        if part.keys is not None:
            chosen = log_packs.c.key.in_([*map(to_json, part.keys)])
        rows = conn.execute(_rows(*within, chosen, bare=bare), execution_options=_PACKS_STREAMED)
        columns = ((from_json(key), _column(each, after)) for key, each in _by_key(rows))
        yield LogNumbers(axes, axis, columns)


def _axes(
    conn: Connection, within: Sequence[sa.ColumnElement[bool]], part: Part, after: int
) -> tuple[dict[str, np.ndarray], Column | None]:
    import numpy as np

    key = None if part.axis is None else to_json(part.axis)
    names = part.axes if key is None else [*part.axes, key]
    rows = conn.execute(_rows(*within, log_packs.c.key.in_(names)))
    held = {name: [*each] for name, each in _by_key(rows)}
    axis = None if key is None or key not in held else _column(held[key], after)
    axes = {name: [np.frombuffer(each, "<i8") for *_, each in held[name]] for name in part.axes}
    return {name: np.concatenate(each) for name, each in axes.items()}, axis


def rest(conn: Connection, scope: Scope, version_id: str, part: Part) -> Iterator[LogNumbers]:
    """What is not packed yet, in the order of the log, some entries at a time."""
    row = conn.execute(_summary(scope, version_id)).first()
    after = 0 if row is None else row.packed
    keys = None if part.keys is None else {*part.keys, part.axis}
    for entries in _pieces(conn, scope, version_id, after=after, keys=keys):
        columns = entries.columns()
        axes = {name: entries.axis(name) for name in part.axes}
        axis = None if part.axis is None else columns.get(part.axis)
        chosen = columns if part.keys is None else columns.keys() & {*part.keys}
        yield LogNumbers(axes, axis, [(key, columns[key]) for key in chosen])


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
    # Of keys that came with the first entry, nothing but the entry knows the order.
    first = _columns(conn, scope, version_id, after=0, before=min(2, before)).numbers
    known = {key: Summary() for key in first}
    of_keys = _rows(_within(log_packs, scope, version_id), log_packs.c.key.not_in(AXES))
    for key, start, places, numbers in conn.execute(of_keys, execution_options=_PACKS_STREAMED):
        summary = known.setdefault(from_json(key), Summary())
        summary.add_pack(start - 1, places, numbers)
    for entries in _pieces(conn, scope, version_id, after=row.packed, before=before):
        log_columns.summed(known, entries)
    return known


def _pack(conn: Connection, scope: Scope, version_id: str, done: int) -> None:
    columns = _columns(conn, scope, version_id, after=done, before=done + PACK + 1)
    whole = {"model_version_id": version_id, "organisation_id": scope, "first": done + 1}
    conn.execute(log_packs.insert(), [{**whole, **each} for each in log_columns.packed(columns)])
    _change(conn, scope, version_id, packed=done + PACK)


def _columns(
    conn: Connection, scope: Scope, version_id: str, *, after: int, before: int
) -> Columns:
    found = Columns()
    for entry in _entries(conn, scope, version_id, after=after, before=before):
        found.add(*entry)
    return found


def _pieces(
    conn: Connection,
    scope: Scope,
    version_id: str,
    *,
    after: int,
    before: int | None = None,
    keys: Collection[str | None] | None = None,
) -> Iterator[Columns]:
    """The entries in order, in pieces, of some keys alone where they are named."""
    found, held = Columns(), 0
    for entry in _entries(conn, scope, version_id, after=after, before=before):
        held += len(AXES) + found.add(*entry, keys=keys)
        if held >= _NUMBERS_AT_ONCE:
            yield found
            found, held = Columns(), 0
    if held:
        yield found


def _entries(
    conn: Connection, scope: Scope, version_id: str, *, after: int, before: int | None
) -> Iterator[tuple[int, int, int, int, Any]]:
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
    # Whoever needs no more of them goes: the cursor must not stay.
    with conn.execute(query, execution_options=_ENTRIES_STREAMED) as rows:
        for sequence, step, logged, segment, data in rows:
            yield sequence, step, logged, segment, from_json(data)


def _rows(
    *conditions: sa.ColumnElement[bool], bare: bool = False
) -> sa.Select[str, int, bytes, bytes]:
    """Rows of packs by key, those of each key in the order of the log."""
    packs = log_packs.c
    numbers = sa.literal(b"", sa.LargeBinary) if bare else packs.numbers
    query = sa.select(packs.key, packs.first, packs.places, numbers).where(*conditions)
    return query.order_by(packs.key, packs.first)


def _by_key(rows: Iterable[_Row]) -> Iterator[tuple[str, Iterator[_Row]]]:
    return groupby(rows, key=itemgetter(0))


def _column(rows: Iterable[_Row], after: int) -> Column:
    parts = ((first - 1 - after, places, numbers) for _, first, places, numbers in rows)
    return log_columns.joined(parts, PACK)


def _summary(scope: Scope, version_id: str) -> sa.Select[Any]:
    return sa.select(log_summaries).where(_within(log_summaries, scope, version_id))


def _change(conn: Connection, scope: Scope, version_id: str, **values: Any) -> None:
    conn.execute(
        log_summaries.update().where(_within(log_summaries, scope, version_id)).values(**values)
    )


def _within(table: sa.Table, scope: Scope, version_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.organisation_id == scope, table.c.model_version_id == version_id)
