"""Predictions: what models say is in tasks; they go to the journal, and leave it in batches."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from linlog import errors, ids
from linlog.client import plain, sender
from linlog.client.http import Http
from linlog.client.journal.lanes import Lane
from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.client.resources.model_runs import ModelRuns
from linlog.client.sender import Sender
from linlog.client.streams import Refusal
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
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._lock = threading.Lock()
        self._process = os.getpid()

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
        """Check a prediction, give it its id, and write it to the journal, to be sent from there.

        The first call for a dataset and a model version asks the server whether both exist.
        `flush` delivers and raises `PredictionsRefused` for what the server did not take. A
        caller that is faster than the network is held back once the journal is full.
        """
        dataset_id = getattr(dataset_id, "id", dataset_id)
        model_version_id = getattr(model_version_id, "id", model_version_id)
        task_id = getattr(task_id, "id", task_id)
        shape, name, about = spellings.read_parts(annotation, label, strict=True)
        made = PredictionCreate(
            id="pr_0",
            task_id=task_id,
            label=name,
            shape=shape,
            confidence=plain.scalar(confidence),
            attributes=plain.plain_object(about.get("attributes") or {}),
        )
        lane = self._lane(dataset_id, model_version_id)
        return Prediction(
            id=self._append(lane, made),
            model_run_id=lane.stream.target,
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

    def _append(self, lane: Lane, made: PredictionCreate) -> str:
        """Write a prediction to the journal; the id that it has there."""
        while True:
            if lane.full:
                self._sender.wait_for_room(lane)
            with lane.lock:
                if not lane.full:
                    number = lane.number()
                    made = replace(
                        made, id=ids.numbered("prediction", lane.stream.client_id, number)
                    )
                    lane.write(number, codec.encode(made))
                    return made.id

    def _lane(self, dataset_id: str, model_version_id: str) -> Lane:
        """Where the predictions of a version on a dataset go, from this process."""
        if self._process != os.getpid():
            # A forked child numbers its own, and a lock that another thread had stays locked.
            self._lanes, self._lock, self._process = {}, threading.Lock(), os.getpid()
        pair = (dataset_id, model_version_id)
        found = self._lanes.get(pair)
        if found is not None:
            return found
        with self._lock:
            if pair not in self._lanes:
                run = ModelRuns(self._http).create(dataset_id, model_version_id)
                stream = PredictionStream(self._http, run.id, ids.name())
                self._lanes[pair] = self._sender.lane(stream)
            return self._lanes[pair]


class PredictionStream:
    """Sends the predictions of one model run from one process."""

    name = "predictions"
    largest_batch = predictions.LARGEST_BATCH

    def __init__(self, http: Http, target: str, client_id: str, *, late: bool = False) -> None:
        self._http = http
        self.target = target
        self.client_id = client_id
        self.late = late
        self._where = path("model-runs", target, "predictions")

    def deliver(self, entries: Sequence[bytes]) -> Sequence[Refusal]:
        """Store predictions; each is taken or refused on its own."""
        content = b"".join((b'{"predictions":[', b",".join(entries), b"]}"))
        receipt = self._http.deliver(self._where, PredictionReceipt, content)
        if not receipt.refused:
            return ()
        sent = {codec.decode(entry, dict[str, Any])["id"]: entry for entry in entries}
        return [_refusal(refused, sent[refused.prediction_id]) for refused in receipt.refused]

    def refusal(self, entry: bytes, error: errors.ApiError) -> Refusal:
        """Say that one prediction was refused."""
        made = codec.decode(entry, dict[str, Any])
        refused = PredictionRefusal(
            prediction_id=made["id"],
            task_id=made["task_id"],
            code=error.code,
            detail=error.detail,
        )
        return _refusal(refused, entry)


def _refusal(refused: PredictionRefusal, entry: bytes) -> Refusal:
    error = errors.api_error(422, refused.detail, code=refused.code)
    what = f"prediction {refused.prediction_id} on task {refused.task_id}"
    return Refusal(what, error, entry, refused)
