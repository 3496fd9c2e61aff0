"""Slices."""

from __future__ import annotations

from typing import Any

from linlog import LinLogClient
from linlog.wire.slices import Slice
from tests.factories import datasets


def of(field: str, op: str, value: Any) -> dict[str, Any]:
    """A condition."""
    return {"field": field, "op": op, "value": value}


def create(
    client: LinLogClient,
    query: dict[str, Any] | None = None,
    *,
    dataset_id: str | None = None,
    name: str = "cats",
) -> Slice:
    """A slice, of a dataset of its own unless one is given."""
    return client.slices.create(
        dataset_id or datasets.create(client).id, name, query or of("annotation.label", "is", "cat")
    )
