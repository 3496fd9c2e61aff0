"""Evaluations: a model run compared with the ground truth, and two of them with each other."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from linlog import ids
from linlog.errors import Conflict, Invalid
from linlog.evaluation import items as evaluation_items
from linlog.evaluation import kinds
from linlog.server.services import access, jobs
from linlog.server.store import annotations as annotation_rows
from linlog.server.store import (
    datasets,
    evaluations,
    model_runs,
    predictions,
    tasks,
)
from linlog.server.store.paging import EVERYTHING
from linlog.server.store.values import micros
from linlog.wire import codec
from linlog.wire.blocks import Scalars

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linlog.evaluation.tallies import Tally
    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.blocks import Report
    from linlog.wire.comparisons import Comparison
    from linlog.wire.evaluations import Evaluation, EvaluationCreate
    from linlog.wire.model_runs import ModelRun
    from linlog.wire.paging import Page

TASKS_AT_ONCE: Final = 256
"""Tasks whose truths and predictions are in memory at a time."""
RESAMPLES: Final = 1000


@dataclass(frozen=True, slots=True)
class Work:
    """What an evaluation's job needs to know."""

    evaluation: Evaluation
    kind: kinds.Kind
    config: Any
    task_ids: Sequence[str]


def list_page(ctx: Context, window: Window, **equal: str | None) -> Page[Evaluation]:
    """Evaluations, newest first."""
    return evaluations.list_page(ctx.conn, ctx.scope, window, **equal)


def get(ctx: Context, evaluation_id: str) -> Evaluation:
    """One evaluation, without its report."""
    return access.evaluation(ctx, evaluation_id)


def create(ctx: Context, new: EvaluationCreate) -> Evaluation:
    """Ask for an evaluation; a job computes it."""
    run = access.model_run(ctx, new.model_run_id)
    name = new.kind or _only_kind(ctx, run)
    if name not in kinds.NAMES:
        message = f"no kind is called {name[:40]!r}; expected one of {', '.join(kinds.NAMES)}"
        raise Invalid(message, field="kind")
    return _start(ctx, run, name, asdict(read_config(name, new.config)))


def start_missing(ctx: Context, version_id: str) -> list[Evaluation]:
    """An evaluation of each model run and kind of a version, begun where none is up to date."""
    runs = model_runs.list_page(
        ctx.conn, ctx.scope, EVERYTHING, model_version_id=version_id
    ).results
    return [
        _current(ctx, run, name) or _start(ctx, run, name, asdict(read_config(name, {})))
        for run in runs
        for name in _kinds_of(ctx, run)
    ]


def report(ctx: Context, evaluation_id: str) -> Report:
    """The report of a finished evaluation. Raises Conflict before."""
    _finished(ctx, evaluation_id)
    found = evaluations.report(ctx.conn, ctx.scope, evaluation_id)
    assert found is not None, "a finished evaluation has its report"
    return found


def compare(ctx: Context, first_id: str, second_id: str) -> Comparison:
    """What the second evaluation gained over the first, with what chance has to say."""
    from linlog.evaluation import comparison

    first, second = _finished(ctx, first_id), _finished(ctx, second_id)
    _check_comparable(first, second)
    kind = kinds.get(first.kind)
    config = read_config(first.kind, first.config)
    return comparison.compare(
        kind,
        _tally(ctx, kind, first_id),
        _tally(ctx, kind, second_id),
        config,
        resamples=RESAMPLES,
        seed=0,
    )


def delete(ctx: Context, evaluation_id: str) -> int:
    """Remove an evaluation with its report and its job."""
    return jobs.delete(ctx, access.evaluation(ctx, evaluation_id).job_id)


def work(ctx: Context, evaluation_id: str) -> Work:
    """What the job of an evaluation has to do."""
    evaluation = access.evaluation(ctx, evaluation_id)
    return Work(
        evaluation=evaluation,
        kind=kinds.get(evaluation.kind),
        config=read_config(evaluation.kind, evaluation.config),
        task_ids=datasets.task_ids(ctx.conn, ctx.scope, evaluation.dataset_id),
    )


def items(ctx: Context, todo: Work) -> Iterator[list[kinds.Item]]:
    """Truths and predictions of the dataset's tasks, some tasks at a time."""
    run_id = todo.evaluation.model_run_id
    for start in range(0, len(todo.task_ids), TASKS_AT_ONCE):
        some = todo.task_ids[start : start + TASKS_AT_ONCE]
        truths = annotation_rows.of_tasks(ctx.conn, ctx.scope, some)
        found = predictions.of_tasks(ctx.conn, ctx.scope, some, run_id=run_id)
        sizes = tasks.image_sizes(ctx.conn, ctx.scope, some)
        yield [
            kinds.Item(
                task_id=task_id,
                truths=tuple(
                    evaluation_items.truth(each)
                    for each in truths.get(task_id, ())
                    if each.shape.name in todo.kind.shapes
                ),
                predictions=tuple(
                    kinds.Prediction(each.id, each.label, each.shape, each.confidence)
                    for each in found.get(task_id, ())
                    if each.shape.name in todo.kind.shapes
                ),
                predicted=task_id in found,
                height=sizes[task_id][0] if task_id in sizes else None,
                width=sizes[task_id][1] if task_id in sizes else None,
            )
            for task_id in some
        ]


