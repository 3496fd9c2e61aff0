"""Comments: pinned to what they mean, answered, settled, and still there when that is gone."""

import pytest

from linlog import LinLogClient, errors
from linlog.server.services import comments as comment_rules
from linlog.shapes import Box, Point, Span
from linlog.wire.comments import COMMENT_LENGTH
from tests.factories import annotations, comments, tasks, users
from tests.factories.organisations import Home


def test_a_comment_is_given_back_as_it_was_made(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.box(),))
    marked = task.annotations[0].id
    first = client.comments.create(task.id, "  Too wide.  ", annotation_id=marked)
    second = client.comments.create(task.id, "Missing", place={"type": "point", "x": 1.5, "y": 2})
    third = client.comments.create(task.id, "Done", reply_to=first.id)
    assert (first.text, first.annotation_id, first.author) == ("Too wide.", marked, "manager")
    assert (second.place, second.annotation_id, second.resolved) == (Point(1.5, 2.0), None, False)
    assert third.reply_to == first.id
    assert [*client.comments.list(task.id)] == [first, second, third]
    assert client.comments.get(second.id) == second


def test_text_stays_text(client: LinLogClient) -> None:
    words = '<img src=x onerror="alert(1)"> \u202e**x**'
    assert comments.create(client, text=words).text == words


def test_a_comment_follows_its_annotation_and_outlives_it(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.box(), annotations.box()))
    marked = task.annotations[0].id
    made = comments.create(client, task.id, annotation_id=marked)
    client.annotations.replace(task.id, [annotations.box("dog", left=7, id=marked)])
    assert not client.comments.get(made.id).annotation_deleted
    client.annotations.replace(task.id, [])
    gone = client.comments.get(made.id)
    assert (gone.annotation_id, gone.annotation_deleted) == (marked, True)
    client.annotations.replace(task.id, [annotations.box(id=marked)])
    assert not client.comments.list(task.id)[0].annotation_deleted


def test_a_comment_names_what_is_on_its_task(client: LinLogClient) -> None:
    task, other = tasks.create(client), tasks.create(client, annotations=(annotations.box(),))
    foreign = other.annotations[0].id
    with pytest.raises(errors.Invalid, match="has no annotation") as caught:
        client.comments.create(task.id, "x", annotation_id=foreign)
    assert caught.value.field == "annotation_id"
    with pytest.raises(errors.Invalid, match="a point or a span, not to a box"):
        client.comments.create(task.id, "x", place=Box(0, 0, 1, 1))
    with pytest.raises(errors.Invalid, match="ends at 25, but the text has 24"):
        client.comments.create(task.id, "x", place=Span(0, 25))
    assert client.comments.create(task.id, "x", place=Span(0, 24)).place == Span(0, 24)
    answer = comments.create(client, task.id, reply_to=comments.create(client, task.id).id)
    with pytest.raises(errors.Invalid, match="is an answer itself"):
        client.comments.create(task.id, "x", reply_to=answer.id)
    with pytest.raises(errors.Invalid, match="about another task"):
        client.comments.create(other.id, "x", reply_to=comments.create(client, task.id).id)


def test_lengths_and_numbers_have_an_end(
    home: Home, client: LinLogClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comment_rules, "MOST_COMMENTS", 3)
    task = tasks.create(client)
    where = f"/api/v2/tasks/{task.id}/comments"
    for text in ("", "   ", "x" * (COMMENT_LENGTH + 1), "x\0y"):
        reply = home.call("POST", where, {"text": text})
        assert (reply.status, reply.data["field"]) == (422, "text")
    assert len(client.comments.create(task.id, "x" * COMMENT_LENGTH).text) == COMMENT_LENGTH
    for _ in range(2):
        comments.create(client, task.id)
    with pytest.raises(errors.Conflict, match="3 comments already"):
        client.comments.create(task.id, "one more")


def test_settled_and_open_again(home: Home, client: LinLogClient) -> None:
    made = comments.create(client)
    settled = home.client("annotator").comments.resolve(made.id)
    assert (settled.resolved, settled.resolved_by) == (True, "annotator")
    assert settled.resolved_date is not None
    assert client.comments.resolve(made.id) == settled
    again = client.comments.reopen(made.id)
    assert (again.resolved, again.resolved_by, again.resolved_date) == (False, None, None)
    answer = comments.create(client, made.task_id, reply_to=made.id)
    with pytest.raises(errors.Invalid, match="settled with what it answers"):
        client.comments.resolve(answer.id)


def test_only_who_said_it_changes_it(home: Home) -> None:
    annotator, reviewer, manager = (home.client(r) for r in ("annotator", "reviewer", "manager"))
    task = tasks.create(manager)
    made = comments.create(annotator, task.id)
    answer = comments.create(reviewer, task.id, reply_to=made.id)
    assert annotator.comments.update(made.id, text="Other words").text == "Other words"
    for other in (reviewer, manager):
        with pytest.raises(errors.NotAllowed, match="only 'annotator'"):
            other.comments.update(made.id, text="not mine")
    with pytest.raises(errors.NotAllowed):
        reviewer.comments.delete(made.id)
    assert annotator.comments.delete(made.id).deleted == 2
    assert manager.comments.list(task.id) == []
    assert manager.comments.delete(comments.create(annotator, task.id).id).deleted == 1
    with pytest.raises(errors.NotFound):
        manager.comments.get(answer.id)


def test_people_are_called_by_their_names(home: Home, client: LinLogClient) -> None:
    person = users.create(home, "annotator")
    made = comments.create(users.client(home, person), tasks.create(client).id)
    assert (made.author, made.author_id) == (person.name, person.id)


def test_comments_go_with_their_task(client: LinLogClient) -> None:
    made = comments.create(client)
    client.tasks.delete(made.task_id)
    with pytest.raises(errors.NotFound):
        client.comments.get(made.id)
