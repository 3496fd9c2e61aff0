"""The published clients' projects, batches and taxonomy import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog.server.context import Context
from linlog.server.published import reading, writing
from linlog.server.published.writing import Json
from linlog.server.request import WHOLE_LIST, RawBody, Router
from linlog.server.services import batches, datasets, labels, projects
from linlog.wire.datasets import DatasetUpdate
from linlog.wire.labels import LabelCreate
from linlog.wire.projects import (
    ATTRIBUTE_FIELDS,
    ATTRIBUTE_TYPES,
    ProjectCreate,
    ProjectUpdate,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linlog.wire.projects import Project

router = Router("projects", prefix="/api/v1", lenient=True)

SHAPES = {"categorisation": "whole", "ner": "span"}
"""The shape of labels that say none, by the type of their project."""
OTHER_NAMES = {"named-entities": "ner"}


@router.get("/projects", policy="viewer", by_project=True)
def list_(ctx: Context) -> list[Json]:
    """Every project of the organisation, as a bare list."""
    found = projects.list_page(ctx, WHOLE_LIST).results
    changes = projects.changes(ctx, [entry.id for entry in found])
    return [writing.project(entry, changes.get(entry.id, ())) for entry in found]


@router.post("/projects", policy="manager")
def create(ctx: Context, body: RawBody) -> Json:
    """Create a project with its first labels."""
    sent = reading.fields(body)
    type_ = reading.text(sent, "type") or "image"
    type_ = OTHER_NAMES.get(type_, type_)
    wanted = _labels(sent, type_)
    attributes = _attributes(sent)
    with reading.refusing():
        new = ProjectCreate(
            title=reading.needed(sent, "title"), type=type_, labels=wanted, attributes=attributes
        )
    return writing.project(projects.create(ctx, new), ())


@router.get("/projects/{project_id}", policy="viewer", by_project=True)
def get(ctx: Context, project_id: str) -> Json:
    """One project."""
    return _written(ctx, project_id)


@router.patch("/projects/{project_id}", policy="manager", by_project=True, noted=True)
def update(ctx: Context, project_id: str, body: RawBody) -> Json:
    """Change the title and add or change labels; the id of a dataset changes that."""
    sent = reading.fields(body)
    if project_id.startswith("d_"):
        return _update_dataset(ctx, project_id, sent)
    found = projects.get(ctx, project_id)
    title = reading.text(sent, "title")
    if title is not None:
        with reading.refusing("title"):
            change = ProjectUpdate(title=title)
        projects.update(ctx, project_id, change)
    _upsert_labels(ctx, found, sent)
    return _written(ctx, project_id)


@router.delete("/projects/{project_id}", policy="manager", by_project=True)
def delete(ctx: Context, project_id: str) -> Json:
    """Remove a project with everything in it; the id of a dataset removes that."""
    remove = datasets.delete if project_id.startswith("d_") else projects.delete
    return writing.deleted(remove(ctx, project_id))


@router.post("/projects/{project_id}/import-taxonomy", policy="manager", by_project=True)
def import_taxonomy(ctx: Context, project_id: str, body: RawBody) -> Json:
    """Add the labels of the project that the body names to the one in the address."""
    labels.import_from(ctx, project_id, reading.needed(reading.fields(body), "project_id"))
    return _written(ctx, project_id)


@router.get("/projects/{project_id}/batches", policy="viewer", by_project=True)
def list_batches(ctx: Context, project_id: str) -> list[Json]:
    """Every batch of a project, as a bare list."""
    return [
        writing.batch(entry) for entry in batches.list_page(ctx, project_id, WHOLE_LIST).results
    ]


def _written(ctx: Context, project_id: str) -> Json:
    found = projects.get(ctx, project_id)
    return writing.project(found, projects.changes(ctx, [found.id]).get(found.id, ()))


def _update_dataset(ctx: Context, dataset_id: str, sent: Mapping[str, Any]) -> Json:
    found = datasets.get(ctx, dataset_id)
    name = reading.text(sent, "name")
    if name is not None:
        with reading.refusing("name"):
            change = DatasetUpdate(name=name)
        found = datasets.update(ctx, dataset_id, change)
    return writing.dataset(found, datasets.labels_in_order(ctx, [found.id])[found.id])


def _labels(sent: Mapping[str, Any], type_: str) -> tuple[LabelCreate, ...]:
    shape = SHAPES.get(type_, "box")
    return tuple(
        reading.label(entry, f"objects_to_annotate.{place}", shape=shape)
        for place, entry in enumerate(reading.entries(sent, "objects_to_annotate"))
    )


def _attributes(sent: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    found = reading.entries(sent, "annotation_attributes")
    return tuple(
        _attribute(
            reading.mapping(
                {f"annotation_attributes.{place}": entry}, f"annotation_attributes.{place}"
            )
        )
        for place, entry in enumerate(found)
    )


def _attribute(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What linlog knows of a definition; clients that say more are not refused."""
    known = {key: value for key, value in sent.items() if key in ATTRIBUTE_FIELDS}
    if known.get("attribute_type") not in ATTRIBUTE_TYPES:
        known.pop("attribute_type", None)
    return {**known, "key": sent["key"] if isinstance(sent.get("key"), str) else ""}


def _upsert_labels(ctx: Context, project: Project, sent: Mapping[str, Any]) -> None:
    """Change the labels that come with their ids, add the others; those not sent stay."""
    known = {entry.id for entry in project.labels}
    new = []
    pairs = zip(
        reading.entries(sent, "objects_to_annotate"),
        _labels(sent, project.type),
        strict=True,
    )
    for entry, read in pairs:
        identity = entry.get("id") if isinstance(entry, dict) else None
        if isinstance(identity, str) and identity in known:
            labels.update(ctx, identity, reading.label_update(read))
        else:
            new.append(read)
    labels.add(ctx, project.id, new, existing=projects.get(ctx, project.id).labels)
