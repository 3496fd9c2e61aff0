"""Predictions, in the database: packed by task and request, numbered by whoever made their ids."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog import shapes
from linlog.server import packs
from linlog.server.store import many, paging, revisions
from linlog.server.store.tables import model_runs, prediction_makers, predictions
from linlog.server.store.values import Scope, from_json, moment, to_json
from linlog.wire.paging import Page
from linlog.wire.predictions import Prediction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from linlog.evaluation.box_rows import BoxRows
    from linlog.evaluation.frozen import Row
    from linlog.server.packs import Pack

_CHUNK = 500
_COLUMNS = (
    *("model_run_id", "sequence", "organisation_id", "task_id"),
    *("maker", "size", "created", "marks", "pack"),
)


@dataclass(slots=True)
class Held:
    """What is stored of one maker of ids: of which model run, and which numbers, as ranges."""

    run_id: str
    firsts: list[int] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)

    def __contains__(self, number: int) -> bool:
        return self.holds_all(number, number)

    def holds_between(self, first: int, last: int) -> bool:
        """Whether any number from `first` to `last` is there."""
        place = bisect_left(self.lasts, first)
        return place < len(self.firsts) and self.firsts[place] <= last

    def holds_all(self, first: int, last: int) -> bool:
        """Whether every number from `first` to `last` is there."""
        place = bisect_right(self.firsts, first) - 1
        return place >= 0 and last <= self.lasts[place]

    def touching(self, numbers: Sequence[int]) -> list[tuple[int, int]]:
        """The ranges that begin or end beside sorted numbers, or lie among them."""
        since = bisect_left(self.lasts, numbers[0] - 1)
        until = bisect_right(self.firsts, numbers[-1] + 1)
        return [*zip(self.firsts[since:until], self.lasts[since:until], strict=True)]


def owners(conn: Connection, makers: Sequence[str]) -> dict[str, Held]:
    """What is stored of those of some makers that have made ids; ids are global."""
    found: dict[str, Held] = {}
    for start in range(0, len(makers), _CHUNK):
        query = (
            sa.select(prediction_makers)
            .where(prediction_makers.c.maker.in_(makers[start : start + _CHUNK]))
            .order_by(prediction_makers.c.maker, prediction_makers.c.first)
        )
        for row in conn.execute(query):
            held = found.setdefault(row.maker, Held(row.model_run_id))
            held.firsts.append(row.first)
            held.lasts.append(row.last)
    return found


def insert(
    conn: Connection,
    scope: Scope,
    run_id: str,
    packed: Sequence[Pack],
    numbers: Mapping[str, Sequence[int]],
    *,
    held: Mapping[str, Held],
    created: int,
) -> None:
    """Add predictions of a model run, packed in order, and the numbers of each of their makers.

    `held` is what `owners` gave of these makers in the same transaction.
    """
    query = sa.select(sa.func.coalesce(sa.func.max(predictions.c.sequence) + 1, 1)).where(
        predictions.c.model_run_id == run_id
    )
    sequence: int = conn.execute(query).scalar_one()
    # Nearly always the same few.
    marks = {some: to_json(some) for some in {pack.marks for pack in packed}}
    inserted = [
        (run_id, at, scope, task_id, maker, size, created, marks[marked], rows)
        for at, (maker, task_id, _, size, marked, rows) in enumerate(packed, start=sequence)
    ]
    many.insert(conn, predictions, _COLUMNS, inserted)
    _hold(conn, scope, run_id, numbers, held)
    added: Counter[str] = Counter()
    for pack in packed:
        added[pack.task_id] += pack.seen
    revisions.note_predictions(conn, scope, run_id, added)


def keep_of_makers(
    conn: Connection, scope: Scope, run_id: str, task_ids: Sequence[str], makers: set[str]
) -> None:
    """Remove what other makers of ids than these said in a model run of some tasks.

    The numbers stay noted as stored, so that what is sent once more does not come back.
    """
    for start in range(0, len(task_ids), _CHUNK):
        here = sa.and_(
            predictions.c.organisation_id == scope,
            predictions.c.model_run_id == run_id,
            predictions.c.task_id.in_(task_ids[start : start + _CHUNK]),
        )
        held = conn.execute(sa.select(predictions.c.sequence, predictions.c.maker).where(here))
        old = [row.sequence for row in held if row.maker not in makers]
        for begin in range(0, len(old), _CHUNK):
            gone = predictions.c.sequence.in_(old[begin : begin + _CHUNK])
            conn.execute(predictions.delete().where(here, gone))


def list_page(
    conn: Connection,
    scope: Scope,
    run_id: str,
    window: paging.Window,
    *,
    task_id: str | None = None,
) -> Page[Prediction]:
    """A model run's predictions, in the order they came; those of one request task by task."""
    where = sa.and_(predictions.c.organisation_id == scope, predictions.c.model_run_id == run_id)
    if task_id is not None:
        where = sa.and_(where, predictions.c.task_id == task_id)
    total = sa.select(sa.func.coalesce(sa.func.sum(predictions.c.size), 0)).where(where)
    count = int(conn.execute(total).scalar_one())
    sequence, skipped = _place(conn, where, window)
    found: list[tuple[int, int, Prediction]] = []
    query = (
        sa.select(predictions)
        .where(where, predictions.c.sequence >= sequence)
        .order_by(predictions.c.sequence)
        .execution_options(yield_per=20)
    )
    rows = conn.execute(query)
    for row in rows:
        for place, each in enumerate(_read(row)):
            if row.sequence > sequence or place >= skipped:
                found.append((row.sequence, place, each))
        if len(found) > window.limit:
            break
    rows.close()
    cursor = None
    if len(found) > window.limit:
        after = found[window.limit]
        cursor = paging.write_cursor(after[0], str(after[1]))
    return Page(
        results=tuple(each for _, _, each in found[: window.limit]), count=count, next=cursor
    )


