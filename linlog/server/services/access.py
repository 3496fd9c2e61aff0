"""The only door to a row: it exists in the caller's organisation, or it does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from linlog import ids
from linlog.errors import Invalid, NotFound
from linlog.server.store import annotations as annotation_rows
from linlog.server.store import (
    batches,
    comments,
    dataset_versions,
    datasets,
    evaluations,
    files,
    jobs,
    labels,
    model_runs,
    model_versions,
    models,
    projects,
    reviews,
    slices,
    tasks,
    users,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from linlog.server.context import Context
    from linlog.server.store.model_runs import Target
    from linlog.wire.annotations import Annotation
    from linlog.wire.batches import Batch
    from linlog.wire.comments import Comment
    from linlog.wire.dataset_versions import DatasetVersion
    from linlog.wire.datasets import Dataset
    from linlog.wire.evaluations import Evaluation
    from linlog.wire.files import File
    from linlog.wire.jobs import Job
    from linlog.wire.labels import Label
    from linlog.wire.model_runs import ModelRun
    from linlog.wire.model_versions import ModelVersion
    from linlog.wire.models import Model
    from linlog.wire.projects import Project
    from linlog.wire.reviews import Review
    from linlog.wire.slices import Slice
    from linlog.wire.tasks import Task
    from linlog.wire.users import User

T = TypeVar("T")
_IN_A_PROJECT: Final = {"label", "batch", "task"}
_ON_A_TASK: Final = {"annotation", "comment", "review"}


def project(ctx: Context, project_id: str) -> Project:
    """The project, or NotFound."""
    return _found(ctx, projects.get, "project", project_id)


def label(ctx: Context, label_id: str) -> Label:
    """The label, or NotFound."""
    return _found(ctx, labels.get, "label", label_id)


def batch(ctx: Context, batch_id: str) -> Batch:
    """The batch, or NotFound."""
    return _found(ctx, batches.get, "batch", batch_id)


def task(ctx: Context, task_id: str) -> Task:
    """The task with its annotations, or NotFound."""
    return _found(ctx, tasks.get, "task", task_id)


def annotation(ctx: Context, annotation_id: str) -> Annotation:
    """The annotation, or NotFound."""
    return _found(ctx, annotation_rows.get, "annotation", annotation_id)


def comment(ctx: Context, comment_id: str) -> Comment:
    """The comment, or NotFound."""
    return _found(ctx, comments.get, "comment", comment_id)


def review(ctx: Context, review_id: str) -> Review:
    """The review with what was submitted, or NotFound."""
    return _found(ctx, reviews.get, "review", review_id)


def file(ctx: Context, file_id: str) -> File:
    """The file, or NotFound."""
    return _found(ctx, files.get, "file", file_id)


def dataset(ctx: Context, dataset_id: str) -> Dataset:
    """The dataset, or NotFound."""
    return _found(ctx, datasets.get, "dataset", dataset_id)


def check_dataset(ctx: Context, dataset_id: str) -> None:
    """That there is such a dataset, or NotFound; nothing of it is counted."""
    _found(ctx, datasets.name, "dataset", dataset_id)


def dataset_version(ctx: Context, version_id: str) -> DatasetVersion:
    """The dataset version, or NotFound."""
    return _found(ctx, dataset_versions.get, "dataset version", version_id)


def slice_(ctx: Context, slice_id: str) -> Slice:
    """The slice, or NotFound."""
    return _found(ctx, slices.get, "slice", slice_id)


def model(ctx: Context, model_id: str) -> Model:
    """The model, or NotFound that says how to create one."""
    if not model_id.strip():
        message = "model_id is empty; create a model with client.create_model(name) and give its id"
        raise NotFound(message, field="model_id")
    return _found(ctx, models.get, "model", model_id)


def model_version(ctx: Context, version_id: str) -> ModelVersion:
    """The model version, or NotFound."""
    return _found(ctx, model_versions.get, "model version", version_id)


def model_run(ctx: Context, run_id: str) -> ModelRun:
    """The model run, or NotFound."""
    return _found(ctx, model_runs.get, "model run", run_id)


def target_of_run(ctx: Context, run_id: str) -> Target:
    """What a model run is on, or NotFound; without the counts, for what comes often."""
    return _found(ctx, model_runs.target, "model run", run_id)


def judged_dataset_id(run: ModelRun) -> str:
    """The dataset by whose ground truth a run is judged. Raises Invalid where it is on none."""
    if run.dataset_id is None:
        message = (
            f"model run {run.id} is on project {run.project_title!r}: its predictions are offered "
            "to those who label, and judged by no ground truth; predict on a dataset to evaluate"
        )
        raise Invalid(message, field="model_run_id")
    return run.dataset_id


def evaluation(ctx: Context, evaluation_id: str) -> Evaluation:
    """The evaluation, or NotFound."""
    return _found(ctx, evaluations.get, "evaluation", evaluation_id)


def job(ctx: Context, job_id: str) -> Job:
    """The job, or NotFound."""
    return _found(ctx, jobs.get, "job", job_id)


def user(ctx: Context, user_id: str) -> User:
    """The user, or NotFound."""
    return _found(ctx, users.get, "user", user_id)


def _found(
    ctx: Context, get: Callable[[Connection, str, str], T | None], noun: str, identity: str
) -> T:
    # Text that SQLite would cut or PostgreSQL refuse names nothing, and is not looked up.
    storable = "\0" not in identity and len(identity) <= 200
    row = get(ctx.conn, ctx.scope, identity) if storable else None
    if row is None or not sees(ctx, noun, row):
        raise NotFound(_nothing(noun, identity))
    return row


def sees(ctx: Context, noun: str, row: Any) -> bool:
    """Whether a row is in a project that the caller sees; what is in none is for who sees all.

    A file is where a task looks at it, and callers see themselves.
    """
    if ctx.actor.projects is None:
        return True
    if noun == "project":
        return ctx.actor.sees(row.id)
    if noun in _IN_A_PROJECT:
        return ctx.actor.sees(row.project_id)
    if noun in _ON_A_TASK:
        task = tasks.get(ctx.conn, ctx.scope, row.task_id)
        return task is not None and ctx.actor.sees(task.project_id)
    if noun == "user":
        return bool(row.id == ctx.actor.user_id)
    if noun == "file":
        return any(map(ctx.actor.sees, tasks.projects_of_file(ctx.conn, ctx.scope, row.id)))
    return False


def _nothing(noun: str, identity: str) -> str:
    if noun in ids.PREFIXES and noun != "annotation" and not ids.is_id(noun, identity):
        return f"no {noun} is called {identity[:40]!r}: {ids.explain(noun, identity)}"
    return f"no {noun} has the id {identity[:80]!r}"
