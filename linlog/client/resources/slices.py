"""Slices: saved queries over datasets and projects."""

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
        self,
        dataset_id: str | None = None,
        *,
        project_id: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[Slice]:
        """A page of a dataset's slices, or of a project's, oldest first."""
        owner = _owner(dataset_id, project_id)
        return self._list("/slices", paging.Page[Slice], **owner, limit=limit, offset=offset)

    def get(self, id: str) -> Slice:
        """One slice."""
        return self._http.get(path("slices", checked_id("slice", id)), Slice)

    def create(
        self,
        dataset_id: str | None,
        name: str,
        query: Mapping[str, Any] | str,
        *,
        project_id: str | None = None,
    ) -> Slice:
        """Save a query of a dataset, or with None of `project_id`.

        The query is a text such as `label:cell -batch:north`, or as JSON writes it. Raises
        `Invalid` for a wrong one, with the character where a text goes wrong.
        """
        owner = _owner(dataset_id, project_id)
        body = SliceCreate(**owner, name=name, query=_query(query))
        return self._http.post("/slices", Slice, body)

    def update(
        self, id: str, *, name: str | None = None, query: Mapping[str, Any] | str | None = None
    ) -> Slice:
        """Change a slice's name or query."""
        body = SliceUpdate(
            name=UNSET if name is None else name, query=UNSET if query is None else _query(query)
        )
        return self._http.patch(path("slices", checked_id("slice", id)), Slice, body)

    def delete(self, id: str) -> Deleted:
        """Delete a slice; the tasks stay."""
        return self._http.delete(path("slices", checked_id("slice", id)), Deleted)

    def tasks(self, id: str, *, evaluation_id: str | None = None) -> SliceTasks:
        """The tasks that it takes of its dataset now, or of what an evaluation judged by."""
        where = path("slices", checked_id("slice", id), "tasks")
        return self._http.get(where, SliceTasks, evaluation_id=evaluation_id)


def _owner(dataset_id: str | None, project_id: str | None) -> dict[str, str]:
    owner = {}
    if dataset_id is not None:
        owner["dataset_id"] = checked_id("dataset", dataset_id)
    if project_id is not None:
        owner["project_id"] = checked_id("project", project_id)
    return owner


def _query(query: Mapping[str, Any] | str) -> dict[str, Any] | str:
    if isinstance(query, str):
        return query
    if not isinstance(query, Mapping):
        raise TypeError(
            "a slice's query is a text such as 'label:cell', or a mapping such as {'field': "
            f"'annotation.label', 'op': 'is', 'value': 'cell'}}, not {query!r:.60}"
        )
    return dict(query)
