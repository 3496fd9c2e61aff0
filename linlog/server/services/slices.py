"""Slices: saved queries over a dataset, and which tasks they take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from linlog import ids
from linlog.errors import Conflict, Invalid
from linlog.evaluation import kinds
from linlog.evaluation.kinds import Telling
from linlog.server import names
from linlog.server.services import access, contents, evaluations, users
from linlog.server.store import slices
from linlog.server.store.paging import EVERYTHING
from linlog.server.store.values import from_json
from linlog.wire.slices import Slice, SliceTasks
from linlog.wire.unset import Unset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linlog.evaluation.frozen import Manifest
    from linlog.evaluation.outcomes import Told
    from linlog.evaluation.slicing import Facts, Marks
    from linlog.evaluation.tallies import Bools, Floats, Tally
    from linlog.server.context import Context
    from linlog.server.services.contents import Frozen
    from linlog.server.store.paging import Window
    from linlog.wire.evaluations import Evaluation
    from linlog.wire.paging import Page
    from linlog.wire.slices import SliceCreate, SliceUpdate

OUTCOMES: Final = ("hit", "missed", "false positive", "confused", "duplicate")
"""What can become of a truth or a prediction."""
_ITEM: Final = 3000
_MARK: Final = 400
"""Bytes that a decoded item and a decoded annotation take up in memory, about."""


def list_page(
    ctx: Context, window: Window, *, dataset_id: str | None = None, project_id: str | None = None
) -> Page[Slice]:
    """The slices of a dataset or a project."""
    owner = _owner(ctx, dataset_id, project_id)
    found = slices.list_page(ctx.conn, ctx.scope, owner, window)
    return replace(found, results=_written(ctx, found.results))


def get(ctx: Context, slice_id: str) -> Slice:
    """One slice."""
    return _written(ctx, [access.slice_(ctx, slice_id)])[0]


def create(ctx: Context, new: SliceCreate) -> Slice:
    """Save a query. Raises Conflict where the dataset or project has a slice of this name."""
    _owner(ctx, new.dataset_id, new.project_id)
    made = Slice(
        id=ids.new("slice"),
        dataset_id=new.dataset_id,
        project_id=new.project_id,
        name=new.name.strip(),
        query=read(new.query),
        created_date=ctx.today,
    )
    _check(ctx, made)
    slices.insert(ctx.conn, ctx.scope, made)
    return _written(ctx, [made])[0]


def update(ctx: Context, slice_id: str, change: SliceUpdate) -> Slice:
    """Change a slice."""
    found = access.slice_(ctx, slice_id)
    changed = replace(
        found,
        name=found.name if isinstance(change.name, Unset) else change.name.strip(),
        query=found.query if isinstance(change.query, Unset) else read(change.query),
    )
    _check(ctx, changed)
    slices.update(ctx.conn, ctx.scope, changed)
    return _written(ctx, [changed])[0]


def delete(ctx: Context, slice_id: str) -> int:
    """Remove a slice."""
    access.slice_(ctx, slice_id)
    return slices.delete(ctx.conn, ctx.scope, slice_id)


def read(query: Mapping[str, Any] | str) -> dict[str, Any]:
    """A query that was sent, as text or JSON. Raises Invalid with the character that is wrong."""
    from linlog.evaluation import query_text

    if not isinstance(query, str):
        return dict(query)
    try:
        return dict(query_text.read(query))
    except query_text.Mistake as mistake:
        raise Invalid(f"query: {mistake}", field="query") from mistake


def chosen(ctx: Context, slice_id: str | None, query: str | None, dataset_id: str) -> Slice | None:
    """The slice that is asked for: one that is saved, or a query that is not."""
    if query is None:
        return None if slice_id is None else access.slice_(ctx, slice_id)
    if slice_id is not None:
        message = "give a slice_id or a query, not both"
        raise Invalid(message, field="query")
    return Slice(
        id="", dataset_id=dataset_id, name=query, query=read(query), created_date=ctx.today
    )


def tasks(ctx: Context, slice_id: str, evaluation_id: str | None = None) -> SliceTasks:
    """The tasks that a slice takes of its dataset now, or of what an evaluation judged by."""
    found = access.slice_(ctx, slice_id)
    if found.dataset_id is None:
        message = f"slice {slice_id} is of a project: list its tasks by its query"
        raise Invalid(message, field="slice_id")
    if evaluation_id is None:
        truth = contents.now(ctx, found.dataset_id)
        taken = _select(ctx, found, facts(ctx, truth))
    else:
        evaluation = evaluations.finished(ctx, evaluation_id)
        truth = evaluations.held_then(ctx, evaluation)
        tally = evaluations.tally(ctx, evaluation)
        config = evaluations.read_config(evaluation.kind, evaluation.config)
        taken = taken_of(ctx, found, Asked(evaluation, truth, tally, config))
    entries = truth.manifest.entries
    return SliceTasks(
        slice_id=slice_id,
        task_ids=tuple(each.task_id for each, kept in zip(entries, taken, strict=True) if kept),
        of=len(entries),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """An evaluation under one state of its report."""

    evaluation: Evaluation
    truth: Frozen
    tally: Tally
    """Of all tasks."""
    config: Any


def taken_of(ctx: Context, wanted: Slice, asked: Asked) -> Bools:
    """By task of an evaluation whether a slice takes it."""
    if wanted.dataset_id != asked.evaluation.dataset_id:
        message = f"slice {wanted.id} is of another dataset than evaluation {asked.evaluation.id}"
        raise Invalid(message, field="slice_id")
    judged = Judged(ctx, asked.evaluation, asked.tally, asked.config)
    return _select(ctx, wanted, facts(ctx, asked.truth, judged))


def facts(ctx: Context, truth: Frozen, judged: Judged | None = None) -> Facts:
    """What a query can ask of a dataset at one moment; what is frozen is decoded once."""
    from linlog.evaluation.slicing import Facts

    manifest = truth.manifest
    name = manifest.name

    def items() -> Sequence[Mapping[str, Any]]:
        def make() -> Sequence[Mapping[str, Any]]:
            return _items(ctx, truth)

        return ctx.memory.get(f"items {name}", make, lambda made: _ITEM * len(made))

    def annotations() -> Marks:
        def make() -> Marks:
            return _annotations(ctx, truth)

        return ctx.memory.get(f"marks {name}", make, lambda made: _MARK * len(made.task))

    return Facts(
        size=len(manifest.entries),
        splits=[each.split for each in manifest.entries],
        items=items,
        annotations=annotations,
        judged=judged,
    )


class Judged:
    """What an evaluation found, as queries ask for it."""

    def __init__(self, ctx: Context, evaluation: Evaluation, tally: Tally, config: Any) -> None:
        self._ctx = ctx
        self._evaluation = evaluation
        self._tally = tally
        self._config = config
        self._kind = kinds.get(evaluation.kind)

    @cached_property
    def predictions(self) -> Marks:
        """The predictions of the tally."""
        from linlog.evaluation.slicing import Coded, Column, Marks

        tally = self._tally
        rows = tally.predictions
        columns: dict[str, Column] = {"label": Coded(tally.labels, rows["label"])}
        columns.update((name, rows[name]) for name in ("confidence", "area") if name in rows)
        return Marks(rows["task"], columns)

    @cached_property
    def scores(self) -> Floats:
        """How well the model did on each task."""
        import numpy as np

        found = np.full(len(self._tally), np.nan)
        found[self._counted] = self._told.scores
        return found

    @cached_property
    def outcomes(self) -> Mapping[str, Bools]:
        """By word the tasks that have such an outcome."""
        import numpy as np

        found = {word: np.zeros(len(self._tally), dtype=bool) for word in OUTCOMES}
        for word, tasks in self._told.outcomes.items():
            found[word][self._counted] = tasks
        return found

    @cached_property
    def _told(self) -> Told:
        from linlog.evaluation import tallies

        if not isinstance(self._kind, Telling):
            message = f"{self._kind.name} tells neither score nor outcome of a task"
            raise Invalid(message, field="query")
        kind, tally, config = self._kind, self._tally, self._config
        return tallies.latest(tally, "told", config, lambda: kind.tell(tally, config))

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """The settings of the model version's training."""
        version = access.model_version(self._ctx, self._evaluation.model_version_id)
        return version.config

    @property
    def _counted(self) -> Bools:
        """By task whether it counts at all."""
        import numpy as np

        tally = self._tally
        left_out = self._config.missing == "left out"
        return tally.predicted if left_out else np.ones(len(tally), dtype=bool)


