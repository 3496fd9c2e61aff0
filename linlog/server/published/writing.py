"""What the published clients read: the platform's nouns in their spelling, both dialects at once.

Every time has six digits and a Z, and what a client iterates is never null.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from linlog.shapes import Other, Span
from linlog.wire import codec, spellings
from linlog.wire.labels import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.server.store.projects import DatedChange
    from linlog.shapes import Bounds, Shape
    from linlog.wire.annotations import Annotation
    from linlog.wire.batches import Batch
    from linlog.wire.datasets import Dataset
    from linlog.wire.model_versions import ModelVersion
    from linlog.wire.models import Model
    from linlog.wire.paging import Page
    from linlog.wire.predictions import Prediction
    from linlog.wire.projects import Project
    from linlog.wire.tasks import Task

Json = dict[str, Any]
Place = tuple[str, "Bounds"]
"""What a shape lies on, and its upright bounds there."""

LINK_LIFETIME_S: Final = 24 * 3600
"""Old clients list a whole dataset before they fetch its first image, without credentials."""
ATTACHMENT_TYPES: Final = {
    "image": "image",
    "ocr": "image",
    "ner": "text",
    "video": "video",
    "geospatial": "geospatial",
}
"""The type of attachment that a kind of task always has."""
WHOLE_EARTH: Final[Json] = {
    "nw": {"lat": 90, "lng": -180, "epsg": None},
    "ne": {"lat": 90, "lng": 180, "epsg": None},
    "se": {"lat": -90, "lng": 180, "epsg": None},
    "sw": {"lat": -90, "lng": -180, "epsg": None},
}
_OPEN: Final = frozenset({"source", "iou", "confidence_score"})
"""What may be null in an annotation."""
_WORDS: Final = re.compile(r"\w+|[^\w\s]")


def moment(value: datetime) -> str:
    """A time in UTC with exactly six digits of fraction and a Z."""
    return value.isoformat(timespec="microseconds").replace("+00:00", "Z")


def deleted(count: int) -> Json:
    """The answer to a deletion; answers without a body break the old clients."""
    return {"deleted": count}


def page(ctx: Context, path: str, window: Window, found: Page[Any], results: list[Json]) -> Json:
    """A page with whole addresses of its neighbours."""
    after, before = window.offset + len(found.results), None
    if window.offset > 0 and found.count:
        before = max(0, min(window.offset, found.count) - window.limit)
    more = bool(found.results) and after < found.count
    return {
        "results": results,
        "count": found.count,
        "next": _address(ctx, path, window.limit, after) if more else None,
        "previous": None if before is None else _address(ctx, path, window.limit, before),
    }


def _address(ctx: Context, path: str, limit: int, offset: int) -> str:
    base, _, query = path.partition("?")
    asked = f"{query}&" if query else ""
    return f"{ctx.links.origin}{base}?{asked}{urlencode({'limit': limit, 'offset': offset})}"


def lasting(ctx: Context) -> Context:
    """The same context, whose links to files last long enough for an old client's loop."""
    links = replace(ctx.links, lifetime_s=max(ctx.links.lifetime_s, LINK_LIFETIME_S))
    return replace(ctx, links=links)


def free(value: Any) -> Any:
    """Free data as JSON carries it: NaN and infinities, which it cannot, become null."""
    return codec.unmark_numbers(value)


# --------------------------------------------------------------------- projects, datasets


def project(found: Project, changes: Sequence[DatedChange]) -> Json:
    """A project with its taxonomy and its latest changes, newest last."""
    return {
        "id": found.id,
        "created_date": moment(found.created_date),
        "title": found.title,
        "type": found.type,
        "objects_to_annotate": [label(entry) for entry in found.labels],
        "annotation_attributes": [
            _attribute(entry, place) for place, entry in enumerate(found.attributes, start=1)
        ],
        "item_count": found.task_count,
        "completed_tasks": found.completed_count,
        "param_history": [_change(entry) for entry in changes],
    }


