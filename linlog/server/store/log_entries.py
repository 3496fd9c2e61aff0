"""Log entries of model versions, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store import log_packs, many, paging
from linlog.server.store.log_columns import Columns
from linlog.server.store.tables import log_entries
from linlog.server.store.values import Scope, from_json, micros, moment, to_json
from linlog.wire.log_entries import LogEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from linlog.wire.log_entries import LogEntryCreate
    from linlog.wire.paging import Page

_CHUNK = 500
_COLUMNS = (
    "model_version_id",
    "organisation_id",
    "client_id",
    "sequence",
    "number",
    "step",
    "logged",
    "data",
    "segment",
)


def append(
    conn: Connection,
    scope: Scope,
    version_id: str,
    client_id: str,
    entries: Sequence[LogEntryCreate],
    *,
    now: int,
) -> tuple[int, int | None]:
    """Append the entries that are not there yet; how many were new, and the highest number held."""
    within = _within_client(scope, version_id, client_id)
    # Not MAX: only the order of the index gives the last one without reading all.
    last = sa.select(log_entries.c.number).where(within).order_by(log_entries.c.number.desc())
    before: int | None = conn.execute(last.limit(1)).scalar()
    # Nearly always all come after what is there, and need not be looked for.
    known = [] if before is None else [each.number for each in entries if each.number <= before]
    present = held(conn, scope, version_id, client_id, known)
    new: dict[int, LogEntryCreate] = {}
    for entry in entries:
        if entry.number not in present:
            new.setdefault(entry.number, entry)
    ordered = sorted(new.values(), key=lambda entry: entry.number)
    first = next_sequence(conn, scope, version_id)
    times = [now if each.logged_date is None else micros(each.logged_date) for each in ordered]
    owner = (version_id, scope, client_id)
    rows = [
        (*owner, at, each.number, each.step, time, to_json(each.data), each.segment)
        for at, (each, time) in enumerate(zip(ordered, times, strict=True), start=first)
    ]
    if rows:
        many.insert(conn, log_entries, _COLUMNS, rows)
        log_packs.added(conn, scope, version_id, _columns(ordered, times, first))
    if ordered and before is not None and ordered[0].number < before:
        place = _restore_order(conn, within, ordered[0].number)
        log_packs.changed(conn, scope, version_id, place)
    numbers = [each.number for each in entries]
    return len(rows), max(numbers if before is None else [*numbers, before], default=None)


def _columns(entries: Sequence[LogEntryCreate], times: Sequence[int], first: int) -> Columns:
    found = Columns()
    for sequence, (entry, time) in enumerate(zip(entries, times, strict=True), start=first):
        found.add(sequence, entry.step, time, entry.segment, entry.data)
    return found


def _restore_order(conn: Connection, within: sa.ColumnElement[bool], number: int) -> int:
    """Put a client's entries from a number on back into order: some were overtaken on the way.

    Gives the first place that changed.

    The places in the log that these entries have stay theirs.
    """
    moved = sa.and_(within, log_entries.c.number >= number)
    found = conn.execute(sa.select(log_entries).where(moved).order_by(log_entries.c.number)).all()
    places = sorted(row.sequence for row in found)
    conn.execute(log_entries.delete().where(moved))
    rows = [
        {**row._mapping, "sequence": place}  # noqa: SLF001 - SQLAlchemy's documented name
        for row, place in zip(found, places, strict=True)
    ]
    conn.execute(log_entries.insert(), rows)
    return int(places[0])


def find(
    conn: Connection, scope: Scope, version_id: str, client_id: str, number: int
) -> dict[str, Any] | None:
    """What a client's entry of a number holds."""
    query = sa.select(log_entries.c.data).where(
        _within_client(scope, version_id, client_id), log_entries.c.number == number
    )
    text = conn.execute(query).scalar()
    return None if text is None else dict(from_json(text))


def update(
    conn: Connection,
    scope: Scope,
    version_id: str,
    client_id: str,
    number: int,
    *,
    data: dict[str, Any],
) -> None:
    """Change what a client's entry of a number holds."""
    this = sa.and_(_within_client(scope, version_id, client_id), log_entries.c.number == number)
    row = conn.execute(sa.select(log_entries).where(this)).one()
    conn.execute(log_entries.update().where(this).values(data=to_json(data)))
    held = from_json(row.data)
    added = Columns()
    new = {key: value for key, value in data.items() if key not in held}
    added.add(row.sequence, row.step, row.logged, row.segment, new)
    overwritten = any(data.get(key) != value for key, value in held.items())
    log_packs.extended(conn, scope, version_id, added, overwritten=overwritten)


def next_sequence(conn: Connection, scope: Scope, version_id: str) -> int:
    """The place after the last entry of a version's log."""
    of_log = (
        log_entries.c.organisation_id == scope,
        log_entries.c.model_version_id == version_id,
    )
    last = sa.select(log_entries.c.sequence).where(*of_log).order_by(log_entries.c.sequence.desc())
    return int(conn.execute(last.limit(1)).scalar() or 0) + 1


def list_page(
    conn: Connection, scope: Scope, version_id: str, window: paging.Window, *, known: int
) -> Page[LogEntry]:
    """A version's log, in order; how many entries it has is `known`."""
    query = _within(scope, version_id)
    order = paging.Order(log_entries.c.sequence, log_entries.c.client_id)
    return paging.page(conn, query, order, window, _read, known=known)


def held(
    conn: Connection, scope: Scope, version_id: str, client_id: str, numbers: Sequence[int]
) -> set[int]:
    """Which of a client's numbers a version's log holds."""
    found: set[int] = set()
    for start in range(0, len(numbers), _CHUNK):
        query = sa.select(log_entries.c.number).where(
            log_entries.c.organisation_id == scope,
            log_entries.c.model_version_id == version_id,
            log_entries.c.client_id == client_id,
            log_entries.c.number.in_(numbers[start : start + _CHUNK]),
        )
        found.update(conn.execute(query).scalars())
    return found


def _within_client(scope: Scope, version_id: str, client_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        log_entries.c.organisation_id == scope,
        log_entries.c.model_version_id == version_id,
        log_entries.c.client_id == client_id,
    )


def _within(scope: Scope, version_id: str) -> sa.Select[Any]:
    return sa.select(log_entries).where(
        log_entries.c.organisation_id == scope, log_entries.c.model_version_id == version_id
    )


def _read(row: Any) -> LogEntry:
    return LogEntry(
        sequence=row.sequence,
        step=row.step,
        logged_date=moment(row.logged),
        data=from_json(row.data),
        segment=row.segment,
    )
