"""Comments."""

from __future__ import annotations

from typing import Any

from linlog import LinLogClient
from linlog.wire.comments import Comment
from tests.factories import tasks


def create(client: LinLogClient, task_id: str | None = None, **more: Any) -> Comment:
    """A comment, on a task of its own unless one is given."""
    text = more.pop("text", "The corner is off.")
    return client.comments.create(task_id or tasks.create(client).id, text, **more)
