"""Dataset versions: datasets as they were."""

from __future__ import annotations

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging
from linlog.wire.dataset_versions import (
    DatasetVersion,
    DatasetVersionCreate,
    DatasetVersionDifference,
    DatasetVersionUpdate,
)
from linlog.wire.tasks import Deleted


class DatasetVersions(Resource):
    """What datasets held at one moment each, frozen."""

    def list(
        self,
        dataset_id: str,
        *,
        named: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[DatasetVersion]:
        """A page of a dataset's versions, newest first; `named=True` for those with a name."""
        return self._list(
            "/dataset-versions",
            paging.Page[DatasetVersion],
            dataset_id=checked_id("dataset", dataset_id),
            named=named,
            limit=limit,
            offset=offset,
        )

    def get(self, id: str) -> DatasetVersion:
        """One version."""
        return self._http.get(_path(id), DatasetVersion)

    def create(self, dataset_id: str, name: str | None = None) -> DatasetVersion:
        """Freeze what a dataset holds now; where nothing has changed, the version there is."""
        body = DatasetVersionCreate(dataset_id=checked_id("dataset", dataset_id), name=name)
        return self._http.post("/dataset-versions", DatasetVersion, body)

    def update(self, id: str, *, name: str) -> DatasetVersion:
        """Call a version otherwise."""
        return self._http.patch(_path(id), DatasetVersion, DatasetVersionUpdate(name=name))

    def delete(self, id: str) -> Deleted:
        """Forget a version. Raises `Conflict` where an evaluation judged by it."""
        return self._http.delete(_path(id), Deleted)

    def difference(self, id: str, since: str) -> DatasetVersionDifference:
        """What a version holds otherwise than an earlier one: tasks, annotations, labels."""
        return self._http.get(
            _path(id, "difference"),
            DatasetVersionDifference,
            since=checked_id("dataset version", since),
        )


def _path(id: str, *more: str) -> str:
    return path("dataset-versions", checked_id("dataset version", id), *more)
