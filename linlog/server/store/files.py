"""Files, in the database; their bytes are blobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog.server.store.tables import files
from linlog.server.store.values import Scope, moment
from linlog.wire.files import File

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


def insert(conn: Connection, scope: Scope, file: File, *, created: int) -> None:
    """Add a file."""
    conn.execute(
        files.insert().values(
            id=file.id,
            organisation_id=scope,
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            media_type=file.media_type,
            filename=file.filename,
            width=file.width,
            height=file.height,
            created=created,
        )
    )


def get(conn: Connection, scope: Scope, file_id: str) -> File | None:
    """One file, without its address."""
    row = conn.execute(
        sa.select(files).where(files.c.organisation_id == scope, files.c.id == file_id)
    ).first()
    return None if row is None else _read(row)


def get_signed(conn: Connection, file_id: str) -> File | None:
    """One file of whichever organisation, for the bearer of a signed address."""
    row = conn.execute(sa.select(files).where(files.c.id == file_id)).first()
    return None if row is None else _read(row)


def total_bytes(conn: Connection, scope: Scope, *, at_least: int) -> int:
    """What the files take, each of them `at_least` so much."""
    counted = sa.case((files.c.size_bytes < at_least, at_least), else_=files.c.size_bytes)
    query = sa.select(sa.func.coalesce(sa.func.sum(counted), 0))
    return int(conn.execute(query.where(files.c.organisation_id == scope)).scalar_one())


def known(conn: Connection, scope: Scope, file_ids: Sequence[str]) -> dict[str, File]:
    """Those of some files that exist, by id."""
    query = sa.select(files).where(files.c.organisation_id == scope, files.c.id.in_(file_ids))
    return {row.id: _read(row) for row in conn.execute(query)}


def _read(row: Any) -> File:
    return File(
        id=row.id,
        created_date=moment(row.created),
        filename=row.filename,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        media_type=row.media_type,
        width=row.width,
        height=row.height,
        content_url="",
    )
