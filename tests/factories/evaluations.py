"""Evaluations."""

from __future__ import annotations

from typing import Any

from linlog import LinLogClient
from linlog.wire.evaluations import Evaluation
from tests.conftest import Server
from tests.factories import model_runs, predictions


def queued(client: LinLogClient, *, dataset_id: str | None = None, **changes: Any) -> Evaluation:
    """An evaluation that waits for its job, of a model run that found everything."""
    run = model_runs.create(client, dataset_id=dataset_id)
    predictions.on_all(client, run, **changes)
    return client.evaluations.create(run.id)


def finished(client: LinLogClient, server: Server, **changes: Any) -> Evaluation:
    """An evaluation with its report."""
    made = queued(client, **changes)
    server.work()
    return client.evaluations.get(made.id)
