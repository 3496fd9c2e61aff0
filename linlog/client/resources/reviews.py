"""Reviews: rounds in which the submitted work of a task is judged."""

from __future__ import annotations

from typing import Any

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.client.resources.annotations import read_all
from linlog.wire import paging
from linlog.wire.reviews import Review, ReviewCreate


class Reviews(Resource):
    """Who submitted and who decided what. `client.tasks.submit` begins a round."""

    def list(
        self,
        task_id: str,
        *,
        annotations: bool = False,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[Review]:
        """A page of a task's rounds, newest first; with `annotations`, what was submitted too."""
        where = path("tasks", checked_id("task", task_id), "reviews")
        kind = paging.Page[Review]
        return self._list(where, kind, annotations=annotations, limit=limit, offset=offset)

    def get(self, id: str) -> Review:
        """One round, with what was submitted."""
        return self._http.get(path("reviews", checked_id("review", id)), Review)

    def accept(
        self,
        task_id: str,
        *,
        annotations: Any = None,
        version: int | None = None,
        review_id: str | None = None,
    ) -> Review:
        """Accept the work; with `annotations`, corrected to them in the same step.

        Raises `Conflict` where the task is not at `version` any more, or where somebody else has
        decided the round `review_id`.
        """
        corrected = None if annotations is None else read_all(annotations)
        body = ReviewCreate(
            decision="accepted", annotations=corrected, version=version, review_id=review_id
        )
        return self._decide(task_id, body)

    def reject(
        self,
        task_id: str,
        reason: str | None = None,
        *,
        version: int | None = None,
        review_id: str | None = None,
    ) -> Review:
        """Send the work back with a reason. Raises `Conflict` as `accept` does."""
        body = ReviewCreate(
            decision="rejected", reason=reason, version=version, review_id=review_id
        )
        return self._decide(task_id, body)

    def _decide(self, task_id: str, body: ReviewCreate) -> Review:
        where = path("tasks", checked_id("task", task_id), "reviews")
        return self._http.post(where, Review, body)
