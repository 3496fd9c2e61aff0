"""Labels."""

from __future__ import annotations

from typing import Any

from linlog import LinLogClient
from linlog.wire.labels import Label, LabelCreate
from tests.factories import projects


def create(
    client: LinLogClient, name: str = "cat", project_id: str | None = None, **changes: Any
) -> Label:
    """A label, of a project of its own unless one is given."""
    where = project_id or projects.create(client).id
    return client._http.post(f"/projects/{where}/labels", Label, LabelCreate(name=name, **changes))