def of_tasks(
    conn: Connection,
    scope: Scope,
    task_ids: Sequence[str],
    *,
    run_id: str | None = None,
    dataset_id: str | None = None,
) -> dict[str, list[Prediction]]:
    """The predictions on some tasks, of one model run or of all on a dataset, by task."""
    found: dict[str, list[Prediction]] = {}
    for start in range(0, len(task_ids), _CHUNK):
        query = sa.select(predictions).where(
            predictions.c.organisation_id == scope,
            predictions.c.task_id.in_(task_ids[start : start + _CHUNK]),
        )
        if run_id is not None:
            query = query.where(predictions.c.model_run_id == run_id)
        if dataset_id is not None:
            query = query.join(model_runs, model_runs.c.id == predictions.c.model_run_id).where(
                model_runs.c.dataset_id == dataset_id
            )
        order = (predictions.c.created, predictions.c.model_run_id, predictions.c.sequence)
        for row in conn.execute(query.order_by(*order)):
            found.setdefault(row.task_id, []).extend(_read(row))
    return found


def rows_of_tasks(
    conn: Connection, scope: Scope, run_id: str, task_ids: Sequence[str]
) -> dict[str, BoxRows | list[Row]]:
    """Label, shape, confidence, attributes and id of a model run's predictions, by task.

    In no order; by column where all of a task are boxes.
    """
    found: dict[str, list[tuple[str, bytes]]] = {}
    for start in range(0, len(task_ids), _CHUNK):
        query = sa.select(predictions.c.task_id, predictions.c.maker, predictions.c.pack).where(
            predictions.c.organisation_id == scope,
            predictions.c.model_run_id == run_id,
            predictions.c.task_id.in_(task_ids[start : start + _CHUNK]),
        )
        # In the order of rows SQLite would look at every row of the run.
        for task_id, maker, pack in conn.execute(query):
            found.setdefault(task_id, []).append((maker, pack))
    return {task_id: packs.read_boxes(some) or _rows(some) for task_id, some in found.items()}


