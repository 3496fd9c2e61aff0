"""Projects."""

from __future__ import annotations

from typing import Any

from linlog import LinLogClient
from linlog.wire.projects import Project


def create(client: LinLogClient, title: str = "Cells", **changes: Any) -> Project:
    """A project."""
    return client.projects.create(title, **changes)
