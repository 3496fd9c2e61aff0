"""The published clients' model runs: each post is one prediction."""

from __future__ import annotations

from typing import Any, Final

from linlog import ids
from linlog.errors import Invalid, NotFound
from linlog.server.context import Context
from linlog.server.published import reading, writing
from linlog.server.published.writing import Json
from linlog.server.request import RawBody, Router
from linlog.server.services import datasets, model_runs, model_versions, predictions, tasks
from linlog.shapes import Other, Shape
from linlog.wire import codec, spellings
from linlog.wire.model_runs import ModelRunCreate
from linlog.wire.predictions import Prediction, PredictionCreate

router = Router("model_runs", prefix="/api/v1", lenient=True)

NO_LABEL: Final = "unlabelled"
"""The label of predictions that say none."""


@router.post("/datasets/model-run", policy="manager", small=True)
def create(ctx: Context, body: RawBody) -> Json:
    """Store a prediction; the run of the version on the dataset begins with its first."""
    sent = reading.fields(body)
    run = _run(ctx, sent)
    prediction = _prediction(ctx, sent)
    receipt = predictions.add(ctx, model_runs.id_of(ctx, run), run, [prediction])
    for refusal in receipt.refused:
        kind = NotFound if refusal.code == "not_found" else Invalid
        raise kind(refusal.detail, field="task")
    shape, label, _ = spellings.read_parts(prediction)
    stored = Prediction(
        id=prediction.id,
        model_run_id="",
        task_id=prediction.task_id,
        label=label,
        shape=shape,
        confidence=prediction.confidence,
        attributes=prediction.attributes,
        created_date=ctx.today,
    )
    return writing.model_run(stored, reading.needed(sent, "dataset"), run.model_version_id)


def _run(ctx: Context, sent: Json) -> ModelRunCreate:
    dataset_id = reading.needed(sent, "dataset")
    version_id = reading.needed(sent, "model_version")
    try:
        return ModelRunCreate(dataset_id=dataset_id, model_version_id=version_id)
    except ValueError:
        # No id of its kind: one of the two is not found, and says so.
        datasets.get(ctx, dataset_id)
        model_versions.get(ctx, version_id)
        raise


def _prediction(ctx: Context, sent: Json) -> PredictionCreate:
    task_id = reading.needed(sent, "task")
    if not ids.is_id("task", task_id):
        tasks.get(ctx, task_id)
    label, shape, attributes = _annotation(sent.get("annotation"))
    with reading.refusing():
        return PredictionCreate(
            id=ids.new("prediction"),
            task_id=task_id,
            label=label,
            shape=shape,
            confidence=_confidence(sent.get("confidence_score")),
            attributes=attributes,
        )


def _annotation(sent: Any) -> tuple[str, Shape, dict[str, Any]]:
    """The label, shape and attributes of a prediction; what is none of ours is kept as it is."""
    try:
        read = reading.annotation(sent, "annotation")
    except Invalid:
        said = sent if isinstance(sent, dict) else {"annotation": sent}
        names = (said.get("label"), said.get("name"))
        label = next((one for one in names if isinstance(one, str) and one.strip()), NO_LABEL)
        return label, Other(codec.mark_numbers(said)), {}
    return read.label, read.shape, read.attributes


def _confidence(sent: Any) -> float | None:
    if sent is None:
        return None
    if isinstance(sent, bool) or not isinstance(sent, (int, float)) or not 0 <= sent <= 1:
        message = f"confidence_score must be a number from 0 to 1 or null, not {sent!r:.40}"
        raise Invalid(message, field="confidence_score")
    return float(sent)
