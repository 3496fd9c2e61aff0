"""Evaluations: a model run compared with the ground truth."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from linlog import ids
from linlog.errors import Conflict, Invalid
from linlog.evaluation import frozen, kinds
from linlog.server.services import access, contents, dataset_versions, jobs, tally_parts
from linlog.server.services.tally_parts import Found
from linlog.server.store import evaluations, model_runs, predictions, revisions
from linlog.server.store import tally_parts as part_rows
from linlog.server.store.paging import EVERYTHING
from linlog.wire import codec
from linlog.wire.blocks import Report, Scalar, Scalars
from linlog.wire.model_versions import Unjudged

if TYPE_CHECKING:
    from collections.abc import Callable

    from linlog.evaluation.tallies import Tally
    from linlog.server.context import Context, Transactions
    from linlog.server.services.contents import Frozen
    from linlog.server.store.evaluations import Standing
    from linlog.server.store.paging import Window
    from linlog.wire.evaluations import Evaluation, EvaluationCreate
    from linlog.wire.model_runs import ModelRun
    from linlog.wire.paging import Page


@dataclass(frozen=True, slots=True)
class Judged:
    """What an evaluation is made of, all of one moment."""

    truth: Frozen
    standing: Standing | None
    """None where it is of an earlier version, which nothing moves."""
    found: Found
    tally: Tally


def list_page(ctx: Context, window: Window, **equal: str | None) -> Page[Evaluation]:
    """Evaluations, newest first."""
    return evaluations.list_page(ctx.conn, ctx.scope, window, **equal)


def get(ctx: Context, evaluation_id: str) -> Evaluation:
    """One evaluation, without its report."""
    return access.evaluation(ctx, evaluation_id)


def create(ctx: Context, new: EvaluationCreate) -> Evaluation:
    """Ask for an evaluation; a job computes it."""
    run = access.model_run(ctx, new.model_run_id)
    dataset_id = access.judged_dataset_id(run)
    name = new.kind or _only_kind(ctx, run)
    if name not in kinds.NAMES:
        message = f"no kind is called {name[:40]!r}; expected one of {', '.join(kinds.NAMES)}"
        raise Invalid(message, field="kind")
    version_id = new.dataset_version_id
    if version_id is not None:
        version = access.dataset_version(ctx, version_id)
        if version.dataset_id != dataset_id:
            message = f"version {version_id} is of dataset {version.dataset_id}, not of the run's"
            raise Invalid(message, field="dataset_version_id")
    return _start(ctx, run, name, asdict(read_config(name, new.config)), version_id)


def start_missing(ctx: Context, version_id: str) -> tuple[list[Evaluation], list[Unjudged]]:
    """An evaluation of each model run and kind of a version, begun where none is up to date.

    Beside them the runs with predictions of shapes that no kind looks at.
    """
    runs = model_runs.list_page(
        ctx.conn, ctx.scope, EVERYTHING, model_version_id=version_id
    ).results
    started: list[Evaluation] = []
    unjudged: list[Unjudged] = []
    for run in runs:
        if run.dataset_id is None:
            continue
        shapes = predictions.shape_names(ctx.conn, ctx.scope, run.id)
        started += [
            _current(ctx, run, name) or _start(ctx, run, name, asdict(read_config(name, {})))
            for name in _kinds_of(ctx, run, shapes)
        ]
        if passed_over := shapes - kinds.shapes():
            unjudged.append(Unjudged(model_run_id=run.id, shapes=tuple(sorted(passed_over))))
    return started, unjudged


def report(ctx: Context, evaluation_id: str) -> bytes:
    """The report of a finished evaluation as the JSON that is stored. Raises Conflict before."""
    finished(ctx, evaluation_id)
    found = evaluations.report(ctx.conn, ctx.scope, evaluation_id)
    assert found is not None, "a finished evaluation has its report"
    return found


def delete(ctx: Context, evaluation_id: str) -> int:
    """Remove an evaluation with its report and its job."""
    evaluation = access.evaluation(ctx, evaluation_id)
    deleted = jobs.delete(ctx, evaluation.job_id)
    tally_parts.delete_unused(ctx, evaluation.model_run_id)
    return deleted


def compute(
    transactions: Transactions, evaluation_id: str, progress: Callable[[float], None]
) -> None:
    """Match what has changed since the last evaluation, summarize, and store both."""
    with transactions.read() as ctx:
        evaluation = access.evaluation(ctx, evaluation_id)
    config = read_config(evaluation.kind, evaluation.config)
    try:
        judged = _judge(transactions, evaluation, config, lambda share: progress(0.9 * share))
    except ValueError as error:
        raise Invalid(str(error)) from error
    kind = kinds.get(evaluation.kind)
    found = kind.summarize(judged.tally, config)
    with transactions.write() as ctx:
        _save(ctx, evaluation, found, judged)


def tally(ctx: Context, evaluation: Evaluation) -> Tally:
    """What a finished evaluation was summarized from, merged, and kept in memory for a while."""
    kind, config = kinds.get(evaluation.kind), read_config(evaluation.kind, evaluation.config)
    made_by = evaluations.matcher(ctx.conn, ctx.scope, evaluation.id)

    def make() -> Tally:
        if made_by != tally_parts.matcher(kind, config):
            return rerun(ctx, evaluation)
        parts = part_rows.of_evaluation(ctx.conn, ctx.scope, evaluation.id)
        return tally_parts.merged(ctx, kind, Found(parts))

    return ctx.memory.get(tally_key(ctx, evaluation), make, lambda made: made.size_bytes)


def tally_key(ctx: Context, evaluation: Evaluation) -> str:
    """What names the tally of an evaluation: whatever it depends on is in it."""
    part_ids = part_rows.ids_of_evaluation(ctx.conn, ctx.scope, evaluation.id)
    config = read_config(evaluation.kind, evaluation.config)
    return _key(kinds.get(evaluation.kind), config, part_ids)


def rerun(ctx: Context, evaluation: Evaluation) -> Tally:
    """The tally made anew from the frozen content: the annotations and predictions of then.

    Raises Conflict where predictions are gone with their tasks.
    """
    from linlog.evaluation import tallies

    kind = kinds.get(evaluation.kind)
    config = read_config(evaluation.kind, evaluation.config)
    parts = part_rows.of_evaluation(ctx.conn, ctx.scope, evaluation.id)
    before = tally_parts.merged(ctx, kind, Found(parts))
    truth = held_then(ctx, evaluation)
    todo = replace(
        tally_parts.work(ctx, evaluation.model_run_id, kind, config, truth, current=False),
        counts={task: row.count for part in parts for task, row in part.tasks.items()},
        only=tallies.prediction_ids(before),
    )
    made, hashes = tally_parts.match(ctx, todo)
    if frozen.combined(hashes) != evaluation.hashes["predictions"]:
        message = f"predictions that evaluation {evaluation.id} judged are gone with their tasks"
        raise Conflict(message)
    return made


def held_then(ctx: Context, evaluation: Evaluation) -> Frozen:
    """What the dataset held when it was judged. Raises Conflict for evaluations of old."""
    if evaluation.dataset_version_id is None:
        message = f"evaluation {evaluation.id} is older than frozen datasets; evaluate again"
        raise Conflict(message)
    version = access.dataset_version(ctx, evaluation.dataset_version_id)
    return dataset_versions.held(ctx, version)


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


def _judge(
    transactions: Transactions,
    evaluation: Evaluation,
    config: Any,
    progress: Callable[[float], None],
) -> Judged:
    """Match all that an evaluation is about, in one snapshot."""
    from linlog.evaluation import carried

    kind, run_id = kinds.get(evaluation.kind), evaluation.model_run_id
    now = evaluation.dataset_version_id is None
    if now:
        contents.freeze_missing(transactions, evaluation.dataset_id)
    with transactions.read() as ctx:
        truth = contents.now(ctx, evaluation.dataset_id) if now else held_then(ctx, evaluation)
        todo = tally_parts.work(ctx, run_id, kind, config, truth, current=now)
        found = tally_parts.bring_up_to_date(transactions, ctx, todo, progress)
        tally = tally_parts.merged(ctx, kind, found)
        before = ctx.memory.known(_key(kind, config, [*found.before]))
        if before is not None:
            carried.carry(before, tally, found.changed)
        return Judged(
            truth=truth,
            standing=revisions.standing(ctx.conn, ctx.scope, run_id) if now else None,
            found=found,
            tally=tally,
        )


def _save(ctx: Context, evaluation: Evaluation, found: Report, judged: Judged) -> None:
    access.evaluation(ctx, evaluation.id)
    kind, config = kinds.get(evaluation.kind), read_config(evaluation.kind, evaluation.config)
    version = dataset_versions.of(ctx, evaluation.dataset_id, judged.truth)
    part_ids = [part.id for part in judged.found.parts]
    evaluations.save(
        ctx.conn,
        ctx.scope,
        evaluation.id,
        found=found,
        scalars={each.name: each.value for each in headline_scalars(found)},
        dataset_version_id=version.id,
        matcher=tally_parts.matcher(kind, config),
        predictions_hash=frozen.combined(judged.found.predictions),
        settings_hash=frozen.digest(frozen.encode([evaluation.kind, evaluation.config])),
        standing=judged.standing,
    )
    part_rows.set_of_evaluation(ctx.conn, ctx.scope, evaluation.id, part_ids)
    tally_parts.delete_unused(ctx, evaluation.model_run_id)
    ctx.memory.put(_key(kind, config, part_ids), judged.tally, judged.tally.size_bytes)


def _key(kind: kinds.Kind, config: Any, part_ids: list[str]) -> str:
    """What a tally depends on: what matched, and what was matched."""
    return frozen.digest(frozen.encode([tally_parts.matcher(kind, config), sorted(part_ids)]))


def _start(
    ctx: Context,
    run: ModelRun,
    kind: str,
    config: dict[str, Any],
    dataset_version_id: str | None = None,
) -> Evaluation:
    evaluation_id = ids.new("evaluation")
    job_id = jobs.enqueue(
        ctx, "evaluate", subject_id=evaluation_id, payload={"evaluation_id": evaluation_id}
    )
    # Whoever matches what has come may take its share of what is left.
    jobs.hasten(ctx, "match", subject_id=run.id)
    now = dataset_version_id is None
    evaluations.insert(
        ctx.conn,
        ctx.scope,
        evaluation_id=evaluation_id,
        model_run_id=run.id,
        job_id=job_id,
        kind=kind,
        config=config,
        dataset_version_id=dataset_version_id,
        standing=revisions.standing(ctx.conn, ctx.scope, run.id) if now else None,
        created=ctx.now,
    )
    return access.evaluation(ctx, evaluation_id)


def _current(ctx: Context, run: ModelRun, kind: str) -> Evaluation | None:
    """The newest evaluation of a run, unless it failed or something changed since."""
    page = evaluations.list_page(ctx.conn, ctx.scope, EVERYTHING, model_run_id=run.id, kind=kind)
    newest = next(iter(page.results), None)
    if newest is None or newest.state == "failed":
        return None
    return newest if evaluations.up_to_date(ctx.conn, ctx.scope, newest.id) else None


def kinds_of(ctx: Context, run: ModelRun) -> list[str]:
    """The kinds that judge a run's predictions unasked."""
    return _kinds_of(ctx, run, predictions.shape_names(ctx.conn, ctx.scope, run.id))


