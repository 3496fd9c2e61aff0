"""Reviews: submitted, judged and sent back; each round is kept, and a second reviewer is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from linlog import LinLogClient, errors
from linlog.wire.reviews import Review
from tests.factories import annotations, comments, datasets, projects, reviews, tasks, users
from tests.factories.organisations import Home


def states(client: LinLogClient, task_id: str) -> list[str]:
    """What became of a task's rounds, oldest first."""
    return [each.state for each in client.reviews.list(task_id)][::-1]


def test_work_waits_where_the_project_is_reviewed(client: LinLogClient) -> None:
    task = reviews.submitted(client)
    assert (task.status, task.complete, task.work_started) == ("in_review", False, True)
    [waiting] = client.reviews.list(task.id)
    assert (waiting.state, waiting.author, waiting.reviewer) == ("waiting", "manager", None)
    assert (waiting.version, waiting.annotation_count) == (task.version, 1)
    assert client.reviews.get(waiting.id).annotations == task.annotations
    assert client.reviews.list(task.id, annotations=True)[0].annotations == task.annotations
    assert waiting.annotations == ()


def test_work_is_complete_where_nobody_asks_for_a_review(client: LinLogClient) -> None:
    task = client.tasks.submit(tasks.create(client).id)
    assert (task.status, task.complete) == ("completed", True)
    assert client.tasks.submit(task.id) == task
    assert client.reviews.list(task.id) == []


def test_a_submission_is_made_once_and_anew_after_changes_by_others(home: Home) -> None:
    client, other = home.client("annotator"), home.client("manager")
    task = reviews.submitted(other)
    client.tasks.submit(task.id)
    assert states(client, task.id) == ["waiting"]
    client.annotations.create(task.id, [annotations.box("dog")])
    assert client.tasks.get(task.id).status == "in_review"
    client.tasks.submit(task.id)
    assert states(client, task.id) == ["withdrawn", "waiting"]
    assert reviews.decided(client, task.id).annotation_count == 2


def test_what_the_author_changes_meanwhile_is_submitted_and_no_correction(home: Home) -> None:
    author, reviewer = home.client("manager"), home.client("reviewer")
    task = reviews.submitted(author)
    author.annotations.create(task.id, [annotations.box("dog")])
    author.annotations.update(task.annotations[0].id, label="dog")
    author.tasks.submit(task.id)
    [waiting] = author.reviews.list(task.id, annotations=True)
    now = author.tasks.get(task.id)
    assert (waiting.version, waiting.annotation_count) == (now.version, 2)
    assert waiting.annotations == now.annotations
    # What somebody else changes is a correction.
    reviewer.annotations.delete(now.annotations[1].id)
    done = reviewer.reviews.accept(task.id)
    assert (done.state, done.added, done.changed, done.removed) == ("corrected", 0, 0, 1)
    assert author.reviews.get(done.id).annotations == now.annotations


def test_accepted_as_it_is(client: LinLogClient) -> None:
    task = reviews.submitted(client)
    done = client.reviews.accept(task.id)
    assert (done.state, done.reviewer, done.reason) == ("accepted", "manager", None)
    assert (done.decided_version, done.added, done.changed, done.removed) == (0, 0, 0, 0)
    found = client.tasks.get(task.id)
    assert (found.status, found.complete) == ("completed", True)


def test_corrected_and_accepted_in_one_step(home: Home) -> None:
    client, reviewer = home.client("manager"), home.client("reviewer")
    marks = [annotations.box(left=at) for at in range(3)]
    task = reviews.submitted(client, annotations=tuple(marks))
    first, second, _ = (mark.id for mark in task.annotations)
    corrected = [annotations.box(left=0, id=first), annotations.box("dog", left=1, id=second)]
    corrected.append(annotations.box(left=9))
    done = reviewer.reviews.accept(task.id, annotations=corrected, version=task.version)
    assert (done.state, done.author, done.reviewer) == ("corrected", "manager", "reviewer")
    assert (done.added, done.changed, done.removed) == (1, 1, 1)
    found = client.tasks.get(task.id)
    assert [mark.id for mark in found.annotations][:2] == [first, second]
    assert (found.complete, done.decided_version) == (True, found.version)
    # Who submitted what is told by the round, whatever the task holds now.
    assert client.reviews.get(done.id).annotations == task.annotations


def test_a_wrong_correction_decides_nothing(client: LinLogClient) -> None:
    task = reviews.submitted(client)
    with pytest.raises(errors.Invalid):
        client.reviews.accept(task.id, annotations=[annotations.span(end=99)])
    assert client.tasks.get(task.id) == task
    assert states(client, task.id) == ["waiting"]


def test_sent_back_and_submitted_again(home: Home) -> None:
    annotator, reviewer = home.client("annotator"), home.client("reviewer")
    task = reviews.submitted(home.client())
    comments.create(reviewer, task.id, annotation_id=task.annotations[0].id)
    sent_back = reviewer.reviews.reject(task.id, "wrong position")
    assert (sent_back.state, sent_back.reason) == ("rejected", "wrong position")
    found = annotator.tasks.get(task.id)
    assert (found.status, found.rejection_reason) == ("rejected", "wrong position")
    assert len(annotator.comments.list(task.id)) == 1
    again = annotator.tasks.submit(task.id)
    assert (again.status, again.rejected, again.rejection_reason) == ("in_review", False, None)
    reviewer.reviews.accept(task.id)
    assert states(reviewer, task.id) == ["rejected", "accepted"]
    assert [each.author for each in reviewer.reviews.list(task.id)] == ["annotator", "manager"]


