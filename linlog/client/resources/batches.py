"""Batches: named parts of a project's tasks."""

from __future__ import annotations

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging
from linlog.wire.batches import Batch, BatchCreate


class Batches(Resource):
    """Named parts of a project's tasks; each task is in exactly one."""

    def list(
        self, project_id: str, *, limit: int | None = None, offset: int | None = None
    ) -> Page[Batch]:
        """A page of a project's batches."""
        where = path("projects", checked_id("project", project_id), "batches")
        return self._list(where, paging.Page[Batch], limit=limit, offset=offset)

    def get(self, id: str) -> Batch:
        """One batch."""
        return self._http.get(path("batches", checked_id("batch", id)), Batch)

    def create(self, project_id: str, name: str) -> Batch:
        """Create a batch."""
        where = path("projects", checked_id("project", project_id), "batches")
        return self._http.post(where, Batch, BatchCreate(name=name))
