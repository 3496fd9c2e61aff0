"""Reviews: whether the work on a task is done, who says so, and what was said before.

Work is submitted, waits where its project is reviewed or where it was sent back before, and is
accepted, corrected and accepted, or rejected. Every way to another state leads through
`set_state`, whichever address it came by, so that the rounds tell all of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from linlog import ids
from linlog.errors import Conflict, NotAllowed
from linlog.server.services import access, users
from linlog.server.services import annotations as annotation_rules
from linlog.server.store import datasets, reviews, tasks
from linlog.wire.annotations import AnnotationsReplace
from linlog.wire.reviews import Review

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.annotations import Annotation
    from linlog.wire.paging import Page
    from linlog.wire.reviews import ReviewCreate
    from linlog.wire.tasks import Task


def list_page(
    ctx: Context, task_id: str, window: Window, *, with_annotations: bool
) -> Page[Review]:
    """A task's rounds, newest first."""
    access.task(ctx, task_id)
    return reviews.list_page(
        ctx.conn, ctx.scope, task_id, window, with_annotations=with_annotations
    )


def get(ctx: Context, review_id: str) -> Review:
    """One round, with what was submitted."""
    return access.review(ctx, review_id)


def submit(ctx: Context, task_id: str) -> None:
    """Say that the work is done: it waits for a reviewer, or is complete where none is asked.

    What is complete already stays so.
    """
    tasks.hold(ctx.conn, ctx.scope, task_id)
    task = access.task(ctx, task_id)
    if task.complete:
        return
    if not (task.rejected or waits(ctx, task)):
        set_state(ctx, task, complete=True, rejected=False, values={})
        return
    if task.processing or task.errors:
        message = f"task {task_id} has no item to look at yet, so that nobody can review it"
        raise Conflict(message, field="status")
    waiting = reviews.waiting(ctx.conn, ctx.scope, task_id)
    if waiting is not None and waiting.version == task.version:
        return
    if waiting is not None:
        _decide(ctx, task, waiting, "withdrawn", None)
    _open(ctx, task)
    set_state(ctx, task, complete=False, rejected=False, in_review=True, values={})


def waits(ctx: Context, task: Task) -> bool:
    """Whether a task's work, once done, waits for a reviewer."""
    return task.status == "in_review" or access.project(ctx, task.project_id).reviewed


def decide(ctx: Context, task_id: str, new: ReviewCreate) -> Review:
    """Accept or reject, with corrections if there are some, all of it or nothing.

    Raises Conflict where somebody else decided the round meanwhile, or changed the task.
    """
    # Of two who decide at once, the second must see what the first decided.
    tasks.hold(ctx.conn, ctx.scope, task_id)
    task = access.task(ctx, task_id)
    _check_undecided(ctx, new)
    _check_version(task, new)
    _check_may_decide(ctx)
    judged = reviews.waiting(ctx.conn, ctx.scope, task_id) or _open(ctx, task)
    if new.annotations is not None:
        wanted = AnnotationsReplace(annotations=new.annotations, version=new.version)
        annotation_rules.replace_checked(ctx, task_id, wanted, correcting=True)
        task = access.task(ctx, task_id)
    accepted = new.decision == "accepted"
    values = {} if accepted else {"rejection_reason": new.reason}
    set_state(ctx, task, complete=accepted, rejected=not accepted, values=values, judged=judged)
    return access.review(ctx, judged.id)


def set_state(
    ctx: Context,
    task: Task,
    *,
    complete: bool,
    rejected: bool,
    values: dict[str, Any],
    in_review: bool = False,
    judged: Review | None = None,
) -> None:
    """Bring a task into a state, with other `values` of its row, and end the round it was in."""
    if task.complete and not complete:
        _check_in_no_dataset(ctx, task)
    reason = values.get("rejection_reason", task.rejection_reason) if rejected else None
    after = replace(
        task,
        complete=complete,
        rejected=rejected,
        rejection_reason=reason,
        work_started=task.work_started or complete or in_review,
    )
    if not in_review:
        _end_round(ctx, task, after, judged or _round_of(ctx, task, after))
    changed = {**values, **_state(after, in_review=in_review)}
    tasks.update(ctx.conn, ctx.scope, task.id, changed)


