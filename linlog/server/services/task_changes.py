"""Changes of many tasks at once: a job that goes through them, some in one transaction at a time.

What was done is noted in the transaction that did it, so a job that is taken up again goes on where
the last one ended. A task that a rule protects is left as it is, and counted with the reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from linlog import ids, limits
from linlog.errors import ApiError, Invalid
from linlog.server.services import (
    access,
    audit_entries,
    batches,
    datasets,
    jobs,
    reviews,
    task_queries,
    tasks,
)
from linlog.server.store import jobs as job_rows
from linlog.server.store import tasks as task_rows
from linlog.wire import codec
from linlog.wire.task_changes import Refused, TasksChange, TasksChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linlog.server.context import Context, Transactions
    from linlog.wire.jobs import Job
    from linlog.wire.tasks import Task

AT_ONCE: Final = 200
"""Tasks in one transaction: others write in between."""
MOST_TASKS: Final = limits.CHANGED_TASKS
_SHOWN: Final = 10
"""Ids that are told of the tasks that were refused for one reason."""
_MOST_REASONS: Final = 20
_NOTHING: Final = "the task is gone"


def start(ctx: Context, change: TasksChange) -> Job:
    """Queue a change of the tasks that are meant now. Raises Invalid for one that says nothing."""
    _check(change)
    _check_datasets(ctx, change)
    wanted = _meant(ctx, change)
    job_id = ids.new("job")
    plain = replace(change, task_ids=None, query=None)
    jobs.enqueue(
        ctx,
        "change_tasks",
        subject_id=change.dataset_id or change.project_id or ctx.scope,
        payload={
            "job_id": job_id,
            "user_id": ctx.actor.user_id,
            "task_ids": wanted,
            "change": plain,
        },
        job_id=job_id,
    )
    job_rows.set_result(ctx.conn, ctx.scope, job_id, TasksChanged(of=len(wanted)))
    if change.delete:
        audit_entries.note(ctx, "tasks.delete", job_id, tasks=len(wanted))
    return access.job(ctx, job_id)


def run(
    transactions: Transactions, payload: dict[str, Any], progress: Callable[[float], None]
) -> None:
    """Do what a queued change says, from where an earlier attempt ended."""
    change = codec.convert(payload.get("change", {}), TasksChange)
    wanted: list[str] = payload.get("task_ids", [])
    done = 0
    while done < len(wanted):
        with transactions.write() as ctx:
            told = _result(ctx, payload["job_id"])
            some = wanted[told.done : told.done + AT_ONCE]
            told = _applied(_acting(ctx, payload), change, some, told)
            job_rows.set_result(ctx.conn, ctx.scope, payload["job_id"], told)
        done = told.done
        progress(done / len(wanted))


def _check(change: TasksChange) -> None:
    if (change.task_ids is None) == (change.query is None):
        message = "give either task_ids or a query"
        raise Invalid(message, field="query")
    if change.query is not None and (change.project_id is None) == (change.dataset_id is None):
        message = "a query is asked of a project or of a dataset: give one of the two ids"
        raise Invalid(message, field="project_id")
    named = ("batch", "decision", "add_to_dataset", "remove_from_dataset")
    given = [name for name in named if getattr(change, name) is not None]
    given += [name for name in ("add_tags", "remove_tags") if getattr(change, name)]
    if change.delete and given:
        message = f"tasks that are deleted cannot be changed as well: leave out {given[0]}"
        raise Invalid(message, field="delete")
    if not change.delete and not given:
        message = f"nothing is said to become of the tasks: give {', '.join(named)} …"
        raise Invalid(message, field="decision")


def _check_datasets(ctx: Context, change: TasksChange) -> None:
    for dataset_id in (change.add_to_dataset, change.remove_from_dataset):
        if dataset_id is not None:
            access.check_dataset(ctx, dataset_id)


def _meant(ctx: Context, change: TasksChange) -> list[str]:
    if change.task_ids is not None:
        return [*dict.fromkeys(change.task_ids)]
    asked = task_queries.Asked(
        project_id=change.project_id,
        dataset_id=change.dataset_id,
        text=change.query or "",
        evaluation_id=change.evaluation_id,
    )
    return task_queries.ids(ctx, asked)


def _result(ctx: Context, job_id: str) -> TasksChanged:
    return codec.convert(access.job(ctx, job_id).result or {"of": 0}, TasksChanged)


def _acting(ctx: Context, payload: dict[str, Any]) -> Context:
    """The context of whoever asked, so that reviews say who decided."""
    return replace(ctx, actor=replace(ctx.actor, user_id=payload.get("user_id")))


def _applied(
    ctx: Context, change: TasksChange, some: Sequence[str], told: TasksChanged
) -> TasksChanged:
    found = task_rows.get_many(ctx.conn, ctx.scope, some)
    refused: dict[str, str] = {each: _NOTHING for each in some if each not in found}
    if change.delete:
        tasks.delete_many(ctx, [*found])
    else:
        refused |= _changed(ctx, change, [*found.values()])
        _moved(ctx, change, [each for each in found if each not in refused])
    return replace(
        told,
        done=told.done + len(some),
        changed=told.changed + len(some) - len(refused),
        refused=_added(told.refused, refused),
    )


def _changed(ctx: Context, change: TasksChange, some: Sequence[Task]) -> dict[str, str]:
    """Change tasks; by id why some stay as they were, all of them."""
    refused = {}
    if change.add_to_dataset is not None and change.decision != "complete":
        refused = {
            task.id: f"is {task.status}: a dataset holds completed tasks only"
            for task in some
            if not task.complete
        }
    if change.decision is not None:
        asked = [task for task in some if task.id not in refused]
        done = _decided_at_once(ctx, change, asked)
        told = {task.id: _decided(ctx, change, task) for task in asked if task.id not in done}
        refused |= {task_id: reason for task_id, reason in told.items() if reason is not None}
    batch_ids: dict[str, str] = {}
    free = [task for task in some if task.id not in refused]
    changes = {task.id: _values(ctx, change, task, batch_ids) for task in free}
    wanted = {task_id: values for task_id, values in changes.items() if values}
    if wanted:
        task_rows.update_many(ctx.conn, ctx.scope, wanted)
    return refused


def _values(
    ctx: Context, change: TasksChange, task: Task, batch_ids: dict[str, str]
) -> dict[str, Any]:
    """What changes of a task's row; `batch_ids` remembers by project where tasks move to."""
    values: dict[str, Any] = {}
    tags = [each for each in task.tags if each not in change.remove_tags]
    tags += [each for each in dict.fromkeys(change.add_tags) if each not in tags]
    if tuple(tags) != task.tags:
        values["tags"] = tags
    if change.batch is not None and change.batch.strip() != task.batch:
        if task.project_id not in batch_ids:
            known = batches.ids_of(ctx, task.project_id, [change.batch])
            batch_ids[task.project_id] = known[change.batch]
        values["batch_id"] = batch_ids[task.project_id]
    return values


