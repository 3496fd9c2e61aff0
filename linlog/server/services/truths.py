"""Truths: what tasks were judged by, out of what was frozen with an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from linlog import limits
from linlog.errors import Invalid, NotFound
from linlog.evaluation import frozen
from linlog.server.services import contents, evaluations
from linlog.wire import codec
from linlog.wire.evaluations import EvaluatedAnnotation, EvaluatedTruth, EvaluatedTruths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linlog.server.context import Context

MOST_TASKS: Final = limits.TRUTHS_OF_TASKS
"""Tasks that are asked for at a time."""


def get_many(ctx: Context, evaluation_id: str, task_ids: Sequence[str]) -> EvaluatedTruths:
    """The annotations that some tasks were judged by.

    Raises Conflict before the evaluation is finished, and for one that is older than frozen
    datasets; Invalid for too many tasks; NotFound for a task that was not judged.
    """
    if not 0 < len(task_ids) <= MOST_TASKS:
        message = f"give 1 to {MOST_TASKS} tasks, not {len(task_ids)}"
        raise Invalid(message, field="task_ids")
    truth = evaluations.held_then(ctx, evaluations.finished(ctx, evaluation_id))
    wanted = {*task_ids}
    entries = [each for each in truth.manifest.entries if each.task_id in wanted]
    for missing in sorted(wanted.difference(each.task_id for each in entries)):
        message = f"evaluation {evaluation_id} judged no task {missing}"
        raise NotFound(message)
    held = contents.get_many(ctx, {each.annotations for each in entries}, truth)
    now = contents.annotation_hashes(ctx, [each.task_id for each in entries])
    return EvaluatedTruths(
        truths=tuple(
            EvaluatedTruth(
                task_id=each.task_id,
                annotations=_read(held[each.annotations]),
                changed=now.get(each.task_id) != each.annotations,
            )
            for each in entries
        )
    )


def _read(held: bytes) -> tuple[EvaluatedAnnotation, ...]:
    rows = frozen.annotations_by_id(held).values()
    return codec.convert([*rows], tuple[EvaluatedAnnotation, ...])
