"""Predictions: what models say is in tasks; they go to the journal, and leave it in batches."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from linlog import errors, ids
from linlog.client import plain, prediction_rows, sender
from linlog.client.http import Http
from linlog.client.journal.lanes import Lane
from linlog.client.journal.quick import Write, prediction_writer
from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.client.resources.datasets import Datasets
from linlog.client.resources.model_runs import ModelRuns
from linlog.client.resources.tasks import Tasks
from linlog.client.sender import Sender
from linlog.client.streams import Refusal
from linlog.shapes import Box
from linlog.wire import codec, paging, predictions, spellings
from linlog.wire.predictions import (
    Prediction,
    PredictionCreate,
    PredictionReceipt,
    PredictionRefusal,
)

if TYPE_CHECKING:
    from linlog.client.importing.reports import ImportReport
    from linlog.wire.model_runs import ModelRun
    from linlog.wire.tasks import TaskName


class Predictions(Resource):
    """Shapes with a label and a confidence, made by model versions on tasks."""

    def __init__(self, http: Http, sender: Sender) -> None:
        super().__init__(http)
        self._sender = sender
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._writers: dict[tuple[str, str], Write] = {}
        self._lock = threading.Lock()

    @overload
    def create(
        self,
        dataset_id: str | None,
        model_version_id: str,
        task_id: str,
        annotation: None,
        *,
        project_id: str | None = None,
    ) -> None: ...
    @overload
    def create(
        self,
        dataset_id: str | None,
        model_version_id: str,
        task_id: str,
        annotation: Any,
        confidence: Any = None,
        *,
        label: str | None = None,
        project_id: str | None = None,
    ) -> Prediction: ...
    def create(
        self,
        dataset_id: str | None,
        model_version_id: str,
        task_id: str,
        annotation: Any,
        confidence: Any = None,
        *,
        label: str | None = None,
        project_id: str | None = None,
    ) -> Prediction | None:
        """Check a prediction, give it its id, and write it to the journal, to be sent from there.

        An annotation of None says that the model looked at the task and found nothing.

        A label that neither the version named nor those who label have is refused; where the
        version named no labels, any is taken.

        With None as the dataset the prediction is on a task of `project_id`, labelled or not:
        whoever labels it is offered what the version said there last.

        The first call for a dataset or project and a version asks the server whether both exist.
        `flush` delivers and raises `PredictionsRefused` for what the server did not take. A
        caller that is faster than the network is held back once the journal is full.
        """
        if (
            type(annotation) is dict
            and type(dataset_id) is type(model_version_id) is str
            and project_id is None
        ):
            write = self._writers.get((dataset_id, model_version_id))
            made = None if write is None else write(task_id, annotation, confidence, label)
            if made is not None:
                return made
        dataset_id = getattr(dataset_id, "id", dataset_id)
        project_id = getattr(project_id, "id", project_id)
        model_version_id = getattr(model_version_id, "id", model_version_id)
        task_id = plain.text(getattr(task_id, "id", task_id))
        if annotation is None and label is None and confidence is None:
            nothing = PredictionCreate(id="pr_0", task_id=task_id)
            self._append(self._lane(dataset_id, model_version_id, project_id), nothing)
            return None
        shape, name, about = spellings.read_parts(annotation, label, strict=True)
        name = plain.text(name)
        new = PredictionCreate(
            id="pr_0",
            task_id=task_id,
            label=name,
            shape=shape,
            confidence=plain.scalar(confidence),
            attributes=plain.plain_object(about.get("attributes") or {}),
        )
        lane = self._lane(dataset_id, model_version_id, project_id)
        return Prediction(
            id=self._append(lane, new),
            model_run_id=lane.stream.target,
            task_id=task_id,
            label=name,
            shape=shape,
            confidence=new.confidence,
            attributes=new.attributes,
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
        """A page of a model run's predictions; with `task_id`, those on one task, as they came."""
        where = path("model-runs", checked_id("model run", model_run_id), "predictions")
        task = None if task_id is None else checked_id("task", task_id)
        return self._list(where, paging.Page[Prediction], task_id=task, limit=limit, offset=offset)

    def import_file(
        self,
        dataset_id: str | None,
        model_version_id: str,
        file: str | PathLike[str],
        *,
        format: str | None = None,
        instances: str | PathLike[str] | None = None,
        shape: str = "box",
        rejected_file: str | PathLike[str] | None = None,
        project_id: str | None = None,
    ) -> ImportReport:
        """Store the predictions of a file, one a row, and say what became of every row.

        They are on a dataset's tasks, or with None as the dataset on those of `project_id`, where
        they replace what the version said of the same tasks before.

        `format` is ndjson, parquet, arrow or coco, and follows from the file's name. A row names
        its task by `task_id`, `unique_id` or `filename`. COCO results need their `instances`, and
        are read for one `shape`: box, polygon or keypoints. A row is stored once, however often
        the file is imported; an import that was interrupted goes on when it is called again.
        What is rejected is written to `rejected_file`, a line of JSON each.

        Raises FormatError for a file that cannot be read, and LinLogError where the server does
        not answer for two minutes.
        """
        from linlog.client.importing import predictions as importing

        run = ModelRuns(self._http).create(dataset_id, model_version_id, project_id=project_id)
        return importing.run(
            Path(file),
            run.id,
            lambda maker: PredictionStream(self._http, run.id, maker, late=True),
            self._tasks_of(run),
            format=format,
            instances=None if instances is None else Path(instances),
            shape=shape,
            rejected_file=None if rejected_file is None else Path(rejected_file),
        )

    def _tasks_of(self, run: ModelRun) -> Iterator[TaskName]:
        """The tasks that predictions of a run may be on."""
        if run.dataset_id is not None:
            found = Datasets(self._http).task_names(run.dataset_id, limit=paging.LARGEST_LIMIT)
        else:
            assert run.project_id is not None, "a run is on one of the two"
            found = Tasks(self._http).names(run.project_id, limit=paging.LARGEST_LIMIT)
        return found.walk()

    def _append(self, lane: Lane, made: PredictionCreate) -> str:
        """Write a prediction to the journal; the id that it has there."""
        while True:
            if lane.full:
                self._sender.wait_for_room(lane)
            with lane.lock:
                if not lane.full:
                    number = next(lane.numbers)
                    made = replace(
                        made, id=ids.numbered("prediction", lane.stream.client_id, number)
                    )
                    lane.write(number, _entry(number, made))
                    return made.id

    def _lane(self, dataset_id: str | None, model_version_id: str, project_id: str | None) -> Lane:
        """Where the predictions of a version on a dataset or project go, from this process."""
        if (dataset_id is None) == (project_id is None):
            raise ValueError("a prediction is on a task of a dataset or of a project: give one")
        pair = (dataset_id or project_id or "", model_version_id)
        found = self._lanes.get(pair)
        if found is not None:
            return found
        with self._lock:
            if pair not in self._lanes:
                runs = ModelRuns(self._http)
                run = runs.create(dataset_id, model_version_id, project_id=project_id)
                stream = PredictionStream(self._http, run.id, ids.name())
                lane = self._sender.lane(stream, self._after_fork)
                self._lanes[pair] = lane
                self._writers[pair] = prediction_writer(lane, sender.now)
            return self._lanes[pair]

    def _after_fork(self) -> None:
        """In a forked child, which numbers its own; another thread may have had the lock."""
        self._lanes, self._writers, self._lock = {}, {}, threading.Lock()


