"""Model runs."""

from __future__ import annotations

from linlog import LinLogClient
from linlog.wire.model_runs import ModelRun
from tests.factories import datasets, model_versions


def create(
    client: LinLogClient, *, dataset_id: str | None = None, version_id: str | None = None
) -> ModelRun:
    """A model run, with a dataset and a version of its own unless they are given."""
    return client.model_runs.create(
        dataset_id or datasets.create(client).id,
        version_id or model_versions.create(client).id,
    )
