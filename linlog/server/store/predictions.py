"""Predictions, in the database."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linlog import shapes
from linlog.server.store import paging, revisions
from linlog.server.store.tables import model_runs, predictions
from linlog.server.store.values import Scope, from_json, moment, to_json
from linlog.wire.predictions import Prediction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from linlog.wire.paging import Page
    from linlog.wire.predictions import PredictionCreate

_CHUNK = 500


def insert(
    conn: Connection,
    scope: Scope,
    run_id: str,
    rows: Sequence[PredictionCreate],
    *,
    created: int,
) -> None:
    """Add predictions of a model run, in order."""
    conn.execute(
        predictions.insert(),
        [
            {
                "id": row.id,
                "organisation_id": scope,
                "model_run_id": run_id,
                "task_id": row.task_id,
                "label": row.label,
                "shape_name": row.shape.name,
                "shape": to_json(row.shape),
                "confidence": row.confidence,
                "attributes": to_json(row.attributes),
                "created": created + place,
            }
            for place, row in enumerate(rows)
        ],
    )
    revisions.note_predictions(conn, scope, run_id, Counter(row.task_id for row in rows))


def owners(conn: Connection, prediction_ids: Sequence[str]) -> dict[str, str]:
    """The model runs of those of some ids that are in use; ids are global."""
    found: dict[str, str] = {}
    for start in range(0, len(prediction_ids), _CHUNK):
        query = sa.select(predictions.c.id, predictions.c.model_run_id).where(
            predictions.c.id.in_(prediction_ids[start : start + _CHUNK])
        )
        found.update((row.id, row.model_run_id) for row in conn.execute(query))
    return found


def list_page(
    conn: Connection,
    scope: Scope,
    run_id: str,
    window: paging.Window,
    *,
    task_id: str | None = None,
) -> Page[Prediction]:
    """A model run's predictions, in the order they came."""
    query = _within(scope).where(predictions.c.model_run_id == run_id)
    if task_id is not None:
        query = query.where(predictions.c.task_id == task_id)
    order = paging.Order(predictions.c.created, predictions.c.id)
    return paging.page(conn, query, order, window, _read)


def of_tasks(
    conn: Connection,
    scope: Scope,
    task_ids: Sequence[str],
    *,
    run_id: str | None = None,
    dataset_id: str | None = None,
) -> dict[str, list[Prediction]]:
    """The predictions on some tasks, of one model run or of all on a dataset, by task."""
    found: dict[str, list[Prediction]] = {}
    for start in range(0, len(task_ids), _CHUNK):
        query = _within(scope).where(predictions.c.task_id.in_(task_ids[start : start + _CHUNK]))
        if run_id is not None:
            query = query.where(predictions.c.model_run_id == run_id)
        if dataset_id is not None:
            query = query.join(model_runs, model_runs.c.id == predictions.c.model_run_id).where(
                model_runs.c.dataset_id == dataset_id
            )
        for row in conn.execute(query.order_by(predictions.c.created, predictions.c.id)):
            found.setdefault(row.task_id, []).append(_read(row))
    return found


def texts_of_tasks(
    conn: Connection, scope: Scope, run_id: str, task_ids: Sequence[str]
) -> dict[str, list[tuple[str, str, float | None, str, str]]]:
    """Label, shape, confidence, attributes and id of a model run's predictions, by task.

    Shape and attributes are JSON text.
    """
    found: dict[str, list[tuple[str, str, float | None, str, str]]] = {}
    table = predictions.c
    columns = (
        *(table.task_id, table.label, table.shape, table.confidence, table.attributes, table.id),
    )
    for start in range(0, len(task_ids), _CHUNK):
        query = sa.select(*columns).where(
            table.organisation_id == scope,
            table.model_run_id == run_id,
            table.task_id.in_(task_ids[start : start + _CHUNK]),
        )
        for task_id, *row in conn.execute(query):
            found.setdefault(task_id, []).append(tuple(row))
    return found


def labels_in_order(
    conn: Connection, scope: Scope, dataset_ids: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """The labels that models predicted, with their shapes, by dataset, in the order they came."""
    found: dict[str, list[tuple[str, str]]] = {}
    named = (model_runs.c.dataset_id, predictions.c.label, predictions.c.shape_name)
    for start in range(0, len(dataset_ids), _CHUNK):
        some = dataset_ids[start : start + _CHUNK]
        query = (
            sa.select(*named)
            .join(model_runs, model_runs.c.id == predictions.c.model_run_id)
            .where(predictions.c.organisation_id == scope, model_runs.c.dataset_id.in_(some))
            .group_by(*named)
            .order_by(sa.func.min(predictions.c.created), predictions.c.label)
        )
        for row in conn.execute(query):
            found.setdefault(row.dataset_id, []).append((row.label, row.shape_name))
    return found


def shape_names(conn: Connection, scope: Scope, run_id: str) -> set[str]:
    """The shapes that a model run's predictions have."""
    query = (
        sa.select(predictions.c.shape_name)
        .where(predictions.c.organisation_id == scope, predictions.c.model_run_id == run_id)
        .distinct()
    )
    return {*conn.execute(query).scalars()}


def _within(scope: Scope) -> sa.Select[Any]:
    return sa.select(predictions).where(predictions.c.organisation_id == scope)


def _read(row: Any) -> Prediction:
    return Prediction(
        id=row.id,
        model_run_id=row.model_run_id,
        task_id=row.task_id,
        label=row.label,
        shape=shapes.from_json(from_json(row.shape)),
        confidence=row.confidence,
        attributes=from_json(row.attributes),
        created_date=moment(row.created),
    )
