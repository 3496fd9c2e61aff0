"""Models."""

from __future__ import annotations

from linlog import LinLogClient
from linlog.wire.models import Model


def create(client: LinLogClient, name: str = "counter") -> Model:
    """A model."""
    return client.models.create(name)
