"""Pages of a query: every row once, in an order that never changes, by offset and by cursor."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from random import Random

import pytest
import sqlalchemy as sa

from linlog.errors import Invalid
from linlog.server.store import paging
from linlog.server.store.paging import Order, Window

rows = sa.Table(
    "rows", sa.MetaData(), sa.Column("id", sa.Text), sa.Column("created", sa.BigInteger)
)
QUERY = sa.select(rows)


@pytest.fixture(scope="module")
def conn() -> Iterator[sa.Connection]:
    """Rows of which many were created at the same time."""
    random = Random(3)
    engine = sa.create_engine("sqlite://")
    with engine.connect() as found:
        rows.create(found)
        some = [{"id": f"r_{at}", "created": random.randrange(-3, 4)} for at in range(60)]
        random.shuffle(some)
        found.execute(rows.insert(), some)
        yield found
    engine.dispose()


def expected(*, newest_first: bool) -> sa.Select:
    """The rows in order, by the database's own sorting."""
    columns = (rows.c.created, rows.c.id)
    return QUERY.order_by(*(one.desc() if newest_first else one for one in columns))


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("limit", [1, 7, 59, 60, 61, 1000])
def test_cursors_and_offsets_walk_through_every_row_once(
    conn: sa.Connection, limit: int, *, newest_first: bool
) -> None:
    order = Order(rows.c.created, rows.c.id, newest_first=newest_first)
    wanted = [row.id for row in conn.execute(expected(newest_first=newest_first))]
    by_cursor: list[str] = []
    by_offset: list[str] = []
    cursor = None
    while True:
        found, count, following = paging.fetch(conn, QUERY, order, Window(limit, 0, cursor))
        by_cursor += [row.id for row in found]
        part, _, _ = paging.fetch(conn, QUERY, order, Window(limit, len(by_offset)))
        by_offset += [row.id for row in part]
        assert count == 60
        if following is None:
            break
        cursor = following
    assert by_cursor == by_offset == wanted


def test_a_page_past_the_end_is_empty_and_counts(conn: sa.Connection) -> None:
    order = Order(rows.c.created, rows.c.id)
    found = paging.page(conn, QUERY, order, Window(10, 480), lambda row: row.id)
    assert (found.results, found.count, found.next) == ((), 60, None)


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "x", "%%%", "e30", "_", "a" * 10_000, "ä"),
        *(
            urlsafe_b64encode(text).decode()
            for text in (b"/r_1", b"x/r_1", b"1.5/r_1", b"1e3/r_1", b"9" * 19 + b"/r", b"\xff/r")
        ),
        urlsafe_b64encode(b"9" * 5000 + b"/r_1").decode(),
        urlsafe_b64encode(b"-9223372036854775809/r_1").decode(),
    ],
)
def test_a_cursor_that_was_never_given_is_refused(conn: sa.Connection, cursor: str) -> None:
    with pytest.raises(Invalid, match="not one that this server gave") as refused:
        paging.fetch(conn, QUERY, Order(rows.c.created, rows.c.id), Window(10, 0, cursor))
    assert refused.value.field == "cursor"
