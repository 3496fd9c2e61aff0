"""Predictions of a file: each row is on a task of the run, found by its id, name or file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from linlog import formats, ids
from linlog.client import plain, progress
from linlog.client.importing import delivery, rows
from linlog.client.importing.boxes import KEYS, Boxes, Made
from linlog.client.importing.delivery import Counting, Delivery, RowOf
from linlog.client.importing.reports import ImportReport, Tally, tally
from linlog.client.importing.rows import Row
from linlog.client.journal.lanes import LARGEST_BATCH_BYTES
from linlog.formats import Account
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
        boxes = Boxes(maker, places)

        def send(made: Made | None, row: RowOf, done: float) -> bool:
            if made is None:
                return False
            sending.add_many(made.entries, row)
            for task_id in {*made.task_ids}:
                places.left.pop(task_id, None)
            counts.sent += len(made.entries)
            show(done, delivery.title(counts))
            return True

        def send_lines(number: int, lines: bytes, done: float) -> bool:
            return send(boxes.of_lines(number, lines), partial(rows.line_of, lines, number), done)

        def send_rows(some: Sequence[Row]) -> bool:
            return send(boxes.of_rows(some), some.__getitem__, some[-1].done)

        if known == "ndjson":
            found = rows.lines(file, send_lines)
        elif known == "coco":
            found = rows.left(_coco(counts, instances, shape), send_rows)
        else:
            found = rows.left(rows.read(file, known), send_rows)
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


def _coco(counts: Tally, instances: Path | None, shape: str) -> Iterator[Row]:
    """The entries of COCO results as rows."""
    if instances is None:
        raise ValueError(
            "COCO results name images and labels by numbers: give the instances that say which"
        )
    coco, account = formats.get("coco"), _Forwarding(counts.path, counts=counts)
    named = coco.open(Account(instances), side="truth", shape=shape)
    names, labels = {entry.key: entry.name for entry in named.entries()}, named.labels
    total = max(1, _entries(counts.path))
    for mark in coco.open(account, side="predictions", shape=shape, named_by=named).marks():
        number = account.read + account.refused_count - 1
        key = {"filename": names[mark.key]} if names.get(mark.key) else {"unique_id": mark.key}
        data = {
            **key,
            "label": labels.get(mark.label),
            "shape": mark.shape.to_json(),
            "confidence": mark.confidence,
            **({"attributes": mark.attributes} if mark.attributes else {}),
        }
        wrong = "" if data["label"] else "has a label that the instances do not name"
        yield Row(number, mark.place, min(1.0, number / total), data, wrong)


def _entries(path: Path) -> int:
    """About how many entries results have."""
    with path.open("rb") as file:
        return sum(part.count(b'"image_id"') for part in iter(lambda: file.read(_MEGABYTE), b""))
