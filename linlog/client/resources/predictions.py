"""Predictions: what models say is in tasks; they are sent in the background, in batches."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from linlog import errors, ids
from linlog.client import plain, sender
from linlog.client.http import Http
from linlog.client.outbox import Refusal
from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.client.resources.model_runs import ModelRuns
from linlog.client.sender import Sender
from linlog.wire import codec, paging, predictions, spellings
from linlog.wire.predictions import (
    Prediction,
    PredictionCreate,
    PredictionReceipt,
    PredictionRefusal,
)


class Predictions(Resource):
    """Shapes with a label and a confidence, made by model versions on datasets' tasks."""

    def __init__(self, http: Http, sender: Sender) -> None:
        super().__init__(http)
        self._sender = sender
        self._streams: dict[tuple[str, str], PredictionStream] = {}
        self._lock = threading.Lock()

    def create(
        self,
        dataset_id: str,
        model_version_id: str,
        task_id: str,
        annotation: Any,
        confidence: Any = None,
        *,
        label: str | None = None,
    ) -> Prediction:
        """Check a prediction, give it its id, and leave it to the background to be sent.

        The first call for a dataset and a model version asks the server whether both exist.
        `flush` delivers and raises `PredictionsRefused` for what the server did not take. A
        caller that is faster than the network is held back once the outbox is full.
        """
        dataset_id = getattr(dataset_id, "id", dataset_id)
        model_version_id = getattr(model_version_id, "id", model_version_id)
        task_id = getattr(task_id, "id", task_id)
        stream = self._streams.get((dataset_id, model_version_id))
        shape, name, about = spellings.read_parts(annotation, label, strict=True)
        made = PredictionCreate(
            id=ids.new("prediction"),
            task_id=task_id,
            label=name,
            shape=shape,
            confidence=plain.scalar(confidence),
            attributes=plain.plain_object(about.get("attributes") or {}),
        )
        if stream is None:
            stream = self._begin(dataset_id, model_version_id)
        self._sender.put(stream, codec.encode(made), wait=True)
        return Prediction(
            id=made.id,
            model_run_id=stream.model_run_id,
            task_id=task_id,
            label=name,
            shape=shape,
            confidence=made.confidence,
            attributes=made.attributes,
            created_date=sender.now(),
        )

    def list(
        self,
        model_run_id: str,
        *,
        task_id: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[Prediction]:
        """A page of a model run's predictions; with `task_id`, those on one task."""
        where = path("model-runs", checked_id("model run", model_run_id), "predictions")
        task = None if task_id is None else checked_id("task", task_id)
        return self._list(where, paging.Page[Prediction], task_id=task, limit=limit, offset=offset)

    def _begin(self, dataset_id: str, model_version_id: str) -> PredictionStream:
        with self._lock:
            pair = (dataset_id, model_version_id)
            if pair not in self._streams:
                run = ModelRuns(self._http).create(dataset_id, model_version_id)
                self._streams[pair] = PredictionStream(self._http, run.id)
            return self._streams[pair]


class PredictionStream:
    """Sends the predictions of one model run."""

    largest_batch = predictions.LARGEST_BATCH

    def __init__(self, http: Http, model_run_id: str) -> None:
        self._http = http
        self.model_run_id = model_run_id
        self._where = path("model-runs", model_run_id, "predictions")

    def deliver(self, entries: Sequence[bytes]) -> Sequence[Refusal]:
        """Store predictions; each is taken or refused on its own."""
        content = b"".join((b'{"predictions":[', b",".join(entries), b"]}"))
        receipt = self._http.deliver(self._where, PredictionReceipt, content)
        return [_refusal(refused) for refused in receipt.refused]

    def refusal(self, entry: bytes, error: errors.ApiError) -> Refusal:
        """Say that one prediction was refused."""
        made = codec.decode(entry, dict[str, Any])
        refused = PredictionRefusal(
            prediction_id=made["id"],
            task_id=made["task_id"],
            code=error.code,
            detail=error.detail,
        )
        return _refusal(refused)


def _refusal(refused: PredictionRefusal) -> Refusal:
    error = errors.api_error(422, refused.detail, code=refused.code)
    what = f"prediction {refused.prediction_id} on task {refused.task_id}"
    return Refusal(what, error, refused)
