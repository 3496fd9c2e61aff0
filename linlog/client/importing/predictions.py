"""Predictions of a file: each row is on a task of the run, found by its id, name or file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from linlog import ids
from linlog.client import plain, progress
from linlog.client.importing import delivery, rows
from linlog.client.importing.boxes import KEYS, Boxes, Made
from linlog.client.importing.delivery import Counting, Delivery, RowOf
from linlog.client.importing.reports import ImportReport, Tally, tally
from linlog.client.importing.rows import Row
from linlog.client.journal.lanes import LARGEST_BATCH_BYTES
from linlog.formats import Account, Mark
from linlog.formats._json import Stretch
from linlog.formats.coco import COCO
from linlog.wire import codec, spellings
from linlog.wire.predictions import PredictionCreate
from linlog.wire.tasks import TaskName

_CONFIDENCES: Final = ("confidence", "confidence_score", "score")
_NOWHERE: Final = "is on no task of the dataset or project"
_MEGABYTE: Final = 1 << 20


def run(
    file: Path,
    run_id: str,
    stream_of: Callable[[str], Counting],
    tasks: Iterable[TaskName],
    *,
    format: str | None,
    instances: Path | None,
    shape: str,
    rejected_file: Path | None,
) -> ImportReport:
    """Import a file; `stream_of` sends what a maker of ids makes, `tasks` are what rows are on."""
    known = rows.format_of(file, format)
    maker = rows.named(sha256(f"{rows.name_of(file)} {run_id}".encode()).digest())
    places = _Places(tasks)
    with (
        tally(file, rejected_file) as counts,
        Delivery(stream_of(maker), counts, batch_bytes=LARGEST_BATCH_BYTES, at_once=2) as sending,
        progress.bar() as show,
    ):
        many = _Many(Boxes(maker, places), places, counts, sending, show)
        if known == "ndjson":
            found = rows.lines(file, many.send_lines)
        elif known == "coco":
            results = _Results(counts, instances, shape, places)
            found = rows.left(results.rows(partial(many.send_results, results)), many.send_rows)
        else:
            found = rows.of_table(file, known, many.send_data)
        for row in delivery.shown(found, counts, show):
            entry = _entry(row, maker, places, counts)
            if entry is not None:
                sending.add(entry, row)
        sending.finish()
        for task_id in places.left:
            counts.miss(task_id)
        return counts.report()


class _Places:
    """The tasks of a dataset or project by their names in files, and those that no row is on."""

    def __init__(self, tasks: Iterable[TaskName]) -> None:
        self._found: dict[str, dict[str, str | None]] = {key: {} for key in KEYS}
        self.left: dict[str, None] = {}
        for task in tasks:
            self.left[task.id] = None
            names = (task.id, task.unique_id, task.filename)
            for key, name in zip(KEYS, names, strict=True):
                if name:
                    # A name that several tasks have finds none of them.
                    again = name in self._found[key]
                    self._found[key][name] = None if again else task.id
        self._all = len(self.left)

    def by(self, key: str) -> dict[str, str | None]:
        """The ids of tasks by one of the `KEYS`; None for a name of several."""
        return self._found[key]

    def find(self, data: Mapping[str, Any]) -> str | None:
        """The task that a row is on; None where there is no such one.

        Raises ValueError where the row does not say, or not clearly.
        """
        key = next((key for key in KEYS if data.get(key) is not None), None)
        if key is None:
            raise ValueError(f"a row names its task by one of {', '.join(KEYS)}")
        name = str(data[key])
        if name not in self._found[key]:
            return None
        task_id = self._found[key][name]
        if task_id is None:
            raise ValueError(f"several tasks have the {key} {name!r:.80}")
        return task_id


@dataclass(frozen=True, slots=True)
class _Many:
    """Sends rows that are boxes many at a time; says whether some could be sent so."""

    boxes: Boxes
    places: _Places
    counts: Tally
    sending: Delivery
    show: progress.Show

    def send_lines(self, number: int, lines: bytes, done: float) -> bool:
        """Lines of NDJSON, the first of a number."""
        made = self.boxes.of_lines(number, lines)
        return self._send(made, partial(rows.line_of, lines, number), done)

    def send_data(self, number: int, data: list[Any], done: float) -> bool:
        """What stands in rows of a table, the first of a number."""
        made = self.boxes.of_data(range(number, number + len(data)), data)
        return self._send(made, partial(rows.in_table, data, number), done)

    def send_results(self, results: _Results, number: int, some: Stretch, done: float) -> bool:
        """Entries of COCO results, the first of a number."""
        made = self.boxes.of_results(number, some.entries, results.tasks, results.labels)
        return self._send(made, partial(results.row, number, some), done)

    def send_rows(self, some: Sequence[Row]) -> bool:
        """Rows as they are."""
        return self._send(self.boxes.of_rows(some), some.__getitem__, some[-1].done)

    def _send(self, made: Made | None, row: RowOf, done: float) -> bool:
        if made is None:
            return False
        self.sending.add_many(made.entries, row)
        for task_id in {*made.task_ids}:
            self.places.left.pop(task_id, None)
        self.counts.sent += len(made.entries)
        self.show(done, delivery.title(self.counts))
        return True


def _entry(row: Row, maker: str, places: _Places, counts: Tally) -> bytes | None:
    """The prediction of a row as it is sent; None where the row is refused."""
    try:
        task_id = places.find(row.data)
        if task_id is not None:
            made = _read(row.data, ids.numbered("prediction", maker, row.number), task_id)
    except delivery.NO_ROW as error:
        counts.refuse("is no prediction", row.place, str(error), row.data)
        return None
    if task_id is None:
        counts.unmatched += 1
        name = next(str(row.data[key]) for key in KEYS if row.data.get(key) is not None)
        counts.refuse(_NOWHERE, row.place, name, row.data)
        return None
    places.left.pop(task_id, None)
    return codec.encode(made)


def _read(data: Mapping[str, Any], identity: str, task_id: str) -> PredictionCreate:
    if all(value is None for key, value in data.items() if key not in KEYS):
        return PredictionCreate(id=identity, task_id=task_id)
    said = {key: value for key, value in data.items() if key not in (*KEYS, *_CONFIDENCES)}
    shape, label, about = spellings.read_parts(said, strict=True)
    confidence = next((data[key] for key in _CONFIDENCES if data.get(key) is not None), None)
    return PredictionCreate(
        id=identity,
        task_id=task_id,
        label=label,
        shape=shape,
        confidence=plain.scalar(confidence),
        attributes=plain.plain_object(about.get("attributes") or {}),
    )


# ------------------------------------------------------------------------------- COCO


@dataclass(slots=True)
class _Forwarding(Account):
    """The account of a format whose refusals are rows of an import."""

    counts: Tally | None = None

    def refuse(self, reason: str, place: str, detail: str = "") -> None:
        """Count the row here, for its number, and there."""
        Account.refuse(self, reason, place, detail)
        assert self.counts is not None, "it forwards to an import"
        self.counts.sent += 1
        self.counts.refuse(reason, place, detail)


class _Results:
    """The entries of COCO results as rows of an import."""

    def __init__(self, counts: Tally, instances: Path | None, shape: str, places: _Places) -> None:
        if instances is None:
            raise ValueError(
                "COCO results name images and labels by numbers: give the instances that say which"
            )
        named = COCO.open(Account(instances), side="truth", shape=shape)
        self._names = {entry.key: entry.name for entry in named.entries()}
        self._account = _Forwarding(counts.path, counts=counts)
        self._opened = COCO.open(self._account, side="predictions", shape=shape, named_by=named)
        self._total = max(1, _entries(counts.path))
        self.labels = named.labels
        """The names of categories by their ids."""
        self.tasks: dict[str, str] = {}
        """The tasks of images by their ids, as far as they have one."""
        for image in self._names:
            key, name = self._key(image)
            task_id = places.by(key).get(name)
            if task_id is not None:
                self.tasks[image] = task_id

    def rows(self, take: Callable[[int, Stretch, float], bool]) -> Iterator[Row]:
        """The entries but for those that `take`, which is offered some at a time, takes."""
        account = self._account
        for some in self._opened.stretches():
            number = account.read + account.refused_count
            following = number + len(some.entries)
            if take(number, some, min(1.0, following / self._total)):
                account.read += len(some.entries)
                continue
            for mark in self._opened.marks_of(some):
                yield self._row(account.read + account.refused_count - 1, mark)

    def row(self, number: int, some: Stretch, at: int) -> Row:
        """The row of one of some entries, the first of a number, which marks something."""
        return self._row(number + at, self._opened.mark(some, at))

    def _row(self, number: int, mark: Mark) -> Row:
        label = self.labels.get(mark.label)
        key, name = self._key(mark.key)
        data = {
            key: name,
            "label": label,
            "shape": mark.shape.to_json(),
            "confidence": mark.confidence,
            **({"attributes": mark.attributes} if mark.attributes else {}),
        }
        wrong = "" if label else "has a label that the instances do not name"
        return Row(number, mark.place, min(1.0, number / self._total), data, wrong)

    def _key(self, image: str) -> tuple[str, str]:
        """What names the task of an image, and the name."""
        name = self._names.get(image)
        return ("filename", name) if name else ("unique_id", image)


def _entries(path: Path) -> int:
    """About how many entries results have."""
    with path.open("rb") as file:
        return sum(part.count(b'"image_id"') for part in iter(lambda: file.read(_MEGABYTE), b""))
