"""Datasets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linlog import LinLogClient
from linlog.wire.datasets import Dataset
from tests.factories import tasks


def create(
    client: LinLogClient,
    number: int = 2,
    *,
    name: str = "Cells",
    marks: Iterable[Any] | None = None,
) -> Dataset:
    """A dataset of completed tasks, of a project of its own."""
    members = tasks.completed(client, number, marks=marks)
    return client.datasets.create(name, task_ids=members)


def task_ids(client: LinLogClient, dataset_id: str) -> list[str]:
    """The ids of a dataset's tasks, in order."""
    return [task.id for task in client.datasets.tasks(dataset_id).walk()]