def _change(found: DatedChange) -> Json:
    """What a title or a label was and became; null before it was added and after it was deleted."""
    before, after = found.change.before, found.change.after
    of_label = isinstance(before, Label) or isinstance(after, Label)
    return {
        "created_date": moment(found.created_date),
        "param": "objects_to_annotate" if of_label else "title",
        "before": label(before) if isinstance(before, Label) else before,
        "after": label(after) if isinstance(after, Label) else after,
    }


def _attribute(found: Mapping[str, Any], place: int) -> Json:
    said = {key: value for key, value in free(dict(found)).items() if value is not None}
    return {
        "id": f"attribute-{place}",
        "key": "",
        "attribute_type": "text",
        "is_global": False,
        "allow_multiple": False,
        "options": [],
        **said,
    }


def label(found: Label) -> Json:
    """A label of a taxonomy."""
    return spellings.write_label(found)


def batch(found: Batch) -> Json:
    """A batch with its counts."""
    return {
        "id": found.id,
        "name": found.name,
        "project_id": found.project_id,
        "created_date": moment(found.created_date),
        "item_count": found.task_count,
        "completed_tasks": found.completed_count,
    }


def dataset(found: Dataset, labels: Iterable[tuple[str, str]]) -> Json:
    """A dataset with its labels and their shapes; of one that has several, the first.

    Old clients number the labels by their place here and fail on one that is missing.
    """
    shapes: dict[str, str] = {}
    for name, shape in labels:
        shapes.setdefault(name, shape)
    return {
        "id": found.id,
        "created_date": moment(found.created_date),
        "name": found.name,
        "type": found.type,
        "project": found.project_id,
        "labels": [
            {"label": name, "type": spellings.task_type(shape)} for name, shape in shapes.items()
        ],
        "item_count": found.task_count,
        "object_count": found.annotation_count,
    }


# --------------------------------------------------------------------------------- models


def model(found: Model) -> Json:
    """A model."""
    return {"id": found.id, "created_date": moment(found.created_date), "name": found.name}


def model_version(found: ModelVersion) -> Json:
    """A model version in the envelope that trainers open."""
    finished = found.finished_date
    version = {
        "id": found.id,
        "version_name": found.name,
        "model": found.model_id,
        "config": free(found.config),
        "labels": list(found.labels),
        "state": found.state,
        "steps": 0 if found.last_step is None else found.last_step + 1,
        "created_date": moment(found.created_date),
        "finished_date": None if finished is None else moment(finished),
    }
    return {"ai_model_version": version}


# ---------------------------------------------------------------------------------- tasks


def task(found: Task) -> Json:
    """A task as its project shows it: never with what models predicted."""
    return {**_task(found), "annotations": [annotation(entry) for entry in found.annotations]}


def dataset_task(found: Task, dataset_id: str, versions: Mapping[str, str]) -> Json:
    """A task as a dataset shows it: models' predictions are among its annotations, and apart.

    `versions` are the model versions by model run.
    """
    truths, truth_places = [annotation(one) for one in found.annotations], places(found.annotations)
    runs = [
        model_run(entry, dataset_id, versions[entry.model_run_id]) for entry in found.predictions
    ]
    predicted = [
        annotation(
            entry,
            iou=best_iou(entry, truth_places),
            model_version=versions[entry.model_run_id],
        )
        for entry in found.predictions
    ]
    return {
        **_task(found),
        "dataset_id": dataset_id,
        "annotations": [*truths, *predicted],
        "model_runs": runs,
    }