def test_what_was_sent_back_is_reviewed_again_in_any_project(client: LinLogClient) -> None:
    task = tasks.create(client, complete=True)
    client.tasks.reject(task.id, reason="blurred")
    assert states(client, task.id) == ["rejected"]
    assert client.tasks.submit(task.id).status == "in_review"


def test_every_way_to_a_state_ends_the_round(client: LinLogClient) -> None:
    ways = {
        "accepted": client.tasks.complete,
        "rejected": lambda task_id: client.tasks.reject(task_id, reason="no"),
        "withdrawn": client.tasks.reopen,
    }
    for state, decide in ways.items():
        task = reviews.submitted(client)
        decide(task.id)
        assert states(client, task.id) == [state]
    for change, state in (({"complete": True}, "accepted"), ({"rejected": True}, "rejected")):
        task = reviews.submitted(client)
        client.tasks.update(task.id, **change)
        assert states(client, task.id) == [state]
    task = reviews.submitted(client)
    assert client.tasks.update(task.id, tags=["a"]).status == "in_review"
    assert states(client, task.id) == ["waiting"]


def test_what_is_complete_can_be_looked_at_again(client: LinLogClient) -> None:
    task = tasks.create(client, complete=True)
    assert client.reviews.accept(task.id).state == "accepted"
    assert client.reviews.reject(task.id, "after all").state == "rejected"
    assert states(client, task.id) == ["accepted", "rejected"]


def test_who_may_not_review_only_submits(home: Home) -> None:
    annotator = home.client("annotator")
    project_id = reviews.project(home.client())
    ways = (
        annotator.tasks.complete,
        lambda task_id: annotator.tasks.update(task_id, complete=True, tags=["a"]),
        lambda task_id: annotator.tasks.update(task_id, complete=True),
        annotator.tasks.submit,
    )
    for way in ways:
        task = way(tasks.create(home.client(), project_id).id)
        assert (task.status, task.complete) == ("in_review", False)
        for decide in (annotator.reviews.accept, annotator.reviews.reject):
            with pytest.raises(errors.NotAllowed, match="reviewer"):
                decide(task.id)
        assert annotator.tasks.complete(task.id).status == "in_review"
        assert states(annotator, task.id) == ["waiting"]
    assert home.client("reviewer").tasks.complete(task.id).complete


def test_the_second_reviewer_is_told_what_the_first_decided(home: Home) -> None:
    client = home.client()
    task = reviews.submitted(client)
    seen = reviews.decided(client, task.id)
    ada = users.create(home, "reviewer")
    users.client(home, ada).reviews.reject(
        task.id, "wrong label", version=task.version, review_id=seen.id
    )
    with pytest.raises(
        errors.Conflict, match=f"{ada.name} decided meanwhile: rejected: w"
    ) as caught:
        client.reviews.accept(task.id, version=task.version, review_id=seen.id)
    assert caught.value.field == "review_id"
    assert client.tasks.get(task.id).status == "rejected"
    client.annotations.create(task.id, [annotations.box()])
    with pytest.raises(errors.Conflict, match="at version 1, not 0") as caught:
        client.reviews.accept(task.id, version=0)
    assert caught.value.field == "version"


def test_of_reviewers_at_one_moment_one_decides(home: Home) -> None:
    client = home.client()
    task = reviews.submitted(client)
    seen = reviews.decided(client, task.id)

    def decide(_: int) -> Review | None:
        try:
            return home.client("reviewer").reviews.accept(task.id, review_id=seen.id)
        except errors.Conflict:
            return None

    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(decide, range(4))]
    assert sum(each is not None for each in found) == 1
    assert states(client, task.id) == ["accepted"]


def test_what_a_dataset_holds_is_not_sent_back(client: LinLogClient) -> None:
    dataset = datasets.create(client, 1)
    [task_id] = datasets.task_ids(client, dataset.id)
    with pytest.raises(errors.Conflict, match="remove it from the dataset first"):
        client.reviews.reject(task_id, "no")
    assert client.reviews.list(task_id) == []


def test_what_cannot_be_seen_cannot_be_reviewed(client: LinLogClient) -> None:
    new = tasks.address("http://10.0.0.1/a.png")
    task = client.tasks.create(reviews.project(client), new)
    with pytest.raises(errors.Conflict, match="no item to look at yet"):
        client.tasks.submit(task.id)


def test_stages_are_counted(client: LinLogClient) -> None:
    project_id = reviews.project(client)
    tasks.several(client, project_id, 2, batch="monday")
    for _ in range(3):
        reviews.submitted(client, project_id, batch="monday")
    client.reviews.reject(reviews.submitted(client, project_id, batch="monday").id, "no")
    client.reviews.accept(reviews.submitted(client, project_id, batch="monday").id)
    found = client.projects.get(project_id)
    assert (found.task_count, found.in_review_count) == (7, 3)
    assert (found.rejected_count, found.completed_count) == (1, 1)
    [batch] = [each for each in client.batches.list(project_id) if each.task_count]
    assert (batch.in_review_count, batch.rejected_count) == (3, 1)
    assert client.tasks.list(project_id, status="in_review").count == 3
    assert client.tasks.list(project_id, status="pending,in_progress,rejected").count == 3


def test_a_project_says_whether_it_is_reviewed(client: LinLogClient) -> None:
    made = projects.create(client)
    assert not made.reviewed
    assert client.projects.update(made.id, reviewed=True).reviewed
    assert not client.projects.update(made.id, reviewed=False).reviewed
