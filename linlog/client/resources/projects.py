"""Projects: work of annotation in progress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging, spellings
from linlog.wire.projects import Project, ProjectCreate, ProjectUpdate
from linlog.wire.tasks import Deleted

DRAWN_WITH: Final = {"categorisation": "whole", "ner": "span", "named-entities": "span"}
"""The shape of a label that was given as a name alone, by the project's type; else a box."""


class Projects(Resource):
    """Work of annotation in progress: tasks in batches, and the labels they are given."""

    def list(
        self, *, title: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> Page[Project]:
        """A page of the projects; with `title`, those that are called so."""
        return self._list(
            "/projects", paging.Page[Project], title=title, limit=limit, offset=offset
        )

    def get(self, id: str) -> Project:
        """One project."""
        return self._http.get(path("projects", checked_id("project", id)), Project)

    def create(
        self,
        title: str,
        *,
        type: str = "image",
        labels: Iterable[Any] = (),
        attributes: Iterable[Mapping[str, Any]] = (),
        reviewed: bool = False,
        one_label: bool = False,
    ) -> Project:
        """Create a project. Labels are names or objects in any spelling.

        With `reviewed`, submitted work waits for a reviewer before it is complete; with
        `one_label`, an item has one label of the whole at most.
        """
        shape = DRAWN_WITH.get(type, "box")
        body = ProjectCreate(
            title=title,
            type="ner" if type == "named-entities" else type,
            labels=tuple(spellings.read_label(label, shape=shape) for label in labels),
            attributes=tuple(dict(entry) for entry in attributes),
            reviewed=reviewed,
            one_label=one_label,
        )
        return self._http.post("/projects", Project, body)

    def update(self, id: str, **changes: Any) -> Project:
        """Change `title`, `type`, `attributes`, `reviewed` or `one_label`."""
        if "attributes" in changes:
            changes["attributes"] = tuple(changes["attributes"])
        body = ProjectUpdate(**changes)
        return self._http.patch(path("projects", checked_id("project", id)), Project, body)

    def delete(self, id: str) -> Deleted:
        """Delete a project with its tasks, batches and labels."""
        return self._http.delete(path("projects", checked_id("project", id)), Deleted)
