"""The published clients' workflows, kept as they are sent, and templates to begin with."""

from __future__ import annotations

from typing import Any, Final

from linlog.errors import Invalid
from linlog.server.context import Context
from linlog.server.published import reading, writing
from linlog.server.published.writing import Json
from linlog.server.request import RawBody, Router
from linlog.server.services import projects
from linlog.wire import codec

router = Router("workflows", prefix="/api/v1", lenient=True)

TEMPLATES: Final[tuple[Json, ...]] = (
    {
        "id": "annotate",
        "name": "Annotate",
        "description": "Annotated tasks are complete.",
        "stages": [{"id": "annotate", "name": "Annotate", "role": "annotator"}],
    },
    {
        "id": "annotate-review",
        "name": "Annotate and review",
        "description": "A reviewer accepts or rejects annotated tasks.",
        "stages": [
            {"id": "annotate", "name": "Annotate", "role": "annotator"},
            {"id": "review", "name": "Review", "role": "reviewer"},
        ],
    },
)


@router.get("/projects/{project_id}/workflows", policy="viewer", by_project=True)
def get(ctx: Context, project_id: str) -> list[Any]:
    """A project's workflow, as it was sent."""
    return list(writing.free(projects.workflow(ctx, project_id)))


@router.post("/projects/{project_id}/workflows", policy="manager", by_project=True)
def replace(ctx: Context, project_id: str, body: RawBody) -> list[Any]:
    """Keep a project's workflow: a list, or one object; no body is an empty list."""
    sent = reading.data(body)
    stages = sent if isinstance(sent, list) else [sent] if sent else []
    return _keep(ctx, project_id, stages)


@router.get("/workflows/templates", policy="viewer", by_project=True)
def list_templates(ctx: Context) -> list[Json]:  # noqa: ARG001 - every route takes its context
    """The workflows that a project can take over."""
    return [*TEMPLATES]


@router.post("/workflows/{project_id}/template", policy="manager", by_project=True)
def use_template(ctx: Context, project_id: str, body: RawBody) -> list[Any]:
    """Give a project the workflow of a template, named by its id or its name."""
    wanted = reading.needed(reading.fields(body), "template")
    for template in TEMPLATES:
        if wanted in {template["id"], template["name"]}:
            return _keep(ctx, project_id, template["stages"])
    known = ", ".join(template["id"] for template in TEMPLATES)
    message = f"no template is called {wanted[:80]!r}; there are {known}"
    raise Invalid(message, field="template")


def _keep(ctx: Context, project_id: str, stages: list[Any]) -> list[Any]:
    kept = projects.set_workflow(ctx, project_id, codec.mark_numbers(stages))
    return list(writing.free(kept))
