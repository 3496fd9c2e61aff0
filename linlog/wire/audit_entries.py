"""Audit entries: who did what that matters to security, or was refused it, chained by hashes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from linlog.wire.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

START: Final = "0" * 64
"""What the first entry of an organisation says of the one before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry(Record):
    """One act or refusal; it holds the hash of the entry before it, and cannot be changed."""

    id: str
    """Begins with ae_."""
    number: int
    """Its place in the organisation's log: 1, 2, 3 and so on, without a gap."""
    created_date: datetime
    """When it happened, in UTC."""
    actor_id: str | None
    """The person or token; null for the command line, and for whoever did not come in."""
    actor: str
    """The address of the person or the name of the token, as it was then."""
    token_hint: str | None
    """The first and last characters of the token that was used."""
    source: str
    """The address that the request came from; empty for the command line."""
    action: str
    """What was done or tried, such as tokens.create."""
    object_id: str | None
    """What it was done to, where that has an id."""
    result: str
    """done or refused."""
    request_id: str
    """The id of the request, which the answer and the server's log have too."""
    details: dict[str, Any]
    """What else is worth knowing, such as the reason or the role; never a secret."""
    previous: str
    """The hash of the entry before it; 64 zeros in the first."""
    hash: str
    """SHA-256 of everything above, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where a log is not as it was written."""

    number: int
    """The entry that is wrong or missing."""
    reason: str
    """What is wrong with it."""

    def __str__(self) -> str:
        return f"entry {self.number}: {self.reason}"


def hash_of(entry: AuditEntry) -> str:
    """The hash that an entry must have: SHA-256 of its other fields as JSON.

    Keys are sorted, nothing stands between the parts, text is ASCII with escapes, and times are
    UTC with six digits of a second and a Z.
    """
    plain = {name: value for name, value in entry.items() if name != "hash"}
    when = entry.created_date.astimezone(UTC)
    plain["created_date"] = when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def first_fault(
    entries: Iterable[AuditEntry], *, after: tuple[int, str] | None = (0, START)
) -> tuple[Fault | None, tuple[int, str]]:
    """The first entry that does not follow from the one before it, and the last good place.

    `after` is the number and hash of the entry before the first, or None where that is not known.
    """
    place = after
    for entry in entries:
        fault = _fault_of(entry, place)
        if fault is not None:
            return fault, place or (0, START)
        place = entry.number, entry.hash
    return None, place or (0, START)


def _fault_of(entry: AuditEntry, place: tuple[int, str] | None) -> Fault | None:
    if place is not None and entry.number > place[0] + 1:
        return Fault(place[0] + 1, "it is missing")
    if place is not None and entry.number <= place[0]:
        return Fault(entry.number, f"it comes after entry {place[0]}: the order was changed")
    if entry.hash != hash_of(entry):
        return Fault(entry.number, "it was changed: its hash is not that of what it says")
    if place is not None and entry.previous != place[1]:
        return Fault(entry.number, f"it does not follow from entry {place[0]}, which was replaced")
    return None