def set_plain_states(
    ctx: Context,
    some: Sequence[Task],
    *,
    complete: bool,
    rejected: bool = False,
    reason: str | None = None,
) -> set[str]:
    """Bring tasks into a state in a few statements; return the ids of those that are in it now.

    The others must be brought there one by one: they were changed since they were submitted, so
    that it must be counted what was corrected, or a dataset that holds completed tasks only may
    refuse it.
    """
    wanted = [task.id for task in some]
    rounds = reviews.waiting_among(ctx.conn, ctx.scope, wanted)
    held: set[str] = set() if complete else datasets.held_among(ctx.conn, ctx.scope, wanted)
    plain = [task for task in some if task.id not in held and _ends_plainly(task, rounds)]
    if not plain:
        return set()
    changes = {}
    for task in plain:
        after = replace(
            task,
            complete=complete,
            rejected=rejected,
            rejection_reason=reason if rejected else None,
            work_started=task.work_started or complete,
        )
        changes[task.id] = _state(after, in_review=False)
    decision = "rejected" if rejected else "accepted" if complete else "withdrawn"
    _end_rounds(ctx, plain, rounds, decision, reason if rejected else None)
    tasks.update_many(ctx.conn, ctx.scope, changes)
    return {*changes}


def _ends_plainly(task: Task, rounds: dict[str, dict[str, int]]) -> bool:
    """Whether a task waits for nobody, or in one round that is of what it holds now."""
    waiting = [*rounds.get(task.id, {}).values()]
    return waiting == [task.version] or (not waiting and task.status != "in_review")


def _end_rounds(
    ctx: Context,
    some: Sequence[Task],
    rounds: dict[str, dict[str, int]],
    state: str,
    reason: str | None,
) -> None:
    """End the rounds that wait; what is rejected without one gets a round of its own."""
    waiting = [review_id for task in some for review_id in rounds.get(task.id, ())]
    if waiting:
        values = {"state": state, "reason": reason, **_decided_by(ctx)}
        reviews.decide_unchanged(ctx.conn, ctx.scope, waiting, values)
    alone = [task for task in some if task.id not in rounds] if state == "rejected" else []
    if alone:
        whole = tasks.with_annotations(ctx.conn, ctx.scope, alone)
        reviews.insert(ctx.conn, ctx.scope, [_rejected(ctx, task, reason) for task in whole])


def _rejected(ctx: Context, task: Task, reason: str | None) -> Review:
    reviewer_id, reviewer = users.author(ctx)
    return replace(
        _begun(ctx, task),
        state="rejected",
        reason=reason,
        reviewer_id=reviewer_id,
        reviewer=reviewer,
        decided_date=ctx.today,
        decided_version=task.version,
    )


def _state(after: Task, *, in_review: bool) -> dict[str, Any]:
    return {
        "complete": after.complete,
        "rejected": after.rejected,
        "rejection_reason": after.rejection_reason,
        "work_started": after.work_started,
        "status": status_of(after, in_review=in_review),
    }


def status_of(task: Task, *, in_review: bool) -> str:
    """The word for a task's state; the first that applies of the documented order."""
    if task.processing:
        return "processing"
    if task.errors:
        return "error"
    if task.rejected:
        return "rejected"
    if task.complete:
        return "completed"
    if in_review:
        return "in_review"
    return "in_progress" if task.work_started else "pending"


def check_may_review(ctx: Context, task: Task, *, complete: bool, rejected: bool) -> None:
    """What `reopen` and `reject` ask of their callers holds for changes of a task as well."""
    reopened = (task.complete or task.rejected) and not complete and not rejected
    if (reopened or (rejected and not task.rejected)) and not ctx.actor.may("reviewer"):
        message = f"this needs the role reviewer; the caller is {ctx.actor.role}"
        raise NotAllowed(message, field="rejected" if rejected else "complete")


