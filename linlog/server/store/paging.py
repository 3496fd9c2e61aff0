"""Pages of a query, by offset or by cursor, in the order created, id."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from linlog.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

from linlog.wire.paging import DEFAULT_LIMIT, Page


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is wanted: `limit` entries from `offset`, or those after `cursor`."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    cursor: str | None = None


EVERYTHING: Final = Window(limit=2**31)
_OFFSET: Final = "@"
"""Instead of an id in cursors of lists in another order than that of time."""


@dataclass(frozen=True, slots=True)
class Order:
    """The two columns a list is sorted by; together they name one row."""

    created: Any
    id: Any
    newest_first: bool = False


def fetch(
    conn: sa.Connection,
    query: sa.Select[Any],
    order: Order,
    window: Window,
    *,
    known: int | None = None,
) -> tuple[Sequence[Any], int, str | None]:
    """The rows of a window, how many rows there are in all, and the cursor after the last.

    Rows are counted unless their number is `known`.
    """
    count = number(conn, query) if known is None else known
    wanted = _windowed(query, order, window)
    rows = conn.execute(wanted).all() if count else []
    more = len(rows) > window.limit
    rows = rows[: window.limit]
    if not more:
        return rows, count, None
    last = rows[-1]._mapping  # noqa: SLF001 - SQLAlchemy's documented name
    return rows, count, write_cursor(last[order.created], last[order.id])


def number(conn: sa.Connection, query: sa.Select[Any]) -> int:
    """How many rows a query finds."""
    counted = query.with_only_columns(sa.func.count(), maintain_column_froms=True).order_by(None)
    return conn.execute(counted).scalar_one()


def page(
    conn: sa.Connection,
    query: sa.Select[Any],
    order: Order,
    window: Window,
    read: Callable[[Any], Any],
    *,
    known: int | None = None,
) -> Page[Any]:
    """The window as a page whose `next` is a cursor, for queries that need no second look.

    Rows are counted unless their number is `known`.
    """
    rows, count, cursor = fetch(conn, query, order, window, known=known)
    return Page(results=tuple(read(row) for row in rows), count=count, next=cursor)


def _windowed(query: sa.Select[Any], order: Order, window: Window) -> sa.Select[Any]:
    columns = (order.created, order.id)
    sorted_by = [column.desc() for column in columns] if order.newest_first else [*columns]
    query = query.order_by(*sorted_by).limit(window.limit + 1)
    if window.cursor is None:
        return query.offset(window.offset) if window.offset else query
    place = sa.tuple_(*(sa.literal(value) for value in read_cursor(window.cursor)))
    here = sa.tuple_(*columns)
    return query.where(here < place if order.newest_first else here > place)


def write_cursor(created: int, identity: str) -> str:
    """The cursor of a place in a list."""
    return urlsafe_b64encode(f"{created}/{identity}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[int, str]:
    """The place that a cursor says. Raises Invalid for what is none."""
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        created, _, identity = text.partition("/")
        place = int(created)
    except ValueError:
        raise no_cursor() from None
    if not -(2**63) <= place < 2**63:
        raise no_cursor()
    return place, identity


def write_offset(offset: int) -> str:
    """The cursor of a place in a list of another order than that of time."""
    return write_cursor(offset, _OFFSET)


def read_offset(window: Window) -> int | None:
    """How many entries stand before a window; None where its cursor is of the order of time."""
    if window.cursor is None:
        return window.offset
    offset, identity = read_cursor(window.cursor)
    if identity != _OFFSET:
        return None
    if offset < 0:
        raise no_cursor()
    return offset


def no_cursor() -> Invalid:
    """What is said of a cursor that is none."""
    message = "cursor is not one that this server gave; follow `next` as it was sent"
    return Invalid(message, field="cursor")
