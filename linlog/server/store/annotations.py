"""Annotations, in the database."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import sqlalchemy as sa

from linlog import limits, shapes
from linlog.server.store import _kept, paging, revisions, task_marks, users
from linlog.server.store.tables import annotations as annotation_table
from linlog.server.store.tables import earlier_annotations as earlier
from linlog.server.store.values import Scope, from_json, moment, to_json
from linlog.wire.annotations import Annotation, EarlierAnnotations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from linlog.wire.paging import Page
    from linlog.wire.reviews import Review

Holder = TypeVar("Holder", bound="EarlierAnnotations | Review")

MOST_EARLIER: Final = limits.EARLIER
"""How many earlier states of a task's annotations are kept."""
_LATEST: Final = 20
"""How many of them are the latest, however short they stood."""
_CHUNK = 500
_ORDER = (annotation_table.c.task_id, annotation_table.c.position, annotation_table.c.id)


def insert(conn: Connection, scope: Scope, rows: Iterable[tuple[Annotation, int, int]]) -> None:
    """Add annotations, each with its position on its task and the time."""
    noted = [*rows]
    values = [
        {
            "id": annotation.id,
            "organisation_id": scope,
            "task_id": annotation.task_id,
            "position": position,
            "label": annotation.label,
            "shape_name": annotation.shape.name,
            "shape": to_json(annotation.shape),
            "attributes": to_json(annotation.attributes),
            "source": annotation.source,
            "annotator_id": annotation.annotator_id,
            "changed_by_id": annotation.changed_by_id,
            "created": created,
        }
        for annotation, position, created in noted
    ]
    if values:
        conn.execute(annotation_table.insert(), values)
        changed = dict.fromkeys(annotation.task_id for annotation, _, _ in noted)
        revisions.note_annotations(conn, scope, [*changed])
        task_marks.note(conn, scope, [*changed])


def get(conn: Connection, scope: Scope, annotation_id: str) -> Annotation | None:
    """One annotation."""
    row = conn.execute(_within(scope).where(annotation_table.c.id == annotation_id)).first()
    return None if row is None else named(conn, scope, [_read(row)])[0]


def list_page(
    conn: Connection, scope: Scope, task_id: str, window: paging.Window
) -> Page[Annotation]:
    """A task's annotations, in order."""
    query = _within(scope).where(annotation_table.c.task_id == task_id)
    order = paging.Order(annotation_table.c.position, annotation_table.c.id)
    found = paging.page(conn, query, order, window, _read)
    return replace(found, results=named(conn, scope, found.results))


def of_tasks(
    conn: Connection, scope: Scope, task_ids: Sequence[str]
) -> dict[str, list[Annotation]]:
    """The annotations of several tasks, in order, by task."""
    found: dict[str, list[Annotation]] = {}
    for start in range(0, len(task_ids), _CHUNK):
        query = (
            _within(scope)
            .where(annotation_table.c.task_id.in_(task_ids[start : start + _CHUNK]))
            .order_by(
                annotation_table.c.task_id, annotation_table.c.position, annotation_table.c.id
            )
        )
        rows = conn.execute(query).all()
        called = _called(conn, scope, rows)
        for row in rows:
            found.setdefault(row.task_id, []).append(_read(row, called))
    return found


def texts_of_tasks(
    conn: Connection, scope: Scope, task_ids: Sequence[str]
) -> dict[str, list[tuple[Any, ...]]]:
    """By task: label, shape, attributes, source, id and annotator; JSON is text."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    table = annotation_table.c
    columns = (
        *(table.task_id, table.label, table.shape, table.attributes, table.source, table.id),
        table.annotator_id,
    )
    for start in range(0, len(task_ids), _CHUNK):
        query = sa.select(*columns).where(
            table.organisation_id == scope, table.task_id.in_(task_ids[start : start + _CHUNK])
        )
        for task_id, *row in conn.execute(query):
            found.setdefault(task_id, []).append(tuple(row))
    return found


def taken(conn: Connection, annotation_ids: Sequence[str]) -> set[str]:
    """Which of some ids are in use, in whichever organisation: ids are global."""
    found: set[str] = set()
    for start in range(0, len(annotation_ids), _CHUNK):
        some = annotation_ids[start : start + _CHUNK]
        query = sa.select(annotation_table.c.id).where(annotation_table.c.id.in_(some))
        found.update(conn.execute(query).scalars())
    return found


def next_position(conn: Connection, scope: Scope, task_id: str) -> int:
    """The position after a task's last annotation."""
    query = sa.select(sa.func.coalesce(sa.func.max(annotation_table.c.position) + 1, 0)).where(
        annotation_table.c.organisation_id == scope, annotation_table.c.task_id == task_id
    )
    found: int = conn.execute(query).scalar_one()
    return found


def update(conn: Connection, scope: Scope, annotation: Annotation) -> None:
    """Store what an annotation is now."""
    conn.execute(
        annotation_table.update()
        .where(annotation_table.c.organisation_id == scope, annotation_table.c.id == annotation.id)
        .values(
            label=annotation.label,
            shape_name=annotation.shape.name,
            shape=to_json(annotation.shape),
            attributes=to_json(annotation.attributes),
            source=annotation.source,
            changed_by_id=annotation.changed_by_id,
        )
    )
    revisions.note_annotations(conn, scope, [annotation.task_id])
    task_marks.note(conn, scope, [annotation.task_id])


def delete(conn: Connection, scope: Scope, annotation: Annotation) -> int:
    """Remove one annotation."""
    revisions.note_annotations(conn, scope, [annotation.task_id])
    removed = conn.execute(
        annotation_table.delete().where(
            annotation_table.c.organisation_id == scope, annotation_table.c.id == annotation.id
        )
    ).rowcount
    task_marks.note(conn, scope, [annotation.task_id])
    return removed