def _written(ctx: Context, found: Sequence[Slice]) -> tuple[Slice, ...]:
    """Slices with their queries as text."""
    from linlog.evaluation import query_text

    named = users.named(ctx, [each.query for each in found])
    return tuple(
        replace(each, text=query_text.write(query) or query_text.EVERY_TASK)
        for each, query in zip(found, named, strict=True)
    )


def _select(ctx: Context, wanted: Slice, known: Facts) -> Bools:
    from linlog.evaluation import slicing

    try:
        return slicing.select(users.resolved(ctx, wanted.query), known)
    except ValueError as error:
        raise Invalid(f"slice {wanted.name}: {error}", field="slice_id") from error


def _items(ctx: Context, truth: Frozen) -> Sequence[Mapping[str, Any]]:
    entries = truth.manifest.entries
    found = contents.get_many(ctx, {each.item for each in entries}, truth)
    return [from_json(found[each.item].decode()) for each in entries]


def _annotations(ctx: Context, truth: Frozen) -> Marks:
    from linlog.evaluation import slicing

    manifest: Manifest = truth.manifest
    found = contents.get_many(ctx, {each.annotations for each in manifest.entries}, truth)
    return slicing.marks_of(found[each.annotations] for each in manifest.entries)


def _check(ctx: Context, wanted: Slice) -> None:
    from linlog.evaluation import slicing

    try:
        slicing.check(wanted.query)
    except ValueError as error:
        raise Invalid(str(error), field="query") from error
    if wanted.project_id is not None and slicing.needs_evaluation(wanted.query):
        message = "a slice of a project cannot ask what a model did; save it of a dataset"
        raise Invalid(message, field="query")
    taken = slices.list_page(ctx.conn, ctx.scope, _named(wanted), EVERYTHING).results
    name = names.plain(wanted.name)
    if any(names.plain(one.name) == name and one.id != wanted.id for one in taken):
        whose = "dataset" if wanted.project_id is None else "project"
        message = f"the {whose} has a slice {wanted.name!r} already"
        raise Conflict(message, field="name")


def _owner(ctx: Context, dataset_id: str | None, project_id: str | None) -> slices.Owner:
    """Whose slices are meant. Raises Invalid where that is not said, or said twice."""
    if dataset_id is not None and project_id is None:
        access.check_dataset(ctx, dataset_id)
        return "dataset_id", dataset_id
    if project_id is not None and dataset_id is None:
        access.project(ctx, project_id)
        return "project_id", project_id
    message = "a slice is of a dataset or of a project: give dataset_id or project_id"
    raise Invalid(message, field="dataset_id")


def _named(wanted: Slice) -> slices.Owner:
    if wanted.project_id is not None:
        return "project_id", wanted.project_id
    assert wanted.dataset_id is not None, "a slice is of one of the two"
    return "dataset_id", wanted.dataset_id
