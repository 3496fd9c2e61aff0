"""Reviews over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import reviews
from linlog.wire.paging import Page
from linlog.wire.reviews import Review, ReviewCreate

router = Router("reviews")


@router.get("/tasks/{task_id}/reviews", policy="viewer", by_project=True)
def list_(ctx: Context, task_id: str, page: Paging, *, annotations: bool = False) -> Page[Review]:
    """A task's rounds of review, newest first."""
    return reviews.list_page(ctx, task_id, page, with_annotations=annotations)


@router.post("/tasks/{task_id}/reviews", policy="reviewer", by_project=True, small=True)
def create(ctx: Context, task_id: str, body: ReviewCreate) -> Review:
    """Accept or reject the work on a task, with corrections if there are some."""
    return reviews.decide(ctx, task_id, body)


@router.get("/reviews/{review_id}", policy="viewer", by_project=True)
def get(ctx: Context, review_id: str) -> Review:
    """One round, with what was submitted."""
    return reviews.get(ctx, review_id)