def labels_in_order(
    conn: Connection, scope: Scope, dataset_ids: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """The labels that models predicted, with their shapes, by dataset, in the order they came."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    named = (model_runs.c.dataset_id, predictions.c.marks)
    first = (sa.func.min(predictions.c.created), sa.func.min(predictions.c.sequence))
    for start in range(0, len(dataset_ids), _CHUNK):
        some = dataset_ids[start : start + _CHUNK]
        query = (
            sa.select(*named)
            .join(model_runs, model_runs.c.id == predictions.c.model_run_id)
            .where(predictions.c.organisation_id == scope, model_runs.c.dataset_id.in_(some))
            .group_by(*named)
            .order_by(*first, predictions.c.marks)
        )
        for row in conn.execute(query):
            found.setdefault(row.dataset_id, {}).update(dict.fromkeys(_marks(row.marks)))
    return {dataset_id: [*marks] for dataset_id, marks in found.items()}


def numbers_since(conn: Connection, scope: Scope, run_id: str, *, since: int) -> Counter[str]:
    """How many predictions a model run has got since a moment, by task."""
    query = (
        sa.select(predictions.c.task_id, predictions.c.created, predictions.c.size)
        .where(predictions.c.organisation_id == scope, predictions.c.model_run_id == run_id)
        .order_by(predictions.c.sequence.desc())
        .execution_options(yield_per=_CHUNK)
    )
    rows = conn.execute(query)
    found: Counter[str] = Counter()
    for row in takewhile(lambda row: row.created >= since, rows):
        found[row.task_id] += row.size
    rows.close()
    return found


def newest(conn: Connection, scope: Scope, run_id: str) -> int | None:
    """When a model run got its last prediction; None where it has none."""
    query = (
        sa.select(predictions.c.created)
        .where(predictions.c.organisation_id == scope, predictions.c.model_run_id == run_id)
        .order_by(predictions.c.sequence.desc())
    )
    found: int | None = conn.execute(query.limit(1)).scalar()
    return found


def shape_names(conn: Connection, scope: Scope, run_id: str) -> set[str]:
    """The shapes that a model run's predictions have."""
    query = sa.select(predictions.c.marks).where(
        predictions.c.organisation_id == scope, predictions.c.model_run_id == run_id
    )
    found: set[str] = set()
    for some in conn.execute(query).scalars().partitions(_CHUNK):
        texts = "".join(some)
        # Reading the JSON of many takes ten times as long; a quote in a label is escaped, so that
        # nothing but the end of a mark looks like this.
        found.update(name for name in shapes.NAMES if f',"{name}"]' in texts)
    return found


# ---------------------------------------------------------------------------- inside


def _hold(
    conn: Connection,
    scope: Scope,
    run_id: str,
    numbers: Mapping[str, Sequence[int]],
    held: Mapping[str, Held],
) -> None:
    """Note that numbers of some makers are stored; ranges that touch become one.

    Ids that nobody counted have a maker each, so the makers of a request are noted together.
    """
    gone: list[dict[str, Any]] = []
    ranges: list[dict[str, Any]] = []
    key = {"organisation_id": scope, "model_run_id": run_id}
    for maker, unsorted in numbers.items():
        some = sorted(unsorted)
        touching = held[maker].touching(some) if maker in held else []
        gone += [{"of": maker, "at": first} for first, _ in touching]
        ranges += [
            {"maker": maker, "first": first, "last": last, **key}
            for first, last in _joined([*touching, *_runs(some)])
        ]
    if gone:
        theirs = prediction_makers.c.maker == sa.bindparam("of")
        begun = prediction_makers.c.first == sa.bindparam("at")
        conn.execute(prediction_makers.delete().where(theirs, begun), gone)
    conn.execute(prediction_makers.insert(), ranges)


def _joined(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges that overlap or touch as one, in order."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Sorted numbers as ranges."""
    first = last = numbers[0]
    if numbers[-1] - first == len(numbers) - 1:
        yield first, numbers[-1]
        return
    for number in numbers:
        if number > last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def _place(
    conn: Connection, where: sa.ColumnElement[bool], window: paging.Window
) -> tuple[int, int]:
    """The row that a window begins in, and how many of its predictions come before."""
    if window.cursor is not None:
        sequence, place = paging.read_cursor(window.cursor)
        if not place.isdecimal():
            raise paging.no_cursor()
        return sequence, int(place)
    if not window.offset:
        return 0, 0
    up_to = sa.func.sum(predictions.c.size).over(order_by=predictions.c.sequence)
    inner = (
        sa.select(predictions.c.sequence, predictions.c.size, up_to.label("up_to"))
        .where(where)
        .subquery()
    )
    query = sa.select(inner).where(inner.c.up_to > window.offset).order_by(inner.c.sequence)
    row = conn.execute(query.limit(1)).first()
    if row is None:
        return 2**62, 0
    return row.sequence, window.offset - int(row.up_to - row.size)


def _rows(some: Sequence[tuple[str, bytes]]) -> list[Row]:
    return [
        (label, shape, confidence, attributes, packs.identity(maker, number))
        for maker, pack in some
        for number, label, confidence, shape, attributes in packs.read(pack)
    ]


def _read(row: Any) -> list[Prediction]:
    created = moment(row.created)
    return [
        Prediction(
            id=packs.identity(row.maker, number),
            model_run_id=row.model_run_id,
            task_id=row.task_id,
            label=label,
            shape=shape,
            confidence=confidence,
            attributes=attributes,
            created_date=created,
        )
        for number, label, confidence, shape, attributes in packs.read(row.pack)
    ]


def _marks(text: str) -> list[tuple[str, str]]:
    return [(label, name) for label, name in from_json(text)]
