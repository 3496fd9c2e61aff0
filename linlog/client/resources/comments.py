"""Comments: what people say about the work on a task."""

from __future__ import annotations

from typing import Any

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.shapes import Shape
from linlog.wire import paging, spellings
from linlog.wire.comments import Comment, CommentCreate, CommentUpdate
from linlog.wire.tasks import Deleted


class Comments(Resource):
    """What people say about tasks, pinned to an annotation, a point or a range of characters."""

    def list(
        self, task_id: str, *, limit: int | None = None, offset: int | None = None
    ) -> Page[Comment]:
        """A page of a task's comments, oldest first."""
        where = path("tasks", checked_id("task", task_id), "comments")
        return self._list(where, paging.Page[Comment], limit=limit, offset=offset)

    def get(self, id: str) -> Comment:
        """One comment."""
        return self._http.get(path("comments", checked_id("comment", id)), Comment)

    def create(
        self,
        task_id: str,
        text: str,
        *,
        annotation_id: str | None = None,
        place: Any = None,
        reply_to: str | None = None,
    ) -> Comment:
        """Say something: about the task, an annotation, a `place` (a point or span), an answer."""
        pinned = place
        if place is not None and not isinstance(place, Shape):
            pinned = spellings.read_parts(place, "any", strict=True)[0]
        body = CommentCreate(
            text=text, annotation_id=annotation_id, place=pinned, reply_to=reply_to
        )
        where = path("tasks", checked_id("task", task_id), "comments")
        return self._http.post(where, Comment, body)

    def update(self, id: str, *, text: str) -> Comment:
        """Say it in other words; only who said it may."""
        return self._change(id, CommentUpdate(text=text))

    def resolve(self, id: str) -> Comment:
        """Note that what it asks for is settled."""
        return self._change(id, CommentUpdate(resolved=True))

    def reopen(self, id: str) -> Comment:
        """Note that it is not settled after all."""
        return self._change(id, CommentUpdate(resolved=False))

    def delete(self, id: str) -> Deleted:
        """Remove a comment with its answers: one's own, or as a manager."""
        return self._http.delete(path("comments", checked_id("comment", id)), Deleted)

    def _change(self, id: str, body: CommentUpdate) -> Comment:
        return self._http.patch(path("comments", checked_id("comment", id)), Comment, body)
