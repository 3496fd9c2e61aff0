"""What processes left in their journals when they ended: taken over, and delivered."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from linlog import errors
from linlog.client import sender
from linlog.client.http import ATTEMPTS, Http, pause_s
from linlog.client.journal import files, folder
from linlog.client.journal.files import Head, Journal
from linlog.client.journal.lanes import BATCH_BYTES
from linlog.client.resources.log_entries import LogStream
from linlog.client.resources.predictions import PredictionStream
from linlog.client.streams import Refusal, Stream
from linlog.wire.record import Record

if TYPE_CHECKING:
    from linlog.client.journal.lanes import Lane
    from linlog.client.sender import Sender

log = logging.getLogger("linlog")
_told: set[Path] = set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Record):
    """What became of one journal."""

    journal: str
    """The file."""
    target: str = ""
    """The model version or model run."""
    delivered: int = 0
    """Records that the server has now."""
    refused: int = 0
    """Records that it did not take; they are set aside beside the journal."""
    damaged: int = 0
    """Records that could not be read."""
    problem: str | None = None
    """Why the rest waits on; null where nothing does."""

    @property
    def complete(self) -> bool:
        """Whether the server has every record."""
        return not (self.refused or self.damaged or self.problem)


def lanes(http: Http, sender: Sender) -> Iterator[Lane]:
    """Take over what this user's dead processes left for the same server."""
    unread: list[Path] = []
    for path in folder.journals():
        try:
            journal = _take_own(path, http.base_url)
        except (OSError, ValueError):
            unread.append(path)
            continue
        if journal is not None:
            yield sender.adopt(stream(http, journal.head), journal)
    _tell_of_unread(unread)


def deliver(http: Http, *, address: str | None = None) -> Iterator[Delivery]:
    """Deliver every journal of the folder that no process has, one after the other.

    Those that were written for another server than `address`, which is the client's own unless
    it is given, stay.
    """
    for path in folder.journals():
        yield _deliver(http, path, address or http.base_url)


def stream(http: Http, head: Head) -> Stream:
    """What delivers a journal. Raises ValueError for one of a newer kind."""
    if head.stream == LogStream.name:
        return LogStream(http, head.target, head.client_id, segment=head.segment, late=True)
    if head.stream in (PredictionStream.name, PredictionStream.old_name):
        return PredictionStream(http, head.target, head.client_id, late=True)
    raise ValueError(f"its records are {head.stream!r:.40}, which this version does not know")


def _tell_of_unread(paths: list[Path]) -> None:
    """Say once in a process that there are files which no client will ever deliver."""
    new = [path for path in paths if path not in _told]
    _told.update(new)
    if new:
        log.warning(
            "%d files in %s cannot be read as journals and stay where they are; "
            "`linlog sync --status` names them and says what to do",
            len(new),
            new[0].parent,
        )


def _take_own(path: Path, address: str) -> Journal | None:
    """A journal for `address` that nobody has; those of other users are left to `linlog sync`."""
    if path.stat().st_uid != os.getuid() or files.head_of(path).address != address:
        return None
    return files.open_left(path)


def _deliver(http: Http, path: Path, address: str) -> Delivery:
    found = Delivery(journal=str(path))
    try:
        head = files.head_of(path)
        found = replace(found, target=head.target)
        if head.address != address:
            return replace(found, problem=f"it is for {head.address}")
        journal = files.open_left(path)
        if journal is None:
            return replace(found, problem="a running process has it" if path.exists() else None)
        try:
            return _empty(journal, stream(http, head), found)
        finally:
            journal.close()
    except FileNotFoundError:
        return found
    except (OSError, ValueError) as error:
        return replace(found, problem=f"it cannot be read: {error}")


def _empty(journal: Journal, stream: Stream, found: Delivery) -> Delivery:
    """Deliver the records of a journal that this process has."""
    while True:
        end = journal.size_bytes
        piece = journal.read(end, most=stream.largest_batch, size_bytes=BATCH_BYTES)
        if piece is None:
            return found
        try:
            refusals = _send(stream, [frame.payload for frame in piece.frames])
        except errors.LinLogError as error:
            return replace(found, problem=str(error))
        if refusals:
            folder.set_aside(journal.path, refusals)
        journal.acknowledge(piece)
        found = replace(
            found,
            delivered=found.delivered + len(piece.frames) - len(refusals),
            refused=found.refused + len(refusals),
            damaged=found.damaged + piece.lost,
        )


def _send(stream: Stream, entries: list[bytes]) -> list[Refusal]:
    """Send records, some times over where the server is away."""
    for attempt in range(1, ATTEMPTS):
        try:
            return sender.deliver(stream, entries)
        except sender.OF_MOMENT as error:
            time.sleep(pause_s(attempt, getattr(error, "retry_after", None)))
    return sender.deliver(stream, entries)
