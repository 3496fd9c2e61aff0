"""Frozen content: what a dataset holds now and held then, by hashes that find it again.

The content of a task is written once for each state that somebody looked at: versions of a dataset
and evaluations share it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from linlog.errors import Conflict
from linlog.evaluation import frozen
from linlog.evaluation.frozen import Entry, Manifest
from linlog.server.services import jobs
from linlog.server.store import annotations as annotation_rows
from linlog.server.store import contents, dataset_versions, datasets, tasks
from linlog.server.store import jobs as job_rows
from linlog.server.store.values import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linlog.evaluation.frozen import Row
    from linlog.server.context import Context, Transactions
    from linlog.server.store.tasks import Hashed

TASKS_AT_ONCE: Final = 500
"""Tasks whose content is in memory at a time, and is kept before others may write."""
CHUNKS_AT_ONCE: Final = 100
"""Pieces of manifests that are in memory at a time."""
MANY_TASKS: Final = 500
"""Tasks from which a dataset is frozen before it has to be: fewer are frozen in no time."""
FROZEN_AFTER_S: Final = 1.0
"""Seconds until then: what is put into it in many requests is frozen at once."""
COLLECTED_AFTER_S: Final = 60
"""Seconds from a deletion until what it left is collected: many deletions are collected once."""
_READERS: Final = ("evaluate", "freeze", "match")
"""Jobs that read content which a change may have made useless meanwhile."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a dataset holds at a moment, with the content that is not kept yet."""

    manifest: Manifest
    annotation_count: int
    new: dict[str, bytes] = field(default_factory=dict)
    hashed: tuple[Hashed, ...] = ()


def freeze_missing(
    transactions: Transactions, dataset_id: str, *, last_first: bool = False
) -> None:
    """Keep the content of a dataset's tasks as far as it has changed, some tasks at a time.

    Two that do so beside each other, one of them from the last task on, share the work.
    """
    with transactions.read() as ctx:
        waiting = tasks.hashes_of_dataset(ctx.conn, ctx.scope, dataset_id, missing=True)
    ids = [each.task_id for each in waiting]
    starts = range(0, len(ids), TASKS_AT_ONCE)
    for start in reversed(starts) if last_first else starts:
        some = ids[start : start + TASKS_AT_ONCE]
        with transactions.read() as ctx:
            left = tasks.hashes_of_dataset(
                ctx.conn, ctx.scope, dataset_id, missing=True, task_ids=some
            )
            hashed, new = _content(ctx, left)
        if hashed:
            deflated = contents.deflated(new)
            with transactions.write() as writing:
                _keep(writing, hashed, deflated)


def freeze_later(ctx: Context, dataset_id: str, task_count: int) -> None:
    """Ask for a job that freezes a dataset which has got so many tasks, where these are many."""
    if task_count >= MANY_TASKS:
        payload = {"dataset_id": dataset_id}
        jobs.enqueue_once(
            ctx, "freeze", subject_id=dataset_id, payload=payload, after_s=FROZEN_AFTER_S
        )


def now(ctx: Context, dataset_id: str) -> Frozen:
    """What a dataset holds now."""
    rows = tasks.hashes_of_dataset(ctx.conn, ctx.scope, dataset_id)
    hashed, new = _content(ctx, [each for each in rows if each.item is None])
    known = {each.task_id: each for each in hashed}
    entries = tuple(_entry(known.get(each.task_id, each)) for each in rows)
    labels = frozen.encode(datasets.taxonomy(ctx.conn, ctx.scope, dataset_id))
    new[frozen.digest(labels)] = labels
    return Frozen(
        manifest=Manifest(entries, frozen.digest(labels)),
        annotation_count=sum(each.annotation_count for each in rows),
        new=new,
        hashed=tuple(hashed),
    )


def keep(ctx: Context, found: Frozen) -> str:
    """Keep what a dataset holds, so that the hash that is given finds it again."""
    name, pieces = frozen.pieces(found.manifest)
    new = {**found.new, **pieces}
    for known in contents.present(ctx.conn, ctx.scope, new):
        del new[known]
    _keep(ctx, found.hashed, contents.deflated(new))
    return name


def manifest(ctx: Context, name: str) -> Manifest:
    """The manifest that `keep` gave a hash for."""
    taxonomy, chunks = frozen.piece_hashes(get_many(ctx, [name])[name])
    found = get_many(ctx, chunks)
    return frozen.manifest_of(taxonomy, (found[chunk] for chunk in chunks))


