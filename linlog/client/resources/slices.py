"""Slices: saved queries over datasets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging
from linlog.wire.slices import Slice, SliceCreate, SliceTasks, SliceUpdate
from linlog.wire.tasks import Deleted
from linlog.wire.unset import UNSET


class Slices(Resource):
    """Saved queries, to read a report for a part of its dataset."""

    def list(
        self, dataset_id: str, *, limit: int | None = None, offset: int | None = None
    ) -> Page[Slice]:
        """A page of a dataset's slices, oldest first."""
        checked = checked_id("dataset", dataset_id)
        query = {"dataset_id": checked, "limit": limit, "offset": offset}
        return self._list("/slices", paging.Page[Slice], **query)

    def get(self, id: str) -> Slice:
        """One slice."""
        return self._http.get(path("slices", checked_id("slice", id)), Slice)

    def create(self, dataset_id: str, name: str, query: Mapping[str, Any]) -> Slice:
        """Save a query. Raises `Invalid` that names the known fields and ops for a wrong one."""
        checked = checked_id("dataset", dataset_id)
        body = SliceCreate(dataset_id=checked, name=name, query=dict(query))
        return self._http.post("/slices", Slice, body)

    def update(
        self, id: str, *, name: str | None = None, query: Mapping[str, Any] | None = None
    ) -> Slice:
        """Change a slice's name or query."""
        body = SliceUpdate(
            name=UNSET if name is None else name, query=UNSET if query is None else dict(query)
        )
        return self._http.patch(path("slices", checked_id("slice", id)), Slice, body)

    def delete(self, id: str) -> Deleted:
        """Delete a slice; the tasks stay."""
        return self._http.delete(path("slices", checked_id("slice", id)), Deleted)

    def tasks(self, id: str, *, evaluation_id: str | None = None) -> SliceTasks:
        """The tasks that it takes of its dataset now, or of what an evaluation judged by."""
        where = path("slices", checked_id("slice", id), "tasks")
        return self._http.get(where, SliceTasks, evaluation_id=evaluation_id)
