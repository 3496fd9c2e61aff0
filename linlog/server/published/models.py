"""The published clients' models and their trainer: init, log, finish."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from fastapi import Request

from linlog.errors import Invalid
from linlog.server.context import Context
from linlog.server.published import reading, writing
from linlog.server.published.writing import Json
from linlog.server.request import RawBody, Router
from linlog.server.services import log_entries, model_versions, models
from linlog.wire import codec
from linlog.wire.log_entries import LARGEST_STEP, LogEntryCreate
from linlog.wire.model_versions import ModelVersionCreate
from linlog.wire.models import ModelCreate

router = Router("models", prefix="/api/v1", lenient=True)

CLIENT_ID: Final = "published"
"""Whose entries those of old clients are; their number is the step, so that a step merges."""


@router.get("/models", policy="viewer")
def list_(ctx: Context, request: Request) -> Json:
    """The organisation's models; all of them where no limit is asked."""
    window = reading.optional_window(request.query_params)
    found = models.list_page(ctx, window)
    results = [writing.model(entry) for entry in found.results]
    return writing.page(ctx, request.url.path, window, found, results)


@router.post("/models", policy="manager")
def create(ctx: Context, body: RawBody) -> Json:
    """Create a model."""
    with reading.refusing("name"):
        new = ModelCreate(name=reading.needed(reading.fields(body), "name"))
    return writing.model(models.create(ctx, new))


@router.post("/models//init", policy="manager")
def init_nothing(ctx: Context) -> NoReturn:
    """Say what is missing where a trainer is begun without the id of a model."""
    models.get(ctx, "")
    raise AssertionError("nothing has an empty id")


@router.post("/models/{model_id}/init", policy="manager")
def init(ctx: Context, model_id: str, body: RawBody) -> Json:
    """Begin training a version of a model."""
    models.get(ctx, model_id)
    sent = reading.fields(body)
    with reading.refusing():
        new = ModelVersionCreate(
            name=reading.needed(sent, "version_name"),
            config=reading.mapping(sent, "config"),
            labels=_labels(sent),
        )
    return writing.model_version(model_versions.create(ctx, model_id, new))


@router.post("/models/{version_id}/log", policy="manager", small=True)
def log(ctx: Context, version_id: str, body: RawBody) -> Json:
    """Log values at a step; the same step again merges, and later values win."""
    version = model_versions.get(ctx, version_id)
    sent = reading.fields(body, verbatim=True)
    following = 0 if version.last_step is None else version.last_step + 1
    step = _step(sent.pop("step", None), following)
    with reading.refusing():
        entry = LogEntryCreate(number=abs(step), step=step, data=codec.mark_numbers(sent))
    client_id = CLIENT_ID if step >= 0 else f"{CLIENT_ID}-negative"
    kept = log_entries.merge(ctx, version_id, client_id, entry)
    return {"id": version_id, "step": step, "data": writing.free(kept)}


@router.post("/models/{version_id}/finish", policy="manager")
def finish(ctx: Context, version_id: str) -> Json:
    """End training and start the metrics; again is no error."""
    finished = model_versions.finish(ctx, version_id)
    started = [entry.id for entry in finished.evaluations]
    return {**writing.model_version(finished.model_version), "evaluations": started}


def _labels(sent: Json) -> tuple[str, ...]:
    return tuple(
        reading.label(entry, f"labels.{place}").name
        for place, entry in enumerate(reading.entries(sent, "labels"))
    )


def _step(sent: Any, following: int) -> int:
    if sent is None:
        return following
    whole = isinstance(sent, (int, float)) and not isinstance(sent, bool) and sent == sent // 1
    if not whole or abs(sent) > LARGEST_STEP:
        message = f"step must be a whole number, not {sent!r:.40}"
        raise Invalid(message, field="step")
    return int(sent)
