"""The published clients' labels of a project."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.published import reading, writing
from linlog.server.published.writing import Json
from linlog.server.request import RawBody, Router
from linlog.server.services import labels, projects

router = Router("labels", prefix="/api/v1", lenient=True)


@router.post("/projects/{project_id}/create-label", policy="manager", by_project=True)
def create(ctx: Context, project_id: str, body: RawBody) -> Json:
    """Add a label; one that is there already is given back as it is."""
    project = projects.get(ctx, project_id)
    wanted = reading.label(reading.fields(body), "name")
    for known in project.labels:
        if (known.name, known.shape) == (wanted.name.strip(), wanted.shape):
            return writing.label(known)
    return writing.label(labels.create(ctx, project_id, wanted))


@router.patch("/project-labels/{label_id}", policy="manager", by_project=True)
def update(ctx: Context, label_id: str, body: RawBody) -> Json:
    """Change a label's name, display name or colour; what is missing or null stays."""
    sent = reading.fields(body)
    current = labels.get(ctx, label_id)
    read = reading.label({"name": current.name, **_said(sent)}, "name")
    return writing.label(labels.update(ctx, label_id, reading.label_update(read)))


@router.delete("/project-labels/{label_id}", policy="manager", by_project=True)
def delete(ctx: Context, label_id: str) -> Json:
    """Remove a label; annotations that carry it keep it."""
    return writing.deleted(labels.delete(ctx, label_id))


def _said(sent: Json) -> Json:
    found = {key: value for key, value in sent.items() if value is not None}
    if "label" in found and "name" not in found:
        found["name"] = found["label"]
    return found
