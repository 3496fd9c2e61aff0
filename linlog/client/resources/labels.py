"""Labels: the class names of a project's taxonomy."""

from __future__ import annotations

from typing import Any

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging, spellings
from linlog.wire.labels import Label, LabelUpdate
from linlog.wire.tasks import Deleted


class Labels(Resource):
    """The class names that a project's annotations may carry."""

    def list(
        self, project_id: str, *, limit: int | None = None, offset: int | None = None
    ) -> Page[Label]:
        """A page of a project's labels."""
        where = path("projects", checked_id("project", project_id), "labels")
        return self._list(where, paging.Page[Label], limit=limit, offset=offset)

    def get(self, id: str) -> Label:
        """One label."""
        return self._http.get(path("labels", checked_id("label", id)), Label)

    def create(self, project_id: str, label: Any) -> Label:
        """Add a label: a name, or an object in any spelling."""
        where = path("projects", checked_id("project", project_id), "labels")
        return self._http.post(where, Label, spellings.read_label(label))

    def update(self, id: str, **changes: Any) -> Label:
        """Change `name`, `display_name` or `colour`; annotations follow a new name."""
        return self._http.patch(
            path("labels", checked_id("label", id)), Label, LabelUpdate(**changes)
        )

    def delete(self, id: str) -> Deleted:
        """Take a label out of the taxonomy."""
        return self._http.delete(path("labels", checked_id("label", id)), Deleted)

    def import_from(self, project_id: str, source_project_id: str) -> Page[Label]:
        """Add another project's labels; those that are there already are not doubled."""
        where = path("projects", checked_id("project", project_id), "labels", "import")
        found = self._http.post(
            where, paging.Page[Label], source=checked_id("project", source_project_id)
        )
        return Page(found.results, count=found.count)