def delete_of_task(conn: Connection, scope: Scope, task_id: str) -> int:
    """Remove all annotations of a task."""
    revisions.note_annotations(conn, scope, [task_id])
    removed = conn.execute(
        annotation_table.delete().where(
            annotation_table.c.organisation_id == scope, annotation_table.c.task_id == task_id
        )
    ).rowcount
    task_marks.note(conn, scope, [task_id])
    return removed


def keep_earlier(
    conn: Connection,
    scope: Scope,
    task_id: str,
    version: int,
    annotations: Sequence[Annotation],
    *,
    replaced: int,
) -> None:
    """Keep what a version of a task held; of more than MOST_EARLIER forget what stood shortest."""
    conn.execute(
        earlier.insert().values(
            task_id=task_id,
            version=version,
            organisation_id=scope,
            annotation_count=len(annotations),
            replaced=replaced,
            annotations=_kept.packed(annotations),
        )
    )
    own = (earlier.c.organisation_id == scope, earlier.c.task_id == task_id)
    query = sa.select(earlier.c.version, earlier.c.replaced).where(*own)
    stood = [(row.version, row.replaced) for row in conn.execute(query.order_by(earlier.c.version))]
    while len(stood) > MOST_EARLIER:
        gone = stood.pop(_shortest(stood))
        conn.execute(earlier.delete().where(*own, earlier.c.version == gone[0]))


def latest_earlier(conn: Connection, scope: Scope, task_id: str) -> tuple[Annotation, ...]:
    """What a task held before the last change that took something away; nothing without one."""
    query = (
        sa.select(earlier.c.annotations)
        .where(earlier.c.organisation_id == scope, earlier.c.task_id == task_id)
        .order_by(earlier.c.version.desc())
        .limit(1)
    )
    stored = conn.execute(query).scalar()
    return () if stored is None else _kept.unpacked(stored)


def get_earlier(
    conn: Connection, scope: Scope, task_id: str, version: int
) -> tuple[Annotation, ...] | None:
    """What a version of a task held, where it is kept."""
    query = sa.select(earlier.c.annotations).where(
        earlier.c.organisation_id == scope,
        earlier.c.task_id == task_id,
        earlier.c.version == version,
    )
    stored = conn.execute(query).scalar()
    return None if stored is None else _kept.unpacked(stored)


def list_earlier(
    conn: Connection, scope: Scope, task_id: str, window: paging.Window, *, with_annotations: bool
) -> Page[EarlierAnnotations]:
    """What a task held earlier, newest first."""
    columns = [column for column in earlier.c if with_annotations or column.name != "annotations"]
    query = sa.select(*columns).where(
        earlier.c.organisation_id == scope, earlier.c.task_id == task_id
    )
    order = paging.Order(earlier.c.version, earlier.c.task_id, newest_first=True)
    return with_names(conn, scope, paging.page(conn, query, order, window, _read_earlier))


def _read_earlier(row: Any) -> EarlierAnnotations:
    held = getattr(row, "annotations", None)
    return EarlierAnnotations(
        version=row.version,
        replaced_date=moment(row.replaced),
        annotation_count=row.annotation_count,
        annotations=() if held is None else _kept.unpacked(held),
    )


def named(conn: Connection, scope: Scope, some: Sequence[Annotation]) -> tuple[Annotation, ...]:
    """Annotations with what those who worked on them are called today."""
    return _with(_called(conn, scope, some), some)


def with_names(conn: Connection, scope: Scope, found: Page[Holder]) -> Page[Holder]:
    """A page of what holds annotations, those as `named` gives them."""
    everything = [one for each in found.results for one in each.annotations]
    known = _called(conn, scope, everything)
    return replace(
        found,
        results=tuple(
            replace(each, annotations=_with(known, each.annotations)) for each in found.results
        ),
    )


def _with(known: Mapping[str, str], some: Sequence[Annotation]) -> tuple[Annotation, ...]:
    if not known:
        return tuple(some)
    return tuple(
        each
        if each.annotator_id is None and each.changed_by_id is None
        else replace(
            each,
            annotator=known.get(each.annotator_id or ""),
            changed_by=known.get(each.changed_by_id or ""),
        )
        for each in some
    )


def _called(conn: Connection, scope: Scope, some: Sequence[Any]) -> Mapping[str, str]:
    """What those who worked on annotations, or rows of them, are called today."""
    ids = {each.annotator_id for each in some} | {each.changed_by_id for each in some}
    return users.names(conn, scope, [each for each in ids if each is not None])


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(annotation_table).where(annotation_table.c.organisation_id == scope)


def _read(row: Any, called: Mapping[str, str] = MappingProxyType({})) -> Annotation:
    return Annotation(
        id=row.id,
        task_id=row.task_id,
        label=row.label,
        shape=shapes.from_json(from_json(row.shape)),
        attributes=from_json(row.attributes),
        source=row.source,
        annotator_id=row.annotator_id,
        annotator=called.get(row.annotator_id),
        changed_by_id=row.changed_by_id,
        changed_by=called.get(row.changed_by_id),
        created_date=moment(row.created),
    )


def _shortest(stood: Sequence[tuple[int, int]]) -> int:
    """The place of the state that stood shortest, of all but the first and the latest.

    States are versions and when they were replaced, in order. An editor that saves by itself makes
    many that stood for seconds; what somebody left and came back to is among those that stood long.
    """
    lasted = [after - before for (_, before), (_, after) in pairwise(stood)]
    within = max(1, len(lasted) - _LATEST)
    return 1 + min(range(within), key=lasted.__getitem__)
