"""Comments over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import comments
from linlog.wire.comments import Comment, CommentCreate, CommentUpdate
from linlog.wire.paging import Page
from linlog.wire.tasks import Deleted

router = Router("comments")


@router.get("/tasks/{task_id}/comments", policy="viewer", by_project=True)
def list_(ctx: Context, task_id: str, page: Paging) -> Page[Comment]:
    """A task's comments, oldest first."""
    return comments.list_page(ctx, task_id, page)


@router.post("/tasks/{task_id}/comments", policy="annotator", by_project=True, small=True)
def create(ctx: Context, task_id: str, body: CommentCreate) -> Comment:
    """Say something about a task, a place on its item or one of its annotations."""
    return comments.create(ctx, task_id, body)


@router.get("/comments/{comment_id}", policy="viewer", by_project=True)
def get(ctx: Context, comment_id: str) -> Comment:
    """One comment."""
    return comments.get(ctx, comment_id)


@router.patch("/comments/{comment_id}", policy="annotator", by_project=True, small=True)
def update(ctx: Context, comment_id: str, body: CommentUpdate) -> Comment:
    """Say it in other words, settle it or open it again."""
    return comments.update(ctx, comment_id, body)


@router.delete("/comments/{comment_id}", policy="annotator", by_project=True, small=True)
def delete(ctx: Context, comment_id: str) -> Deleted:
    """Remove a comment with its answers."""
    return Deleted(deleted=comments.delete(ctx, comment_id))
