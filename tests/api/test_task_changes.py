"""Changes of many tasks: what a query takes at the time, by the rules, counted, and never twice."""

from typing import Any

import pytest

from linlog import LinLogClient, errors
from linlog.server.services import task_changes
from linlog.wire.jobs import Job
from linlog.wire.reviews import Review
from tests.conftest import Server
from tests.factories import datasets, projects, tasks


def done(server: Server, client: LinLogClient, job: Job) -> dict[str, Any]:
    """What came of a change, once its job is done."""
    assert job.state == "queued"
    server.work()
    found = client.jobs.get(job.id)
    assert (found.state, found.failure) == ("finished", None)
    assert found.result is not None
    return found.result


def refused(result: dict[str, Any]) -> dict[str, int]:
    return {each["reason"]: each["count"] for each in result["refused"]}


@pytest.fixture
def client(server: Server) -> LinLogClient:
    return server.client()


def test_what_a_query_takes_is_changed_and_nothing_else(
    server: Server, client: LinLogClient
) -> None:
    project = projects.create(client)
    north = tasks.several(client, project.id, 5, batch="north", tags=("old", "kept"))
    tasks.several(client, project.id, 3, batch="south", tags=("old",))
    job = client.tasks.change(
        project_id=project.id,
        query="batch:north",
        batch="east",
        add_tags=["new", "kept"],
        remove_tags=["old"],
    )
    late = tasks.create(client, project.id, batch="north", tags=("old",))
    result = done(server, client, job)
    assert (result["of"], result["done"], result["changed"], result["refused"]) == (5, 5, 5, [])
    for task in north:
        found = client.tasks.get(task.id)
        assert (found.batch, found.tags) == ("east", ("kept", "new"))
    # What comes after the change was asked for is not meant by it.
    assert client.tasks.get(late.id).tags == ("old",)
    assert client.tasks.facets(project.id, "batch:south tag:old").count == 3
    assert client.tasks.facets(project.id, "batch:east tag:new").count == 5


def test_counts_follow_where_tasks_had_different_tags_and_batches(
    server: Server, client: LinLogClient
) -> None:
    project = projects.create(client)
    for at, tags in enumerate([("a",), ("a", "b"), (), ("c",)]):
        tasks.several(client, project.id, 3, batch=f"b{at % 2}", tags=tags)
    job = client.tasks.change(
        project_id=project.id, query="", batch="all", add_tags=["c"], remove_tags=["a"]
    )
    assert done(server, client, job)["changed"] == 12
    counts = {tag: client.tasks.list(project.id, tag=tag).count for tag in ("a", "b", "c")}
    assert counts == {"a": 0, "b": 3, "c": 12}
    sizes = {batch.name: batch.task_count for batch in client.batches.list(project.id)}
    assert {name: size for name, size in sizes.items() if size} == {"all": 12}
    for task in client.tasks.list(project.id, tag="b"):
        assert task.tags == ("b", "c")
    # What was so before is counted as changed, and not written again.
    again = client.tasks.change(project_id=project.id, query="", batch="all", add_tags=["c"])
    before = client.tasks.facets(project.id).facets
    assert done(server, client, again)["changed"] == 12
    assert client.tasks.facets(project.id).facets == before


def test_rules_hold_for_each_task_and_are_counted(server: Server, client: LinLogClient) -> None:
    project = projects.create(client)
    kept = tasks.completed(client, 2, project_id=project.id)
    free = tasks.completed(client, 3, project_id=project.id)
    dataset = client.datasets.create("kept", task_ids=[task.id for task in kept])
    job = client.tasks.change(
        project_id=project.id, query="", decision="rejected", reason="blurred", add_tags=["seen"]
    )
    result = done(server, client, job)
    assert (result["changed"], result["of"]) == (3, 5)
    (reason,) = result["refused"]
    assert (reason["count"], {*reason["task_ids"]}) == (2, {task.id for task in kept})
    assert f"is in dataset {dataset.id}" in reason["reason"]
    for task in free:
        found = client.tasks.get(task.id)
        assert (found.status, found.rejection_reason, found.tags) == (
            "rejected",
            "blurred",
            ("seen",),
        )
    # A task that a rule protects is left as it is, tags and all.
    assert {client.tasks.get(task.id).tags for task in kept} == {()}


def test_datasets_take_what_is_complete(server: Server, client: LinLogClient) -> None:
    project = projects.create(client)
    complete = tasks.completed(client, 3, project_id=project.id)
    tasks.several(client, project.id, 2)
    dataset = client.datasets.create("some", task_ids=[complete[0].id])
    job = client.tasks.change(project_id=project.id, query="", add_to_dataset=dataset.id)
    result = done(server, client, job)
    assert refused(result) == {"is pending: a dataset holds completed tasks only": 2}
    assert datasets.task_ids(client, dataset.id) == [task.id for task in complete]
    job = client.tasks.change(dataset_id=dataset.id, query="no:tag", remove_from_dataset=dataset.id)
    assert done(server, client, job)["changed"] == 3
    assert client.datasets.get(dataset.id).task_count == 0
    job = client.tasks.change(
        project_id=project.id, query="", decision="complete", add_to_dataset=dataset.id
    )
    assert done(server, client, job)["changed"] == 5
    assert client.datasets.get(dataset.id).task_count == 5


