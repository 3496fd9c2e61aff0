"""Datasets: completed tasks kept together."""

from __future__ import annotations

from typing import Any, Final

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.client.resources.tasks import check_filters, read_ids
from linlog.wire import paging
from linlog.wire.datasets import (
    Dataset,
    DatasetCreate,
    DatasetShares,
    DatasetSplit,
    DatasetTasksAdded,
    DatasetUpdate,
    Split,
)
from linlog.wire.facets import TaskFacets
from linlog.wire.tasks import Deleted, Task, TaskName

FILTERS: Final = (
    *("limit", "offset", "created_date", "created_date__gte", "created_date__lte"),
    *("created_date__gt", "created_date__lt", "label", "annotations", "predictions"),
    *("model_run_id", "split", "query", "sort", "evaluation_id"),
)
"""What the tasks of a dataset can be filtered by, and what they come with."""


class Datasets(Resource):
    """Completed tasks kept together, to train on and to measure models by."""

    def list(
        self,
        *,
        name: str | None = None,
        newest_first: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[Dataset]:
        """A page of the datasets, oldest first unless `newest_first`; with `name`, those of it."""
        return self._list(
            "/datasets",
            paging.Page[Dataset],
            name=name,
            newest_first=newest_first,
            limit=limit,
            offset=offset,
        )

    def get(self, id: str) -> Dataset:
        """One dataset."""
        return self._http.get(path("datasets", checked_id("dataset", id)), Dataset)

    def create(
        self,
        name: str,
        *,
        project_id: str | None = None,
        task_ids: Any = None,
        type: str | None = None,
    ) -> Dataset:
        """Create a dataset from a project's completed tasks, or from named ones."""
        body = DatasetCreate(
            name=name,
            type=type,
            project_id=None if project_id is None else checked_id("project", project_id),
            task_ids=None if task_ids is None else read_ids(task_ids).task_ids,
        )
        return self._http.post("/datasets", Dataset, body)

    def update(self, id: str, *, name: str) -> Dataset:
        """Rename a dataset."""
        where = path("datasets", checked_id("dataset", id))
        return self._http.patch(where, Dataset, DatasetUpdate(name=name))

    def delete(self, id: str) -> Deleted:
        """Delete a dataset with its model runs; the tasks stay in their projects."""
        return self._http.delete(path("datasets", checked_id("dataset", id)), Deleted)

    def tasks(self, id: str, **filters: Any) -> Page[Task]:
        """A page of its tasks. `predictions=True` adds those of all model runs.

        `query` is a text such as `outcome:missed label:cell`, in place of the other filters; what
        a model did is asked of `evaluation_id`. `sort` is a field, with a minus before it for the
        highest first.
        """
        check_filters(filters, FILTERS)
        where = path("datasets", checked_id("dataset", id), "tasks")
        return self._list(where, paging.Page[Task], **filters)

    def task_names(self, id: str, *, limit: int | None = None) -> Page[TaskName]:
        """A page of what files may call its tasks by: id, unique_id and file name."""
        where = path("datasets", checked_id("dataset", id), "tasks", "names")
        return self._list(where, paging.Page[TaskName], limit=limit)

    def facets(self, id: str, query: str = "", *, evaluation_id: str | None = None) -> TaskFacets:
        """How many of its tasks a query takes, and by field how many have each value."""
        where = path("datasets", checked_id("dataset", id), "tasks", "facets")
        return self._http.get(where, TaskFacets, query=query, evaluation_id=evaluation_id)

    def add_tasks(self, id: str, task_ids: Any) -> DatasetTasksAdded:
        """Put completed tasks into it; all or none."""
        where = path("datasets", checked_id("dataset", id), "tasks")
        return self._http.post(where, DatasetTasksAdded, read_ids(task_ids))

    def remove_tasks(self, id: str, task_ids: Any) -> Deleted:
        """Take tasks out of it."""
        where = path("datasets", checked_id("dataset", id), "tasks", "remove")
        return self._http.post(where, Deleted, read_ids(task_ids))

    def set_split(self, id: str, split: Split | None, task_ids: Any) -> Dataset:
        """Put tasks of it into `train`, `validation` or `test`, or into none with None."""
        where = path("datasets", checked_id("dataset", id), "tasks", "split")
        body = DatasetSplit(task_ids=read_ids(task_ids).task_ids, split=split)
        return self._http.post(where, Dataset, body)

    def split(
        self,
        id: str,
        *,
        train: float = 0.8,
        validation: float = 0.1,
        test: float = 0.1,
        seed: int = 0,
    ) -> Dataset:
        """Put the tasks that are in no split into one by chance; a seed always draws alike."""
        where = path("datasets", checked_id("dataset", id), "split")
        body = DatasetShares(train=train, validation=validation, test=test, seed=seed)
        return self._http.post(where, Dataset, body)