class PredictionStream:
    """Sends the predictions of one model run that one client has numbered.

    Those that are boxes are rows in its journal and on the way, see `BoxesCreate`.
    """

    name = "prediction_rows"
    old_name = "predictions"
    """That of journals from before there were rows."""
    segment = 0
    largest_batch = predictions.MOST_BOXES
    most_others = predictions.LARGEST_BATCH
    """In one request, of those that are no rows."""

    def __init__(self, http: Http, target: str, client_id: str, *, late: bool = False) -> None:
        self._http = http
        self.target = target
        self.client_id = client_id
        self.late = late
        self.repeated = 0
        """Predictions that the server had already."""
        self._where = path("model-runs", target, "predictions")
        self._boxes = path("model-runs", target, "predictions", "boxes")
        self._head = b'{"client_id":%s,"boxes":[' % codec.encode(client_id)

    def deliver(self, entries: Sequence[bytes]) -> Sequence[Refusal]:
        """Store predictions; each is taken or refused on its own."""
        others = [entry for entry in entries if not prediction_rows.is_row(entry)]
        boxes = entries
        if others:
            boxes = [entry for entry in entries if prediction_rows.is_row(entry)]
        refusals: list[Refusal] = []
        for start in range(0, len(others), self.most_others):
            some = others[start : start + self.most_others]
            content = b"".join((b'{"predictions":[', b",".join(some), b"]}"))
            refusals += self._sent(self._where, content, some)
        if boxes:
            content = b"".join((self._head, b",".join(boxes), b"]}"))
            refusals += self._sent(self._boxes, content, boxes)
        return refusals

    def _sent(self, where: str, content: bytes, entries: Sequence[bytes]) -> Sequence[Refusal]:
        """Send the body that holds some entries; those of them that the server refused."""
        receipt = self._http.deliver(where, PredictionReceipt, content)
        self.repeated += receipt.repeated
        if not receipt.refused:
            return ()
        sent = {self._named(entry)[0]: entry for entry in entries}
        return [_refusal(refused, sent[refused.prediction_id]) for refused in receipt.refused]

    def refusal(self, entry: bytes, error: errors.ApiError) -> Refusal:
        """Say that one prediction was refused."""
        identity, task_id = self._named(entry)
        refused = PredictionRefusal(
            prediction_id=identity, task_id=task_id, code=error.code, detail=error.detail
        )
        return _refusal(refused, entry)

    def _named(self, entry: bytes) -> tuple[str, str]:
        """The id of a prediction, and its task."""
        if not prediction_rows.is_row(entry):
            made = codec.decode(entry, dict[str, Any])
            return made["id"], made["task_id"]
        task_id, number = prediction_rows.read(entry)
        return ids.numbered("prediction", self.client_id, number), task_id


def _entry(number: int, made: PredictionCreate) -> bytes:
    """A prediction as its journal holds it: a row where it is a box that is not turned."""
    box = made.shape
    if type(box) is not Box or box.rotation or made.attributes:
        return codec.encode(made)
    sides = (box.left, box.top, box.width, box.height)
    assert made.label is not None, "what has a shape has a label"
    return prediction_rows.write(made.task_id, number, made.label, made.confidence, sides)


def _refusal(refused: PredictionRefusal, entry: bytes) -> Refusal:
    error = errors.api_error(422, refused.detail, code=refused.code)
    what = f"prediction {refused.prediction_id} on task {refused.task_id}"
    return Refusal(what, error, entry, refused)
