"""Models: what is trained, version after version."""

from __future__ import annotations

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging
from linlog.wire.models import Model, ModelCreate, ModelUpdate
from linlog.wire.tasks import Deleted


class Models(Resource):
    """What is trained, version after version."""

    def list(
        self,
        *,
        name: str | None = None,
        newest_first: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[Model]:
        """A page of the models, oldest first unless `newest_first`; with `name`, those of it."""
        return self._list(
            "/models",
            paging.Page[Model],
            name=name,
            newest_first=newest_first,
            limit=limit,
            offset=offset,
        )

    def get(self, id: str) -> Model:
        """One model."""
        return self._http.get(path("models", checked_id("model", id)), Model)

    def create(self, name: str) -> Model:
        """Create a model."""
        return self._http.post("/models", Model, ModelCreate(name=name))

    def update(self, id: str, *, name: str) -> Model:
        """Rename a model."""
        where = path("models", checked_id("model", id))
        return self._http.patch(where, Model, ModelUpdate(name=name))

    def delete(self, id: str) -> Deleted:
        """Delete a model with its versions, their logs and model runs."""
        return self._http.delete(path("models", checked_id("model", id)), Deleted)