def _task(found: Task) -> Json:
    item, details = found.item, found.details
    size = {"width": item.width, "height": item.height}
    return {
        "id": found.id,
        "created_date": moment(found.created_date),
        "project_id": found.project_id,
        "dataset_id": None,
        "batch": found.batch,
        "task_type": found.kind,
        "type": found.kind,
        "params": {"attachment": _attachment(found), "attachment_type": attachment_type(found)},
        "media_specs": size if item.width and item.height else details.get("media_specs", {}),
        "filename": item.filename,
        "meta": {"filename": item.filename},
        "metadata": free(found.metadata),
        "tags": list(found.tags),
        "complete": found.complete,
        "rejected": found.rejected,
        "work_started": found.work_started,
        "status": "in_progress" if found.status == "in_review" else found.status,
        "processing": found.processing,
        "error": bool(found.errors),
        "errors": list(found.errors),
        "warnings": [],
        "workflow_stage": None,
        "global_key": None,
        "unique_id": found.unique_id,
        "external_data": is_external(found),
        **_of_kind(found),
    }


def attachment_type(found: Task) -> str:
    """The published word for what a task shows."""
    said = found.details.get("attachment_type", found.item.type)
    return str(ATTACHMENT_TYPES.get(found.kind, said))


def is_external(found: Task) -> bool:
    """Whether the server keeps no copy of the attachment and shall not make one."""
    item = found.item
    if item.type != "image":
        return bool(found.details.get("external_data", False))
    return item.file_id is None and not found.processing and not found.errors


def _attachment(found: Task) -> str:
    item = found.item
    return next((one for one in (item.text, item.content_url, item.url) if one is not None), "")


def _of_kind(found: Task) -> Json:
    details = found.details
    if found.kind == "ner":
        tokens = details.get("tokens")
        return {"tokens": _tokens(found.item.text or "") if tokens is None else free(tokens)}
    if found.kind == "geospatial":
        zoom = details.get("zoom", {"min": 0, "max": 22})
        return {"zoom": zoom, "bounds": details.get("bounds", WHOLE_EARTH)}
    return {}


def _tokens(text: str) -> list[Json]:
    return [
        {"id": place, "text": word.group(), "start": word.start(), "end": word.end()}
        for place, word in enumerate(_WORDS.finditer(text))
    ]


def annotation(entry: Annotation | Prediction, **more: Any) -> Json:
    """An annotation, or a prediction among annotations, in both spellings."""
    written = spellings.write_annotation(entry, **more)
    if isinstance(entry.shape, Other):
        # Clients iterate what is there; `segments: null` ends them, no `segments` does not.
        told = {key: value for key, value in written.items() if value is not None or key in _OPEN}
        return dict(free(told))
    return {**written, "attributes": free(entry.attributes)} if entry.attributes else written


def model_run(entry: Prediction, dataset_id: str, version_id: str) -> Json:
    """One prediction as the published clients knew it: a model run of its own."""
    return {
        "id": entry.id,
        "dataset": dataset_id,
        "task": entry.task_id,
        "model_version": version_id,
        "annotation": annotation(entry),
        "confidence_score": entry.confidence,
        "created_date": moment(entry.created_date),
    }


# ------------------------------------------------------------------------------------ IoU


def places(truths: Sequence[Annotation]) -> dict[str, list[Place]]:
    """Where the ground truth of a task lies, by label."""
    found: dict[str, list[Place]] = {}
    for truth in truths:
        place = _place(truth.shape)
        if place is not None:
            found.setdefault(truth.label, []).append(place)
    return found


def best_iou(prediction: Prediction, truths: Mapping[str, Sequence[Place]]) -> float | None:
    """The highest intersection over union with a ground truth of the same label.

    Upright boxes exactly, spans by their characters, every other shape by its upright bounds.
    None where nothing can be compared.
    """
    here = _place(prediction.shape)
    if here is None:
        return None
    there = truths.get(prediction.label, ())
    return max((_iou(here[1], other[1]) for other in there if other[0] == here[0]), default=None)


def _place(shape: Shape) -> Place | None:
    if isinstance(shape, Span):
        return "text", (shape.start, 0.0, shape.end, 1.0)
    return None if shape.bounds is None else ("image", shape.bounds)


def _iou(first: Bounds, second: Bounds) -> float:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    return common / (_area(first) + _area(second) - common)


def _area(bounds: Bounds) -> float:
    return (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])
