"""Projects: work of annotation in progress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging, spellings
from linlog.wire.projects import Project, ProjectCreate, ProjectMember, ProjectUpdate, Visibility
from linlog.wire.tasks import Deleted

DRAWN_WITH: Final = {"categorisation": "whole", "ner": "span", "named-entities": "span"}
"""The shape of a label that was given as a name alone, by the project's type; else a box."""


class Projects(Resource):
    """Work of annotation in progress: tasks in batches, and the labels they are given."""

    def list(
        self,
        *,
        title: str | None = None,
        newest_first: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[Project]:
        """A page of the projects, oldest first unless `newest_first`; with `title`, those of it."""
        return self._list(
            "/projects",
            paging.Page[Project],
            title=title,
            newest_first=newest_first,
            limit=limit,
            offset=offset,
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
        visibility: str = "organisation",
    ) -> Project:
        """Create a project. Labels are names or objects in any spelling.

        With `reviewed`, submitted work waits for a reviewer before it is complete; with
        `one_label`, an item has one label of the whole at most. With the `visibility` members,
        only its members see it of reviewers, annotators and viewers.
        """
        shape = DRAWN_WITH.get(type, "box")
        body = ProjectCreate(
            title=title,
            type="ner" if type == "named-entities" else type,
            labels=tuple(spellings.read_label(label, shape=shape) for label in labels),
            attributes=tuple(dict(entry) for entry in attributes),
            reviewed=reviewed,
            one_label=one_label,
            visibility=cast("Visibility", visibility),
        )
        return self._http.post("/projects", Project, body)

    def update(self, id: str, **changes: Any) -> Project:
        """Change `title`, `type`, `attributes`, `reviewed`, `one_label` or `visibility`."""
        if "attributes" in changes:
            changes["attributes"] = tuple(changes["attributes"])
        body = ProjectUpdate(**changes)
        return self._http.patch(path("projects", checked_id("project", id)), Project, body)

    def delete(self, id: str) -> Deleted:
        """Delete a project with its tasks, batches and labels."""
        return self._http.delete(path("projects", checked_id("project", id)), Deleted)

    def list_members(
        self, id: str, *, limit: int | None = None, offset: int | None = None
    ) -> Page[ProjectMember]:
        """A page of the people who see a project that is for its members; for admins."""
        address = path("projects", checked_id("project", id), "members")
        return self._list(address, paging.Page[ProjectMember], limit=limit, offset=offset)

    def add_member(self, id: str, user_id: str) -> ProjectMember:
        """Let a person see a project; who is a member already stays one."""
        return self._http.put(_member(id, user_id), ProjectMember, {})

    def delete_member(self, id: str, user_id: str) -> Deleted:
        """Take a person out of a project, who sees it no more from the next request on."""
        return self._http.delete(_member(id, user_id), Deleted)


def _member(project_id: str, user_id: str) -> str:
    project, user = checked_id("project", project_id), checked_id("user", user_id)
    return path("projects", project, "members", user)