def _check_may_decide(ctx: Context) -> None:
    """Whether the caller may decide. A project's rule on judging one's own work belongs here."""
    if not ctx.actor.may("reviewer"):
        message = f"this needs the role reviewer; the caller is {ctx.actor.role}"
        raise NotAllowed(message, field="decision")


def _check_undecided(ctx: Context, new: ReviewCreate) -> None:
    if new.review_id is None:
        return
    found = access.review(ctx, new.review_id)
    if found.state != "waiting":
        why = f": {found.reason}" if found.reason else ""
        message = (
            f"{found.reviewer} decided meanwhile: {found.state}{why}. "
            "Look at the task again before you decide otherwise"
        )
        raise Conflict(message, field="review_id")


def _check_version(task: Task, new: ReviewCreate) -> None:
    if new.version is not None and new.version != task.version:
        message = (
            f"the task changed meanwhile: it is at version {task.version}, not {new.version}; "
            "look at it again before you decide"
        )
        raise Conflict(message, field="version")


def _check_in_no_dataset(ctx: Context, task: Task) -> None:
    holding = datasets.holding(ctx.conn, ctx.scope, task.id)
    if holding:
        message = (
            f"task {task.id} is in dataset {holding[0]}, which holds completed tasks only; "
            "remove it from the dataset first"
        )
        raise Conflict(message, field="complete")


def _round_of(ctx: Context, task: Task, after: Task) -> Review | None:
    """The round that a change of state ends; a rejection without one is a round of its own."""
    same = (task.complete, task.rejected) == (after.complete, after.rejected)
    if same and task.status != "in_review":
        return None
    waiting = reviews.waiting(ctx.conn, ctx.scope, task.id)
    return _open(ctx, task) if waiting is None and after.rejected else waiting


def _end_round(ctx: Context, task: Task, after: Task, judged: Review | None) -> None:
    if judged is not None:
        state = "rejected" if after.rejected else "accepted" if after.complete else "withdrawn"
        _decide(ctx, task, judged, state, after.rejection_reason)


def _open(ctx: Context, task: Task) -> Review:
    """Begin a round with what the task holds now."""
    made = _begun(ctx, task)
    reviews.insert(ctx.conn, ctx.scope, [made])
    return made


def _begun(ctx: Context, task: Task) -> Review:
    author_id, author = users.author(ctx)
    return Review(
        id=ids.new("review"),
        task_id=task.id,
        state="waiting",
        version=task.version,
        annotation_count=len(task.annotations),
        author=author,
        author_id=author_id,
        created_date=ctx.today,
        annotations=task.annotations,
    )


def _decided_by(ctx: Context) -> dict[str, Any]:
    reviewer_id, reviewer = users.author(ctx)
    return {"reviewer_id": reviewer_id, "reviewer": reviewer, "decided": ctx.now}


def _decide(ctx: Context, task: Task, waiting: Review, state: str, reason: str | None) -> None:
    added, changed, removed = difference(waiting.annotations, task.annotations)
    corrected = state == "accepted" and added + changed + removed > 0
    values = {
        "state": "corrected" if corrected else state,
        "reason": reason,
        **_decided_by(ctx),
        "decided_version": task.version,
        "added": added,
        "changed": changed,
        "removed": removed,
    }
    reviews.update(ctx.conn, ctx.scope, waiting.id, values)


def difference(
    before: tuple[Annotation, ...], after: tuple[Annotation, ...]
) -> tuple[int, int, int]:
    """How many annotations were added, changed and removed between two states of a task."""
    old, new = ({entry.id: _content(entry) for entry in some} for some in (before, after))
    changed = sum(old[each] != new[each] for each in old.keys() & new.keys())
    return len(new.keys() - old.keys()), changed, len(old.keys() - new.keys())


def _content(entry: Annotation) -> tuple[Any, ...]:
    return (entry.label, entry.shape, entry.attributes)
