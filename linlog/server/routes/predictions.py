"""Predictions over HTTP."""

from __future__ import annotations

from linlog.server import hot
from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import predictions
from linlog.wire.paging import Page
from linlog.wire.predictions import BoxesCreate, Prediction, PredictionReceipt, PredictionsCreate

router = Router("predictions")


@router.get("/model-runs/{model_run_id}/predictions", policy="viewer")
def list_(
    ctx: Context, model_run_id: str, page: Paging, task_id: str | None = None
) -> Page[Prediction]:
    """A model run's predictions, in the order they came; those of one request task by task."""
    return predictions.list_page(ctx, model_run_id, page, task_id=task_id)


@router.post(
    "/model-runs/{model_run_id}/predictions",
    policy="manager",
    status=200,
    hot=hot.read_predictions,
    small=True,
)
def create(ctx: Context, model_run_id: str, body: PredictionsCreate) -> PredictionReceipt:
    """Store predictions; each is accepted or refused on its own."""
    return predictions.create(ctx, model_run_id, body.predictions)


@router.post(
    "/model-runs/{model_run_id}/predictions/boxes",
    policy="manager",
    status=200,
    hot=hot.read_boxes,
    small=True,
)
def create_boxes(ctx: Context, model_run_id: str, body: BoxesCreate) -> PredictionReceipt:
    """Store predictions that are boxes, in rows of a third of the size."""
    return predictions.create_boxes(ctx, model_run_id, body.client_id, body.boxes)
