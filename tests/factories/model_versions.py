"""Model versions."""

from __future__ import annotations

from typing import Any

from linlog import LinLogClient
from linlog.wire.model_versions import ModelVersion
from tests.factories import models


def create(
    client: LinLogClient, name: str = "small", *, model_id: str | None = None, **changes: Any
) -> ModelVersion:
    """A version in training, of a model of its own unless one is given."""
    return client.model_versions.create(model_id or models.create(client).id, name, **changes)