def get_many(ctx: Context, hashes: Iterable[str], found: Frozen | None = None) -> dict[str, bytes]:
    """Contents by hash, those of `found` that are not kept yet among them.

    Raises Conflict where one is gone.
    """
    new = {} if found is None else found.new
    wanted = {*hashes}
    got = {name: new[name] for name in wanted if name in new}
    got.update(contents.get_many(ctx.conn, ctx.scope, wanted - got.keys()))
    if len(got) < len(wanted):
        message = "what this was computed of is not kept any more"
        raise Conflict(message)
    return got


def annotation_hashes(ctx: Context, task_ids: Sequence[str]) -> dict[str, str]:
    """By task the hash of the annotations that it has now; tasks that are gone are left out."""
    items = tasks.items(ctx.conn, ctx.scope, task_ids)
    marks = annotation_rows.texts_of_tasks(ctx.conn, ctx.scope, task_ids)
    return {
        task_id: frozen.digest(_truth(marks.get(task_id, ()), item))
        for task_id, item in items.items()
    }


def collect_later(ctx: Context) -> None:
    """Ask for a job that forgets what a deletion leaves."""
    jobs.enqueue_once(ctx, "collect", subject_id=ctx.scope, payload={}, after_s=COLLECTED_AFTER_S)


def collect(ctx: Context) -> int:
    """Forget contents that neither a version nor a task of today needs; how many these were.

    While evaluations run nothing is forgotten, and it is tried again later.
    """
    if job_rows.any_running(ctx.conn, ctx.scope, _READERS):
        collect_later(ctx)
        return 0
    unused = contents.hashes(ctx.conn, ctx.scope) - _needed(ctx)
    contents.delete(ctx.conn, ctx.scope, unused)
    return len(unused)


def _needed(ctx: Context) -> set[str]:
    """The hashes that versions and the tasks of today stand on."""
    tops = get_many(ctx, dataset_versions.hashes(ctx.conn, ctx.scope))
    needed = {*tops, *tasks.content_hashes(ctx.conn, ctx.scope)}
    chunks: set[str] = set()
    for top in tops.values():
        taxonomy, some = frozen.piece_hashes(top)
        needed.add(taxonomy)
        chunks.update(some)
    ordered = sorted(chunks)
    for start in range(0, len(ordered), CHUNKS_AT_ONCE):
        found = get_many(ctx, ordered[start : start + CHUNKS_AT_ONCE])
        for entry in frozen.manifest_of("", found.values()).entries:
            needed.update((entry.item, entry.annotations))
    return needed | chunks


def _content(ctx: Context, some: Sequence[Hashed]) -> tuple[list[Hashed], dict[str, bytes]]:
    """The tasks with their hashes, and the contents by hash."""
    ids = [each.task_id for each in some]
    items = tasks.items(ctx.conn, ctx.scope, ids)
    marks = annotation_rows.texts_of_tasks(ctx.conn, ctx.scope, ids)
    hashed: list[Hashed] = []
    new: dict[str, bytes] = {}
    for each in some:
        item = frozen.encode(items[each.task_id])
        annotations = _truth(marks.get(each.task_id, ()), items[each.task_id])
        names = frozen.digest(item), frozen.digest(annotations)
        new.update(zip(names, (item, annotations), strict=True))
        hashed.append(replace(each, item=names[0], annotations=names[1]))
    return hashed, new


def _truth(marks: Iterable[Row], item: Mapping[str, Any]) -> bytes:
    """What a task is judged by, as bytes."""
    rows = (
        (label, frozen.read_shape(shape), from_json(attributes), *rest)
        for label, shape, attributes, *rest in marks
    )
    return frozen.truth(rows, frozen.image_size(item))


def _keep(ctx: Context, hashed: Sequence[Hashed], deflated: dict[str, bytes]) -> None:
    contents.insert_new(ctx.conn, ctx.scope, deflated)
    tasks.set_hashes(ctx.conn, ctx.scope, hashed)


def _entry(each: Hashed) -> Entry:
    assert each.item is not None, "the missing hashes were just made"
    assert each.annotations is not None, "the missing hashes were just made"
    return Entry(each.task_id, each.item, each.annotations, each.split)
