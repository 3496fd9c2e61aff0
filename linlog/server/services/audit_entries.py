"""Audit entries: what is noted of who did what, and whether the log is still as it was written."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from linlog.errors import Invalid
from linlog.server.context import Call
from linlog.server.store import audit_entries, organisations, tokens, users
from linlog.server.store.values import moment
from linlog.wire import codec
from linlog.wire.audit_entries import AuditEntry, Fault, first_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from linlog.server.context import Actor, Context
    from linlog.server.store.paging import Window
    from linlog.wire.organisations import Organisation
    from linlog.wire.paging import Page

DONE: Final = "done"
REFUSED: Final = "refused"
RESULTS: Final = (DONE, REFUSED)
COMMAND_LINE: Final = "command line"
COLUMNS: Final = (
    *("number", "created_date", "actor_id", "actor", "token_hint", "source", "action"),
    *("object_id", "result", "request_id", "details", "previous", "hash"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Act:
    """What is noted: an action, on what, with which result."""

    action: str
    object_id: str | None = None
    result: str = DONE
    details: dict[str, Any] | None = None


def note(ctx: Context, action: str, object_id: str | None = None, /, **details: Any) -> None:
    """Note an act of whoever asks, in the transaction that does it."""
    act = Act(action, object_id, details=details)
    note_of(ctx.conn, ctx.actor, act, ctx.call, now=ctx.now)


def note_of(conn: Connection, actor: Actor, act: Act, call: Call, *, now: int) -> None:
    """Note an act of an actor."""
    scope = actor.organisation_id
    _append(conn, scope, act, call, now=now, actor=actor, name=_name_of(conn, actor))


def note_by_nobody(conn: Connection, scope: str, act: Act, call: Call, *, now: int) -> None:
    """Note what was tried by somebody who has not come in."""
    _append(conn, scope, act, call, now=now)


def note_on_command_line(conn: Connection, scope: str, act: Act, *, now: int) -> None:
    """Note what an operator did on the data folder itself."""
    _append(conn, scope, act, Call(), now=now, name=COMMAND_LINE)


def list_page(ctx: Context, wanted: dict[str, str | None], window: Window) -> Page[AuditEntry]:
    """The organisation's entries that have the `wanted` values, newest first. Raises Invalid."""
    result = wanted.get("result")
    if result is not None and result not in RESULTS:
        message = f"result must be one of {', '.join(RESULTS)}, but is {result[:40]!r}"
        raise Invalid(message, field="result")
    return audit_entries.list_page(ctx.conn, ctx.scope, wanted, window)


def some_after(conn: Connection, scope: str, number: int) -> list[AuditEntry]:
    """The next entries after a number, oldest first; empty at the end of the log."""
    return audit_entries.some_after(conn, scope, number)


def verify(conn: Connection, scope: str) -> tuple[Fault | None, tuple[int, str]]:
    """The first fault of an organisation's log, if it has one, and the last good place."""
    fault, place = first_fault(audit_entries.walk(conn, scope))
    head = audit_entries.head(conn, scope)
    if fault is None and place != head:
        fault = Fault(place[0] + 1, f"it is missing: the log once had {head[0]:,} entries")
    return fault, place


def every_organisation(conn: Connection) -> list[Organisation]:
    """Whose logs an operator verifies."""
    return organisations.every(conn)


def as_ndjson(entries: Iterable[AuditEntry]) -> Iterator[bytes]:
    """Entries as lines of JSON, which `linlog audit verify FILE` takes."""
    for entry in entries:
        yield codec.encode(entry) + b"\n"


def as_csv(entries: Iterable[AuditEntry], *, head: bool) -> bytes:
    """Entries as CSV, after a line of headings where `head` is set.

    A cell that a spreadsheet would take for a formula has an apostrophe before it.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    if head:
        writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([_cell(entry[name]) for name in COLUMNS])
    return text.getvalue().encode("utf-8", "surrogatepass")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return codec.encode(value).decode() if value else ""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _name_of(conn: Connection, actor: Actor) -> str:
    if actor.user_id is not None:
        user = users.get(conn, actor.organisation_id, actor.user_id)
        return "" if user is None else user.email
    if actor.token_id is not None:
        return tokens.name(conn, actor.organisation_id, actor.token_id) or ""
    return ""


def _append(
    conn: Connection,
    scope: str,
    act: Act,
    call: Call,
    *,
    now: int,
    actor: Actor | None = None,
    name: str = "",
) -> None:
    details = act.details or {}
    entry = AuditEntry(
        id="",
        number=0,
        created_date=moment(now),
        actor_id=None if actor is None else actor.user_id or actor.token_id,
        actor=name,
        token_hint=None if actor is None else actor.token_hint,
        source=call.source,
        action=act.action,
        object_id=act.object_id,
        result=act.result,
        request_id=call.request_id,
        details={key: _short(value) for key, value in details.items()},
        previous="",
        hash="",
    )
    audit_entries.append(conn, scope, entry)


def _short(value: Any) -> Any:
    return value[:_LONGEST] if isinstance(value, str) else value
