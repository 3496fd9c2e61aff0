"""Predictions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linlog import LinLogClient, ids
from linlog.shapes import Box, Shape
from linlog.wire import codec
from linlog.wire.predictions import PredictionCreate, PredictionReceipt, PredictionsCreate
from tests.factories import datasets


def of(
    task_id: str,
    label: str = "cat",
    shape: Shape | None = None,
    confidence: float | None = 0.9,
    **changes: Any,
) -> PredictionCreate:
    """A prediction, to be sent; the box of the ground truth unless a shape is given."""
    return PredictionCreate(
        id=changes.pop("id", None) or ids.new("prediction"),
        task_id=task_id,
        label=label,
        shape=shape or Box(1, 2, 10, 10),
        confidence=confidence,
        **changes,
    )


def send(
    client: LinLogClient, run_id: str, predictions: Iterable[PredictionCreate]
) -> PredictionReceipt:
    """Store predictions of a model run."""
    body = PredictionsCreate(predictions=tuple(predictions))
    where = f"/model-runs/{run_id}/predictions"
    return client._http.deliver(where, PredictionReceipt, codec.encode(body))


def on_all(client: LinLogClient, run: Any, **changes: Any) -> PredictionReceipt:
    """One prediction on each task of a run's dataset."""
    members = datasets.task_ids(client, run.dataset_id)
    return send(client, run.id, [of(task_id, **changes) for task_id in members])
