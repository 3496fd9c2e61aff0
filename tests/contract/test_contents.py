"""Frozen content in the database: what is kept comes back, however it is kept."""

from __future__ import annotations

import zlib

from linlog.server.store import contents, organisations
from linlog.server.store.tables import contents as table
from tests.conftest import Server

SHORT, LONG = b'{"a":1}', b'["%b"]' % (b"long" * 500)


def test_short_and_long_contents_come_back(server: Server) -> None:
    found = {"short": SHORT, "long": LONG}
    with server.machine.database.write("tests") as conn:
        scope = organisations.first(conn).id
        contents.insert_new(conn, scope, contents.deflated(found))
        # What is kept already is passed over, whatever stands beside it.
        contents.insert_new(conn, scope, {**contents.deflated({"short": LONG}), "more": SHORT})
        assert contents.get_many(conn, scope, [*found, "more"]) == {**found, "more": SHORT}
        assert contents.size_bytes(conn, scope) < len(LONG)


def test_short_contents_that_were_deflated_come_back(server: Server) -> None:
    """As they were kept before."""
    with server.machine.database.write("tests") as conn:
        scope = organisations.first(conn).id
        row = {"organisation_id": scope, "hash": "before", "data": zlib.compress(SHORT, 6)}
        conn.execute(table.insert(), [row])
        assert contents.get_many(conn, scope, ["before"]) == {"before": SHORT}
