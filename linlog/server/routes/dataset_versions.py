"""Dataset versions over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import dataset_versions
from linlog.wire.dataset_versions import (
    DatasetVersion,
    DatasetVersionCreate,
    DatasetVersionDifference,
    DatasetVersionUpdate,
)
from linlog.wire.paging import Page
from linlog.wire.tasks import Deleted

router = Router("dataset_versions")


@router.get("/dataset-versions", policy="viewer")
def list_(
    ctx: Context, page: Paging, dataset_id: str, *, named: bool = False
) -> Page[DatasetVersion]:
    """A dataset's versions, newest first; `named` leaves out those without a name."""
    return dataset_versions.list_page(ctx, dataset_id, page, named=named)


@router.post("/dataset-versions", policy="manager")
def create(ctx: Context, body: DatasetVersionCreate) -> DatasetVersion:
    """Freeze what a dataset holds now."""
    return dataset_versions.create(ctx, body)


@router.get("/dataset-versions/{dataset_version_id}", policy="viewer")
def get(ctx: Context, dataset_version_id: str) -> DatasetVersion:
    """One version."""
    return dataset_versions.get(ctx, dataset_version_id)


@router.patch("/dataset-versions/{dataset_version_id}", policy="manager")
def update(ctx: Context, dataset_version_id: str, body: DatasetVersionUpdate) -> DatasetVersion:
    """Call a version otherwise."""
    return dataset_versions.update(ctx, dataset_version_id, body)


@router.delete("/dataset-versions/{dataset_version_id}", policy="manager")
def delete(ctx: Context, dataset_version_id: str) -> Deleted:
    """Forget a version that no evaluation judged by."""
    return Deleted(deleted=dataset_versions.delete(ctx, dataset_version_id))


@router.get("/dataset-versions/{dataset_version_id}/difference", policy="viewer")
def difference(ctx: Context, dataset_version_id: str, since: str) -> DatasetVersionDifference:
    """What a version holds otherwise than an earlier one of its dataset."""
    return dataset_versions.difference(ctx, dataset_version_id, since=since)
