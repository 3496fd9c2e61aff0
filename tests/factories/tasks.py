"""Tasks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linlog import LinLogClient
from linlog.wire.tasks import ItemCreate, Task, TaskCreate
from tests.factories import annotations, projects

TEXT = "Ada met Grace in Geneva."


def text(words: str = TEXT, **changes: Any) -> TaskCreate:
    """A task on a text, to be created."""
    return TaskCreate(item=ItemCreate(type="text", text=words), **changes)


def address(url: str, **changes: Any) -> TaskCreate:
    """A task on an image that the server shall fetch; from where no server may, if it tries."""
    external = changes.pop("external", False)
    return TaskCreate(item=ItemCreate(type="image", url=url, external=external), **changes)


def create(client: LinLogClient, project_id: str | None = None, **changes: Any) -> Task:
    """A task on a text, in a project of its own unless one is given."""
    where = project_id or projects.create(client).id
    return client.tasks.create(where, text(**changes))


def several(client: LinLogClient, project_id: str, number: int, **changes: Any) -> list[Task]:
    """Tasks on texts."""
    return [*client.tasks.create_all(project_id, [text(**changes) for _ in range(number)])]


def completed(
    client: LinLogClient,
    number: int = 2,
    *,
    project_id: str | None = None,
    marks: Iterable[Any] | None = None,
) -> list[Task]:
    """Completed tasks, each with a box unless other marks are given."""
    where = project_id or projects.create(client).id
    ground_truth = tuple(marks) if marks is not None else (annotations.box(),)
    return several(client, where, number, complete=True, annotations=ground_truth)
