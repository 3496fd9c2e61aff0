"""The job that takes a copy of an image that a task gave by its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog.errors import LinLogError, NotFound
from linlog.server import outbound
from linlog.server.services import files, tasks

if TYPE_CHECKING:
    from linlog.server.jobs._protocol import Progress, Transactions
    from linlog.wire.tasks import Task


def run(transactions: Transactions, payload: dict[str, Any], progress: Progress) -> None:
    """Fetch the item of the task that `payload` names; a failure is noted on the task."""
    task_id = payload["task_id"]
    with transactions.read() as ctx:
        try:
            task = tasks.get(ctx, task_id)
        except NotFound:
            return
    if not task.processing or task.item.url is None:
        return
    try:
        data = outbound.fetch(task.item.url, allow=transactions.settings.fetch_allow)
        progress(0.8)
        _store(transactions, task, data)
    except LinLogError as error:
        with transactions.write() as ctx:
            tasks.set_fetched(ctx, task_id, file_id=None, failure=str(error))


def _store(transactions: Transactions, task: Task, data: bytes) -> None:
    with transactions.write() as ctx:
        file = files.create(ctx, data, filename=task.item.filename)
        if not file.media_type.startswith("image/"):
            message = f"{task.item.url} answered with something that is no image"
            raise NotFound(message)
        tasks.set_fetched(ctx, task.id, file_id=file.id, failure=None)