def test_deletion_takes_the_chosen_alone(server: Server, client: LinLogClient) -> None:
    project = projects.create(client)
    made = tasks.several(client, project.id, 4)
    gone = [made[0].id, made[2].id, "t_never"]
    result = done(server, client, client.tasks.change(gone, delete=True))
    assert (result["changed"], refused(result)) == (2, {"the task is gone": 1})
    assert [task.id for task in client.tasks.list(project.id)] == [made[1].id, made[3].id]
    assert client.tasks.facets(project.id).of == 2


def test_a_change_that_is_taken_up_again_goes_on_where_it_was(
    server: Server, client: LinLogClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_changes, "AT_ONCE", 2)
    project = projects.create(client)
    tasks.several(client, project.id, 5)
    seen: list[str] = []
    plainly = task_changes._values

    def dying(ctx: Any, change: Any, task: Any, batch_ids: Any) -> dict[str, Any]:
        seen.append(task.id)
        if len(seen) == 4:
            message = "the power fails"
            raise RuntimeError(message)
        return plainly(ctx, change, task, batch_ids)

    monkeypatch.setattr(task_changes, "_values", dying)
    job = client.tasks.change(project_id=project.id, query="", add_tags=["once"])
    result = done(server, client, job)
    assert (result["done"], result["changed"]) == (5, 5)
    assert client.jobs.get(job.id).attempts == 2
    # The first two were done and noted; the next two were rolled back together, and done again.
    assert len(seen) == 4 + 3
    assert client.tasks.facets(project.id, "tag:once").count == 5


@pytest.mark.parametrize(
    ("wanted", "field", "said"),
    [
        ({"query": "", "project_id": "p_1", "task_ids": ["t_1"]}, "query", "either task_ids or"),
        ({"add_tags": ["a"]}, "query", "either task_ids or a query"),
        ({"query": "", "add_tags": ["a"]}, "project_id", "of a project or of a dataset"),
        ({"task_ids": ["t_1"]}, "decision", "nothing is said to become"),
        ({"task_ids": ["t_1"], "delete": True, "batch": "a"}, "delete", "leave out batch"),
    ],
)
def test_a_change_that_says_nothing_is_refused(
    client: LinLogClient, wanted: dict[str, Any], field: str, said: str
) -> None:
    with pytest.raises(errors.Invalid, match=said) as caught:
        client.tasks.change(**wanted)
    assert caught.value.field == field


def test_a_wrong_query_changes_nothing(client: LinLogClient) -> None:
    project = projects.create(client)
    with pytest.raises(errors.Invalid, match="did you mean label"):
        client.tasks.change(project_id=project.id, query="lable:a", delete=True)
    assert client.jobs.list(name="change_tasks") == []


def test_decisions_at_once_end_in_the_states_of_single_ones(
    server: Server, client: LinLogClient
) -> None:
    def mixed() -> list[str]:
        project = projects.create(client)
        new, begun, back, waiting, edited, complete = tasks.several(client, project.id, 6)
        client.annotations.create(begun.id, [{"label": "cell", "type": "whole"}])
        client.reject_task(back.id, "too small")
        client.tasks.complete(complete.id)
        client.projects.update(project.id, reviewed=True)
        for task in (waiting, edited):
            client.tasks.submit(task.id)
        client.annotations.create(edited.id, [{"label": "cell", "type": "whole"}])
        return [task.id for task in (new, begun, back, waiting, edited, complete)]

    def states(ids: list[str]) -> list[tuple[Any, ...]]:
        found = [client.tasks.get(each) for each in ids]
        rounds = [[_ended(each) for each in client.reviews.list(task.id)] for task in found]
        return [
            (task.status, task.complete, task.rejected, task.rejection_reason, ended)
            for task, ended in zip(found, rounds, strict=True)
        ]

    singles = {
        "complete": client.tasks.complete,
        "open": client.tasks.reopen,
        "rejected": lambda task_id: client.reject_task(task_id, "too small"),
    }
    for decision, single in singles.items():
        together, apart = mixed(), mixed()
        reason = "too small" if decision == "rejected" else None
        change = client.tasks.change(task_ids=together, decision=decision, reason=reason)
        done(server, client, change)
        for task_id in apart:
            single(task_id)
        assert states(together) == states(apart)
        project_id = client.tasks.get(together[0]).project_id
        completed = 6 if decision == "complete" else 0
        assert client.projects.get(project_id).completed_count == completed


def _ended(review: Review) -> tuple[Any, ...]:
    """What a round says, without who and when."""
    told = (review.state, review.reason, review.version, review.decided_version)
    dated = (review.reviewer is not None, review.decided_date is not None)
    return (*told, *dated, review.added, review.annotation_count)