def _decided_at_once(ctx: Context, change: TasksChange, some: Sequence[Task]) -> set[str]:
    """Decide on what needs no look at the task itself; the ids of what is settled with that."""
    complete, rejected = change.decision == "complete", change.decision == "rejected"
    there = {task.id for task in some if _is_so(task, complete=complete, rejected=rejected)}
    others = [task for task in some if task.id not in there]
    return there | reviews.set_plain_states(
        ctx, others, complete=complete, rejected=rejected, reason=change.reason
    )


def _is_so(task: Task, *, complete: bool, rejected: bool) -> bool:
    same = (task.complete, task.rejected) == (complete, rejected)
    return same and task.status != "in_review"


def _decided(ctx: Context, change: TasksChange, task: Task) -> str | None:
    """Decide on one task, or say why not; then it stays as it was."""
    try:
        with ctx.conn.begin_nested():
            _decide(ctx, change, task)
    except ApiError as error:
        # Reasons are counted: which task it was is told apart.
        return error.detail.replace(f"task {task.id} ", "", 1)
    return None


def _decide(ctx: Context, change: TasksChange, task: Task) -> None:
    complete, rejected = change.decision == "complete", change.decision == "rejected"
    if _is_so(task, complete=complete, rejected=rejected):
        return
    task = access.task(ctx, task.id)
    values = {"rejection_reason": change.reason} if rejected else {}
    reviews.set_state(ctx, task, complete=complete, rejected=rejected, values=values)


def _moved(ctx: Context, change: TasksChange, some: Sequence[str]) -> None:
    if change.add_to_dataset is not None:
        datasets.add_tasks(ctx, change.add_to_dataset, some)
    if change.remove_from_dataset is not None:
        datasets.remove_tasks(ctx, change.remove_from_dataset, some)


def _added(before: Sequence[Refused], refused: dict[str, str]) -> tuple[Refused, ...]:
    found = {each.reason: each for each in before}
    for task_id, reason in refused.items():
        # Reasons that name something of each task are no longer told apart when there are many.
        key = reason if reason in found or len(found) < _MOST_REASONS else "other reasons"
        one = found.get(key, Refused(reason=key, count=0))
        shown = (*one.task_ids, task_id)[:_SHOWN]
        found[key] = Refused(reason=key, count=one.count + 1, task_ids=shown)
    return tuple(sorted(found.values(), key=lambda each: -each.count))
