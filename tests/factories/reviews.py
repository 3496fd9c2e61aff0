"""Reviewed projects, and tasks in them that wait for a decision."""

from __future__ import annotations

from typing import Any

from linlog import LinLogClient
from linlog.wire.reviews import Review
from linlog.wire.tasks import Task
from tests.factories import annotations, tasks


def project(client: LinLogClient, title: str = "Reviewed") -> str:
    """A project whose work waits for a reviewer."""
    return client.projects.create(title, reviewed=True).id


def submitted(client: LinLogClient, project_id: str | None = None, **more: Any) -> Task:
    """A task with a box, submitted in a project of its own unless one is given."""
    more.setdefault("annotations", (annotations.box(),))
    made = tasks.create(client, project_id or project(client), **more)
    return client.tasks.submit(made.id)


def decided(client: LinLogClient, task_id: str) -> Review:
    """The latest round of a task."""
    return client.reviews.list(task_id)[0]
