"""Predictions: stored once each, refused one by one with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linlog import shapes
from linlog.server.services import access, jobs
from linlog.server.store import datasets, predictions, tasks
from linlog.wire.predictions import PredictionReceipt, PredictionRefusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.paging import Page
    from linlog.wire.predictions import Prediction, PredictionCreate
    from linlog.wire.tasks import Task


def list_page(
    ctx: Context, run_id: str, window: Window, *, task_id: str | None = None
) -> Page[Prediction]:
    """A model run's predictions, in the order they came."""
    access.model_run(ctx, run_id)
    return predictions.list_page(ctx.conn, ctx.scope, run_id, window, task_id=task_id)


def create(ctx: Context, run_id: str, new: Sequence[PredictionCreate]) -> PredictionReceipt:
    """Store those predictions that fit; accepted + repeated + refused = sent."""
    return add(ctx, run_id, access.model_run(ctx, run_id).dataset_id, new)


def add(
    ctx: Context, run_id: str, dataset_id: str, new: Sequence[PredictionCreate]
) -> PredictionReceipt:
    """Like `create`, for a run of a dataset that was found already."""
    owners = predictions.owners(ctx.conn, [prediction.id for prediction in new])
    judge = _Judge(ctx, dataset_id, new)
    accepted: dict[str, PredictionCreate] = {}
    refused: list[PredictionRefusal] = []
    repeated = 0
    for prediction in new:
        if prediction.id in accepted or owners.get(prediction.id) == run_id:
            repeated += 1
            continue
        reason = _taken(prediction, owners) or judge.refuse(prediction)
        if reason is None:
            accepted[prediction.id] = prediction
        else:
            refused.append(reason)
    if accepted:
        rows = [*accepted.values()]
        predictions.insert(ctx.conn, ctx.scope, run_id, rows, created=ctx.now)
        payload = {"model_run_id": run_id}
        jobs.enqueue_once(ctx, "match", subject_id=run_id, payload=payload)
    return PredictionReceipt(accepted=len(accepted), repeated=repeated, refused=tuple(refused))


class _Judge:
    """Says why a prediction does not fit its dataset, if so."""

    def __init__(self, ctx: Context, dataset_id: str, new: Sequence[PredictionCreate]) -> None:
        wanted = [*dict.fromkeys(prediction.task_id for prediction in new)]
        self._dataset_id = dataset_id
        self._members = datasets.members(ctx.conn, ctx.scope, dataset_id, wanted)
        self._tasks = tasks.get_many(ctx.conn, ctx.scope, wanted)

    def refuse(self, prediction: PredictionCreate) -> PredictionRefusal | None:
        """The refusal, or None where all is well."""
        task = self._tasks.get(prediction.task_id)
        if task is None:
            return _refusal(prediction, "not_found", f"no task has the id {prediction.task_id!r}")
        if prediction.task_id not in self._members:
            detail = f"task {prediction.task_id} is not in dataset {self._dataset_id}"
            return _refusal(prediction, "invalid", detail)
        misfit = _misfit(prediction.shape, task)
        return None if misfit is None else _refusal(prediction, "invalid", misfit)


def _misfit(shape: shapes.Shape, task: Task) -> str | None:
    text = task.item.text
    if isinstance(shape, shapes.Span) and text is not None and shape.end > len(text):
        return f"the span ends at {shape.end}, but the text has {len(text)} characters"
    return None


def _taken(prediction: PredictionCreate, owners: dict[str, str]) -> PredictionRefusal | None:
    if prediction.id not in owners:
        return None
    return _refusal(prediction, "conflict", "the prediction's id is in use; make a new one")


def _refusal(prediction: PredictionCreate, code: str, detail: str) -> PredictionRefusal:
    return PredictionRefusal(
        prediction_id=prediction.id, task_id=prediction.task_id, code=code, detail=detail
    )