def _kinds_of(ctx: Context, run: ModelRun, found: set[str]) -> list[str]:
    """The same, from the shapes of the predictions."""
    if not found:
        dataset = access.dataset(ctx, access.judged_dataset_id(run))
        found = {label.shape for label in dataset.labels}
    return [name for name in kinds.UNASKED if found & {*kinds.get(name).shapes}]


def _only_kind(ctx: Context, run: ModelRun) -> str:
    found = kinds_of(ctx, run)
    if len(found) == 1:
        return found[0]
    said = f"fits {' and '.join(found)}" if found else "fits none of them by its shapes"
    message = f"give the kind, one of {', '.join(kinds.NAMES)}: the model run {said}"
    raise Invalid(message, field="kind")


def finished(ctx: Context, evaluation_id: str) -> Evaluation:
    """A finished evaluation. Raises Conflict that says how far it is, or why it failed."""
    evaluation = access.evaluation(ctx, evaluation_id)
    if evaluation.state == "failed":
        message = f"evaluation {evaluation_id} failed: {evaluation.failure}"
        raise Conflict(message)
    if evaluation.state != "finished":
        done = f"{evaluation.progress:.0%}"
        message = f"evaluation {evaluation_id} is {evaluation.state} ({done}); ask again later"
        raise Conflict(message)
    return evaluation


def headline_scalars(found: Report) -> tuple[Scalar, ...]:
    """The numbers of a report's first block of numbers."""
    return next((block.scalars for block in found.blocks if isinstance(block, Scalars)), ())
