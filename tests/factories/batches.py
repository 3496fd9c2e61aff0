"""Batches."""

from __future__ import annotations

from linlog import LinLogClient
from linlog.wire.batches import Batch
from tests.factories import projects


def create(client: LinLogClient, name: str = "first", project_id: str | None = None) -> Batch:
    """A batch, of a project of its own unless one is given."""
    return client.batches.create(project_id or projects.create(client).id, name)
