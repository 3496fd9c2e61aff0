"""Answers to requests that carried an idempotency key, to be given again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from linlog.server.store.tables import idempotency_keys
from linlog.server.store.values import Scope

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered, and to what: `fingerprint` is a hash of the request."""

    fingerprint: str
    status: int
    body: bytes


def find(conn: Connection, scope: Scope, key: str) -> StoredAnswer | None:
    """The answer that was given to a key."""
    row = conn.execute(
        sa.select(idempotency_keys).where(
            idempotency_keys.c.organisation_id == scope, idempotency_keys.c.key == key
        )
    ).first()
    return None if row is None else StoredAnswer(row.fingerprint, row.status, row.body)


def insert(conn: Connection, scope: Scope, key: str, answer: StoredAnswer, *, created: int) -> None:
    """Keep an answer."""
    conn.execute(
        idempotency_keys.insert().values(
            organisation_id=scope,
            key=key,
            fingerprint=answer.fingerprint,
            status=answer.status,
            body=answer.body,
            created=created,
        )
    )


def delete_before(conn: Connection, created: int) -> int:
    """Forget answers older than a moment."""
    return conn.execute(
        idempotency_keys.delete().where(idempotency_keys.c.created < created)
    ).rowcount
