"""What became of every row of a file that was imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec

from linlog.formats import Account
from linlog.formats._protocol import MOST_PLACES
from linlog.wire.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Record):
    """Rows that were rejected for one reason."""

    reason: str
    """Why."""
    count: int
    """How many."""
    places: tuple[str, ...]
    """Where the first ones stand, and what stood there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport(Record):
    """What became of every row: accepted + rejected = sent."""

    file: str
    """The file."""
    sent: int
    """Rows of the file."""
    accepted: int
    """Rows that are stored now."""
    present: int
    """Those of them that were there already, from an earlier import."""
    rejected: int
    """Rows that are not stored."""
    reasons: tuple[Rejected, ...] = ()
    """Why, each with how many."""
    unmatched: int = 0
    """Predictions that were rejected because they are on no task of the dataset."""
    tasks_without_prediction: int = 0
    """Tasks of the dataset that no row of the file is on."""
    task_ids_without_prediction: tuple[str, ...] = ()
    """The first of them."""


@dataclass(slots=True)
class Tally(Account):
    """The rows of a file as they are settled; each rejected one is written down, if asked for."""

    sent: int = 0
    accepted: int = 0
    present: int = 0
    unmatched: int = 0
    without_count: int = 0
    without: list[str] = field(default_factory=list)
    writes: IO[bytes] | None = None
    """The file of what was rejected."""

    def refuse(self, reason: str, place: str, detail: str = "", row: object = None) -> None:
        """Count a row that is not stored."""
        Account.refuse(self, reason, place, detail)
        self._write({"place": place, "reason": reason, "detail": detail, "row": row})

    def miss(self, task_id: str) -> None:
        """Count a task that no row is on."""
        self.without_count += 1
        if len(self.without) < MOST_PLACES:
            self.without.append(task_id)
        self._write({"task_id": task_id, "reason": "no row is on the task"})

    def report(self) -> ImportReport:
        """What became of them, when all are settled."""
        rejected = self.refused_count
        assert self.accepted + rejected == self.sent, "every row is accepted or rejected"
        return ImportReport(
            file=str(self.path),
            sent=self.sent,
            accepted=self.accepted,
            present=self.present,
            rejected=rejected,
            reasons=tuple(
                Rejected(reason=reason, count=found.count, places=tuple(found.places))
                for reason, found in self.refused.items()
            ),
            unmatched=self.unmatched,
            tasks_without_prediction=self.without_count,
            task_ids_without_prediction=tuple(self.without),
        )

    def _write(self, line: Mapping[str, object]) -> None:
        if self.writes is not None:
            self.writes.write(msgspec.json.encode(line, enc_hook=str) + b"\n")


@contextmanager
def tally(path: Path, rejected_file: Path | None) -> Iterator[Tally]:
    """Count the rows of a file, and write down what is rejected where that is asked for."""
    with ExitStack() as open_files:
        counts = Tally(path)
        if rejected_file is not None:
            counts.writes = open_files.enter_context(rejected_file.open("wb"))
        yield counts
