"""Dataset versions: a dataset frozen at one moment, and what is different between two of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from linlog import ids
from linlog.errors import Conflict, Invalid
from linlog.evaluation import frozen
from linlog.server.services import access, contents
from linlog.server.services.contents import Frozen
from linlog.server.store import dataset_versions
from linlog.server.store.values import from_json
from linlog.wire.dataset_versions import (
    Change,
    Changes,
    DatasetVersion,
    DatasetVersionDifference,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linlog.evaluation.frozen import Entry, Manifest
    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.dataset_versions import DatasetVersionCreate, DatasetVersionUpdate
    from linlog.wire.paging import Page

MOST_CHANGES: Final = 1000
"""Changes of each sort that are told one by one."""


def list_page(
    ctx: Context, dataset_id: str, window: Window, *, named: bool = False
) -> Page[DatasetVersion]:
    """A dataset's versions, newest first."""
    access.check_dataset(ctx, dataset_id)
    return dataset_versions.list_page(ctx.conn, ctx.scope, dataset_id, window, named=named)


def get(ctx: Context, version_id: str) -> DatasetVersion:
    """One version."""
    return access.dataset_version(ctx, version_id)


def create(ctx: Context, new: DatasetVersionCreate) -> DatasetVersion:
    """Freeze what a dataset holds now, under a name if one is given."""
    access.check_dataset(ctx, new.dataset_id)
    version = of(ctx, new.dataset_id, contents.now(ctx, new.dataset_id))
    if new.name is None or new.name.strip() == version.name:
        return version
    if version.name is not None:
        message = f"nothing has changed since version {version.number}, named {version.name!r}"
        raise Conflict(message, field="name")
    dataset_versions.rename(ctx.conn, ctx.scope, version.id, new.name.strip())
    return access.dataset_version(ctx, version.id)


def of(ctx: Context, dataset_id: str, found: Frozen) -> DatasetVersion:
    """The version that holds what was found, made where there is none."""
    name = contents.keep(ctx, found)
    known = dataset_versions.find(ctx.conn, ctx.scope, dataset_id, name)
    if known is not None:
        return known
    manifest = found.manifest
    version = DatasetVersion(
        id=ids.new("dataset version"),
        dataset_id=dataset_id,
        number=dataset_versions.last_number(ctx.conn, ctx.scope, dataset_id) + 1,
        created_date=ctx.today,
        hash=name,
        hashes=manifest.hashes,
        task_count=len(manifest.entries),
        annotation_count=found.annotation_count,
    )
    dataset_versions.insert(ctx.conn, ctx.scope, version)
    return version


def held(ctx: Context, version: DatasetVersion) -> Frozen:
    """What a version holds."""
    return Frozen(contents.manifest(ctx, version.hash), version.annotation_count)


def update(ctx: Context, version_id: str, change: DatasetVersionUpdate) -> DatasetVersion:
    """Call a version otherwise."""
    version = access.dataset_version(ctx, version_id)
    dataset_versions.rename(ctx.conn, ctx.scope, version_id, change.name.strip())
    return replace(version, name=change.name.strip())


def delete(ctx: Context, version_id: str) -> int:
    """Forget a version. Raises Conflict where an evaluation judged by it."""
    access.dataset_version(ctx, version_id)
    evaluation_id = dataset_versions.evaluated(ctx.conn, ctx.scope, version_id)
    if evaluation_id is not None:
        message = f"evaluation {evaluation_id} judged by it, and could not be explained without it"
        raise Conflict(message)
    contents.collect_later(ctx)
    return dataset_versions.delete(ctx.conn, ctx.scope, version_id)


def difference(ctx: Context, version_id: str, *, since: str) -> DatasetVersionDifference:
    """What a version of a dataset holds otherwise than an earlier one."""
    second, first = access.dataset_version(ctx, version_id), access.dataset_version(ctx, since)
    if first.dataset_id != second.dataset_id:
        message = f"{since} is a version of another dataset than {version_id}"
        raise Invalid(message, field="since")
    before, after = contents.manifest(ctx, first.hash), contents.manifest(ctx, second.hash)
    pairs = _pairs(before, after)
    names = {before.taxonomy, after.taxonomy}
    names |= {
        getattr(entry, part)
        for one, other in pairs
        for part in ("item", "annotations")
        for entry in (one, other)
        if entry is not None and (one is None or other is None or _differ(one, other, part))
    }
    found = contents.get_many(ctx, names)
    return DatasetVersionDifference(
        dataset_version_id=version_id,
        since=since,
        tasks=_changes(_task_changes(found, pairs)),
        annotations=_changes(_annotation_changes(found, pairs)),
        labels=_changes(_label_changes(found[before.taxonomy], found[after.taxonomy])),
    )


_Pair = tuple["Entry | None", "Entry | None"]
"""What two versions hold of one task."""


def _pairs(before: Manifest, after: Manifest) -> list[_Pair]:
    """The tasks that two versions do not hold alike, by id."""
    one = {entry.task_id: entry for entry in before.entries}
    other = {entry.task_id: entry for entry in after.entries}
    found = [(one.get(task_id), other.get(task_id)) for task_id in sorted({*one, *other})]
    return [pair for pair in found if pair[0] != pair[1]]


def _differ(one: Entry, other: Entry, part: str) -> bool:
    return bool(getattr(one, part) != getattr(other, part))


def _task_changes(found: dict[str, bytes], pairs: list[_Pair]) -> Iterator[Change]:
    for one, other in pairs:
        if one is None or other is None or (one.item, one.split) != (other.item, other.split):
            yield _change(
                _task(found, one),
                _task(found, other),
                task_id=_task_id(one, other),
            )


def _task(found: dict[str, bytes], entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    held = from_json(found[entry.item].decode()) if entry.item in found else {}
    return {**held, "split": entry.split}


def _annotation_changes(found: dict[str, bytes], pairs: list[_Pair]) -> Iterator[Change]:
    for one, other in pairs:
        if one is not None and other is not None and not _differ(one, other, "annotations"):
            continue
        before, after = (
            {} if entry is None else frozen.annotations_by_id(found[entry.annotations])
            for entry in (one, other)
        )
        for identity in sorted({*before, *after}):
            if before.get(identity) != after.get(identity):
                yield _change(
                    before.get(identity),
                    after.get(identity),
                    task_id=_task_id(one, other),
                    annotation_id=identity,
                )


def _label_changes(before: bytes, after: bytes) -> Iterator[Change]:
    one, other = (
        {(label["name"], label["shape"]): label for label in from_json(data.decode())}
        for data in (before, after)
    )
    for key in sorted({*one, *other}):
        if one.get(key) != other.get(key):
            yield _change(one.get(key), other.get(key))


def _change(before: dict[str, Any] | None, after: dict[str, Any] | None, **where: str) -> Change:
    word = "added" if before is None else "removed" if after is None else "changed"
    return Change(change=word, before=before, after=after, **where)


def _task_id(one: Entry | None, other: Entry | None) -> str:
    entry = one or other
    assert entry is not None, "one of the two versions holds the task"
    return entry.task_id


def _changes(found: Iterator[Change]) -> Changes:
    counts = dict.fromkeys(("added", "removed", "changed"), 0)
    listed: list[Change] = []
    for change in found:
        counts[change.change] += 1
        if len(listed) < MOST_CHANGES:
            listed.append(change)
    return Changes(**counts, changes=tuple(listed))
