"""Comments: what people say about the work on a task; told, answered and settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from linlog import ids
from linlog.errors import Conflict, Invalid, NotAllowed
from linlog.server.services import access, users
from linlog.server.store import comments
from linlog.shapes import Point, Span
from linlog.wire.comments import MOST_COMMENTS, Comment
from linlog.wire.unset import Unset

if TYPE_CHECKING:
    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.comments import CommentCreate, CommentUpdate
    from linlog.wire.paging import Page
    from linlog.wire.tasks import Task

MODERATOR: Final = "manager"
"""The least role that may remove what others said."""


def list_page(ctx: Context, task_id: str, window: Window) -> Page[Comment]:
    """A task's comments, oldest first."""
    access.task(ctx, task_id)
    return comments.list_page(ctx.conn, ctx.scope, task_id, window)


def get(ctx: Context, comment_id: str) -> Comment:
    """One comment."""
    return access.comment(ctx, comment_id)


def create(ctx: Context, task_id: str, new: CommentCreate) -> Comment:
    """Say something about a task, a place on its item or one of its annotations."""
    task = access.task(ctx, task_id)
    _check_target(task, new)
    if new.reply_to is not None:
        _check_answered(ctx, task, new.reply_to)
    if comments.number(ctx.conn, ctx.scope, task_id) >= MOST_COMMENTS:
        message = f"the task has {MOST_COMMENTS:,} comments already, which is the most it can have"
        raise Conflict(message, field="text")
    author_id, author = users.author(ctx)
    made = Comment(
        id=ids.new("comment"),
        task_id=task_id,
        text=new.text.strip(),
        author=author,
        author_id=author_id,
        created_date=ctx.today,
        annotation_id=new.annotation_id,
        place=new.place,
        reply_to=new.reply_to,
    )
    comments.insert(ctx.conn, ctx.scope, made)
    return made


def update(ctx: Context, comment_id: str, change: CommentUpdate) -> Comment:
    """Say it in other words, settle it or open it again."""
    found = access.comment(ctx, comment_id)
    values: dict[str, Any] = {}
    if not isinstance(change.text, Unset):
        _check_author(ctx, found)
        values["text"] = change.text.strip()
    if not isinstance(change.resolved, Unset) and change.resolved != found.resolved:
        _check_settles(found)
        values["resolved"] = ctx.now if change.resolved else None
        values["resolved_by"] = users.author(ctx)[1] if change.resolved else None
    if values:
        comments.update(ctx.conn, ctx.scope, comment_id, values)
    return access.comment(ctx, comment_id)


def delete(ctx: Context, comment_id: str) -> int:
    """Remove a comment with its answers: what one said oneself, or as a manager."""
    found = access.comment(ctx, comment_id)
    if not ctx.actor.may(MODERATOR):
        _check_author(ctx, found)
    return comments.delete(ctx.conn, ctx.scope, comment_id)


def _check_target(task: Task, new: CommentCreate) -> None:
    if new.annotation_id is not None and all(
        entry.id != new.annotation_id for entry in task.annotations
    ):
        message = f"task {task.id} has no annotation {new.annotation_id[:64]!r}; save it first"
        raise Invalid(message, field="annotation_id")
    if new.place is None:
        return
    if not isinstance(new.place, Point | Span):
        message = f"a comment is pinned to a point or a span, not to a {new.place.name}"
        raise Invalid(message, field="place")
    length = len(task.item.text or "")
    if isinstance(new.place, Span) and new.place.end > length:
        message = f"the span ends at {new.place.end}, but the text has {length} characters"
        raise Invalid(message, field="place")


def _check_answered(ctx: Context, task: Task, comment_id: str) -> None:
    answered = access.comment(ctx, comment_id)
    if answered.task_id != task.id:
        message = f"comment {comment_id} is about another task"
        raise Invalid(message, field="reply_to")
    if answered.reply_to is not None:
        message = f"comment {comment_id} is an answer itself; answer {answered.reply_to} instead"
        raise Invalid(message, field="reply_to")


def _check_author(ctx: Context, comment: Comment) -> None:
    if users.author(ctx)[0] != comment.author_id:
        message = f"only {comment.author!r}, who said this, may change it"
        raise NotAllowed(message, field="text")


def _check_settles(comment: Comment) -> None:
    if comment.reply_to is not None:
        message = f"an answer is settled with what it answers: {comment.reply_to}"
        raise Invalid(message, field="resolved")