def save(ctx: Context, evaluation_id: str, found: Report, parts: Sequence[bytes]) -> None:
    """Store a report and its tallies."""
    evaluations.save(
        ctx.conn,
        ctx.scope,
        evaluation_id,
        found=found,
        scalars=_headline_numbers(found),
        parts=parts,
    )


def read_config(kind: str, given: dict[str, Any]) -> Any:
    """The settings of a kind. Raises Invalid that names the known ones."""
    config = kinds.get(kind).Config
    known = [entry.name for entry in fields(config)]
    for key in given:
        if key not in known:
            message = f"{kind} has no setting {key[:40]!r}; it has {', '.join(known)}"
            raise Invalid(message, field=f"config.{key[:40]}")
    try:
        return codec.convert(given, config)
    except ValueError as error:
        raise Invalid(f"config is wrong: {error}", field="config") from error


def _start(ctx: Context, run: ModelRun, kind: str, config: dict[str, Any]) -> Evaluation:
    evaluation_id = ids.new("evaluation")
    job_id = jobs.enqueue(
        ctx, "evaluate", subject_id=evaluation_id, payload={"evaluation_id": evaluation_id}
    )
    evaluations.insert(
        ctx.conn,
        ctx.scope,
        evaluation_id=evaluation_id,
        model_run_id=run.id,
        job_id=job_id,
        kind=kind,
        config=config,
        created=ctx.now,
    )
    return access.evaluation(ctx, evaluation_id)


def _current(ctx: Context, run: ModelRun, kind: str) -> Evaluation | None:
    """The newest evaluation of a run, unless it failed or predictions came after it."""
    page = evaluations.list_page(ctx.conn, ctx.scope, EVERYTHING, model_run_id=run.id, kind=kind)
    newest = next(iter(page.results), None)
    if newest is None or newest.state == "failed":
        return None
    last = predictions.last_created(ctx.conn, ctx.scope, run.id)
    return newest if micros(newest.created_date) >= last else None


def _kinds_of(ctx: Context, run: ModelRun) -> list[str]:
    """The kinds that judge a run's predictions unasked."""
    found = predictions.shape_names(ctx.conn, ctx.scope, run.id)
    if not found:
        dataset = access.dataset(ctx, run.dataset_id)
        found = {label.shape for label in dataset.labels}
    return [name for name in kinds.UNASKED if found & {*kinds.get(name).shapes}]


def _only_kind(ctx: Context, run: ModelRun) -> str:
    found = _kinds_of(ctx, run)
    if len(found) == 1:
        return found[0]
    said = f"fits {' and '.join(found)}" if found else "fits none of them by its shapes"
    message = f"give the kind, one of {', '.join(kinds.NAMES)}: the model run {said}"
    raise Invalid(message, field="kind")


def _finished(ctx: Context, evaluation_id: str) -> Evaluation:
    evaluation = access.evaluation(ctx, evaluation_id)
    if evaluation.state == "failed":
        message = f"evaluation {evaluation_id} failed: {evaluation.failure}"
        raise Conflict(message)
    if evaluation.state != "finished":
        done = f"{evaluation.progress:.0%}"
        message = f"evaluation {evaluation_id} is {evaluation.state} ({done}); ask again later"
        raise Conflict(message)
    return evaluation


def _check_comparable(first: Evaluation, second: Evaluation) -> None:
    for name in ("kind", "dataset_id", "config"):
        if getattr(first, name) != getattr(second, name):
            said = f"{getattr(first, name)} and {getattr(second, name)}"
            message = f"evaluations of different {name} cannot be compared: {said}"
            raise Invalid(message, field="second")


def _tally(ctx: Context, kind: kinds.Kind, evaluation_id: str) -> Tally:
    from linlog.evaluation import tallies

    parts = evaluations.parts(ctx.conn, ctx.scope, evaluation_id)
    return kind.merge([tallies.decode(part) for part in parts])


def _headline_numbers(found: Report) -> dict[str, float | None]:
    for block in found.blocks:
        if isinstance(block, Scalars):
            return {scalar.name: scalar.value for scalar in block.scalars}
    return {}
