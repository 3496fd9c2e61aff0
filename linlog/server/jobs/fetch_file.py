"""The job that takes a copy of an image that a task gave by its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog.errors import Invalid, LinLogError, NotFound
from linlog.server import images, outbound
from linlog.server.services import files, tasks

if TYPE_CHECKING:
    from linlog.server.jobs._protocol import Progress, Transactions
    from linlog.wire.tasks import Task


def run(transactions: Transactions, payload: dict[str, Any], progress: Progress) -> None:
    """Fetch the item of the task that `payload` names; a failure is noted on the task."""
    task = _waiting(transactions, payload)
    if task is None or task.item.url is None:
        return
    try:
        data = outbound.fetch(task.item.url, allow=transactions.settings.fetch_allow)
        if images.sniff(data).media_type == images.UNKNOWN:
            message = f"{task.item.url} answered with something that is no image"
            raise Invalid(message)
        progress(0.8)
        _store(transactions, task, data)
    except LinLogError as error:
        give_up(transactions, payload, str(error))


def give_up(transactions: Transactions, payload: dict[str, Any], reason: str) -> None:
    """Note on the task why its item is not there."""
    if _waiting(transactions, payload) is not None:
        with transactions.write() as ctx:
            tasks.set_fetched(ctx, payload["task_id"], file_id=None, failure=reason)


def _waiting(transactions: Transactions, payload: dict[str, Any]) -> Task | None:
    """The task, while it is there and waits for its item."""
    with transactions.read() as ctx:
        try:
            task = tasks.get(ctx, payload["task_id"])
        except NotFound:
            return None
    return task if task.processing else None


def _store(transactions: Transactions, task: Task, data: bytes) -> None:
    with transactions.write() as ctx:
        file = files.create(ctx, data, filename=task.item.filename)
        tasks.set_fetched(ctx, task.id, file_id=file.id, failure=None)
